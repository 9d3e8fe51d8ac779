#include "engine/economics/ledger_terms.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/money.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::economics {
namespace {

/// Rounds up; SSE2 has no instruction for it, so it is written to be vectorised.
inline double round_up(double x) {
  constexpr double kMost = 1e9;
  const double bounded = x < kMost ? x : kMost;
  const auto whole = static_cast<double>(static_cast<int>(bounded));
  return whole < bounded ? whole + 1 : whole;
}

}  // namespace

LedgerTerms::LedgerTerms(const Ledger& ledger, const Outlook& outlook) {
  const auto months = static_cast<std::size_t>(std::max(0, outlook.horizon_months));
  const auto add_to = [&](Term term, std::size_t month, double usd) {
    if (usd == 0) return;
    if (terms_[term].empty()) terms_[term].assign(months, 0);
    terms_[term][month] += usd;
  };
  for (const Line& line : ledger.lines) {
    const double usd = line.usd.estimate();
    if (line.once_in) {
      const auto when = static_cast<std::size_t>(std::max(0, *line.once_in));
      // What runs in parallel is a bill, not work that overruns.
      if (when < months) add_to(line.group == Group::parallel_run ? kFixed : kOneOff, when, usd);
      continue;
    }
    const double step = det_pow(1 + trend_per_year(outlook, line.trend), 1.0 / 12);
    const double hidden = line.low ? usd - line.low->estimate() : 0;
    Fleet fleet;
    if (line.fleet) {
      fleet.usd_per_unit = usd / static_cast<double>(line.fleet->units(1));
      fleet.load_units = line.fleet->load_units;
      fleet.machines = line.fleet->copies * line.fleet->machines_per_unit;
      fleet.spare = line.fleet->spare;
      fleet.per_machine = line.fleet->units_per_machine;
      fleet.trend = line.trend;
      fleet.price.assign(months, 0);
      fleet.moves.assign(months, false);
    }
    double market = 1;
    for (std::size_t m = 0; m < months; ++m) {
      const int month = static_cast<int>(m);
      if (m > 0) market *= step;
      const bool committed = month < line.price_fixed_months;
      const double price = committed ? 1.0 : market;
      if (month < line.first_month || (line.last_month && month > *line.last_month)) continue;
      const bool moves = !committed;
      const bool volume = line.follows_volume;
      if (line.fleet) {
        fleet.price[m] = price;
        fleet.moves[m] = moves;
      } else if (line.group == Group::people) {
        add_to(kPeople, m, usd * price);
      } else if (line.trend == Trend::api_price && moves) {
        add_to(volume ? kApiVolume : kApi, m, usd * price);
        add_to(volume ? kHiddenApiVolume : kHiddenApi, m, hidden * price);
      } else if (line.trend == Trend::gpu_price && moves) {
        add_to(volume ? kGpuVolume : kGpu, m, usd * price);
      } else {
        add_to(volume ? kVolume : kFixed, m, usd * price);
      }
    }
    if (line.fleet) fleets_.push_back(std::move(fleet));
  }
}

void LedgerTerms::add(std::size_t month, const World& w, double* cost) const {
  const auto each = [&](Term term, auto value) {
    if (terms_[term].empty()) return;
    const double usd = terms_[term][month];
    if (usd == 0) return;
    // A constant count: the compiler may then take several paths at once.
    for (std::size_t i = 0; i < kPathsPerBlock; ++i) cost[i] += usd * value(i);
  };
  each(kFixed, [](std::size_t) { return 1.0; });
  each(kVolume, [&](std::size_t i) { return w.volume[i]; });
  each(kApi, [&](std::size_t i) { return w.api[i]; });
  each(kApiVolume, [&](std::size_t i) { return w.api[i] * w.volume[i]; });
  each(kGpu, [&](std::size_t i) { return w.gpu[i]; });
  each(kGpuVolume, [&](std::size_t i) { return w.gpu[i] * w.volume[i]; });
  each(kPeople, [&](std::size_t i) { return w.people[i]; });
  each(kOneOff, [&](std::size_t i) { return w.one_off[i]; });
  each(kHiddenApi, [&](std::size_t i) { return -w.hidden[i] * w.api[i]; });
  each(kHiddenApiVolume, [&](std::size_t i) { return -w.hidden[i] * w.api[i] * w.volume[i]; });
  for (const Fleet& fleet : fleets_) {
    const double usd = fleet.usd_per_unit * fleet.machines * fleet.price[month];
    if (usd == 0) continue;
    const World::Row* moving = &w.one;
    if (fleet.moves[month] && fleet.trend == Trend::gpu_price) moving = &w.gpu;
    if (fleet.moves[month] && fleet.trend == Trend::api_price) moving = &w.api;
    const World::Row& price = *moving;
    const auto each_path = [&](auto machines) {
      for (std::size_t i = 0; i < kPathsPerBlock; ++i) {
        const double needed = round_up(fleet.load_units * w.load[i] - 1e-9);
        const double bought = (needed > 1 ? needed : 1.0) + fleet.spare;
        cost[i] += usd * machines(bought) * price[i];
      }
    };
    // Whole units on machines of one unit are whole machines: no division.
    if (fleet.per_machine == 1) {
      each_path([](double bought) { return bought; });
    } else {
      each_path([&](double bought) { return round_up(bought / fleet.per_machine); });
    }
  }
}

}  // namespace breakeven::economics
