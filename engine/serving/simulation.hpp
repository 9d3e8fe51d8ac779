// simulation.hpp — replaying a trace on one replica or a fleet of equal replicas.
//
// Units    Seconds and tokens; simulated time starts at the trace's first arrival.
// Shape    Deterministic: events are ordered by (time, kind, sequence number).
// Threads  One simulation is single-threaded; run many side by side.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/serving/disaggregation.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

enum class Router : std::uint8_t { round_robin, least_outstanding_tokens, prefix_affinity };

/// What a stretch of equal iterations did.
struct ObservedSteps {
  std::int64_t steps = 0;
  std::int64_t decoding = 0;        ///< sequences that have their first token and are not complete
  std::int64_t waiting = 0;         ///< requests in the engine without a first token
  std::int64_t prefill_tokens = 0;  ///< per iteration
  double attention_pairs = 0;       ///< per iteration
  double context_tokens = 0;        ///< tokens of cache read by decodes, summed over the iterations
  bool held = false;                ///< decodes stood still for prompts
  std::int32_t replica = 0;
  double start_s = 0;
  double end_s = 0;
  std::int64_t queued = 0;  ///< not yet admitted, at the end
  std::int64_t blocks_at_start = 0;
  std::int64_t blocks_at_end = 0;  ///< KV blocks in use before the complete ones leave
};

/// Looks on while replicas run: for calibration and timelines.
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  virtual void observe(const ObservedSteps& steps) = 0;
};

struct SimulationOptions {
  int replicas = 1;
  Router router = Router::least_outstanding_tokens;
  Objective objective;
  /// Multiplies the arrival rate by replaying inter-arrival times / load_factor.
  double load_factor = 1.0;
  /// Keep every request's outcome (memory grows with the trace); percentiles do not need it.
  bool keep_requests = false;
  /// Above 0 a closed loop: so many users send the trace's requests in its order, each the next one
  /// when the answer to its last is complete, but not before its arrival in the trace (all arrivals
  /// 0: as fast as the answers come). A request reaches the engine request_entry_s() after the
  /// answer before it. Its times count from when it was sent.
  std::int64_t closed_loop_users = 0;
  /// A fleet that changes in time; `replicas` is then the most it has.
  std::optional<Elasticity> elastic;
  /// Prompts are computed by a pool of their own; `replicas` then only decode.
  std::optional<Disaggregation> disaggregation;
  StepObserver* observer = nullptr;
  const Ticker* ticker = nullptr;
};

struct RequestOutcome {
  double ttft_s = 0;
  double tpot_s = 0;  ///< (end - first token) / (output - 1); 0 for a single output token
  double end_to_end_s = 0;
  std::int32_t replica = 0;  ///< -1 for a request that was not served
};

struct LatencyPercentiles {
  double mean = 0;
  double p50 = 0;
  double p90 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

struct SimulationResult {
  std::int64_t requests = 0;
  std::int64_t rejected = 0;       ///< could never fit into the KV cache of one replica
  std::int64_t input_tokens = 0;   ///< served, cached ones included
  std::int64_t cached_tokens = 0;  ///< prompt tokens found in the prefix cache
  std::int64_t output_tokens = 0;
  std::int64_t preemptions = 0;
  std::int64_t iterations = 0;
  double makespan_s = 0;  ///< first arrival to last completion
  double busy_s = 0;      ///< summed over replicas: time in which an iteration ran
  LatencyPercentiles ttft;
  LatencyPercentiles tpot;  ///< over requests with at least two output tokens
  LatencyPercentiles end_to_end;
  double ttft_at_objective_s = 0;  ///< TTFT at objective.percentile
  double tpot_at_objective_s = 0;
  double share_meeting_objective = 0;  ///< requests within both limits / all
  bool objective_met = false;          ///< both percentiles within their limits, nothing rejected
  double mean_batch = 0;               ///< decoding sequences per busy iteration, time-weighted
  double mean_kv_use = 0;              ///< share of KV blocks in use, time-weighted over busy time
  double peak_kv_use = 0;
  std::vector<float> busy_by_hour;        ///< share of replica time busy, per hour of the trace
  std::shared_ptr<const FleetUse> fleet;  ///< when elastic
  /// When disaggregated: the pool that computes prompts, its latencies up to the hand-over.
  std::shared_ptr<const SimulationResult> prefill_pool;
  std::vector<RequestOutcome> outcomes;  ///< when keep_requests
};

/// Fails: invalid_argument for an empty trace or non-positive options; resource_limit when
/// cancelled.
[[nodiscard]] Result<SimulationResult> simulate(const traffic::Trace& trace, const StepModel& step,
                                                const EngineLimits& limits,
                                                const SimulationOptions& options);

}  // namespace breakeven::serving
