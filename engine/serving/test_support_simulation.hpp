// test_support_simulation.hpp — step models, traces and random workloads for tests of simulators.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/random.hpp"
#include "engine/serving/plain_fleet.hpp"
#include "engine/serving/simulation.hpp"

namespace breakeven::serving {

/// base = c + b B + p P, the simplest model with every term.
class LinearStep final : public StepModel {
 public:
  double constant_s = 0.005;
  double per_sequence_s = 1e-5;
  double per_prefill_s = 4e-5;
  double per_context_s = 2e-8;
  double per_pair_s = 1e-9;
  double entry_s = 0.05;
  double chosen_tokens = 0;  ///< per prompt token; 0 = all are attended to
  [[nodiscard]] double base_s(std::int64_t b, std::int64_t p) const override {
    return constant_s + per_sequence_s * static_cast<double>(b) +
           per_prefill_s * static_cast<double>(p);
  }
  [[nodiscard]] double s_per_context_token() const override { return per_context_s; }
  [[nodiscard]] double s_per_attention_pair() const override { return per_pair_s; }
  [[nodiscard]] double attention_saving_s(double p, double pairs) const override {
    if (chosen_tokens <= 0) return 0;
    return per_pair_s * std::max(0.0, pairs - chosen_tokens * p);
  }
  [[nodiscard]] double request_entry_s() const override { return entry_s; }
};

inline EngineLimits roomy() {
  EngineLimits limits;
  limits.kv_blocks = 100'000;
  return limits;
}

inline traffic::Trace make_trace(const std::vector<std::array<std::int64_t, 3>>& rows) {
  traffic::Trace t;
  for (const auto& [ns, in, out] : rows) {
    t.arrival_ns.push_back(ns);
    t.input_tokens.push_back(static_cast<std::int32_t>(in));
    t.output_tokens.push_back(static_cast<std::int32_t>(out));
  }
  t.span_ns = t.arrival_ns.back() + 1;
  return t;
}

inline SimulationResult run(const traffic::Trace& trace, const StepModel& step,
                            const EngineLimits& limits, SimulationOptions options = {}) {
  options.keep_requests = true;
  auto result = simulate(trace, step, limits, options);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().text());
  return result.ok() ? result.value() : SimulationResult{};
}

struct Workload {
  traffic::Trace trace;
  LinearStep step;
  EngineLimits limits;
  SimulationOptions options;
};

/// Dyadic step times and arrivals make boundaries and arrivals coincide exactly.
inline Workload random_workload(std::uint64_t seed) {
  const RandomStream random(seed, "workload");
  std::uint64_t n = 0;
  const auto u = [&] { return random.uniform(0, n++); };
  const auto pick = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(u() * static_cast<double>(high - low + 1));
  };
  const auto chance = [&](double p) { return u() < p; };
  Workload w;
  const bool dyadic = chance(0.25);
  if (dyadic) {
    w.step.constant_s = 0x1p-7 * static_cast<double>(pick(1, 3));
    w.step.per_sequence_s = chance(0.5) ? 0x1p-12 : 0;
    w.step.per_prefill_s = 0x1p-14;
    w.step.per_context_s = chance(0.5) ? 0x1p-20 : 0;
    w.step.per_pair_s = chance(0.5) ? 0x1p-30 : 0;
    w.step.entry_s = 0.125;
  } else {
    w.step.constant_s = 0.0005 + 0.02 * u();
    w.step.per_sequence_s = chance(0.8) ? 2e-4 * u() : 0;
    w.step.per_prefill_s = 1e-4 * u();
    w.step.per_context_s = chance(0.8) ? 1e-5 * u() * u() * u() : 0;
    w.step.per_pair_s = chance(0.7) ? 1e-8 * u() : 0;
    w.step.entry_s = chance(0.5) ? 0.1 * u() : 0;
    w.step.chosen_tokens = chance(0.3) ? 100 * u() : 0;
  }
  w.limits.block_tokens = chance(0.7) ? 16 : std::int64_t{1} << pick(0, 6);
  w.limits.token_budget = chance(0.4) ? pick(1, 64) : pick(64, 4096);
  w.limits.max_sequences = chance(0.4) ? pick(1, 6) : pick(6, 200);
  const std::int64_t longest = pick(2, chance(0.3) ? 1500 : 150);
  w.limits.kv_blocks = chance(0.5) ? pick(1, 3 * longest) / w.limits.block_tokens + 1
                                   : 20 * longest / w.limits.block_tokens + 50;
  const std::int64_t count = pick(1, 60);
  const double spread_s = w.step.constant_s * static_cast<double>(longest) * (0.02 + 2 * u());
  const bool know_cache = chance(0.4);
  const bool know_session = chance(0.4);
  std::int64_t ns = chance(0.3) ? 123'456'789 : 0;
  constexpr std::int64_t kDyadicNs = 1'953'125;  // 2^-9 s
  for (std::int64_t i = 0; i < count; ++i) {
    if (i > 0 && !chance(0.25)) {
      const double gap = chance(0.05) ? 20 * spread_s : spread_s * u() * u();
      ns += dyadic ? kDyadicNs * static_cast<std::int64_t>(gap * 512)
                   : static_cast<std::int64_t>(gap * 1e9);
    }
    w.trace.arrival_ns.push_back(ns);
    const std::int64_t in = chance(0.03) ? 0 : pick(1, longest);
    w.trace.input_tokens.push_back(static_cast<std::int32_t>(in));
    w.trace.output_tokens.push_back(
        static_cast<std::int32_t>(chance(0.08) ? pick(0, 2) : pick(0, longest)));
    if (know_cache) {
      w.trace.cached_tokens.push_back(static_cast<std::int32_t>(chance(0.3) ? 0 : pick(0, in + 5)));
    }
    if (know_session) w.trace.session.push_back(static_cast<std::int32_t>(pick(0, 5)));
  }
  w.trace.span_ns = ns + 1;
  w.options.replicas = chance(0.5) ? 1 : static_cast<int>(pick(2, 7));
  w.options.router = static_cast<Router>(pick(0, 2));
  if (chance(0.3) && !dyadic) w.options.load_factor = 0.3 + 3 * u();
  w.options.keep_requests = true;
  return w;
}

inline ::testing::AssertionResult close(double a, double b) {
  if (std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b))) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << a << " and " << b << " differ";
}

struct Corners {
  std::int64_t preemptions = 0;
  std::int64_t rejected = 0;
  std::int64_t cold_starts = 0;
  std::int64_t moved = 0;
  std::int64_t waited = 0;
  std::int64_t handed_over = 0;
};

inline void expect_same_use(const FleetUse& fast, const FleetUse& slow) {
  ASSERT_EQ(fast.cold_starts, slow.cold_starts);
  ASSERT_EQ(fast.interruptions, slow.interruptions);
  ASSERT_EQ(fast.moved_requests, slow.moved_requests);
  ASSERT_EQ(fast.waited_requests, slow.waited_requests);
  ASSERT_TRUE(close(fast.span_s, slow.span_s));
  ASSERT_TRUE(close(fast.up_s, slow.up_s));
  ASSERT_TRUE(close(fast.paid_s, slow.paid_s));
  for (std::size_t n = 0; n < fast.s_at.size(); ++n) {
    const double plain_s = n < slow.s_at.size() ? slow.s_at[n] : 0.0;
    ASSERT_NEAR(fast.s_at[n], plain_s, 1e-9 * fast.span_s) << n << " replicas";
  }
}

inline void expect_agreement(const Workload& w, Corners& corners) {
  const SimulationResult fast = run(w.trace, w.step, w.limits, w.options);
  const SimulationResult slow = plain::simulate(w.trace, w.step, w.limits, w.options);
  ASSERT_EQ(fast.iterations, slow.iterations);
  ASSERT_EQ(fast.preemptions, slow.preemptions);
  ASSERT_EQ(fast.rejected, slow.rejected);
  ASSERT_EQ(fast.output_tokens, slow.rejected == 0 ? slow.output_tokens : fast.output_tokens);
  ASSERT_EQ(fast.cached_tokens, slow.cached_tokens);
  ASSERT_TRUE(close(fast.busy_s, slow.busy_s));
  for (std::size_t i = 0; i < w.trace.size(); ++i) {
    const RequestOutcome& a = fast.outcomes[i];
    const RequestOutcome& b = slow.outcomes[i];
    ASSERT_EQ(a.replica, b.replica) << "request " << i;
    ASSERT_TRUE(close(a.ttft_s, b.ttft_s)) << "ttft of request " << i;
    ASSERT_TRUE(close(a.tpot_s, b.tpot_s)) << "tpot of request " << i;
    ASSERT_TRUE(close(a.end_to_end_s, b.end_to_end_s)) << "end to end of request " << i;
  }
  corners.preemptions += fast.preemptions;
  corners.rejected += fast.rejected;
  corners.handed_over += fast.prefill_pool != nullptr ? 1 : 0;
  ASSERT_EQ(fast.fleet != nullptr, slow.fleet != nullptr);
  if (!fast.fleet) return;
  ASSERT_NO_FATAL_FAILURE(expect_same_use(*fast.fleet, *slow.fleet));
  corners.cold_starts += fast.fleet->cold_starts;
  corners.moved += fast.fleet->moved_requests;
  corners.waited += fast.fleet->waited_requests;
}

}  // namespace breakeven::serving
