#include "engine/sizing/sizing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/fleet.hpp"
#include "engine/serving/latency_sketch.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/request_table.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/sizing/admission.hpp"
#include "engine/sizing/load_sample.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::sizing {

namespace {

using serving::EngineLimits;
using serving::SimulationResult;
using serving::StepModel;
using traffic::Trace;

/// "10 us", "8.42 ms", "185 ms", "4.84 s".
std::string duration(double s) {
  const std::string_view unit = s >= 1 ? " s" : s >= 1e-4 ? " ms" : " us";
  const double value = s >= 1 ? s : s >= 1e-4 ? s * 1e3 : s * 1e6;
  const double digits = value < 100 ? 100 : 1;
  return shortest(std::round(value * digits) / digits) + std::string(unit);
}

std::string percent(double p) { return shortest(p) + " %"; }

/// Latencies of request i on an otherwise idle replica: what no fleet can beat.
struct Alone {
  double ttft_s = 0;
  double tpot_s = 0;
};
Alone alone(const serving::RequestTable& requests, const StepModel& step,
            const EngineLimits& limits, std::size_t i) {
  Alone a;
  a.ttft_s = step.request_entry_s();
  std::int64_t done = requests.cached(i);
  const std::int64_t prompt = requests.prompt(i);
  while (done < prompt) {
    const std::int64_t chunk = std::min(limits.token_budget, prompt - done);
    const auto c = static_cast<double>(chunk);
    a.ttft_s += step.step_s({.decode_sequences = 0,
                             .context_tokens = 0,
                             .prefill_tokens = chunk,
                             .attention_pairs = c * (static_cast<double>(done) + c / 2)});
    done += chunk;
  }
  const double mean_context = static_cast<double>(prompt) + 0.5 * requests.output(i);
  a.tpot_s = step.base_s(1, 0) + step.s_per_context_token() * mean_context;
  return a;
}

/// The objective against every request alone. Says which limit is out of reach for any fleet.
Status reachable(const Trace& trace, const serving::Replica& replica,
                 const serving::Objective& objective) {
  const serving::RequestTable requests(trace, replica.limits, 1.0);
  serving::LatencySketch ttft;
  serving::LatencySketch tpot;
  std::int64_t ttft_within = 0;
  std::int64_t tpot_within = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const Alone a = alone(requests, *replica.step, replica.limits, i);
    ttft.add(a.ttft_s);
    ttft_within += a.ttft_s <= objective.ttft_s ? 1 : 0;
    if (trace.output_tokens[i] <= 1) continue;
    tpot.add(a.tpot_s);
    tpot_within += a.tpot_s <= objective.tpot_s ? 1 : 0;
  }
  const auto check = [&](std::string_view name, const serving::LatencySketch& sketch,
                         std::int64_t within, double limit_s, std::string_view what) -> Status {
    if (sketch.count() == 0 ||
        within >= serving::nearest_rank(objective.percentile, sketch.count())) {
      return {};
    }
    return Error{ErrorCode::infeasible,
                 std::string(name) + " " + duration(limit_s) + " at " +
                     percent(objective.percentile) + ": even " + std::string(what) + " " +
                     duration(sketch.percentile(objective.percentile)) + " on " + replica.name() +
                     ", whatever the number of replicas",
                 "objective"};
  };
  BREAKEVEN_CHECK_OK(
      check("TPOT", tpot, tpot_within, objective.tpot_s, "one sequence alone takes per token"));
  return check("TTFT", ttft, ttft_within, objective.ttft_s, "an idle replica answers after");
}

Status everything_fits(const Trace& trace, const serving::Replica& replica) {
  const serving::RequestTable requests(trace, replica.limits, 1.0);
  const std::int64_t tokens = replica.limits.kv_blocks * replica.limits.block_tokens;
  std::int64_t longest = 0;
  std::int64_t too_long = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const std::int64_t peak = requests.peak_tokens(i);
    longest = std::max(longest, peak);
    too_long += peak > tokens ? 1 : 0;
  }
  if (too_long == 0) return {};
  return Error{ErrorCode::infeasible,
               std::to_string(too_long) + " requests never fit: the longest needs " +
                   std::to_string(longest) + " tokens of KV cache, " + replica.name() + " holds " +
                   std::to_string(tokens),
               "KV cache"};
}

/// How far a figure is above (> 1) or below its limit.
Limit nearer_limit(const SimulationResult& r, const serving::Objective& objective) {
  const double ttft = r.ttft_at_objective_s / objective.ttft_s;
  const double tpot = r.tpot_at_objective_s / objective.tpot_s;
  return tpot > ttft ? Limit::tpot : Limit::ttft;
}

serving::SimulationOptions simulation_of(const serving::Replica& replica, int replicas,
                                         const SizingOptions& options) {
  serving::SimulationOptions simulation;
  simulation.replicas = replicas * replica.config.data_parallel;
  simulation.router = options.router;
  simulation.objective = options.objective;
  simulation.ticker = options.ticker;
  return simulation;
}

Result<SimulationResult> probe(const Trace& trace, const serving::Replica& replica, int replicas,
                               double load_factor, const SizingOptions& options,
                               bool to_the_end = false) {
  serving::SimulationOptions simulation = simulation_of(replica, replicas, options);
  simulation.load_factor = load_factor;
  serving::ReplayControl control;
  control.stop_when_missed = !to_the_end;
  BREAKEVEN_TRY(serving::FleetReplay replay,
                serving::replay_fleet(trace, *replica.step, replica.limits, simulation, control));
  return std::move(replay.result);
}

/// The whole trace on a fleet of `replicas` replicas at most, scaled as the options say.
Result<std::shared_ptr<const SimulationResult>> elastic_replay(const Trace& trace,
                                                               const serving::Replica& replica,
                                                               int replicas,
                                                               serving::Elasticity elastic,
                                                               const SizingOptions& options) {
  serving::SimulationOptions simulation = simulation_of(replica, replicas, options);
  if (elastic.schedule) {
    for (int& n : elastic.schedule->replicas) n = std::min(n, replicas);
  }
  if (elastic.autoscaler) {
    elastic.autoscaler->least = std::min(elastic.autoscaler->least, replicas);
  }
  simulation.elastic = elastic;
  BREAKEVEN_TRY(SimulationResult result,
                serving::simulate(trace, *replica.step, replica.limits, simulation));
  return std::make_shared<const SimulationResult>(std::move(result));
}

Error not_enough(const SimulationResult& r, const serving::Replica& replica,
                 const SizingOptions& options) {
  const bool tpot = nearer_limit(r, options.objective) == Limit::tpot;
  const double got = tpot ? r.tpot_at_objective_s : r.ttft_at_objective_s;
  const double limit = tpot ? options.objective.tpot_s : options.objective.ttft_s;
  return {ErrorCode::infeasible,
          std::to_string(options.max_replicas) + " replicas of " + replica.name() +
              " do not hold the objective: " +
              std::string(to_string(tpot ? Limit::tpot : Limit::ttft)) + " at " +
              percent(options.objective.percentile) + " is " + duration(got) +
              " when the replay gives up, the limit is " + duration(limit),
          "max_replicas"};
}

}  // namespace

std::string_view to_string(Limit limit) { return limit == Limit::ttft ? "TTFT" : "TPOT"; }

std::int64_t longest_request(const Trace& trace) {
  std::int64_t longest = 1;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    longest = std::max(longest, std::int64_t{trace.input_tokens[i]} + trace.output_tokens[i]);
  }
  return longest;
}

Result<ReplicasNeeded> replicas_needed(const Trace& trace, const serving::Replica& replica,
                                       const SizingOptions& options, int guess) {
  if (options.max_replicas < 1 || options.redundancy < 0) {
    return Error{ErrorCode::invalid_argument,
                 "expected max_replicas >= 1 and redundancy >= 0, found " +
                     std::to_string(options.max_replicas) + " and " +
                     std::to_string(options.redundancy),
                 "sizing options"};
  }
  serving::SimulationOptions simulation;
  simulation.objective = options.objective;
  BREAKEVEN_CHECK_OK(serving::validate(trace, replica.limits, simulation));
  BREAKEVEN_CHECK_OK(everything_fits(trace, replica));
  BREAKEVEN_CHECK_OK(reachable(trace, replica, options.objective));

  ReplicasNeeded found;
  int fails = 0;  // largest number known to miss below every number known to hold
  int holds = options.max_replicas + 1;
  const auto try_with = [&](int n) -> Status {
    BREAKEVEN_TRY(SimulationResult r, probe(trace, replica, n, 1.0, options));
    if (r.objective_met) {
      holds = n;
      found.at_needed = std::move(r);
      return {};
    }
    fails = n;
    found.binding = nearer_limit(r, options.objective);
    if (n == options.max_replicas) return not_enough(r, replica, options);
    return {};
  };
  const int start = std::clamp(guess, 1, options.max_replicas);
  BREAKEVEN_CHECK_OK(try_with(start));
  const bool down = holds == start;
  for (int stride = 1; down ? holds > fails + 1 && fails == 0 : holds > options.max_replicas;
       stride *= 2) {
    const int next =
        down ? std::max(1, holds - stride) : std::min(options.max_replicas, fails + stride);
    BREAKEVEN_CHECK_OK(try_with(next));
  }
  while (holds - fails > 1) BREAKEVEN_CHECK_OK(try_with(fails + (holds - fails) / 2));
  found.replicas = holds;
  if (fails == 0) found.binding = nearer_limit(found.at_needed, options.objective);
  return found;
}

Result<double> max_load_factor(const Trace& trace, const serving::Replica& replica, int replicas,
                               const SizingOptions& options) {
  constexpr double kTolerance = 1.02;
  constexpr double kMost = 1000;
  constexpr double kStep = 1.5;
  double holds = 1;
  double fails = kMost;
  while (holds * kStep < kMost) {
    const double factor = holds * kStep;
    BREAKEVEN_TRY(const SimulationResult r, probe(trace, replica, replicas, factor, options));
    if (!r.objective_met) {
      fails = factor;
      break;
    }
    holds = factor;
  }
  while (fails / holds > kTolerance) {
    const double middle = std::sqrt(holds * fails);
    BREAKEVEN_TRY(const SimulationResult r, probe(trace, replica, replicas, middle, options));
    (r.objective_met ? holds : fails) = middle;
  }
  return holds;
}

Result<FleetPlan> complete_plan(const Trace& trace, const Trace& sample,
                                const serving::Replica& replica, ReplicasNeeded needed,
                                const SizingOptions& options) {
  FleetPlan plan;
  plan.replica = replica;
  plan.replicas_needed = needed.replicas;
  plan.replicas = needed.replicas + options.redundancy;
  plan.binding = needed.binding;
  plan.at_needed = std::move(needed.at_needed);
  if (options.redundancy == 0) {
    plan.at_fleet = plan.at_needed;
  } else {
    BREAKEVEN_TRY(plan.at_fleet, probe(trace, replica, plan.replicas, 1.0, options, true));
  }
  if (options.elastic) {
    BREAKEVEN_TRY(plan.elastic,
                  elastic_replay(trace, replica, plan.replicas, *options.elastic, options));
  }
  BREAKEVEN_TRY(plan.max_load_factor, max_load_factor(sample, replica, plan.replicas, options));
  plan.delivered_utilisation = 1.0 / plan.max_load_factor;
  BREAKEVEN_TRY(plan.capacity, capacity_table(trace, sample, replica, needed.replicas, options));
  return plan;
}

Result<FleetPlan> size_fleet(const Trace& trace, const serving::Replica& replica,
                             const SizingOptions& options) {
  const Trace sample = sample_by_load(trace);
  int guess = 1;
  if (sample.size() != trace.size()) {
    const auto screened = replicas_needed(sample, replica, options);
    if (screened.ok()) guess = screened->replicas;
  }
  BREAKEVEN_TRY(ReplicasNeeded needed, replicas_needed(trace, replica, options, guess));
  return complete_plan(trace, sample, replica, std::move(needed), options);
}

}  // namespace breakeven::sizing
