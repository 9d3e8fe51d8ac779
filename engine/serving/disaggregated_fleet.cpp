// Two pools in a row; the rules are those of disaggregation.hpp.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/serving/disaggregation.hpp"
#include "engine/serving/fleet.hpp"
#include "engine/serving/replay.hpp"
#include "engine/serving/request_table.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

namespace {

using traffic::Trace;

/// The requests `rows` of a trace in that order.
Trace rows_of(const Trace& trace, const std::vector<std::uint32_t>& rows) {
  Trace out;
  const auto take = [&rows](auto& to, const auto& from) {
    if (from.empty()) return;
    to.reserve(rows.size());
    for (const std::uint32_t row : rows) to.push_back(from[row]);
  };
  take(out.arrival_ns, trace.arrival_ns);
  take(out.input_tokens, trace.input_tokens);
  take(out.output_tokens, trace.output_tokens);
  take(out.cached_tokens, trace.cached_tokens);
  take(out.session, trace.session);
  return out;
}

}  // namespace

Result<FleetReplay> replay_disaggregated(const Trace& trace, const StepModel& step,
                                         const EngineLimits& limits,
                                         const SimulationOptions& options,
                                         const Disaggregation& pools,
                                         const ReplayControl& control) {
  const RequestTable all(trace, limits, options.load_factor);
  const std::int64_t cache_tokens = limits.kv_blocks * limits.block_tokens;
  std::vector<std::uint32_t> rows;
  std::int64_t input_tokens = 0;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (all.peak_tokens(i) > cache_tokens) continue;
    rows.push_back(i);
    input_tokens += all.input(i);
  }
  const auto rejected = static_cast<std::int64_t>(all.size() - rows.size());

  Trace prompts = rows_of(trace, rows);
  std::fill(prompts.output_tokens.begin(), prompts.output_tokens.end(), 1);
  SimulationOptions first = options;
  first.replicas = pools.prefill_replicas;
  first.elastic.reset();
  first.keep_requests = false;
  const ReplayControl undisturbed;
  Replay prefill(prompts, step, limits, first, undisturbed, options.replicas);
  prefill.requests.close_loop();
  for (std::size_t j = 0; j < rows.size(); ++j) prefill.requests.issue(j, all.arrival(rows[j]));
  prefill.collector.keep_ends(rows.size());
  BREAKEVEN_TRY(FleetReplay computed, prefill.run());
  const std::vector<Ticks> ends = prefill.collector.take_ends();

  std::vector<Ticks> handed_over(rows.size());
  for (std::size_t j = 0; j < rows.size(); ++j) {
    const double transfer_s =
        pools.fixed_s + pools.s_per_prompt_token * static_cast<double>(all.prompt(rows[j]));
    handed_over[j] = ends[j] + ticks_from_seconds(transfer_s);
  }
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return handed_over[a] < handed_over[b];
  });
  std::vector<Ticks> sent;
  std::vector<Ticks> arrival;
  for (std::uint32_t& j : order) {
    sent.push_back(all.arrival(rows[j]));
    arrival.push_back(handed_over[j]);
    j = rows[j];
  }
  const Trace answers = rows_of(trace, order);
  Replay decode(answers, step, limits, options, control);
  decode.requests.hand_over(std::move(sent), std::move(arrival));
  decode.reject(rejected);
  BREAKEVEN_TRY(FleetReplay out, decode.run());

  SimulationResult& result = out.result;
  result.input_tokens = input_tokens;
  result.cached_tokens = computed.result.cached_tokens;
  if (options.keep_requests) {
    std::vector<RequestOutcome> outcomes(trace.size(), RequestOutcome{.replica = -1});
    for (std::size_t k = 0; k < order.size(); ++k) outcomes[order[k]] = result.outcomes[k];
    result.outcomes = std::move(outcomes);
  }
  result.prefill_pool = std::make_shared<const SimulationResult>(std::move(computed.result));
  return out;
}

}  // namespace breakeven::serving
