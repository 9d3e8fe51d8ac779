#include "engine/economics/sensitivity.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/random.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/draws.hpp"
#include "engine/economics/uncertainty.hpp"

namespace breakeven::economics {

Result<std::vector<TotalOrder>> total_order(const std::vector<Driver>& drivers, const Model& model,
                                            std::uint64_t base, std::uint64_t seed, Pool& pool) {
  constexpr std::uint64_t kMostPaths = 1'000'000;
  if (base < 2 || base > kMostPaths) {
    return Error{ErrorCode::out_of_range,
                 "expected 2 to 1000000 paths, found " + std::to_string(base), "base"};
  }
  BREAKEVEN_TRY(const Draws draws, Draws::make(drivers, {}, seed));
  std::vector<RandomStream> others;
  others.reserve(drivers.size());
  for (const Driver& driver : drivers) others.emplace_back(seed, driver.id + ".other");
  struct Sums {
    double f = 0;
    double f2 = 0;
    std::vector<double> moved;
  };
  constexpr std::size_t kPathsPerBlock = 512;
  const auto count = static_cast<std::size_t>(base);
  std::vector<Sums> blocks((count + kPathsPerBlock - 1) / kPathsPerBlock);
  // Differences from the base: a large common level would eat the digits of the variance.
  std::vector<double> values(drivers.size());
  for (std::size_t d = 0; d < drivers.size(); ++d) values[d] = drivers[d].base;
  const double level = model(values.data()).fully_loaded_usd_month;
  pool.run(blocks.size(), [&](std::size_t b) {
    Sums& sums = blocks[b];
    sums.moved.assign(drivers.size(), 0);
    std::vector<double> path(drivers.size());
    const std::size_t end = std::min(count, (b + 1) * kPathsPerBlock);
    for (std::size_t i = b * kPathsPerBlock; i < end; ++i) {
      draws.path(i, path.data());
      const double f = model(path.data()).fully_loaded_usd_month - level;
      sums.f += f;
      sums.f2 += f * f;
      for (std::size_t d = 0; d < drivers.size(); ++d) {
        if (draws.sampler(d).fixed()) continue;
        const double kept = path[d];
        path[d] = draws.sampler(d).at(others[d].uniform(i, 0));
        const double step = f - (model(path.data()).fully_loaded_usd_month - level);
        sums.moved[d] += step * step;
        path[d] = kept;
      }
    }
  });
  double f = 0;
  double f2 = 0;
  std::vector<double> moved(drivers.size(), 0);
  for (const Sums& sums : blocks) {
    f += sums.f;
    f2 += sums.f2;
    for (std::size_t d = 0; d < drivers.size(); ++d) moved[d] += sums.moved[d];
  }
  const auto n = static_cast<double>(count);
  const double variance = f2 / n - (f / n) * (f / n);
  std::vector<TotalOrder> out;
  for (std::size_t d = 0; d < drivers.size(); ++d) {
    if (draws.sampler(d).fixed()) continue;
    out.push_back({d, variance > 0 ? moved[d] / (2 * n * variance) : 0.0});
  }
  std::ranges::stable_sort(
      out, [](const TotalOrder& a, const TotalOrder& b) { return a.index > b.index; });
  return out;
}

Indifference indifference(const std::vector<Driver>& drivers, const Model& model, std::size_t x,
                          std::size_t y, Difference difference, int points) {
  Indifference out{x, y, {}};
  std::vector<Driver> moved = drivers;
  for (int i = 0; i < points; ++i) {
    const double share = points > 1 ? static_cast<double>(i) / (points - 1) : 0.5;
    moved[x].base = drivers[x].flip_low + share * (drivers[x].flip_high - drivers[x].flip_low);
    if (const auto flip = flip_point(moved, model, y, difference)) {
      out.points.push_back({moved[x].base, flip->value, flip->difference_usd});
    }
  }
  return out;
}

}  // namespace breakeven::economics
