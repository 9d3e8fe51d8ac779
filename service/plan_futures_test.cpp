// What a plan says of all options together, on the real catalogue and small synthetic traffic.
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <memory>

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
  EXPECT_EQ(a->switching->npv_usd.size(), 36U);
  // Switching now is the plan itself.
  const auto base = a->model->base();
  EXPECT_NEAR(a->switching->npv_usd[0], a->model->outcome(base.data()).npv_usd, 1e-6);
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
  EXPECT_LT(ramp->switching->npv_usd[0], plain->switching->npv_usd[0]);
  const auto refused = ask([](auto& q) { q.growth_ceiling = 0.5; });
  EXPECT_EQ(refused.error().where, "growth_ceiling");
}

}  // namespace
}  // namespace breakeven::service
