// elasticity.hpp — fleets that change in time: schedules, autoscaling, spot interruptions.
//
// Units    Seconds of simulated time; hours of the week count from Monday 00:00.
// Shape    A fleet has places 0 .. R - 1. At any time the first n of them are wanted, with
//
//              n = max(floor(t), greatest desired of the last scale_down_delay_s), at most R
//              desired = ceil(requests in flight / target_in_flight), every interval_s
//
//          where floor(t) is the schedule's entry for the hour, else the autoscaler's `least`, else
//          R; without an autoscaler n = floor(t). A place that becomes wanted starts and takes requests
//          cold_start_s later; what is wanted at time 0 is up. One that is no longer wanted takes
//          no new requests, answers what it has, and is off. A spot place that has been up for an
//          exponential time gets notice: it takes no new requests, and notice_s later it is gone;
//          what it had is handed over to others, computed again, tokens already sent stay sent. If
//          the place is still wanted its replacement has been starting since the notice. Requests
//          that find no replica up wait in front of the fleet.
//          At the same instant: notices and losses by place, replicas that come up by place, the
//          autoscaler, the schedule, arrivals, and then the iterations that end.
//          Worked: 30 requests in flight at a target of 8 want 4 replicas (test: ScalesByHand).
// Sources  Kubernetes HorizontalPodAutoscaler: 15 s sync period, 300 s stabilisation, and the
//          formula above (desired = ceil(current x metric / target)). Spot notice 120 s: AWS EC2;
//          30 s: Google Cloud, Azure. Cold start: docs/methodology/simulation.md.
// Errors   check() names the field.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::serving {

inline constexpr std::size_t kHoursPerWeek = 168;

/// The fewest replicas wanted in each hour of the week.
struct Schedule {
  std::array<int, kHoursPerWeek> replicas{};
  double start_hour = 0;  ///< hour of the week at which the trace begins, 0 <= h < 168
};

struct Autoscaler {
  int least = 1;                ///< without a schedule
  double target_in_flight = 0;  ///< requests per replica, running and waiting
  double interval_s = 15;
  double scale_down_delay_s = 300;

  /// It heeds this many of its looks, the present one included.
  [[nodiscard]] std::int64_t looks_kept() const;
};

struct SpotMarket {
  double interruptions_per_hour = 0;  ///< of one replica
  double notice_s = 120;
  int on_demand = 0;  ///< the first so many places are never interrupted
  std::uint64_t seed = 1;

  /// Seconds that life number `life` of a place lasts until it gets notice.
  [[nodiscard]] double life_s(int place, std::uint64_t life) const;
};

struct Elasticity {
  double cold_start_s = 100;
  std::optional<Schedule> schedule;
  std::optional<Autoscaler> autoscaler;
  std::optional<SpotMarket> spot;

  /// floor() of the formula in the n-th hour of the schedule that the trace meets (0: at its start).
  [[nodiscard]] int least(std::int64_t hours_met, int replicas) const;
  /// Seconds into the trace at which that hour begins; 0 for the first.
  [[nodiscard]] double hour_begins_s(std::int64_t hours_met) const;
};

/// Fails with invalid_argument. `replicas` is the most that the fleet may have.
[[nodiscard]] Status check(const Elasticity& elastic, int replicas);

/// What an elastic fleet used, from the first arrival to its last answer.
struct FleetUse {
  double span_s = 0;
  double up_s = 0;    ///< summed over replicas: able to compute
  double paid_s = 0;  ///< the same with cold starts and replacements that start during a notice
  std::vector<double> s_at;  ///< [n]: seconds during which n replicas were paid for
  int peak_replicas = 0;     ///< paid for at once
  double mean_replicas = 0;  ///< paid_s / span_s
  std::int64_t cold_starts = 0;
  std::int64_t interruptions = 0;
  std::int64_t moved_requests = 0;   ///< lost their replica and were handed over
  std::int64_t waited_requests = 0;  ///< found no replica up at their arrival
};

}  // namespace breakeven::serving
