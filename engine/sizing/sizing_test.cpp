#include "engine/sizing/sizing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/serving/test_support_facts.hpp"
#include "engine/sizing/load_sample.hpp"
#include "engine/sizing/test_support.hpp"

namespace breakeven::sizing {
namespace {

using test::LinearStep;
using test::offer;
using test::options_for;
using test::poisson;

catalog::Accelerator accelerator(const char* id) {
  catalog::Accelerator a = serving::test::h100();
  a.id = id;
  return a;
}

serving::Replica small_replica() {
  static const catalog::Accelerator h100 = accelerator("H100-SXM");
  serving::Replica r;
  r.config.accelerator = &h100;
  r.limits.token_budget = 2048;
  r.limits.max_sequences = 64;
  r.limits.kv_blocks = 8'000;
  r.step = std::make_shared<LinearStep>();
  return r;
}

bool holds(const traffic::Trace& trace, const serving::Replica& r, int n, const SizingOptions& o) {
  serving::SimulationOptions s;
  s.replicas = n;
  s.objective = o.objective;
  s.router = o.router;
  return serving::simulate(trace, *r.step, r.limits, s)->objective_met;
}

TEST(Sizing, FindsTheFewestReplicasAndAddsTheRedundantOnes) {
  const auto trace = poisson(40, 120);
  const auto replica = small_replica();
  SizingOptions options = options_for(1.0, 0.04);
  options.redundancy = 2;
  const auto plan = size_fleet(trace, replica, options);
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  ASSERT_GE(plan->replicas_needed, 3);
  EXPECT_EQ(plan->replicas, plan->replicas_needed + 2);
  EXPECT_TRUE(holds(trace, replica, plan->replicas_needed, options));
  EXPECT_FALSE(holds(trace, replica, plan->replicas_needed - 1, options));
  EXPECT_TRUE(plan->at_needed.objective_met);
  EXPECT_TRUE(plan->at_fleet.objective_met);
  EXPECT_EQ(plan->at_needed.requests, static_cast<std::int64_t>(trace.size()));
  // With two replicas to spare the fleet carries more than the trace, and says how much.
  EXPECT_GT(plan->max_load_factor, 1.2);
  EXPECT_DOUBLE_EQ(plan->delivered_utilisation * plan->max_load_factor, 1.0);
}

TEST(Sizing, TheSearchReachesTheSameNumberFromEveryGuess) {
  const auto trace = poisson(40, 60);
  const auto replica = small_replica();
  const SizingOptions options = options_for(1.0, 0.04);
  const auto base = replicas_needed(trace, replica, options, 1);
  ASSERT_TRUE(base.ok());
  for (const int guess : {2, 3, 5, 9, 100}) {
    EXPECT_EQ(replicas_needed(trace, replica, options, guess)->replicas, base->replicas) << guess;
  }
}

TEST(Sizing, TheLoadFactorIsTheLargestThatHolds) {
  const auto trace = poisson(10, 120);
  const auto replica = small_replica();
  const SizingOptions options = options_for(1.0, 0.04);
  const auto factor = max_load_factor(trace, replica, 3, options);
  ASSERT_TRUE(factor.ok());
  serving::SimulationOptions s;
  s.replicas = 3;
  s.objective = options.objective;
  s.load_factor = *factor;
  EXPECT_TRUE(serving::simulate(trace, *replica.step, replica.limits, s)->objective_met);
  s.load_factor = *factor * 1.02;
  EXPECT_FALSE(serving::simulate(trace, *replica.step, replica.limits, s)->objective_met);
}

TEST(Sizing, ImpossibleObjectivesSayWhy) {
  const auto trace = poisson(2, 30);
  const auto replica = small_replica();
  const auto tpot = size_fleet(trace, replica, options_for(1.0, 0.001));
  ASSERT_FALSE(tpot.ok());
  EXPECT_EQ(tpot.error().code, ErrorCode::infeasible);
  EXPECT_NE(
      tpot.error().message.find("TPOT 1 ms at 95 %: even one sequence alone takes per token 8."),
      std::string::npos)
      << tpot.error().message;
  const auto ttft = size_fleet(trace, replica, options_for(0.01, 1.0));
  ASSERT_FALSE(ttft.ok());
  EXPECT_NE(ttft.error().message.find("TTFT 10 ms"), std::string::npos) << ttft.error().message;

  SizingOptions few = options_for(0.5, 0.02);
  few.max_replicas = 2;
  const auto capped = size_fleet(poisson(60, 60), replica, few);
  ASSERT_FALSE(capped.ok());
  EXPECT_NE(capped.error().message.find("2 replicas of"), std::string::npos);

  serving::Replica tiny = small_replica();
  tiny.limits.kv_blocks = 4;
  const auto fit = size_fleet(trace, tiny, options_for(1, 1));
  ASSERT_FALSE(fit.ok());
  EXPECT_NE(fit.error().message.find("never fit"), std::string::npos) << fit.error().message;
}

TEST(Capacity, OverflowShrinksAsReplicasAreAdded) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto trace = poisson(50, 90, seed);
    const auto replica = small_replica();
    const auto plan = size_fleet(trace, replica, options_for(0.8, 0.03));
    ASSERT_TRUE(plan.ok()) << plan.error().text();
    const auto& table = plan->capacity;
    ASSERT_EQ(table.size(), static_cast<std::size_t>(plan->replicas_needed) + 1);
    EXPECT_EQ(table.front().served_requests, 0);
    EXPECT_EQ(table.front().overflow_requests, static_cast<std::int64_t>(trace.size()));
    EXPECT_TRUE(table.front().overflows(0));
    EXPECT_EQ(table.back().served_requests, 1);
    EXPECT_TRUE(table.back().objective_met);
    EXPECT_FALSE(table.back().overflows(0));
    for (std::size_t n = 1; n < table.size(); ++n) {
      EXPECT_EQ(table[n].replicas, static_cast<int>(n));
      EXPECT_LE(table[n].overflow_requests, table[n - 1].overflow_requests);
      // Half of the needed replicas must not be useless.
      if (2 * n >= table.size()) {
        EXPECT_GT(table[n].served_requests, 0.3);
      }
      std::int64_t requests = 0;
      std::int64_t input = 0;
      std::int64_t output = 0;
      for (std::size_t i = 0; i < trace.size(); ++i) {
        if (!table[n].overflows(i)) continue;
        ++requests;
        input += trace.input_tokens[i];
        output += trace.output_tokens[i];
      }
      EXPECT_EQ(requests, table[n].overflow_requests);
      EXPECT_EQ(input, table[n].overflow_input_tokens);
      EXPECT_EQ(output, table[n].overflow_output_tokens);
    }
  }
}

TEST(Sample, KeepsPeaksAndProportions) {
  traffic::Trace trace = poisson(3, 40'000);
  // The second half is three times as busy.
  const traffic::Trace busy = poisson(9, 40'000, 7);
  const std::int64_t half = trace.span_ns;
  for (std::size_t i = 0; i < busy.size(); ++i) {
    trace.arrival_ns.push_back(half + busy.arrival_ns[i]);
    trace.input_tokens.push_back(busy.input_tokens[i]);
    trace.output_tokens.push_back(busy.output_tokens[i]);
    trace.cached_tokens.push_back(busy.cached_tokens[i]);
  }
  trace.span_ns = 2 * half;
  const auto sample = sample_by_load(trace, 60'000);
  EXPECT_GT(sample.size(), 50'000U);
  EXPECT_LT(sample.size(), 75'000U);
  EXPECT_TRUE(std::is_sorted(sample.arrival_ns.begin(), sample.arrival_ns.end()));
  EXPECT_GE(sample.arrival_ns.front(), 0);
  EXPECT_LT(sample.arrival_ns.back(), sample.span_ns);
  EXPECT_EQ(sample.cached_tokens.size(), sample.size());
  EXPECT_EQ(sample_by_load(trace, 400'000).size(), trace.size());

  const auto replica = small_replica();
  const SizingOptions options = options_for(0.5, 0.02);
  EXPECT_NEAR(replicas_needed(sample, replica, options)->replicas,
              replicas_needed(trace, replica, options)->replicas, 1);
}

TEST(Offers, InstancesAreWholeNodes) {
  EXPECT_EQ(instances_for(3, 2, 8), 1);  // four replicas fit a node
  EXPECT_EQ(instances_for(5, 2, 8), 2);
  EXPECT_EQ(instances_for(2, 3, 8), 1);   // two of three GPUs, two GPUs idle
  EXPECT_EQ(instances_for(3, 3, 8), 2);   // a replica does not span nodes
  EXPECT_EQ(instances_for(3, 16, 8), 6);  // unless it must
  EXPECT_EQ(instances_for(7, 1, 1), 7);
}

TEST(Offers, CheapestWholeInstancesWin) {
  auto gone = offer("gone", "H100-SXM", 8, 100);
  gone.status = catalog::OfferStatus::superseded;
  const auto single = offer("single", "H100-SXM", 1, 300);
  const auto node = offer("node", "H100-SXM", 8, 1600);
  const auto other = offer("other", "L4", 8, 1);
  const auto year = offer("year", "H100-SXM", 8, 1200, catalog::Term::reserved_1y);
  const std::vector<const catalog::GpuOffer*> offers = {&gone, &single, &node, &other, &year};
  const auto on_demand = catalog::Term::on_demand;
  EXPECT_EQ(cheapest_offer(offers, "H100-SXM", on_demand, 5, 1).offer, &single);  // 15 < 16
  EXPECT_EQ(cheapest_offer(offers, "H100-SXM", on_demand, 6, 1).offer, &node);    // 16 < 18
  EXPECT_EQ(cheapest_offer(offers, "H100-SXM", on_demand, 2, 4).offer, &node);  // only it has four
  EXPECT_EQ(cheapest_offer(offers, "H100-SXM", catalog::Term::reserved_1y, 1, 1).offer, &year);
  EXPECT_EQ(cheapest_offer(offers, "H100-SXM", catalog::Term::spot, 1, 1).offer, nullptr);

  PricedFleet fleet;
  fleet.offer = &node;
  fleet.instances = 2;
  fleet.usd_per_hour_instance = node.usd_per_hour;
  EXPECT_EQ(fleet.usd_per_month()->decimal(), "23360");  // 2 x 16 $/h x 730 h
}

TEST(Search, CheapestFirstAndTheRestIsExplained) {
  const auto model = serving::test::llama_8b();
  const auto fast = serving::test::h100();
  const auto coefficients = serving::test::shipped_coefficients();
  const auto trace = poisson(6, 120);
  std::vector<catalog::GpuOffer> list = {
      offer("h1", fast.id.c_str(), 1, 300), offer("h8", fast.id.c_str(), 8, 2000),
      offer("h8r", fast.id.c_str(), 8, 1500, catalog::Term::reserved_1y)};
  SearchSpace space;
  space.coefficients = &coefficients;
  for (const auto& o : list) space.offers.push_back(&o);
  for (const int tp : {1, 2, 4}) {
    serving::ReplicaConfig c;
    c.model = &model;
    c.accelerator = &fast;
    c.tensor_parallel = tp;
    space.configs.push_back(c);
  }
  SizingOptions options = options_for(1.0, 0.05);
  options.redundancy = 1;
  InlinePool pool;
  const auto found = cheapest_fleets(trace, space, options, pool);
  ASSERT_TRUE(found.ok()) << found.error().text();
  ASSERT_FALSE(found->fleets.empty());
  for (std::size_t i = 0; i < found->fleets.size(); ++i) {
    const PricedFleet& f = found->fleets[i];
    EXPECT_TRUE(f.plan.at_needed.objective_met);
    EXPECT_EQ(f.gpus % f.offer->gpus, 0);
    EXPECT_GE(f.gpus, f.plan.gpus_needed());
    if (i > 0) {
      EXPECT_LE(found->fleets[i - 1].usd_per_month()->femto(), f.usd_per_month()->femto());
    }
  }
  ASSERT_FALSE(found->pareto.empty());
  EXPECT_EQ(found->pareto.front(), 0U);
  for (std::size_t i = 1; i < found->pareto.size(); ++i) {
    EXPECT_LT(found->fleets[found->pareto[i]].plan.at_needed.end_to_end.p95,
              found->fleets[found->pareto[i - 1]].plan.at_needed.end_to_end.p95);
  }
  EXPECT_GE(found->screened.size(), found->fleets.size());

  const auto impossible = cheapest_fleets(trace, space, options_for(1.0, 1e-4), pool);
  ASSERT_FALSE(impossible.ok());
  EXPECT_NE(impossible.error().message.find("none of 3 configurations"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::sizing
