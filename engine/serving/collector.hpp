// collector.hpp — where finished requests and time-weighted sums of all replicas go.
//
// Units    Ticks in, seconds out.
// Threads  One replay's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/serving/latency_sketch.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"

namespace breakeven::serving {

class Collector {
 public:
  Collector(const Objective& objective, double entry_s, std::size_t requests, bool keep_requests);

  [[nodiscard]] double ttft_s(Ticks sent, Ticks first) const {
    return seconds_from_ticks(first - sent) + entry_s_;
  }
  void finish(std::uint32_t request, std::int32_t output, double ttft, Ticks first, Ticks end,
              std::int32_t replica) {
    const double decode = seconds_from_ticks(end - first);
    const double e2e = ttft + decode;
    bool within = ttft <= ttft_limit_;
    ttft_within_ += within ? 1 : 0;
    ttft_.add(ttft);
    end_to_end_.add(e2e);
    double tpot = 0;
    if (output > 1) {
      tpot = decode / static_cast<double>(output - 1);
      tpot_.add(tpot);
      const bool steady = tpot <= tpot_limit_;
      tpot_within_ += steady ? 1 : 0;
      within = within && steady;
    }
    both_within_ += within ? 1 : 0;
    output_tokens_ += output;
    if (end > last_end_) last_end_ = end;
    if (!outcomes_.empty()) outcomes_[request] = {ttft, tpot, e2e, replica};
    if (!ends_.empty()) ends_[request] = end;
  }
  void add_work(Ticks duration, std::int64_t sequences, double blocks_in_use) {
    const double s = seconds_from_ticks(duration);
    sequence_seconds_ += s * static_cast<double>(sequences);
    block_seconds_ += s * blocks_in_use;
  }
  void add_busy(Ticks from, Ticks until);
  [[nodiscard]] bool missed_for_certain(std::int64_t most_ttft, std::int64_t most_tpot) const {
    return ttft_.count() - ttft_within_ > most_ttft || tpot_.count() - tpot_within_ > most_tpot;
  }
  /// From now on also remembers when each request ended; kNever for those that did not.
  void keep_ends(std::size_t requests) { ends_.assign(requests, kNever); }
  [[nodiscard]] std::vector<Ticks> take_ends() { return std::move(ends_); }
  [[nodiscard]] Ticks last_end() const { return last_end_; }

  /// Writes everything it knows into `result`, whose `rejected` is already set; call once.
  void fill(SimulationResult& result, const SimulationOptions& options, const EngineLimits& limits);

  std::int64_t preemptions = 0;
  std::int64_t iterations = 0;
  std::int64_t peak_blocks = 0;
  StepObserver* observer = nullptr;

 private:
  double entry_s_;
  double ttft_limit_;
  double tpot_limit_;
  std::int64_t ttft_within_ = 0;
  std::int64_t tpot_within_ = 0;
  std::int64_t both_within_ = 0;
  std::int64_t output_tokens_ = 0;
  double sequence_seconds_ = 0;
  double block_seconds_ = 0;
  double busy_s_ = 0;
  Ticks last_end_ = 0;
  LatencySketch ttft_;
  LatencySketch tpot_;
  LatencySketch end_to_end_;
  std::vector<double> busy_hours_;
  std::vector<RequestOutcome> outcomes_;
  std::vector<Ticks> ends_;
};

}  // namespace breakeven::serving
