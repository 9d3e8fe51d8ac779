// backtest.hpp — past bills and usage against a budget, or each period against the one before it.
//
// Units    Exact USD; volumes in thousandths of a unit.
// Shape    Bills say what was paid and usage says for how much; records of one period, item and kind
//          are one. Usage that nobody billed is refused, because its price is not nil but unknown; a
//          bill without usage is a fee, whose change is price. Without a budget, every period
//          is explained by the one before it, in the order of their names (2026-01, 2026-02), and the
//          first explains nothing. Bands are scored against what was paid in every period.
// Sources  variance.hpp. Worked: 80 units at 3, then 100 at 2: price -100, volume 60 (test:
//          Backtest.*).
// Errors   Those of variance.hpp; invalid_argument for usage without a bill, for a budget without a
//          cost, and for a single period that nothing is compared with. `where` is the record's place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/finance/variance.hpp"

namespace breakeven::finance {

struct PastRecord {
  std::string period;
  std::string item;
  CostKind kind = CostKind::usage;
  std::optional<std::int64_t> volume_milli;
  std::optional<Usd> cost;
  std::string place;  ///< "bills.csv:3"
};

struct BacktestQuestion {
  std::vector<PastRecord> actual;  ///< bills and usage
  std::vector<PastRecord> budget;  ///< empty: the period before
  std::vector<ForecastBand> forecast;
  double level = 0.8;
};

struct BandResult {
  ForecastBand band;
  Usd actual;  ///< to the cent
  bool inside = false;
};

struct Backtest {
  bool against_budget = false;
  VarianceReport variance;
  std::vector<BandResult> bands;
  std::optional<Coverage> coverage;  ///< when there is a forecast
};

[[nodiscard]] Result<Backtest> backtest(const BacktestQuestion& question);

}  // namespace breakeven::finance
