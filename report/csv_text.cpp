#include "report/csv_text.hpp"

#include <cstddef>
#include <string_view>

namespace breakeven::report {
namespace {

std::string field(const std::string& text) {
  std::string plain = text;
  constexpr std::string_view kFormulas = "=+-@\t\r";
  const bool number =
      !plain.empty() && plain.find_first_not_of("-0123456789.") == std::string::npos;
  if (!plain.empty() && !number && kFormulas.find(plain.front()) != std::string_view::npos) {
    plain.insert(0, "'");
  }
  if (plain.find_first_of(",\"\n\r") == std::string::npos) return plain;
  std::string out = "\"";
  for (const char c : plain) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

void add_csv_row(const std::vector<std::string>& fields, std::string& out) {
  for (std::size_t i = 0; i < fields.size(); ++i) out += (i > 0 ? "," : "") + field(fields[i]);
  out += "\r\n";
}

}  // namespace breakeven::report
