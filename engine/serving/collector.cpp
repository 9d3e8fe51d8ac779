#include "engine/serving/collector.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/serving/latency_sketch.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"

namespace breakeven::serving {

Collector::Collector(const Objective& objective, double entry_s, std::size_t requests,
                     bool keep_requests)
    : entry_s_(entry_s), ttft_limit_(objective.ttft_s), tpot_limit_(objective.tpot_s) {
  if (keep_requests) outcomes_.resize(requests, RequestOutcome{.replica = -1});
}

void Collector::add_busy(Ticks from, Ticks until) {
  if (until <= from) return;
  busy_s_ += seconds_from_ticks(until - from);
  constexpr Ticks kHour = Ticks{3600} << kTickBits;
  constexpr std::size_t kMostHours = 20'000;  // a longer replay keeps its first two years by hour
  auto hour = static_cast<std::size_t>(from / kHour);
  while (from < until && hour < kMostHours) {
    const Ticks stop = std::min(until, kHour * static_cast<Ticks>(hour + 1));
    if (busy_hours_.size() <= hour) busy_hours_.resize(hour + 1, 0.0);
    busy_hours_[hour] += seconds_from_ticks(stop - from);
    from = stop;
    ++hour;
  }
}

namespace {

LatencyPercentiles percentiles(const LatencySketch& sketch) {
  return {sketch.mean(),         sketch.percentile(50), sketch.percentile(90),
          sketch.percentile(95), sketch.percentile(99), sketch.max()};
}

// The sketch is exact to 0.025 %; the count within the limit is exact. Where they disagree about
// which side of the limit the percentile lies on, the count wins.
double on_the_counted_side(double value, double limit, bool within) {
  return within ? std::min(value, limit) : std::max(value, std::nextafter(limit, INFINITY));
}

}  // namespace

void Collector::fill(SimulationResult& result, const SimulationOptions& options,
                     const EngineLimits& limits) {
  const Objective& objective = options.objective;
  result.output_tokens = output_tokens_;
  result.preemptions = preemptions;
  result.iterations = iterations;
  result.makespan_s = seconds_from_ticks(last_end_) + (last_end_ > 0 ? entry_s_ : 0.0);
  result.busy_s = busy_s_;
  result.ttft = percentiles(ttft_);
  result.tpot = percentiles(tpot_);
  result.end_to_end = percentiles(end_to_end_);
  const auto holds = [&](const LatencySketch& sketch, std::int64_t within) {
    return sketch.count() == 0 || within >= nearest_rank(objective.percentile, sketch.count());
  };
  const bool ttft_ok = holds(ttft_, ttft_within_);
  const bool tpot_ok = holds(tpot_, tpot_within_);
  result.ttft_at_objective_s =
      on_the_counted_side(ttft_.percentile(objective.percentile), ttft_limit_, ttft_ok);
  result.tpot_at_objective_s =
      on_the_counted_side(tpot_.percentile(objective.percentile), tpot_limit_, tpot_ok);
  const std::int64_t all = ttft_.count() + result.rejected;
  result.share_meeting_objective =
      all > 0 ? static_cast<double>(both_within_) / static_cast<double>(all) : 0.0;
  result.objective_met = ttft_ok && tpot_ok && result.rejected == 0;
  if (busy_s_ > 0) {
    const auto blocks = static_cast<double>(limits.kv_blocks);
    result.mean_batch = sequence_seconds_ / busy_s_;
    result.mean_kv_use = block_seconds_ / (busy_s_ * blocks);
    result.peak_kv_use = static_cast<double>(peak_blocks) / blocks;
  }
  for (const double busy : busy_hours_) {
    constexpr double kHourSeconds = 3600;
    result.busy_by_hour.push_back(static_cast<float>(busy / (kHourSeconds * options.replicas)));
  }
  result.outcomes = std::move(outcomes_);
}

}  // namespace breakeven::serving
