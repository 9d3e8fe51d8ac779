// backtest.hpp — past bills and usage from files, explained and scored.
//
// Shape    A file is CSV with a header or JSON (docs/formats/backtest.md), packed or not; "-" is standard
//          input.
// Errors   Those of the files (file:line, column), of codec/backtest_json.hpp and of
//          engine/finance/backtest.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/finance/backtest.hpp"

namespace breakeven::service {

struct BacktestFiles {
  std::vector<std::string> actual;  ///< bills and usage; or one file with everything
  std::vector<std::string> budget;
  std::vector<std::string> forecast;
  std::optional<double> level;
};

[[nodiscard]] Result<finance::Backtest> backtest_files(const BacktestFiles& files);

/// The answer for people.
[[nodiscard]] std::string backtest_text(const finance::Backtest& answer);

}  // namespace breakeven::service
