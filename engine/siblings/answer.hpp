// answer.hpp — what every sibling calculator answers: a verdict in a sentence, tables whose numbers
// are figures, and the working behind them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {

/// A cell that shows a figure of the sheet.
struct FigureName {
  std::string name;
};

using Cell = std::variant<std::monostate, std::string, FigureName, std::int64_t, double, bool,
                          std::vector<std::string>>;

/// Nothing where there is nothing: no such figure, an empty text, an empty optional.
[[nodiscard]] Cell figure_cell(const Sheet& sheet, const std::string& name);
[[nodiscard]] Cell text_cell(const std::string& text);
[[nodiscard]] Cell number_cell(const std::optional<std::int64_t>& number);
[[nodiscard]] Cell number_cell(const std::optional<double>& number);

struct AnswerTable {
  std::string name;   ///< key in JSON
  std::string title;  ///< for people; empty: only in JSON
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
  /// Columns that people read one below the other, a row at a time; empty: side by side.
  std::vector<std::string> lines;
};

struct Answer {
  Answer(Inputs given, Sheet working) : inputs(std::move(given)), sheet(std::move(working)) {}
  std::string schema;  ///< "breakeven/claim-answer/1"
  Inputs inputs;
  Sheet sheet;
  std::string verdict;  ///< for programs
  std::string sentence;
  std::vector<AnswerTable> tables;
  std::vector<std::string> warnings;
};

}  // namespace breakeven::siblings
