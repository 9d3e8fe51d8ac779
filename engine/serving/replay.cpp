#include "engine/serving/replay.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/serving/fleet.hpp"
#include "engine/serving/latency_sketch.hpp"
#include "engine/serving/replica_sim.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

Replay::Replay(const traffic::Trace& trace, const StepModel& step, const EngineLimits& limits,
               const SimulationOptions& with, const ReplayControl& control, int first_id)
    : options(&with),
      requests(trace, limits, with.load_factor),
      times(step, limits.most_sequences()),
      collector(with.objective, times.entry_s(), requests.size(), with.keep_requests),
      control_(&control),
      limits_(&limits) {
  collector.observer = with.observer;
  replicas.reserve(static_cast<std::size_t>(with.replicas));
  for (int r = 0; r < with.replicas; ++r) {
    replicas.emplace_back(first_id + r, limits, requests, times, collector);
  }
  if (with.replicas > 1 && with.router == Router::least_outstanding_tokens) {
    answer_tokens_ = expected_answer_tokens(trace);
  }
  if (control.stop_when_missed) count_allowed_misses(trace);
}

Result<FleetReplay> Replay::run() {
  if (control_->gate) out.turned_away.assign((requests.size() + 63) / 64, 0);
  const bool by_load = options->replicas > 1 && options->router == Router::least_outstanding_tokens;
  Status done;
  // A closed or elastic loop ends only if iterations do.
  if (options->elastic) {
    done = times.sane() ? run_elastic(*this, *options->elastic) : Status{};
  } else if (options->closed_loop_users > 0) {
    done = times.sane() ? run_closed_loop(*this) : Status{};
  } else {
    done = by_load ? run_by_load(*this) : run_by_rule(*this);
  }
  if (!done.ok()) return done.error();
  if (!times.sane()) {
    return Error{ErrorCode::invalid_argument,
                 "the step model must give iteration times in (0, 1e6] s, slopes in [0, 0.01] s "
                 "and an entry time in [0, 1e6) s",
                 "step model"};
  }
  summarise();
  return std::move(out);
}

Status Replay::look_up() {
  const Ticker* const ticker = options->ticker;
  if (ticker != nullptr && ticker->cancel.load(std::memory_order_relaxed)) {
    return Error{ErrorCode::resource_limit, "the simulation was cancelled", {}};
  }
  out.stopped_early =
      control_->stop_when_missed &&
      (rejected_ > 0 || collector.missed_for_certain(most_ttft_misses_, most_tpot_misses_));
  return {};
}

void Replay::count_allowed_misses(const traffic::Trace& trace) {
  const auto allowed = [this](std::int64_t n) {
    return n - nearest_rank(options->objective.percentile, n);
  };
  const auto with_tpot = std::count_if(trace.output_tokens.begin(), trace.output_tokens.end(),
                                       [](std::int32_t tokens) { return tokens > 1; });
  most_ttft_misses_ = allowed(static_cast<std::int64_t>(trace.size()));
  most_tpot_misses_ = allowed(with_tpot);
}

bool Replay::turns_away(std::uint32_t request, const ReplicaSim& replica) {
  if (control_->gate({request, &replica})) return false;
  out.turned_away[request / 64] |= std::uint64_t{1} << (request % 64);
  ++out.turned_away_requests;
  return true;
}

std::size_t Replay::by_rule(std::uint32_t request, std::size_t& turn) const {
  const std::int32_t session = requests.session(request);
  if (options->router == Router::prefix_affinity && session >= 0)
    return static_cast<std::size_t>(replica_of_session(session, options->replicas));
  const std::size_t r = turn;
  if (++turn == replicas.size()) turn = 0;
  return r;
}

void Replay::summarise() {
  for (const ReplicaSim& replica : replicas) replica.report();
  SimulationResult& result = out.result;
  result.requests = served_ + rejected_;
  result.rejected = rejected_;
  result.input_tokens = input_tokens_;
  result.cached_tokens = cached_tokens_;
  collector.fill(result, *options, *limits_);
  if (out.stopped_early) result.objective_met = false;
}

}  // namespace breakeven::serving
