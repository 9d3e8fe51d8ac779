// answer.hpp — what every sibling calculator answers: a verdict in a sentence, tables whose numbers
// are figures, and the working behind them.
#pragma once

#include <cstdint>
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

struct AnswerTable {
  std::string name;   ///< key in JSON
  std::string title;  ///< for people
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
