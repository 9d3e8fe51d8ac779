#include "engine/siblings/answer.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {

Cell figure_cell(const Sheet& sheet, const std::string& name) {
  if (!sheet.has(name)) return std::monostate();
  return FigureName{name};
}

Cell text_cell(const std::string& text) {
  if (text.empty()) return std::monostate();
  return text;
}

Cell number_cell(const std::optional<std::int64_t>& number) {
  if (!number) return std::monostate();
  return *number;
}

Cell number_cell(const std::optional<double>& number) {
  if (!number) return std::monostate();
  return *number;
}

}  // namespace breakeven::siblings
