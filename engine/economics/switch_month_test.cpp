#include "engine/economics/switch_month.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "engine/economics/growth.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::economics {
namespace {

/// A small generator: 1 000 cases from one place are easier to repeat than shrunk ones.
class Dice {
 public:
  double operator()(double low, double high) {
    state_ = state_ * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    return low + (high - low) * static_cast<double>(state_ >> 40) / 16'777'216.0;
  }
  int whole(int low, int high) { return static_cast<int>((*this)(low, high + 0.999)); }

 private:
  std::uint64_t state_ = 5;
};

SwitchProblem random_problem(Dice& dice) {
  SwitchProblem p;
  const int months = dice.whole(1, 60);
  for (int m = 0; m < months; ++m) {
    p.api_usd.push_back(dice(0, 100 + 2 * m));
    p.other_usd.push_back(dice(0, 60));
    p.fleet_usd.push_back(dice(0, 60));
    p.gpu_price.push_back(dice(0.5, 2));
  }
  p.committed_months = dice.whole(0, 40);
  for (int k = dice.whole(0, 8); k > 0; --k) p.one_off_usd.push_back(dice(0, 300));
  p.moved = even_ramp(dice.whole(0, 12));
  p.discount_rate_per_year = dice(0, 0.5);
  return p;
}

double by_hand(const SwitchProblem& p, std::size_t s) {
  std::vector<double> flows(p.api_usd.size(), 0);
  for (std::size_t m = s; m < flows.size(); ++m) {
    const std::size_t k = m - s;
    const double moved = k < p.moved.size() ? p.moved[k] : 1.0;
    const double price =
        k < static_cast<std::size_t>(p.committed_months) ? p.gpu_price[s] : p.gpu_price[m];
    flows[m] = p.api_usd[m] * moved - p.other_usd[m] - p.fleet_usd[m] * price -
               (k < p.one_off_usd.size() ? p.one_off_usd[k] : 0.0);
  }
  return finance::npv(finance::monthly_rate(p.discount_rate_per_year), flows);
}

TEST(SwitchMonth, EveryMonthByHandInTwoThousandCases) {
  Dice dice;
  int waits = 0;
  for (int i = 0; i < 2'000; ++i) {
    const SwitchProblem p = random_problem(dice);
    const SwitchPlan plan = plan_switch(p);
    double best = 0;
    for (std::size_t s = 0; s < p.api_usd.size(); ++s) {
      const double value = by_hand(p, s);
      ASSERT_NEAR(plan.npv_usd[s], value, 1e-8 * (1 + std::fabs(value))) << i << " month " << s;
      best = std::max(best, value);
    }
    ASSERT_NEAR(plan.best_npv_usd, best, 1e-8 * (1 + best));
    ASSERT_EQ(plan.month.has_value(), plan.best_npv_usd > 0);
    ASSERT_GE(plan.value_of_waiting_usd, 0);
    waits += plan.value_of_waiting_usd > 0 ? 1 : 0;
  }
  EXPECT_GT(waits, 100);
}

TEST(SwitchMonth, WaitsForGrowthAndForNothingElse) {
  SwitchProblem p;
  p.api_usd = {10, 20, 30, 40, 50, 60};
  p.fleet_usd.assign(6, 35);
  EXPECT_EQ(plan_switch(p).month, 3);
  EXPECT_DOUBLE_EQ(plan_switch(p).best_npv_usd, 45);
  EXPECT_DOUBLE_EQ(plan_switch(p).value_of_waiting_usd, 45);
  p.api_usd.assign(6, 50);
  EXPECT_EQ(plan_switch(p).month, 0);
  EXPECT_EQ(plan_switch(p).value_of_waiting_usd, 0);
  p.api_usd.assign(6, 5);
  EXPECT_FALSE(plan_switch(p).month.has_value());
  EXPECT_EQ(plan_switch({}).best_npv_usd, 0);
}

TEST(Growth, CurvesAndLaunches) {
  const auto compound = volumes({0.1, {}, {}}, 13);
  EXPECT_NEAR(compound[12], std::pow(1.1, 12), 1e-12);
  const auto s_curve = volumes({0.1, 3.0, {}}, 37);
  EXPECT_DOUBLE_EQ(s_curve[0], 1);
  EXPECT_NEAR(s_curve[1], 1.097, 0.001);
  EXPECT_NEAR(s_curve[12], 2.206, 0.001);
  EXPECT_NEAR(s_curve[36], 2.965, 0.001);
  const auto launch = volumes({0, {}, {{2, 3, 2, 1.5}}}, 6);
  EXPECT_EQ(launch, (std::vector<double>{1, 1, 3, 2.25, 1.5, 1.5}));
  EXPECT_EQ(check(Growth{0, 1.0, {}}).error().where, "growth_ceiling");
  EXPECT_EQ(check(Growth{0, {}, {{1, 0, 1, 1}}}).error().where, "launches/0/factor");
}

TEST(Growth, ReadsALaunch) {
  EXPECT_EQ(parse_launch("6:2.5:3:1.2").value(), (Launch{6, 2.5, 3, 1.2}));
  EXPECT_EQ(parse_launch("6:2").value(), (Launch{6, 2, 1, 1}));
  for (const char* bad :
       {"", "6", "6:", ":2", "6:2:", "1.5:2", "6:x", "6:2:3:4:5", "-1:2", "1:2:1e9"}) {
    EXPECT_FALSE(parse_launch(bad).ok()) << bad;
  }
}

RC_GTEST_PROP(Growth, AnSCurveStaysBelowItsCeilingAndTheCompoundCurve, ()) {
  const double g = *rc::gen::inRange(1, 200) / 1'000.0;
  const double ceiling = 1 + *rc::gen::inRange(1, 900) / 100.0;
  const auto s = volumes({g, ceiling, {}}, 60);
  const auto c = volumes({g, {}, {}}, 60);
  for (std::size_t m = 1; m < s.size(); ++m) {
    RC_ASSERT(s[m] >= s[m - 1] && s[m] <= ceiling);
    RC_ASSERT(s[m] <= c[m] * (1 + 1e-12));
  }
}

}  // namespace
}  // namespace breakeven::economics
