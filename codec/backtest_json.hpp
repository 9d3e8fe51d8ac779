// backtest_json.hpp — past bills, usage, budgets and forecasts as JSON, and what came of them.
//
// Shape    {"bills": [record], "usage": [record], "budget": [record], "forecast": [band], "level": 0.8};
//          records and bands as in cost_records.hpp. A list alone, or one record per line, is what
//          its reader says it is.
// Errors   parse_error (byte) and those of cost_records.hpp, each with its place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/finance/backtest.hpp"

namespace breakeven::codec {

enum class BacktestPart : std::uint8_t {
  actual,  ///< bills and usage
  budget,
  forecast
};

/// Adds a file: a list, one record per line, or, of the part `actual`, a whole question.
[[nodiscard]] Status add_backtest_json(std::string_view text, BacktestPart part,
                                       const std::string& file,
                                       finance::BacktestQuestion& question);

/// Adds one record or band by its names and values; empty values are not given. `place` is what
/// stands in front of a field's name in an error.
[[nodiscard]] Status add_backtest_row(
    const std::vector<std::pair<std::string, std::string>>& fields, BacktestPart part,
    const std::string& place, finance::BacktestQuestion& question);

/// docs/schemas/backtest-answer.schema.json.
[[nodiscard]] std::string backtest_to_json(const finance::Backtest& answer);

/// JSON in, JSON out.
[[nodiscard]] Result<std::string> backtest_answer(std::string_view question);

}  // namespace breakeven::codec
