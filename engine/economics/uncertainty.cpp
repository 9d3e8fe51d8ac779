#include "engine/economics/uncertainty.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/draws.hpp"

namespace breakeven::economics {
namespace {

std::vector<double> bases(const std::vector<Driver>& drivers) {
  std::vector<double> out;
  out.reserve(drivers.size());
  for (const Driver& driver : drivers) out.push_back(driver.base);
  return out;
}

/// `values` from `start` on hold what is not smaller than anything before: order statistics are taken
/// in rising order, each in what the one before left.
double quantile(std::span<double> values, std::size_t& start, double p) {
  const double place = p * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(low);
  std::nth_element(values.begin() + static_cast<std::ptrdiff_t>(start), nth, values.end());
  start = low;
  const double below = *nth;
  if (low + 1 >= values.size()) return below;
  const double above = *std::min_element(nth + 1, values.end());
  return below + (place - static_cast<double>(low)) * (above - below);
}

double share_positive(const std::vector<double>& values) {
  const auto count = std::ranges::count_if(values, [](double v) { return v > 0; });
  return static_cast<double>(count) / static_cast<double>(values.size());
}

double pick(const Outcome& outcome, Difference difference) {
  return difference == Difference::run_rate ? outcome.run_rate_usd_month
                                            : outcome.fully_loaded_usd_month;
}

}  // namespace

Quantiles quantiles_of(std::span<double> values) {
  Quantiles q;
  double sum = 0;
  for (const double v : values) sum += v;  // in path order, whatever the pool did
  q.mean = sum / static_cast<double>(values.size());
  std::size_t start = 0;
  q.p10 = quantile(values, start, 0.10);
  q.p50 = quantile(values, start, 0.50);
  q.p90 = quantile(values, start, 0.90);
  return q;
}

Result<Uncertainty> simulate(const std::vector<Driver>& drivers, const Model& model,
                             std::uint64_t paths, std::uint64_t seed, Pool& pool,
                             const std::vector<Correlation>& correlations) {
  constexpr std::uint64_t kMaxPaths = 10'000'000;
  if (paths < 1 || paths > kMaxPaths) {
    return Error{ErrorCode::out_of_range,
                 "expected 1 to 10000000 paths, found " + std::to_string(paths), "paths"};
  }
  BREAKEVEN_TRY(const Draws draws, Draws::make(drivers, correlations, seed));
  const auto count = static_cast<std::size_t>(paths);
  std::vector<double> run_rate(count);
  std::vector<double> fully_loaded(count);
  std::vector<double> npv(count);
  pool.run((count + kBlock - 1) / kBlock, [&](std::size_t block) {
    std::vector<double> values(drivers.size());
    const std::size_t end = std::min(count, (block + 1) * kBlock);
    for (std::size_t path = block * kBlock; path < end; ++path) {
      draws.path(path, values.data());
      const Outcome outcome = model(values.data());
      run_rate[path] = outcome.run_rate_usd_month;
      fully_loaded[path] = outcome.fully_loaded_usd_month;
      npv[path] = outcome.npv_usd;
    }
  });

  Uncertainty out;
  out.paths = paths;
  out.seed = seed;
  out.probability_cheaper = share_positive(fully_loaded);
  out.probability_run_rate_cheaper = share_positive(run_rate);
  out.run_rate = quantiles_of(run_rate);
  out.fully_loaded = quantiles_of(fully_loaded);
  out.npv = quantiles_of(npv);
  return out;
}

Result<std::vector<TornadoBar>> tornado(const std::vector<Driver>& drivers, const Model& model) {
  BREAKEVEN_TRY(const Draws draws, Draws::make(drivers, {}, 0));
  std::vector<double> values = bases(drivers);
  std::vector<TornadoBar> bars;
  for (std::size_t d = 0; d < drivers.size(); ++d) {
    if (draws.sampler(d).fixed()) continue;
    TornadoBar bar{d, draws.sampler(d).at(0.10), draws.sampler(d).at(0.90), 0, 0};
    values[d] = bar.low_value;
    bar.at_low_usd = model(values.data()).fully_loaded_usd_month;
    values[d] = bar.high_value;
    bar.at_high_usd = model(values.data()).fully_loaded_usd_month;
    values[d] = drivers[d].base;
    if (bar.swing() > 0) bars.push_back(bar);
  }
  std::ranges::stable_sort(
      bars, [](const TornadoBar& a, const TornadoBar& b) { return a.swing() > b.swing(); });
  return bars;
}

std::optional<FlipPoint> flip_point(const std::vector<Driver>& drivers, const Model& model,
                                    std::size_t driver, Difference difference) {
  std::vector<double> values = bases(drivers);
  const auto at = [&](double x) {
    values[driver] = x;
    return pick(model(values.data()), difference);
  };
  const double base = drivers[driver].base;
  const bool now = at(base) > 0;
  // The nearer side first: walk away from the base in growing steps until the sign changes.
  constexpr int kWalk = 64;
  std::optional<std::pair<double, double>> bracket;
  for (int i = 1; i <= kWalk && !bracket; ++i) {
    for (const double end : {drivers[driver].flip_low, drivers[driver].flip_high}) {
      const double far = base + (end - base) * i / kWalk;
      const double near = base + (end - base) * (i - 1) / kWalk;
      if (end != base && (at(far) > 0) != now) {
        bracket = std::pair{near, far};
        break;
      }
    }
  }
  if (!bracket) return std::nullopt;
  auto [same, other] = *bracket;
  for (int i = 0; i < 200 && std::fabs(at(other)) > 1e-6; ++i) {
    const double middle = 0.5 * (same + other);
    if (middle == same || middle == other) break;
    if ((at(middle) > 0) == now) {
      same = middle;
    } else {
      other = middle;
    }
  }
  const FlipPoint flip{driver, other, at(other)};
  // A jump over zero (a whole GPU more) has no value at which the two are equal.
  if (std::fabs(flip.difference_usd) >= 1) return std::nullopt;
  return flip;
}

std::vector<FlipPoint> flip_points(const std::vector<Driver>& drivers, const Model& model,
                                   Difference difference) {
  std::vector<FlipPoint> out;
  for (std::size_t d = 0; d < drivers.size(); ++d) {
    if (const auto flip = flip_point(drivers, model, d, difference)) out.push_back(*flip);
  }
  const auto distance = [&](const FlipPoint& flip) {
    const Driver& driver = drivers[flip.driver];
    const double scale = std::max(std::fabs(driver.base), 1e-9);
    return std::fabs(flip.value - driver.base) / scale;
  };
  std::ranges::stable_sort(
      out, [&](const FlipPoint& a, const FlipPoint& b) { return distance(a) < distance(b); });
  return out;
}

}  // namespace breakeven::economics
