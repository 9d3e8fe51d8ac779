#include "engine/finance/variance.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::finance {
namespace {

constexpr Int128 kFemtoPerCent = kFemtoPerUsd / 100;

struct Item {
  std::string name;
  CostKind kind = CostKind::usage;
  std::int64_t planned_milli = 0;
  std::int64_t actual_milli = 0;
  Usd planned;
  Usd actual;
  bool budgeted = false;
};

struct Period {
  std::string name;
  std::vector<Item> items;
};

Status check(const CostRecord& record, const std::string& where) {
  constexpr std::int64_t kMostMilli = 1'000'000'000'000'000'000;
  if (record.volume_milli < 0 || record.volume_milli > kMostMilli) {
    return Error{ErrorCode::out_of_range, "expected a volume from 0 to 1e15", where + "/volume"};
  }
  if (record.cost < Usd() || record.cost.femto() > kUsdBound) {
    return Error{ErrorCode::out_of_range,
                 "expected a cost from 0 to 1e15 USD, found " + record.cost.decimal(),
                 where + "/cost"};
  }
  return {};
}

Item& item_of(std::vector<Period>& periods, const CostRecord& record) {
  auto period = std::ranges::find(periods, record.period, &Period::name);
  if (period == periods.end()) period = periods.insert(periods.end(), {record.period, {}});
  const auto item = std::ranges::find_if(
      period->items, [&](const Item& i) { return i.name == record.item && i.kind == record.kind; });
  if (item != period->items.end()) return *item;
  period->items.push_back({record.item, record.kind, 0, 0, {}, {}, false});
  return period->items.back();
}

/// What the actual volume would have cost at the budget's price.
Result<Usd> at_budget_price(const Item& item) {
  if (!item.budgeted) return item.actual;
  if (item.planned_milli == 0) {
    // A budget without volume has no price; what was planned is then due whatever happens.
    return item.actual_milli == 0 ? item.planned : item.actual;
  }
  return mul_div(item.planned, item.actual_milli, item.planned_milli);
}

Int128 cents(Usd amount) { return divide_half_even(amount.femto(), kFemtoPerCent); }

/// Rounds four parts to cents that sum to `total`.
std::array<Usd, 4> to_cents(const std::array<Usd, 4>& parts, Int128 total) {
  std::array<Int128, 4> rounded{};
  Int128 missing = total;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    rounded[i] = cents(parts[i]);
    missing -= rounded[i];
  }
  while (missing != 0) {
    const Int128 step = missing > 0 ? 1 : -1;
    std::size_t most = 0;
    const auto error = [&](std::size_t i) {
      return (parts[i].femto() - rounded[i] * kFemtoPerCent) * step;
    };
    for (std::size_t i = 1; i < parts.size(); ++i) {
      if (error(i) > error(most)) most = i;
    }
    rounded[most] += step;
    missing -= step;
  }
  std::array<Usd, 4> out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out[i] = Usd::from_femto(rounded[i] * kFemtoPerCent);
  }
  return out;
}

Result<VarianceRow> row_of(const Period& period) {
  Usd budget;
  Usd actual;
  Usd usage_budget;
  Usd usage_standard;
  Usd price;
  Usd capacity;
  std::int64_t planned_milli = 0;
  std::int64_t actual_milli = 0;
  for (const Item& item : period.items) {
    BREAKEVEN_TRY(const Usd standard, at_budget_price(item));
    budget += item.planned;
    actual += item.actual;
    price += item.actual - standard;
    if (item.kind == CostKind::capacity) {
      capacity += standard - item.planned;
      continue;
    }
    usage_budget += item.planned;
    usage_standard += standard;
    planned_milli += item.planned_milli;
    actual_milli += item.actual_milli;
  }
  Usd volume;
  if (planned_milli > 0) {
    BREAKEVEN_TRY(volume, mul_div(usage_budget, actual_milli - planned_milli, planned_milli));
  }
  const Usd mix = usage_standard - usage_budget - volume;
  const Int128 total = cents(actual) - cents(budget);
  const auto parts = to_cents({price, volume, mix, capacity}, total);
  const auto whole = [](Usd amount) { return Usd::from_femto(cents(amount) * kFemtoPerCent); };
  return VarianceRow{period.name, whole(budget), whole(actual), parts[0],
                     parts[1],    parts[2],      parts[3]};
}

}  // namespace

Result<VarianceReport> explain_variance(const std::vector<CostRecord>& budget,
                                        const std::vector<CostRecord>& actual) {
  constexpr std::size_t kMostRecords = 100'000;
  if (budget.size() > kMostRecords || actual.size() > kMostRecords) {
    return Error{ErrorCode::resource_limit, "expected at most 100000 records", "actual"};
  }
  std::vector<Period> periods;
  for (std::size_t i = 0; i < budget.size(); ++i) {
    BREAKEVEN_CHECK_OK(check(budget[i], "budget/" + std::to_string(i)));
    Item& item = item_of(periods, budget[i]);
    item.planned_milli += budget[i].volume_milli;
    item.planned += budget[i].cost;
    item.budgeted = true;
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    BREAKEVEN_CHECK_OK(check(actual[i], "actual/" + std::to_string(i)));
    Item& item = item_of(periods, actual[i]);
    item.actual_milli += actual[i].volume_milli;
    item.actual += actual[i].cost;
  }
  VarianceReport out;
  for (const Period& period : periods) {
    BREAKEVEN_TRY(VarianceRow row, row_of(period));
    out.all.budget += row.budget;
    out.all.actual += row.actual;
    out.all.price += row.price;
    out.all.volume += row.volume;
    out.all.mix += row.mix;
    out.all.capacity += row.capacity;
    out.periods.push_back(std::move(row));
  }
  return out;
}

Result<Coverage> score_bands(const std::vector<ForecastBand>& bands, const VarianceReport& report,
                             double level) {
  if (!(level > 0 && level < 1)) {
    return Error{ErrorCode::out_of_range, "expected above 0 to below 1, found " + shortest(level),
                 "level"};
  }
  if (bands.empty()) {
    return Error{ErrorCode::invalid_argument, "expected at least one band, found none", "forecast"};
  }
  Coverage out;
  out.level = level;
  double bias = 0;
  bool all_have_middle = true;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const ForecastBand& band = bands[i];
    const std::string where = "forecast/" + std::to_string(i);
    if (!(band.low <= band.high)) {
      return Error{
          ErrorCode::invalid_argument,
          "expected low <= high, found " + shortest(band.low) + " and " + shortest(band.high),
          where};
    }
    const auto row = std::ranges::find(report.periods, band.period, &VarianceRow::period);
    if (row == report.periods.end()) {
      return Error{ErrorCode::invalid_argument,
                   "expected a period of the actual costs, found " + band.period,
                   where + "/period"};
    }
    const double actual = row->actual.estimate();
    const double miss = std::max({0.0, band.low - actual, actual - band.high});
    out.below += actual < band.low ? 1 : 0;
    out.above += actual > band.high ? 1 : 0;
    out.mean_width += band.high - band.low;
    out.interval_score += band.high - band.low + 2 / (1 - level) * miss;
    all_have_middle = all_have_middle && band.middle.has_value();
    bias += actual - band.middle.value_or(0);
  }
  out.periods = static_cast<int>(bands.size());
  out.inside = out.periods - out.below - out.above;
  const auto n = static_cast<double>(out.periods);
  out.share = out.inside / n;
  out.mean_width /= n;
  out.interval_score /= n;
  if (all_have_middle) out.bias = bias / n;
  // P(X <= inside), X binomial.
  out.chance_of_so_few =
      out.inside == out.periods ? 1.0 : beta_cdf(n - out.inside, out.inside + 1.0, 1 - level);
  return out;
}

}  // namespace breakeven::finance
