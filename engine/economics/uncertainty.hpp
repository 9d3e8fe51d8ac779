// uncertainty.hpp — how likely the answer is, which driver matters, and what would flip it.
//
// Units    Outcomes in USD per month (reference minus candidate: positive = the candidate is
//          cheaper) and USD of NPV. All doubles: projections.
// Shape    A Model maps a flat array of driver values to an Outcome; it must be pure and cheap.
//          Paths are counter-based (draws.hpp).
// Sources  Tornado: one driver at a time at its P10 and P90. Flip point: the driver's value where
//          the decided difference is zero, by bisection, others at their base.
// Threads  Blocks of kBlock paths on the Pool, reduced by block number: same bytes for any pool
//          size.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/draws.hpp"

namespace breakeven::economics {

struct Outcome {
  double run_rate_usd_month = 0;
  double fully_loaded_usd_month = 0;
  double npv_usd = 0;
};
using Model = std::function<Outcome(const double* drivers)>;

struct Quantiles {
  double p10 = 0;
  double p50 = 0;
  double p90 = 0;
  double mean = 0;
};

struct TornadoBar {
  std::size_t driver = 0;
  double low_value = 0;
  double high_value = 0;
  double at_low_usd = 0;  ///< fully loaded difference with the driver at its P10
  double at_high_usd = 0;
  [[nodiscard]] double swing() const {
    return at_high_usd > at_low_usd ? at_high_usd - at_low_usd : at_low_usd - at_high_usd;
  }
};

struct FlipPoint {
  std::size_t driver = 0;
  double value = 0;
  double difference_usd = 0;  ///< when `value` is entered again: below 1 USD
};

struct Uncertainty {
  std::uint64_t paths = 0;
  std::uint64_t seed = 0;
  double probability_cheaper = 0;           ///< of the candidate, fully loaded
  double probability_run_rate_cheaper = 0;  ///< on the run rate alone
  Quantiles run_rate;
  Quantiles fully_loaded;
  Quantiles npv;
};

inline constexpr std::uint64_t kDefaultPaths = 100'000;
inline constexpr std::size_t kBlock = 4'096;

[[nodiscard]] Result<Uncertainty> simulate(const std::vector<Driver>& drivers, const Model& model,
                                           std::uint64_t paths, std::uint64_t seed, Pool& pool,
                                           const std::vector<Correlation>& correlations = {});

/// P10, P50, P90 by linear interpolation between order statistics (PERCENTILE.INC), and the mean in
/// the order given. Reorders `values`, which must not be empty.
[[nodiscard]] Quantiles quantiles_of(std::span<double> values);

/// Widest swing first; drivers that are fixed, or whose swing is nil, are left out.
[[nodiscard]] Result<std::vector<TornadoBar>> tornado(const std::vector<Driver>& drivers,
                                                      const Model& model);

/// Where `difference` of the model (run rate or fully loaded) changes sign for one driver.
enum class Difference : std::uint8_t { run_rate, fully_loaded };
[[nodiscard]] std::optional<FlipPoint> flip_point(const std::vector<Driver>& drivers,
                                                  const Model& model, std::size_t driver,
                                                  Difference difference);
/// Of every driver that has one; relatively nearest to its base first.
[[nodiscard]] std::vector<FlipPoint> flip_points(const std::vector<Driver>& drivers,
                                                 const Model& model, Difference difference);

}  // namespace breakeven::economics
