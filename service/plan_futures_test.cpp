// What a plan says of all options together, on the real catalogue and small synthetic traffic.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "engine/traffic/profile.hpp"
#include "service/catalog_store.hpp"
#include "service/plan.hpp"

namespace breakeven::service {
namespace {

Result<advisor::PlanAnswer> ask(const std::function<void(advisor::PlanQuestion&)>& change) {
  static const std::shared_ptr<const Facts> facts =
      load_facts(BREAKEVEN_SOURCE_DIR "/catalog").value();
  traffic::Profile profile;
  profile.requests_per_day = 200'000;
  profile.days = 0.005;
  static const traffic::Trace trace = traffic::generate(profile).value().trace;
  advisor::PlanQuestion q;
  q.trace = &trace;
  q.api_model = "anthropic/claude-sonnet-4-6";
  q.open_model = "qwen3-32b";
  q.as_of = Instant::from_date(facts->catalog.prices().newest());
  q.accelerators = {"H100-SXM"};
  q.paths = 500;
  change(q);
  InlinePool pool;
  return advisor::plan(q, facts->catalog, facts->coefficients, pool);
}

TEST(PlanFutures, OptionsShareTheSamePaths) {
  const auto a = ask([](auto&) {});
  ASSERT_TRUE(a.ok()) << a.error().text();
  ASSERT_TRUE(a->futures.has_value());
  const economics::Futures& f = a->futures->answer;
  double chances = 0;
  for (const economics::OptionFuture& option : f.options) {
    chances += option.probability_cheapest;
    EXPECT_GE(option.expected_regret_usd_month, f.evpi_usd_month);
    EXPECT_LE(option.cost_usd_month.p10, option.cost_usd_month.p90);
    EXPECT_GE(option.cost_usd_month.mean, f.options[f.best].cost_usd_month.mean);
  }
  EXPECT_NEAR(chances, 1, 1e-9);
  for (const std::size_t option : a->futures->options) EXPECT_TRUE(a->options[option].available);
  EXPECT_EQ(f.cumulative_usd.size(), 36U);
  EXPECT_EQ(a->correlations.size(), 3U);
  double shares = 0;
  for (const economics::TotalOrder& t : a->total_order) {
    EXPECT_GE(t.index, 0);
    shares += t.index;
  }
  EXPECT_GT(shares, 0.9);
  ASSERT_TRUE(a->switching.has_value());
  EXPECT_EQ(a->switching->answer.npv_usd.size(), 36U);
  // Switching now is the plan itself.
  const auto base = a->model->base();
  EXPECT_NEAR(a->switching->answer.npv_usd[0], a->model->outcome(base.data()).npv_usd, 1e-6);
}

TEST(PlanFutures, GrowthLaunchesAndRampsReachTheAnswer) {
  const auto plain = ask([](auto& q) { q.growth_per_month = 0.1; });
  const auto ceiling = ask([](auto& q) {
    q.growth_per_month = 0.1;
    q.growth_ceiling = 1.5;
  });
  const auto launch = ask([](auto& q) {
    q.growth_per_month = 0.1;
    q.launches = {{3, 4, 6, 2}};
  });
  const auto ramp = ask([](auto& q) {
    q.growth_per_month = 0.1;
    q.ramp_months = 6;
  });
  ASSERT_TRUE(plain.ok() && ceiling.ok() && launch.ok() && ramp.ok());
  const auto api = [](const auto& a) { return a->model->series().api.back(); };
  EXPECT_LT(api(ceiling), api(plain) / 2);
  EXPECT_GT(api(launch), api(plain) * 1.9);
  EXPECT_LT(ramp->switching->answer.npv_usd[0], plain->switching->answer.npv_usd[0]);
  const auto refused = ask([](auto& q) { q.growth_ceiling = 0.5; });
  EXPECT_EQ(refused.error().where, "growth_ceiling");
}

TEST(PlanFutures, WhatAHardConstraintExcludesIsNeverChosen) {
  const auto free = ask([](auto&) {});
  const auto bound = ask([](auto& q) { q.constraints = {{"operations.no_machines", {}, {}, {}}}; });
  ASSERT_TRUE(free.ok() && bound.ok());
  ASSERT_TRUE(bound->futures.has_value());
  EXPECT_LT(bound->futures->options.size(), free->futures->options.size());
  double chances = 0;
  for (const economics::OptionFuture& o : bound->futures->answer.options) {
    chances += o.probability_cheapest;
    EXPECT_GE(o.expected_regret_usd_month, 0);
  }
  EXPECT_NEAR(chances, 1, 1e-9);
  for (const std::size_t i : bound->futures->options) {
    EXPECT_TRUE(bound->options[i].feasibility.feasible);
    EXPECT_FALSE(economics::is_self_hosted(bound->options[i].option.ledger.kind));
  }
  // The bands still compare the two options of the verdict, in the same paths.
  EXPECT_EQ(bound->futures->answer.cumulative_usd.back().p50,
            free->futures->answer.cumulative_usd.back().p50);
  // One may not switch to what is excluded, however cheap it is.
  EXPECT_TRUE(bound->switching->constraint_decides);
  EXPECT_FALSE(bound->switching->answer.month.has_value());
  EXPECT_EQ(bound->switching->answer.value_of_waiting_usd, 0);
}

TEST(PlanFutures, WhoMustLeaveLeavesNow) {
  const auto a = ask([](auto& q) { q.must_self_host = true; });
  ASSERT_TRUE(a.ok());
  ASSERT_TRUE(a->futures.has_value());
  for (const std::size_t i : a->futures->options) {
    EXPECT_TRUE(a->options[i].feasibility.feasible);
  }
  EXPECT_TRUE(a->switching->constraint_decides);
  EXPECT_EQ(a->switching->answer.month, 0);
  EXPECT_EQ(a->switching->answer.best_npv_usd, a->switching->answer.npv_usd[0]);
}

TEST(PlanFutures, WhereNothingIsAllowedNothingIsChosen) {
  const auto a = ask([](auto& q) { q.constraints = {{"cost.max_usd_month", 1, {}, {}}}; });
  ASSERT_TRUE(a.ok()) << a.error().text();
  EXPECT_FALSE(a->futures.has_value());
  EXPECT_FALSE(a->switching->answer.month.has_value());
  EXPECT_TRUE(std::ranges::any_of(a->warnings, [](const std::string& warning) {
    return warning.find("meets every hard constraint") != std::string::npos;
  }));
}

TEST(PlanFutures, TheGpuPriceJumpsEitherWay) {
  const auto jumps = ask([](auto&) {});
  const auto calm = ask([](auto& q) { q.set["prior.gpu_price_jump_probability"] = 0; });
  const auto wild = ask([](auto& q) {
    q.set["prior.gpu_price_jump_probability"] = 1;
    q.set["prior.gpu_price_jump_size"] = 0.6;
  });
  ASSERT_TRUE(jumps.ok() && calm.ok() && wild.ok());
  const auto spread = [](const auto& a) {
    for (std::size_t i = 0; i < a->futures->options.size(); ++i) {
      if (a->options[a->futures->options[i]].option.ledger.option_id != "rented.on_demand")
        continue;
      const economics::Quantiles& cost = a->futures->answer.options[i].cost_usd_month;
      return cost.p90 - cost.p10;
    }
    return 0.0;
  };
  EXPECT_GT(spread(jumps), spread(calm));
  EXPECT_GT(spread(wild), spread(jumps));
  EXPECT_GT(wild->uncertainty->fully_loaded.p90 - wild->uncertainty->fully_loaded.p10,
            calm->uncertainty->fully_loaded.p90 - calm->uncertainty->fully_loaded.p10);
  const auto refused = ask([](auto& q) { q.set["prior.gpu_price_jump_size"] = 1.5; });
  EXPECT_EQ(refused.error().where, "prior.gpu_price_jump_size");
}

}  // namespace
}  // namespace breakeven::service
