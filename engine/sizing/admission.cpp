#include "engine/sizing/admission.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/serving/fleet.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/replica_sim.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::sizing {

namespace {

using serving::EngineLimits;
using serving::GateView;
using serving::ReplicaSim;
using serving::StepModel;

constexpr std::array<double, 11> kStrictness = {2.0, 1.4, 1.0, 0.8, 0.65, 0.5,
                                                0.4, 0.3, 0.2, 0.1, 0.05};
constexpr int kMostPoints = 16;

struct Sums {
  std::int64_t requests = 0;
  std::int64_t input = 0;
  std::int64_t cached = 0;
  std::int64_t output = 0;
};

/// Cached tokens as the trace states them: the API's cache, not the replica's, prices the overflow.
std::int64_t cached_of(const traffic::Trace& trace, std::size_t i) {
  if (trace.cached_tokens.empty()) return 0;
  return std::min(trace.cached_tokens[i], trace.input_tokens[i]);
}

void add(Sums& sums, const traffic::Trace& trace, std::size_t i) {
  ++sums.requests;
  sums.input += trace.input_tokens[i];
  sums.cached += cached_of(trace, i);
  sums.output += trace.output_tokens[i];
}

CapacityPoint point(int replicas, const Sums& all, const Sums& overflow) {
  const auto served = [](std::int64_t whole, std::int64_t part) {
    return whole > 0 ? static_cast<double>(whole - part) / static_cast<double>(whole) : 1.0;
  };
  CapacityPoint p;
  p.replicas = replicas;
  p.served_requests = served(all.requests, overflow.requests);
  p.served_input_tokens = served(all.input, overflow.input);
  p.served_cached_tokens = served(all.cached, overflow.cached);
  p.served_output_tokens = served(all.output, overflow.output);
  p.overflow_requests = overflow.requests;
  p.overflow_input_tokens = overflow.input;
  p.overflow_cached_tokens = overflow.cached;
  p.overflow_output_tokens = overflow.output;
  return p;
}

class Gate {
 public:
  Gate(const traffic::Trace& trace, const StepModel& step, const EngineLimits& limits,
       const serving::Objective& objective, double strictness)
      : requests_(trace, limits, 1.0),
        step_(&step),
        limits_(&limits),
        ttft_limit_s_(objective.ttft_s * strictness),
        tpot_limit_s_(objective.tpot_s * strictness) {}

  bool operator()(const GateView& view) const {
    const ReplicaSim& replica = *view.replica;
    const std::int64_t prompt = requests_.prompt(view.request);
    const std::int64_t uncached = prompt - requests_.cached(view.request);
    if (replica.in_flight() >= limits_->most_sequences()) return false;
    const std::int64_t memory = (replica.prefill_backlog() + prompt) / limits_->block_tokens + 1;
    if (memory > replica.free_blocks()) return false;
    const std::int64_t after = replica.in_flight() + 1;
    const double pace =
        step_->base_s(after, 0) +
        step_->s_per_context_token() *
            static_cast<double>(replica.context_tokens() + replica.prefill_backlog() + prompt);
    if (requests_.output(view.request) > 1 && pace > tpot_limit_s_) return false;
    return forecast_ttft_s(*step_, *limits_, replica, uncached, prompt) <= ttft_limit_s_;
  }

 private:
  serving::RequestTable requests_;
  const StepModel* step_;
  const EngineLimits* limits_;
  double ttft_limit_s_;
  double tpot_limit_s_;
};

}  // namespace

double forecast_ttft_s(const StepModel& step, const EngineLimits& limits, const ReplicaSim& replica,
                       std::int64_t uncached_tokens, std::int64_t prompt_tokens) {
  const std::int64_t decoding = replica.decoding();
  const std::int64_t work = replica.prefill_backlog() + uncached_tokens;
  const std::int64_t room =
      std::max<std::int64_t>(1, limits.token_budget - decoding * limits.decode_tokens);
  const std::int64_t iterations = (work + room - 1) / room;
  const double context_s =
      step.s_per_context_token() * static_cast<double>(replica.context_tokens());
  const double current_s = decoding > 0 ? step.base_s(decoding, 0) + context_s : 0.0;
  const double prefill_s = step.base_s(decoding, std::min(work, room)) + context_s;
  const double pairs = static_cast<double>(work) * static_cast<double>(prompt_tokens) / 2;
  return step.request_entry_s() + current_s + static_cast<double>(iterations) * prefill_s +
         step.s_per_attention_pair() * pairs -
         step.attention_saving_s(static_cast<double>(work), pairs);
}

bool CapacityPoint::overflows(std::size_t request) const {
  if (overflow_bits != nullptr) return ((*overflow_bits)[request / 64] >> (request % 64) & 1U) != 0;
  return overflow_requests > 0;
}

Result<std::vector<CapacityPoint>> capacity_table(const traffic::Trace& trace,
                                                  const traffic::Trace& sample,
                                                  const serving::Replica& replica, int needed,
                                                  const SizingOptions& options) {
  const auto replay = [&](const traffic::Trace& requests, int n, double strictness) {
    serving::SimulationOptions simulation;
    simulation.replicas = n * replica.config.data_parallel;
    simulation.router = options.router;
    simulation.objective = options.objective;
    simulation.ticker = options.ticker;
    serving::ReplayControl control;
    control.gate = Gate(requests, *replica.step, replica.limits, options.objective, strictness);
    return serving::replay_fleet(requests, *replica.step, replica.limits, simulation, control);
  };
  Sums all;
  for (std::size_t i = 0; i < trace.size(); ++i) add(all, trace, i);
  std::vector<CapacityPoint> table = {point(0, all, all)};
  const bool sampled = sample.size() != trace.size();
  std::size_t strictness = 0;
  const int points = std::min(needed, kMostPoints);
  for (int j = 1; j < points; ++j) {
    const int n = static_cast<int>(std::int64_t{needed} * j / points);
    CapacityPoint best = table.back();
    best.replicas = n;
    // More replicas are less crowded: begin one notch looser than what held with fewer.
    for (std::size_t s = strictness > 0 ? strictness - 1 : 0; s < kStrictness.size(); ++s) {
      if (sampled) {
        BREAKEVEN_TRY(const serving::FleetReplay tried, replay(sample, n, kStrictness[s]));
        if (!tried.result.objective_met) continue;
      }
      BREAKEVEN_TRY(serving::FleetReplay served, replay(trace, n, kStrictness[s]));
      if (!served.result.objective_met) continue;
      strictness = s;
      Sums overflow;
      for (std::size_t i = 0; i < trace.size(); ++i) {
        if ((served.turned_away[i / 64] >> (i % 64) & 1U) != 0) add(overflow, trace, i);
      }
      // n replicas can do what fewer did by leaving the rest idle, so the table never falls.
      if (overflow.requests <= table.back().overflow_requests) {
        best = point(n, all, overflow);
        best.overflow_bits =
            std::make_shared<const std::vector<std::uint64_t>>(std::move(served.turned_away));
      }
      break;
    }
    table.push_back(std::move(best));
  }
  table.push_back(point(needed, all, {}));
  table.back().objective_met = true;
  return table;
}

}  // namespace breakeven::sizing
