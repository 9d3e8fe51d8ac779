// availability.hpp — how often k of n independent machines are up.
//
// Units    Shares of time; downtime in minutes of a month of 730 h.
// Shape    Up and down independently, each up a share a of the time: P(at least k of n up) is a
//          binomial tail. Regions that each hold a whole fleet fail together only if all do.
// Sources  Binomial tail = regularised incomplete beta, I_a(k, n - k + 1). Worked: 3 needed, N + 1,
//          97 % each: 99.48 % (test: Availability.*).
// Errors   out_of_range naming the field; not reached: a target that kMaxSpares do not meet.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/result.hpp"

namespace breakeven::finance {

struct FleetAvailability {
  double machine = 0.99;    ///< availability of one
  std::int64_t needed = 1;  ///< k
  std::int64_t spares = 0;  ///< r; n = k + r
  std::int64_t regions = 1;
};

struct AvailabilityAnswer {
  double availability = 0;
  double unavailability = 0;  ///< 1 - availability, without losing its digits
  double downtime_minutes_month = 0;
  double expected_up = 0;  ///< machines of one region
};
[[nodiscard]] Result<AvailabilityAnswer> availability(const FleetAvailability& fleet);

inline constexpr std::int64_t kMaxMachines = 10'000;
inline constexpr std::int64_t kMaxSpares = 1'000;
/// The fewest spares at which the fleet reaches `target`; null when kMaxSpares are not enough.
[[nodiscard]] Result<std::optional<std::int64_t>> spares_for(FleetAvailability fleet,
                                                             double target);

/// Availability of what fails every `mtbf` and takes `mttr` to repair, in the same unit.
[[nodiscard]] Result<double> availability_of(double mtbf, double mttr);

}  // namespace breakeven::finance
