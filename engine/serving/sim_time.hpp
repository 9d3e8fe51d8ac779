// sim_time.hpp — simulated time as a whole number, so that jumping n steps equals n single steps.
//
// Units    One tick is 2^-60 s (8.7e-19 s). 128 bits hold +-1.4e20 s.
// Shape    A double would lose 1e-10 s after a week of trace; sums of ticks are exact in any order,
//          which is why the event simulator may add k steps at once and still land on the boundary
//          that a step-by-step loop reaches.
#pragma once

#include <cstdint>

namespace breakeven::serving {

__extension__ using Ticks = __int128;

inline constexpr int kTickBits = 60;
inline constexpr double kTicksPerSecond = 0x1p60;
inline constexpr Ticks kNever = (Ticks{1} << 126);
inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// Rounds a duration of 0 <= s < 1e15 to ticks (truncates below half a tick of double precision).
[[nodiscard]] inline Ticks ticks_from_seconds(double s) {
  constexpr double kFitsInt64 = 7.0;
  if (s < kFitsInt64) return static_cast<std::int64_t>(s * kTicksPerSecond);
  return static_cast<Ticks>(s * kTicksPerSecond);
}

/// Nanoseconds to ticks, rounded down by less than one tick. ns >= 0.
[[nodiscard]] inline Ticks ticks_from_ns(std::int64_t ns) {
  // 2^60 / 1e9 = 1152921504 + 606846976 / 1e9
  const std::int64_t whole = ns / kNsPerSecond;
  const std::int64_t rest = ns % kNsPerSecond;
  const std::int64_t fraction = rest * 1'152'921'504 + rest * 606'846'976 / kNsPerSecond;
  return (Ticks{whole} << kTickBits) + Ticks{fraction};
}

/// Correct to the precision of a double.
[[nodiscard]] inline double seconds_from_ticks(Ticks t) {
  const auto low = static_cast<std::int64_t>(t);
  if (t == Ticks{low}) return static_cast<double>(low) * 0x1p-60;
  return static_cast<double>(t) * 0x1p-60;
}

}  // namespace breakeven::serving
