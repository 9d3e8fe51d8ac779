// Where the simulator is a queue that textbooks solve, it gives their answers.
//
// One sequence at a time and one iteration per request make a replica a single server: with
// constant service M/D/1, with exponential prompts M/M/1 (Kleinrock, Queueing Systems 1, 1975).
// Little's law is in simulation_test.cpp.
#include <gtest/gtest.h>

#include <cstdint>

#include "engine/base/det_math.hpp"
#include "engine/base/random.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/test_support_simulation.hpp"

namespace breakeven::serving {
namespace {

constexpr std::uint64_t kRequests = 100'000;
constexpr double kServiceSeconds = 0.1;
constexpr double kMeanTokens = 10'000;

/// Poisson arrivals that keep a server busy a share `load` of the time.
traffic::Trace poisson(double load, bool exponential) {
  const RandomStream random(3, "queue");
  traffic::Trace t;
  double at = 0;
  for (std::uint64_t i = 0; i < kRequests; ++i) {
    at -= det_log(random.uniform(0, i)) * kServiceSeconds / load;
    const double tokens =
        exponential ? 1 - kMeanTokens * det_log(random.uniform(1, i)) : kMeanTokens;
    t.arrival_ns.push_back(static_cast<std::int64_t>(at * 1e9));
    t.input_tokens.push_back(static_cast<std::int32_t>(tokens));
    t.output_tokens.push_back(1);
  }
  t.span_ns = t.arrival_ns.back() + 1;
  return t;
}

SimulationResult serve(const traffic::Trace& trace) {
  LinearStep step;
  step.constant_s = 1e-9;
  step.per_sequence_s = step.per_context_s = step.per_pair_s = step.entry_s = 0;
  step.per_prefill_s = kServiceSeconds / kMeanTokens;
  EngineLimits limits;
  limits.max_sequences = 1;
  limits.token_budget = 1'000'000;
  limits.kv_blocks = 100'000;
  return run(trace, step, limits);
}

TEST(QueueLimits, ConstantServiceIsMD1) {
  for (const double load : {0.3, 0.6, 0.8}) {
    const double expected = kServiceSeconds * (1 + load / (2 * (1 - load)));
    EXPECT_NEAR(serve(poisson(load, false)).ttft.mean, expected, 0.03 * expected) << load;
  }
}

TEST(QueueLimits, ExponentialServiceIsMM1) {
  for (const double load : {0.3, 0.6, 0.8}) {
    const SimulationResult r = serve(poisson(load, true));
    const double expected = kServiceSeconds / (1 - load);
    EXPECT_NEAR(r.ttft.mean, expected, 0.04 * expected) << load;
    // The sojourn time is exponential too: its 95th percentile is ln 20 means.
    EXPECT_NEAR(r.ttft.p95, 2.9957 * expected, 0.05 * expected * 2.9957) << load;
  }
}

}  // namespace
}  // namespace breakeven::serving
