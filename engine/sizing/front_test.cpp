#include "engine/sizing/front.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/serving/candidates.hpp"
#include "engine/serving/test_support_facts.hpp"
#include "engine/sizing/load_bounds.hpp"
#include "engine/sizing/test_support.hpp"

namespace breakeven::sizing {
namespace {

/// Three models on three accelerators at every precision and parallelism, with small and large
/// instances on offer.
struct SmallMarket {
  std::vector<catalog::OpenModel> models = {serving::test::llama_8b(), serving::test::qwen3_32b(),
                                            serving::test::gpt_oss_120b()};
  std::vector<catalog::Accelerator> accelerators = {serving::test::h100(), serving::test::a100(),
                                                    serving::test::l40s()};
  std::vector<catalog::GpuOffer> offers = {
      test::offer("h1", "H100-SXM", 1, 290),      test::offer("h8", "H100-SXM", 8, 2100),
      test::offer("a1", "A100-SXM-80GB", 1, 180), test::offer("a8", "A100-SXM-80GB", 8, 1100),
      test::offer("l1", "L40S", 1, 90),           test::offer("l4", "L40S", 4, 340)};
  serving::Coefficients coefficients = serving::test::shipped_coefficients();
  SearchSpace space;

  SmallMarket() {
    std::vector<const catalog::Accelerator*> parts;
    for (const catalog::Accelerator& a : accelerators) parts.push_back(&a);
    for (const catalog::OpenModel& m : models)
      for (const serving::Candidate& c :
           serving::candidate_configs(m, parts, {.context_tokens = 8192}))
        space.configs.push_back(c.config);
    for (const catalog::GpuOffer& o : offers) space.offers.push_back(&o);
    space.coefficients = &coefficients;
  }
  SmallMarket(const SmallMarket&) = delete;
  SmallMarket& operator=(const SmallMarket&) = delete;
};

std::string described(const std::vector<FrontFleet>& front) {
  std::string out;
  for (const FrontFleet& f : front)
    out += f.replica.name() + " x" + std::to_string(f.replicas) + " " + f.offer->id + " x" +
           std::to_string(f.instances) + " " + std::to_string(f.end_to_end_p95_s()) + "\n";
  return out;
}

TEST(Front, PruningChangesNothing) {
  const SmallMarket market;
  ASSERT_GT(market.space.configs.size(), 30U);
  InlinePool pool;
  std::set<std::string> different;
  for (const double per_s : {2.0, 25.0}) {
    for (const double tpot_s : {0.03, 0.1}) {
      SizingOptions options = test::options_for(1.5, tpot_s);
      options.redundancy = tpot_s < 0.05 ? 0 : 1;
      options.max_replicas = 64;
      const traffic::Trace trace = test::poisson(per_s, 40, 7);
      const auto all = cost_latency_front(trace, market.space, options, pool, false);
      const auto pruned = cost_latency_front(trace, market.space, options, pool);
      ASSERT_TRUE(all.ok()) << all.error().text();
      ASSERT_TRUE(pruned.ok()) << pruned.error().text();
      EXPECT_EQ(described(pruned->front), described(all->front));
      EXPECT_EQ(described(pruned->screened), described(all->screened));
      different.insert(described(all->front));
      const FrontCounts& n = pruned->counts;
      EXPECT_LT(n.sized, all->counts.sized);
      EXPECT_EQ(n.not_offered + n.not_fitting + n.bounded + n.outbid + n.missed + n.sized,
                static_cast<std::int64_t>(market.space.configs.size()));
      EXPECT_EQ(all->counts.bounded + all->counts.outbid, 0);
    }
  }
  EXPECT_GE(different.size(), 2U);
}

TEST(Front, IsNonDominatedAndHoldsTheObjective) {
  const SmallMarket market;
  SizingOptions options = test::options_for(1.0, 0.05);
  InlinePool pool;
  const auto found = cost_latency_front(test::poisson(10, 90, 3), market.space, options, pool);
  ASSERT_TRUE(found.ok()) << found.error().text();
  ASSERT_GT(found->front.size(), 1U);
  for (std::size_t i = 0; i < found->front.size(); ++i) {
    const FrontFleet& f = found->front[i];
    EXPECT_TRUE(f.needed.at_needed.objective_met);
    EXPECT_EQ(f.replicas, f.needed.replicas + options.redundancy);
    EXPECT_GE(f.instances * f.offer->gpus, f.replicas * f.replica.gpus());
    if (i == 0) continue;
    const FrontFleet& cheaper = found->front[i - 1];
    EXPECT_GT(f.usd_per_month()->femto(), cheaper.usd_per_month()->femto());
    EXPECT_LT(f.end_to_end_p95_s(), cheaper.end_to_end_p95_s());
  }
}

TEST(Front, SaysWhyNothingIsFound) {
  SmallMarket market;
  InlinePool pool;
  const traffic::Trace trace = test::poisson(2, 30, 1);
  const auto missed = cost_latency_front(trace, market.space, test::options_for(1.0, 1e-5), pool);
  ASSERT_FALSE(missed.ok());
  EXPECT_EQ(missed.error().code, ErrorCode::infeasible);
  EXPECT_NE(missed.error().message.find("miss the objective"), std::string::npos);
  market.space.offers.clear();
  const auto gone = cost_latency_front(trace, market.space, test::options_for(1.0, 0.1), pool);
  ASSERT_FALSE(gone.ok());
  EXPECT_NE(
      gone.error().message.find(std::to_string(market.space.configs.size()) + " are not offered"),
      std::string::npos)
      << gone.error().message;
}

TEST(Front, StopsWhenItIsCancelled) {
  const SmallMarket market;
  SizingOptions options = test::options_for(1.0, 0.1);
  Ticker ticker;
  ticker.cancel = true;
  options.ticker = &ticker;
  InlinePool pool;
  const auto stopped = cost_latency_front(test::poisson(2, 30, 1), market.space, options, pool);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, ErrorCode::resource_limit);
}

// 600 prompt tokens, of which 150 are cached: 450, rounded down to 448; 600 to 576; an answer of 121
// to 120, 120 of them decoded.
TEST(LoadBounds, ByHand) {
  traffic::Trace trace;
  for (const std::int64_t ns : {0, 1'000'000'000}) {
    trace.arrival_ns.push_back(ns);
    trace.input_tokens.push_back(600);
    trace.cached_tokens.push_back(150);
    trace.output_tokens.push_back(121);
  }
  trace.span_ns = 1'000'000'001;
  const LoadBounds bounds(trace);
  const test::LinearStep step;
  serving::EngineLimits limits;
  limits.token_budget = 256;
  limits.max_sequences = 64;
  const double alone =
      0.05 + (0.008 + 4e-5 * 256) + (0.008 + 4e-5 * 192) + 119 * (0.0081 + 3e-8 * 576);
  EXPECT_NEAR(bounds.end_to_end_p95_s(step, limits), alone * 0.9995, 1e-12);
  EXPECT_EQ(bounds.replicas(step, limits, {}), 1);
  // A thousand times in the same second: 448e3 prompt tokens at (0.008 + 0.01024) / 256 s, 31.92 s of
  // work, of which 95 % are due within 1 + 2 s: 10.1. Decoding 90 % of 120e3 tokens at 0.0144 / 64 s
  // takes 24.3 s, due within 15.1 s.
  traffic::Trace crowd;
  for (int i = 0; i < 1000; ++i) {
    crowd.arrival_ns.push_back(i == 999 ? 1'000'000'000 : 0);
    crowd.input_tokens.push_back(450);
    crowd.output_tokens.push_back(121);
  }
  EXPECT_EQ(LoadBounds(crowd).replicas(step, limits, {}), 11);
}

// Nothing that was simulated is below a bound.
TEST(LoadBounds, HoldForEveryConfiguration) {
  const SmallMarket market;
  InlinePool pool;
  const SizingOptions options = test::options_for(2.0, 0.1);
  const traffic::Trace trace = test::poisson(30, 40, 5);
  const LoadBounds bounds(trace);
  for (const serving::ReplicaConfig& config : market.space.configs) {
    const auto replica = serving::make_replica(config, 8192, market.coefficients);
    if (!replica.ok()) continue;
    const auto needed = replicas_needed(trace, *replica, options);
    if (!needed.ok()) continue;
    EXPECT_LE(bounds.replicas(*replica->step, replica->limits, options.objective), needed->replicas)
        << replica->name();
    EXPECT_LE(bounds.end_to_end_p95_s(*replica->step, replica->limits),
              needed->at_needed.end_to_end.p95)
        << replica->name();
  }
}

}  // namespace
}  // namespace breakeven::sizing
