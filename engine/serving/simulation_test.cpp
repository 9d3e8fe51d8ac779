#include "engine/serving/simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/serving/test_support_simulation.hpp"

namespace breakeven::serving {
namespace {

TEST(Simulation, OneRequestByHand) {
  const LinearStep step;
  const auto trace = make_trace({{7'000'000'000, 1000, 5}});
  const SimulationResult r = run(trace, step, roomy());
  // Prefill 0.005 + 1000 x 4e-5 + 1000 x 500 x 1e-9 = 0.0455 s, and 0.05 s entry.
  EXPECT_NEAR(r.outcomes[0].ttft_s, 0.0955, 1e-12);
  // Four decodes with contexts 1001..1004: 4 x (0.005 + 1e-5) + 2e-8 x 4010 = 0.0201202 s.
  EXPECT_NEAR(r.outcomes[0].tpot_s, 0.0201202 / 4, 1e-12);
  EXPECT_NEAR(r.outcomes[0].end_to_end_s, 0.0955 + 0.0201202, 1e-12);
  EXPECT_EQ(r.iterations, 5);
  EXPECT_NEAR(r.busy_s, 0.0455 + 0.0201202, 1e-12);
  EXPECT_NEAR(r.peak_kv_use, 63.0 / 100'000, 1e-12);  // 1004 tokens in blocks of 16
}

TEST(Simulation, ChunksFollowTheTokenBudget) {
  const LinearStep step;
  EngineLimits limits = roomy();
  limits.token_budget = 256;
  limits.max_sequences = 64;
  const SimulationResult r = run(make_trace({{0, 1000, 1}}), step, limits);
  EXPECT_EQ(r.iterations, 4);  // 256 + 256 + 256 + 232
  // Splitting does not change the token pairs: sum c (before + c/2) = 1000^2 / 2.
  EXPECT_NEAR(r.outcomes[0].ttft_s, 4 * 0.005 + 0.04 + 0.0005 + 0.05, 1e-12);
  EXPECT_EQ(r.outcomes[0].tpot_s, 0);
}

TEST(Simulation, CachedPrefixSavesPrefillButKeepsItsContext) {
  const LinearStep step;
  auto trace = make_trace({{0, 1000, 2}});
  trace.cached_tokens = {810};
  const SimulationResult r = run(trace, step, roomy());
  EXPECT_EQ(r.cached_tokens, 800);  // whole blocks of 16
  EXPECT_NEAR(r.outcomes[0].ttft_s, 0.005 + 200 * 4e-5 + 200 * (800 + 100) * 1e-9 + 0.05, 1e-12);
  EXPECT_NEAR(r.outcomes[0].tpot_s, 0.00501 + 2e-8 * 1001, 1e-12);
  trace.cached_tokens = {5000};  // more than the prompt: the last block is computed all the same
  EXPECT_EQ(run(trace, step, roomy()).cached_tokens, 992);
  EngineLimits off = roomy();
  off.prefix_cache = false;
  EXPECT_EQ(run(trace, step, off).cached_tokens, 0);
}

TEST(Simulation, NoOutputMeansPrefillOnly) {
  const LinearStep step;
  const SimulationResult r = run(make_trace({{0, 100, 0}, {0, 0, 1}}), step, roomy());
  EXPECT_EQ(r.outcomes[0].end_to_end_s, r.outcomes[0].ttft_s);
  EXPECT_EQ(r.outcomes[1].end_to_end_s, r.outcomes[1].ttft_s);
  EXPECT_EQ(r.iterations, 1);
  EXPECT_EQ(r.output_tokens, 1);
}

TEST(Simulation, RequestThatCanNeverFitIsRejected) {
  const LinearStep step;
  EngineLimits limits = roomy();
  limits.kv_blocks = 10;  // 160 tokens
  const SimulationResult r = run(make_trace({{0, 150, 12}, {0, 150, 11}}), step, limits);
  EXPECT_EQ(r.rejected, 1);
  EXPECT_EQ(r.outcomes[0].replica, -1);
  EXPECT_EQ(r.outcomes[1].replica, 0);
  EXPECT_FALSE(r.objective_met);
}

TEST(Simulation, PreemptsTheLastAdmittedAndRecomputesIt) {
  LinearStep step;
  step.per_context_s = 0;
  step.per_pair_s = 0;
  EngineLimits limits = roomy();
  limits.kv_blocks = 4;
  // Two prompts of 32 tokens fill all four blocks; the first decode step needs two more.
  const SimulationResult r = run(make_trace({{0, 32, 10}, {0, 32, 10}}), step, limits);
  EXPECT_EQ(r.preemptions, 1);
  EXPECT_NEAR(r.outcomes[0].end_to_end_s, 0.05 + (0.005 + 64 * 4e-5) + 9 * 0.00501, 1e-12);
  // The second starts over with 33 tokens when the first has left, and has one token already.
  EXPECT_NEAR(r.outcomes[1].end_to_end_s - r.outcomes[0].end_to_end_s,
              (0.005 + 33 * 4e-5) + 8 * 0.00501, 1e-12);
  EXPECT_NEAR(r.outcomes[1].ttft_s, r.outcomes[0].ttft_s, 1e-15);
}

TEST(Simulation, AnArrivalJoinsAtTheFirstBoundaryAtOrAfterIt) {
  // The worked example of docs/methodology/simulation.md: 20 ms growing by 0.1 ms per iteration.
  LinearStep step;
  step.constant_s = 0.0188;  // 0.02 = constant + 1e-4 x (11 tokens in the cache + 1)
  step.per_sequence_s = 0;
  step.per_prefill_s = 0;
  step.per_context_s = 1e-4;
  step.per_pair_s = 0;
  step.entry_s = 0;
  // The prefill takes 18.8 ms, the second request arrives 1 s after it and waits for boundary 46.
  const SimulationResult r = run(make_trace({{0, 11, 200}, {1'018'800'000, 1, 1}}), step, roomy());
  // Its own iteration carries the first sequence too: 0.0188 + 1e-4 x (11 + 46 + 1).
  EXPECT_NEAR(r.outcomes[1].ttft_s, 1.0235 - 1.0 + 0.0188 + 1e-4 * 58, 1e-9);
}

TEST(Simulation, LittlesLawAndConservationOfWork) {
  const LinearStep step;
  std::vector<std::array<std::int64_t, 3>> rows;
  for (std::int64_t i = 0; i < 500; ++i) {
    rows.push_back({i * 37'000'000, 50 + (i * 7919) % 900, 2 + (i * 104'729) % 300});
  }
  SimulationOptions options;
  options.replicas = 3;
  const SimulationResult r = run(make_trace(rows), step, roomy(), options);
  ASSERT_EQ(r.preemptions, 0);
  double decoding_s = 0;
  for (const RequestOutcome& o : r.outcomes) decoding_s += o.end_to_end_s - o.ttft_s;
  // Time-weighted sequences in decode = time that requests spend there.
  EXPECT_NEAR(r.mean_batch * r.busy_s, decoding_s, 1e-6 * decoding_s);
  double busy_s = 0;
  for (const float share : r.busy_by_hour) busy_s += static_cast<double>(share) * 3600 * 3;
  EXPECT_NEAR(busy_s, r.busy_s, 1e-4 * r.busy_s);
  EXPECT_LE(r.busy_s, 3 * r.makespan_s);
  EXPECT_LE(r.peak_kv_use, 1.0);
  EXPECT_LE(r.mean_kv_use, r.peak_kv_use);
}

TEST(Simulation, AReplicaEachIsAsGoodAsBeingAlone) {
  const LinearStep step;
  std::vector<std::array<std::int64_t, 3>> rows;
  for (std::int64_t i = 0; i < 8; ++i) rows.push_back({i * 1'000, 100 + 90 * i, 20 + i});
  SimulationOptions options;
  options.replicas = 8;
  const SimulationResult together = run(make_trace(rows), step, roomy(), options);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SimulationResult alone = run(make_trace({rows[i]}), step, roomy());
    EXPECT_EQ(together.outcomes[i].ttft_s, alone.outcomes[0].ttft_s);
    EXPECT_EQ(together.outcomes[i].end_to_end_s, alone.outcomes[0].end_to_end_s);
  }
}

TEST(Simulation, PercentilesAndObjectiveAgreeWithTheOutcomes) {
  const LinearStep step;
  std::vector<std::array<std::int64_t, 3>> rows;
  for (std::int64_t i = 0; i < 2000; ++i) {
    rows.push_back({i * 21'000'000, 1 + (i * 7919) % 1500, 2 + (i * 104'729) % 200});
  }
  SimulationOptions options;
  const SimulationResult base = run(make_trace(rows), step, roomy(), options);
  std::vector<double> ttft;
  std::vector<double> tpot;
  for (const RequestOutcome& o : base.outcomes) {
    ttft.push_back(o.ttft_s);
    tpot.push_back(o.tpot_s);
  }
  std::sort(ttft.begin(), ttft.end());
  std::sort(tpot.begin(), tpot.end());
  const auto rank = [](double p) { return static_cast<std::size_t>(p * 20) - 1; };  // of 2 000
  EXPECT_NEAR(base.ttft.p50, ttft[rank(50)], 2.5e-4 * ttft[rank(50)]);
  EXPECT_NEAR(base.ttft.p99, ttft[rank(99)], 2.5e-4 * ttft[rank(99)]);
  EXPECT_NEAR(base.tpot.p95, tpot[rank(95)], 2.5e-4 * tpot[rank(95)]);
  EXPECT_EQ(base.tpot.max, tpot.back());
  // The limit is held exactly when it is at least the value of nearest rank.
  options.objective.tpot_s = 1e3;
  options.objective.ttft_s = ttft[rank(95)];
  EXPECT_TRUE(run(make_trace(rows), step, roomy(), options).objective_met);
  options.objective.ttft_s = std::nextafter(ttft[rank(95)], 0);
  const SimulationResult missed = run(make_trace(rows), step, roomy(), options);
  EXPECT_FALSE(missed.objective_met);
  EXPECT_GT(missed.ttft_at_objective_s, options.objective.ttft_s);
}

TEST(Simulation, BadInputIsNamed) {
  const LinearStep step;
  const auto trace = make_trace({{0, 10, 10}});
  const auto message = [&](const traffic::Trace& t, EngineLimits limits,
                           SimulationOptions options) {
    const auto r = simulate(t, step, limits, options);
    return r.ok() ? std::string("ok") : r.error().text();
  };
  EngineLimits odd = roomy();
  odd.block_tokens = 12;
  EXPECT_EQ(message(trace, odd, {}), "block_tokens: expected a power of two, found 12");
  SimulationOptions none;
  none.replicas = 0;
  EXPECT_EQ(message(trace, roomy(), none),
            "replicas: expected a whole number from 1 to 100000, found 0");
  EXPECT_EQ(message({}, roomy(), {}), "trace: expected at least one request, found none");
  auto negative = trace;
  negative.output_tokens[0] = -1;
  EXPECT_NE(message(negative, roomy(), {}).find("trace row 1"), std::string::npos);
  LinearStep broken;
  broken.constant_s = -1;
  EXPECT_EQ(simulate(trace, broken, roomy(), {}).error().where, "step model");
  Ticker ticker;
  ticker.cancel = true;
  SimulationOptions cancelled;
  cancelled.ticker = &ticker;
  EXPECT_EQ(simulate(trace, step, roomy(), cancelled).error().code, ErrorCode::resource_limit);
}

TEST(Simulation, AClosedLoopSendsTheNextRequestWhenTheAnswerIsComplete) {
  LinearStep step;
  step.per_context_s = 0;
  step.per_pair_s = 0;
  SimulationOptions options;
  options.closed_loop_users = 1;
  const SimulationResult r =
      run(make_trace({{0, 100, 3}, {0, 100, 3}, {0, 100, 3}}), step, roomy(), options);
  // Entry 0.05, prefill 0.005 + 100 x 4e-5, two decodes of 0.00501: alone each time.
  const double one = 0.05 + 0.009 + 2 * 0.00501;
  for (const RequestOutcome& o : r.outcomes) EXPECT_NEAR(o.end_to_end_s, one, 1e-12);
  // The first user's entry lies before the start of the clock, as with an open loop.
  EXPECT_NEAR(r.makespan_s, 3 * one, 1e-12);
  options.closed_loop_users = 2;
  const SimulationResult two = run(make_trace({{0, 100, 3}, {0, 100, 3}}), step, roomy(), options);
  EXPECT_NEAR(two.outcomes[1].ttft_s, 0.05 + 0.005 + 200 * 4e-5, 1e-12);
}

TEST(Simulation, PromptsFirstHoldsTheDecodes) {
  LinearStep step;
  step.per_context_s = 0;
  step.per_pair_s = 0;
  EngineLimits limits = roomy();
  limits.prefill_first = true;
  // The second prompt arrives in the first decode: prefill 0.009, decode 0.00501, prefill 0.009.
  const SimulationResult r = run(make_trace({{0, 100, 4}, {10'000'000, 100, 2}}), step, limits);
  EXPECT_NEAR(r.outcomes[1].ttft_s, 0.05 + 0.01401 + 0.009 - 0.010, 1e-12);
  EXPECT_NEAR(r.outcomes[0].end_to_end_s, 0.05 + 0.009 + 0.00501 + 0.009 + 0.00502 + 0.00501,
              1e-12);
}

TEST(Simulation, ReservingTheAnswerAdmitsFewerAndPreemptsNone) {
  const LinearStep step;
  EngineLimits limits = roomy();
  limits.kv_blocks = 4;
  limits.reserve_output = true;
  const SimulationResult r = run(make_trace({{0, 32, 10}, {0, 32, 10}}), step, limits);
  EXPECT_EQ(r.preemptions, 0);
  // 41 tokens take 3 of the 4 blocks: the second waits for the first to end.
  EXPECT_GT(r.outcomes[1].ttft_s, r.outcomes[0].end_to_end_s);
}

}  // namespace
}  // namespace breakeven::serving
