#include "engine/advisor/plan_model.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace breakeven::advisor {
namespace {

RC_GTEST_PROP(CapacityCurveProperty, NeverFallsAndMeetsTheReplay, ()) {
  const int needed = *rc::gen::inRange(1, 40);
  const int fleet = needed + *rc::gen::inRange(0, 4);
  const double max_load = 1.0 + *rc::gen::inRange(0, 300) / 100.0;
  const CapacityCurve curve(needed, fleet, max_load);
  RC_ASSERT(curve.replicas_for(1.0) == needed);
  int before = 0;
  for (int i = 0; i <= 100; ++i) {
    const int n = curve.replicas_for(0.05 * i);
    RC_ASSERT(n >= before);
    RC_ASSERT(n >= 1);
    before = n;
  }
  RC_ASSERT(curve.replicas_for(max_load) <= fleet);
  RC_ASSERT(curve.replicas_for(1.0, 2.0) >= needed);
}

TEST(PlanModel, AddsUpByHand) {
  PlanModel m;
  m.api = 10'000;
  m.api_once = 1'200;
  m.curve = CapacityCurve(1, 2, 2.0);
  m.redundancy = 1;
  m.instance = 1'000;
  m.people = 2'000;
  m.people_factor = 1.5;
  m.tooling = 500;
  m.operations = 100;
  m.migration_work = 6'000;
  m.dual_running = 1'200;
  m.discount_rate_per_year = 0;
  m.horizon_months = 12;
  // API 10 000; own 2 x 1 000 + 2 000 x 1.5 + 500 + 100 = 5 600; once 7 200 less 1 200 over 12 months.
  const economics::Outcome base = m.outcome(m.base().data());
  EXPECT_DOUBLE_EQ(base.run_rate_usd_month, 4'400);
  EXPECT_DOUBLE_EQ(base.fully_loaded_usd_month, 4'400 - 500);
  EXPECT_NEAR(base.npv_usd, 12 * 4'400 - 6'000, 1e-6);
  const PlanModel::Series s = m.series();
  ASSERT_EQ(s.api.size(), 13U);
  EXPECT_DOUBLE_EQ(s.api[0], 1'200);
  EXPECT_DOUBLE_EQ(s.self_host[0], 7'200);
  EXPECT_EQ(s.replicas[1], 2);

  auto slow = m.base();
  slow[PlanModel::kSlowdown] = 2.5;  // 2.0 loads by 2 replicas, half a load by one more, one spare
  EXPECT_DOUBLE_EQ(m.outcome(slow.data()).run_rate_usd_month, 4'400 - 2'000);
}

TEST(PlanModel, ACommitmentHoldsItsPrice) {
  PlanModel m;
  m.instance = 1'000;
  m.gpu_trend_per_year = -0.5;
  m.horizon_months = 36;
  m.fleet_price_fixed_months = 36;
  EXPECT_DOUBLE_EQ(m.series().self_host[36], 1'000);
  m.fleet_price_fixed_months = 12;
  EXPECT_DOUBLE_EQ(m.series().self_host[12], 1'000);
  EXPECT_NEAR(m.series().self_host[13], 500, 1e-6);  // renewed at the market's price
  EXPECT_NEAR(m.series().self_host[25], 250, 1e-6);
}

TEST(PlanModel, LaunchesCeilingsAndRampsAct) {
  PlanModel m;
  m.api = 1'000;
  m.instance = 300;
  m.curve = CapacityCurve(1, 1, 1.0);
  m.horizon_months = 6;
  m.launch_factor = {1, 1, 3, 1, 1, 1};
  m.ramp_months = 1;
  const PlanModel::Series s = m.series();
  EXPECT_DOUBLE_EQ(s.api[3], 3'000);
  EXPECT_EQ(s.replicas[3], 3);
  EXPECT_DOUBLE_EQ(s.self_host[1], 300 + 500);  // half of the traffic is still at the API
  EXPECT_DOUBLE_EQ(s.self_host[2], 300);
  // Switching now, seen by either way of counting.
  m.discount_rate_per_year = 0;
  const economics::SwitchPlan plan = economics::plan_switch(m.switching());
  EXPECT_NEAR(plan.npv_usd[0], m.outcome(m.base().data()).npv_usd, 1e-9);
  m.growth_per_month = 0.2;
  m.growth_ceiling = 1.5;
  EXPECT_LT(m.series().api[6], 1'500);
}

}  // namespace
}  // namespace breakeven::advisor
