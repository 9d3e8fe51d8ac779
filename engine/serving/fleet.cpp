#include "engine/serving/fleet.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/serving/disaggregation.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/input_range.hpp"
#include "engine/serving/replay.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

namespace {

constexpr double kLongestSeconds = 1e9;

Status validate_trace(const traffic::Trace& trace) {
  const std::size_t n = trace.size();
  if (n == 0) return bad_input("trace", "at least one request", "none");
  if (n > 0xFFFF'FFF0U) return bad_input("trace", "fewer than 2^32 requests", std::to_string(n));
  const auto whole = [n](const std::vector<std::int32_t>& column, bool optional) {
    return column.size() == n || (optional && column.empty());
  };
  if (!whole(trace.input_tokens, false) || !whole(trace.output_tokens, false) ||
      !whole(trace.cached_tokens, true) || !whole(trace.session, true)) {
    return bad_input("trace", "columns of equal length", "columns that differ");
  }
  const auto tokens_ok = [](std::int32_t t) {
    return t >= 0 && t <= traffic::kMaxTokensPerRequest;
  };
  bool sound = true;
  for (std::size_t i = 0; i < n; ++i) {
    sound = tokens_ok(trace.input_tokens[i]) && tokens_ok(trace.output_tokens[i]) &&
            (i == 0 || trace.arrival_ns[i] >= trace.arrival_ns[i - 1]) &&
            (trace.cached_tokens.empty() || trace.cached_tokens[i] >= 0);
    if (!sound) {
      return bad_input("trace row " + std::to_string(i + 1),
                       "an arrival not before the previous one and token counts from 0 to " +
                           std::to_string(traffic::kMaxTokensPerRequest),
                       "arrival " + std::to_string(trace.arrival_ns[i]) + " ns, " +
                           std::to_string(trace.input_tokens[i]) + " in, " +
                           std::to_string(trace.output_tokens[i]) + " out");
    }
  }
  return {};
}

Status validate_limits(const EngineLimits& limits) {
  constexpr std::int64_t kMostTokens = std::int64_t{1} << 30;
  BREAKEVEN_CHECK_OK(in_range("token_budget", limits.token_budget, 1, kMostTokens));
  BREAKEVEN_CHECK_OK(in_range("max_sequences", limits.max_sequences, 1, 1'000'000));
  BREAKEVEN_CHECK_OK(in_range("kv_blocks", limits.kv_blocks, 1, kMostTokens));
  BREAKEVEN_CHECK_OK(in_range("block_tokens", limits.block_tokens, 1, 1024));
  if (!std::has_single_bit(static_cast<std::uint64_t>(limits.block_tokens))) {
    return bad_input("block_tokens", "a power of two", std::to_string(limits.block_tokens));
  }
  BREAKEVEN_CHECK_OK(in_range("decode_tokens", limits.decode_tokens, 1, limits.token_budget));
  return in_range("output_reserve", limits.output_reserve, 0.0, 1.0);
}

Status validate_pools(const SimulationOptions& options, const ReplayControl& control) {
  if (options.elastic) {
    BREAKEVEN_CHECK_OK(check(*options.elastic, options.replicas));
    if (control.gate) {
      return bad_input("elastic", "a fleet of constant size when requests may be turned away",
                       "an elastic one");
    }
  }
  if (!options.disaggregation) return {};
  const Disaggregation& d = *options.disaggregation;
  BREAKEVEN_CHECK_OK(
      in_range("disaggregation.prefill_replicas", std::int64_t{d.prefill_replicas}, 1, 100'000));
  BREAKEVEN_CHECK_OK(in_range("disaggregation.fixed_s", d.fixed_s, 0.0, kLongestSeconds));
  BREAKEVEN_CHECK_OK(in_range("disaggregation.s_per_prompt_token", d.s_per_prompt_token, 0.0, 1.0));
  if (options.closed_loop_users > 0 || control.gate) {
    return bad_input("disaggregation", "open-loop load that is all served",
                     options.closed_loop_users > 0 ? "a closed loop" : "an admission gate");
  }
  return {};
}

}  // namespace

Status validate(const traffic::Trace& trace, const EngineLimits& limits,
                const SimulationOptions& options) {
  constexpr std::int64_t kMostUsers = std::int64_t{1} << 30;
  BREAKEVEN_CHECK_OK(validate_limits(limits));
  BREAKEVEN_CHECK_OK(in_range("replicas", std::int64_t{options.replicas}, 1, 100'000));
  BREAKEVEN_CHECK_OK(in_range("closed_loop_users", options.closed_loop_users, 0, kMostUsers));
  BREAKEVEN_CHECK_OK(in_range("load_factor", options.load_factor, 1e-3, 1e6));
  BREAKEVEN_CHECK_OK(in_range("objective.ttft_s", options.objective.ttft_s, 1e-9, kLongestSeconds));
  BREAKEVEN_CHECK_OK(in_range("objective.tpot_s", options.objective.tpot_s, 1e-9, kLongestSeconds));
  BREAKEVEN_CHECK_OK(in_range("objective.percentile", options.objective.percentile, 1e-6, 100.0));
  BREAKEVEN_CHECK_OK(validate_trace(trace));
  const double span_ns =
      static_cast<double>(trace.arrival_ns.back()) - static_cast<double>(trace.arrival_ns.front());
  constexpr double kLongestReplayNs = 4e18;
  if (span_ns / options.load_factor > kLongestReplayNs) {
    return bad_input("load_factor", "a replay of at most 126 years", shortest(options.load_factor));
  }
  return {};
}

std::int64_t expected_answer_tokens(const traffic::Trace& trace) {
  std::int64_t sum = 0;
  for (const std::int32_t tokens : trace.output_tokens) sum += tokens;
  const auto n = static_cast<std::int64_t>(trace.size());
  return n > 0 ? (2 * sum + n) / (2 * n) : 0;
}

std::int32_t replica_of_session(std::int32_t session, int replicas) {
  std::uint64_t z = static_cast<std::uint32_t>(session) + 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  z ^= z >> 31;
  return static_cast<std::int32_t>(z % static_cast<std::uint64_t>(replicas));
}

Result<FleetReplay> replay_fleet(const traffic::Trace& trace, const StepModel& step,
                                 const EngineLimits& limits, const SimulationOptions& options,
                                 const ReplayControl& control) {
  BREAKEVEN_CHECK_OK(validate(trace, limits, options));
  BREAKEVEN_CHECK_OK(validate_pools(options, control));
  if (options.disaggregation) {
    return replay_disaggregated(trace, step, limits, options, *options.disaggregation, control);
  }
  Replay replay(trace, step, limits, options, control);
  return replay.run();
}

}  // namespace breakeven::serving
