// payback.hpp — when an investment has paid for itself.
//
// Units    Periods after the first flow, which is at time 0.
// Shape    The first period whose cumulative sum is not negative; the fractional answer spreads that
//          period's flow evenly over it. Null = never. With a rate above 0 every flow is discounted
//          to time 0 first. A sum that misses zero by rounding alone (1e-12 of what was added up)
//          counts as zero.
// Sources  Worked: -1 000, then 400 a period: period 3, after 2.5; at 10 %: period 4, after 3.018
//          (tests: Payback.*).
#pragma once

#include <optional>
#include <span>

namespace breakeven::finance {

struct Payback {
  std::optional<int> period;
  std::optional<double> fractional;
  /// From this period on the sum never falls below zero again; null = it ends below zero.
  std::optional<int> lasting_period;
};

/// rate > -1; 0 = simple payback.
[[nodiscard]] Payback payback(std::span<const double> flows, double rate);

}  // namespace breakeven::finance
