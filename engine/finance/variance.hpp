// variance.hpp — why a bill differs from its budget, to the cent, and whether a forecast's bands held.
//
// Units    Exact USD; volumes in thousandths of a unit.
// Shape    Per period, with Pb and Qb of the budget, Pa and Qa of what happened, and the budget's average
//          price P = sum(Pb Qb) / sum(Qb) over the items of usage:
//            price    = sum of (Pa - Pb) Qa                 every item
//            volume   = (sum Qa - sum Qb) P                 items of usage
//            mix      = sum of Pb (Qa - Qb) - volume        items of usage
//            capacity = sum of Pb (Qa - Qb)                 items of capacity: GPU-hours, units
//          Together they are actual - budget. An item without a budget counts at its own price: it is
//          mix, or capacity. Cents that rounding moves go to where it cost most.
//          Bands: the share of periods whose actual cost lies within low .. high, against the level
//          that was claimed; the interval score adds to each width 2 / (1 - level) x the miss.
// Sources  Horngren, Cost Accounting, ch. 7 and 14 (flexible budgets, mix). Gneiting and Raftery, J. of
//          the American Statistical Association 102, 2007 (interval score). Worked: 100 units at 2,
//          planned 80 at 3: price -100, volume 60 (test: Variance.*).
// Errors   out_of_range for negative volumes or costs and amounts above 1e15; invalid_argument for a
//          band of an unknown period or with low above high.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::finance {

enum class CostKind : std::uint8_t { usage, capacity };

struct CostRecord {
  std::string period;
  std::string item;
  CostKind kind = CostKind::usage;
  std::int64_t volume_milli = 0;
  Usd cost;
};

struct VarianceRow {
  std::string period;
  Usd budget;  ///< all rounded to the cent
  Usd actual;
  Usd price;
  Usd volume;
  Usd mix;
  Usd capacity;
  [[nodiscard]] Usd total() const { return price + volume + mix + capacity; }
};

struct VarianceReport {
  std::vector<VarianceRow> periods;  ///< in the order in which they are first named
  VarianceRow all;                   ///< sums of the rows; `period` is empty
};
/// Records of the same period and item add up.
[[nodiscard]] Result<VarianceReport> explain_variance(const std::vector<CostRecord>& budget,
                                                      const std::vector<CostRecord>& actual);

struct ForecastBand {
  std::string period;
  double low = 0;
  double high = 0;
  std::optional<double> middle;
};

struct Coverage {
  int periods = 0;
  int inside = 0;
  int below = 0;  ///< actual below the band
  int above = 0;
  double share = 0;
  double level = 0;
  /// Chance of this few inside, or fewer, if the bands held at their level: small = too narrow.
  double chance_of_so_few = 0;
  double mean_width = 0;
  double interval_score = 0;   ///< mean; smaller is better
  std::optional<double> bias;  ///< mean of actual - middle, when every band has one
};
[[nodiscard]] Result<Coverage> score_bands(const std::vector<ForecastBand>& bands,
                                           const VarianceReport& report, double level);

}  // namespace breakeven::finance
