// replay.hpp — one pool of replicas and what its replay counts; the loops that drive it.
//
// Shape    A loop hands requests over in order of arrival and advances the replicas: one for fleets
//          that stay as they are (fleet_loops.cpp), one for fleets that change (elastic_loop.cpp).
// Threads  Single-threaded. Not to be moved once replicas exist: they point into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/serving/collector.hpp"
#include "engine/serving/disaggregation.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/fleet.hpp"
#include "engine/serving/replica_sim.hpp"
#include "engine/serving/request_table.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/serving/step_times.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

class Replay {
 public:
  /// Everything given must outlive it. `first_id` is the number of the first replica in outcomes.
  Replay(const traffic::Trace& trace, const StepModel& step, const EngineLimits& limits,
         const SimulationOptions& options, const ReplayControl& control, int first_id = 0);
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// Counts requests that never came this far because they can never fit.
  void reject(std::int64_t count) { rejected_ += count; }
  /// Runs the loop that the options ask for and sums up.
  [[nodiscard]] Result<FleetReplay> run();

  /// Looks up now and then: cancelled? objective lost for certain?
  [[nodiscard]] Status poll(std::size_t request) {
    constexpr std::size_t kTickMask = 1023;
    return (request & kTickMask) != 0 ? Status{} : look_up();
  }
  [[nodiscard]] bool stopped() const { return out.stopped_early; }
  /// False when the request was rejected or turned away, and then counted.
  [[nodiscard]] bool takes(std::uint32_t request, const ReplicaSim& replica) {
    if (!replica.fits(requests.peak_tokens(request))) {
      ++rejected_;
      return false;
    }
    if (control_->gate && turns_away(request, replica)) return false;
    ++served_;
    input_tokens_ += requests.input(request);
    cached_tokens_ += requests.cached(request);
    return true;
  }
  /// What it adds to the outstanding tokens of its replica.
  [[nodiscard]] std::int64_t weight(std::uint32_t request) const {
    return requests.prompt(request) + answer_tokens_;
  }
  /// Where the router sends a request, without regard to load.
  [[nodiscard]] std::size_t by_rule(std::uint32_t request, std::size_t& turn) const;

  const SimulationOptions* options;
  RequestTable requests;
  StepTimes times;
  Collector collector;
  std::vector<ReplicaSim> replicas;
  FleetReplay out;

 private:
  [[nodiscard]] Status look_up();
  [[nodiscard]] bool turns_away(std::uint32_t request, const ReplicaSim& replica);
  void count_allowed_misses(const traffic::Trace& trace);
  void summarise();

  const ReplayControl* control_;
  const EngineLimits* limits_;
  std::int64_t answer_tokens_ = 0;
  std::int64_t most_ttft_misses_ = 0;
  std::int64_t most_tpot_misses_ = 0;
  std::int64_t served_ = 0;
  std::int64_t rejected_ = 0;
  std::int64_t input_tokens_ = 0;
  std::int64_t cached_tokens_ = 0;
};

/// Users of a closed loop who are ready to send, in order of time: the entry time is the same for
/// all, so first in, first out.
class ReadyUsers {
 public:
  explicit ReadyUsers(std::size_t users) : ready_(users, Ticks{0}), count_(users) {}
  [[nodiscard]] bool anyone() const { return count_ > 0; }
  [[nodiscard]] Ticks first() const { return ready_[first_]; }
  void leave() {
    first_ = first_ + 1 == ready_.size() ? 0 : first_ + 1;
    --count_;
  }
  void come(Ticks at) {
    ready_[(first_ + count_) % ready_.size()] = at;
    ++count_;
  }

 private:
  std::vector<Ticks> ready_;
  std::size_t first_ = 0;
  std::size_t count_;
};

[[nodiscard]] Status run_by_rule(Replay& replay);
[[nodiscard]] Status run_by_load(Replay& replay);
[[nodiscard]] Status run_closed_loop(Replay& replay);
/// Fleets that change in time, open or closed loop; fills FleetReplay::result.fleet.
[[nodiscard]] Status run_elastic(Replay& replay, const Elasticity& elastic);

/// A pool that computes prompts before one that decodes.
[[nodiscard]] Result<FleetReplay> replay_disaggregated(
    const traffic::Trace& trace, const StepModel& step, const EngineLimits& limits,
    const SimulationOptions& options, const Disaggregation& pools, const ReplayControl& control);

}  // namespace breakeven::serving
