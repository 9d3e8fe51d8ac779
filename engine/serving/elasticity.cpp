#include "engine/serving/elasticity.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/det_math.hpp"
#include "engine/base/random.hpp"
#include "engine/base/result.hpp"
#include "engine/serving/input_range.hpp"

namespace breakeven::serving {

namespace {

constexpr double kSecondsPerHour = 3600;

}  // namespace

int Elasticity::least(std::int64_t hours_met, int replicas) const {
  if (!schedule) return std::min(replicas, autoscaler ? autoscaler->least : replicas);
  const auto first = static_cast<std::int64_t>(std::floor(schedule->start_hour));
  const auto hour = static_cast<std::size_t>(first + hours_met) % kHoursPerWeek;
  return std::min(replicas, schedule->replicas[hour]);
}

double Elasticity::hour_begins_s(std::int64_t hours_met) const {
  if (hours_met == 0 || !schedule) return 0;
  const double into_hour = schedule->start_hour - std::floor(schedule->start_hour);
  return (static_cast<double>(hours_met) - into_hour) * kSecondsPerHour;
}

double SpotMarket::life_s(int place, std::uint64_t life) const {
  const RandomStream random(seed, "spot-life");
  const double u = random.uniform(static_cast<std::uint64_t>(place), life);
  return -det_log(u) * kSecondsPerHour / interruptions_per_hour;
}

std::int64_t Autoscaler::looks_kept() const {
  return static_cast<std::int64_t>(scale_down_delay_s / interval_s) + 1;
}

Status check(const Elasticity& elastic, int replicas) {
  constexpr double kLongest = 1e7;
  BREAKEVEN_CHECK_OK(in_range("elastic.cold_start_s", elastic.cold_start_s, 0.0, kLongest));
  if (elastic.schedule) {
    const Schedule& s = *elastic.schedule;
    constexpr double kLastHour = 167.999999;
    BREAKEVEN_CHECK_OK(in_range("elastic.schedule.start_hour", s.start_hour, 0.0, kLastHour));
    for (const int n : s.replicas)
      BREAKEVEN_CHECK_OK(
          in_range("elastic.schedule.replicas", std::int64_t{n}, 0, std::int64_t{replicas}));
    const bool never = std::ranges::all_of(s.replicas, [](int n) { return n == 0; });
    if (never && !elastic.autoscaler)
      return bad_input("elastic.schedule.replicas", "at least one hour of the week with a replica",
                       "none");
  }
  if (elastic.autoscaler) {
    const Autoscaler& a = *elastic.autoscaler;
    BREAKEVEN_CHECK_OK(
        in_range("elastic.autoscaler.least", std::int64_t{a.least}, 0, std::int64_t{replicas}));
    BREAKEVEN_CHECK_OK(
        in_range("elastic.autoscaler.target_in_flight", a.target_in_flight, 1e-3, 1e9));
    BREAKEVEN_CHECK_OK(in_range("elastic.autoscaler.interval_s", a.interval_s, 0.1, kLongest));
    BREAKEVEN_CHECK_OK(in_range("elastic.autoscaler.scale_down_delay_s", a.scale_down_delay_s, 0.0,
                                1e5 * a.interval_s));
  }
  if (elastic.spot) {
    const SpotMarket& s = *elastic.spot;
    BREAKEVEN_CHECK_OK(
        in_range("elastic.spot.interruptions_per_hour", s.interruptions_per_hour, 1e-9, 3600.0));
    BREAKEVEN_CHECK_OK(in_range("elastic.spot.notice_s", s.notice_s, 0.0, kLongest));
    BREAKEVEN_CHECK_OK(
        in_range("elastic.spot.on_demand", std::int64_t{s.on_demand}, 0, std::int64_t{replicas}));
  }
  return {};
}

}  // namespace breakeven::serving
