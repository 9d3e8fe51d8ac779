#include "engine/finance/backtest.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/finance/variance.hpp"

namespace breakeven::finance {
namespace {

Error unpriced(const PastRecord& record) {
  return Error{ErrorCode::invalid_argument,
               "expected a cost for " + (record.item.empty() ? "the usage" : record.item) + " in " +
                   record.period + ", found usage alone",
               record.place};
}

/// Bills and usage of one period, item and kind as one record, ordered by period.
Result<std::vector<CostRecord>> joined(const std::vector<PastRecord>& records) {
  struct Sum {
    CostRecord record;
    const PastRecord* usage_alone = nullptr;
    bool billed = false;
  };
  std::map<std::tuple<std::string, std::string, CostKind>, Sum> sums;
  for (const PastRecord& r : records) {
    if (r.cost && *r.cost < Usd()) {
      return Error{ErrorCode::out_of_range,
                   "expected a cost of at least 0, found " + r.cost->decimal(), r.place};
    }
    Sum& sum = sums[{r.period, r.item, r.kind}];
    sum.record.period = r.period;
    sum.record.item = r.item;
    sum.record.kind = r.kind;
    sum.record.cost += r.cost.value_or(Usd());
    if (__builtin_add_overflow(sum.record.volume_milli, r.volume_milli.value_or(0),
                               &sum.record.volume_milli)) {
      return Error{ErrorCode::out_of_range, "expected a volume from 0 to 1e15", r.place};
    }
    sum.billed = sum.billed || r.cost.has_value();
    if (!r.cost && sum.usage_alone == nullptr) sum.usage_alone = &r;
  }
  std::vector<CostRecord> out;
  out.reserve(sums.size());
  for (auto& [key, sum] : sums) {
    if (!sum.billed && sum.usage_alone != nullptr) return unpriced(*sum.usage_alone);
    out.push_back(std::move(sum.record));
  }
  return out;
}

/// Every period but the last, as the budget of the one after it; `actual` loses its first.
Result<std::vector<CostRecord>> periods_before(std::vector<CostRecord>& actual) {
  std::vector<std::string> periods;
  for (const CostRecord& record : actual) {
    if (periods.empty() || periods.back() != record.period) periods.push_back(record.period);
  }
  if (periods.size() < 2) {
    return Error{ErrorCode::invalid_argument,
                 "expected a budget or at least two periods, found " +
                     (periods.empty() ? std::string("none") : "only " + periods.front()),
                 "budget"};
  }
  std::vector<CostRecord> budget;
  for (const CostRecord& record : actual) {
    if (record.period == periods.back()) continue;
    const auto next =
        std::ranges::find_if(periods, [&](const std::string& p) { return p > record.period; });
    budget.push_back(record);
    budget.back().period = *next;
  }
  std::erase_if(actual, [&](const CostRecord& r) { return r.period == periods.front(); });
  return budget;
}

Status score(const BacktestQuestion& question, const std::vector<CostRecord>& actual,
             Backtest& out) {
  if (question.forecast.empty()) return {};
  BREAKEVEN_TRY(const VarianceReport paid, explain_variance({}, actual));
  BREAKEVEN_TRY(out.coverage, score_bands(question.forecast, paid, question.level));
  for (const ForecastBand& band : question.forecast) {
    // score_bands() refuses a band whose period is not there.
    const auto row = std::ranges::find(paid.periods, band.period, &VarianceRow::period);
    const double amount = row->actual.estimate();
    out.bands.push_back({band, row->actual, band.low <= amount && amount <= band.high});
  }
  return {};
}

}  // namespace

Result<Backtest> backtest(const BacktestQuestion& question) {
  if (question.actual.empty()) {
    return Error{ErrorCode::invalid_argument, "expected at least one bill, found none", "actual"};
  }
  BREAKEVEN_TRY(std::vector<CostRecord> actual, joined(question.actual));
  BREAKEVEN_TRY(std::vector<CostRecord> budget, joined(question.budget));
  Backtest out;
  BREAKEVEN_CHECK_OK(score(question, actual, out));
  out.against_budget = !question.budget.empty();
  if (!out.against_budget) {
    BREAKEVEN_TRY(budget, periods_before(actual));
  }
  BREAKEVEN_TRY(out.variance, explain_variance(budget, actual));
  std::ranges::sort(out.variance.periods, {}, &VarianceRow::period);
  return out;
}

}  // namespace breakeven::finance
