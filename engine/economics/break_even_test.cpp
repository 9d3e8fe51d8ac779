#include "engine/economics/break_even.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "engine/economics/ledger.hpp"

namespace breakeven::economics {
namespace {

VolumeProblem staircase() {
  VolumeProblem p;
  p.api_usd = Usd::parse("1.40").value();  // 4 x 1 + 1 x 3 over 5 M tokens
  p.fixed_usd = Usd::from_dollars(30);
  p.step_usd = Usd::from_dollars(100);
  p.step_capacity = 81'000'000;
  return p;
}

TEST(BreakEven, StaircaseOfTheBrief) {
  const auto b = break_even_volume(staircase());
  ASSERT_TRUE(b.ok());
  EXPECT_EQ(b->first, 235'714'286);
  ASSERT_EQ(b->windows.size(), 7U);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(b->windows[i].steps, static_cast<std::int64_t>(i) + 3);
    EXPECT_EQ(b->windows[i].to, 81'000'000 * b->windows[i].steps);
  }
  EXPECT_EQ(b->permanent, 735'714'286);
  EXPECT_EQ(b->crossings.size(), 15U);
}

TEST(BreakEven, CrossingsInSpendAndUtilisation) {
  const VolumeProblem p = staircase();
  // 235 714 286 at 1.40 a million is 330.00: 30 + 3 x 100; three steps carry 243 M.
  const auto first = place_of(p, 235'714'286);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->api_usd.fixed(2), "330.00");
  EXPECT_NEAR(first->utilisation, 235.714286 / 243, 1e-9);
  const auto permanent = place_of(p, 735'714'286);
  EXPECT_EQ(permanent->api_usd.fixed(2), "1030.00");
  EXPECT_NEAR(permanent->utilisation, 735.714286 / 810, 1e-9);
  EXPECT_EQ(place_of(p, 0)->utilisation, 0);
}

TEST(BreakEven, OneGpuOfTheIssue) {
  const Usd api = Usd::parse("0.25").value() * 120 + Usd::from_dollars(2) * 40;
  EXPECT_EQ(api.fixed(2), "110.00");
  // 1.19 USD/h for 729.6 h; 15 % on top.
  const Usd gpu = mul_div(Usd::parse("1.19").value(), 7'296, 10).value();
  EXPECT_EQ(gpu.fixed(2), "868.22");
  const Usd self = scale(gpu, Rational::parse("1.15").value()).value();
  EXPECT_EQ(self.fixed(2), "998.46");
  VolumeProblem p;
  p.api_usd = api;
  p.api_units = 160'000'000;
  p.step_usd = self;
  p.step_capacity = static_cast<std::int64_t>(2'500 * 729.6 * 3'600);
  p.max_steps = 1;
  const auto b = break_even_volume(p);
  ASSERT_TRUE(b.ok());
  ASSERT_TRUE(b->first.has_value());
  EXPECT_NEAR(static_cast<double>(*b->first) / 1e6, 1'452.3, 0.05);
  EXPECT_EQ(b->permanent, b->first);
}

TEST(BreakEven, AlwaysOnIsNeverScaledByUtilisation) {
  EXPECT_EQ(always_on_month(Price::parse("1.50", 1).value(), 1)->fixed(2), "1095.00");
}

TEST(BreakEven, NeverAboveCapacity) {
  EXPECT_NEAR(tokens_per_month(80, 0.6) / 1e6, 126.1, 0.05);
  VolumeProblem p;
  p.api_usd = Usd::parse("0.45").value();
  p.fixed_usd = Usd::from_dollars(3'650) * 2;
  p.step_capacity = 126'144'000;
  p.max_steps = 1;
  const auto b = break_even_volume(p);
  ASSERT_TRUE(b.ok());
  EXPECT_FALSE(b->first.has_value());
  EXPECT_FALSE(b->permanent.has_value());
  EXPECT_NE(b->never.find("$56.76 < $7,300.00"), std::string::npos) << b->never;
  EXPECT_NE(b->never.find("126 144 000"), std::string::npos) << b->never;
}

TEST(BreakEven, NeverWhenAStepCostsMoreThanTheApiForAllItServes) {
  VolumeProblem p = staircase();
  p.step_usd = Usd::from_dollars(114);
  const auto b = break_even_volume(p);
  ASSERT_TRUE(b.ok());
  EXPECT_FALSE(b->first.has_value());
  EXPECT_NE(b->never.find("$113.40 <= $114.00"), std::string::npos) << b->never;
}

TEST(BreakEven, RefusesNonsense) {
  VolumeProblem p = staircase();
  p.step_capacity = 0;
  EXPECT_EQ(break_even_volume(p).error().where, "step_capacity");
  p = staircase();
  p.step_usd = -Usd::from_dollars(1);
  EXPECT_FALSE(break_even_volume(p).ok());
}

RC_GTEST_PROP(BreakEven, AgreesWithBruteForce, ()) {
  VolumeProblem p;
  p.api_usd = Usd::from_cents(*rc::gen::inRange(1, 400));
  p.api_units = *rc::gen::inRange(1, 4);
  p.fixed_usd = Usd::from_cents(*rc::gen::inRange(0, 3'000));
  p.step_usd = Usd::from_cents(*rc::gen::inRange(0, 2'000));
  p.step_capacity = *rc::gen::inRange(1, 12);
  p.marginal_usd = Usd::from_cents(*rc::gen::inRange(0, 100));
  if (*rc::gen::arbitrary<bool>()) p.max_steps = *rc::gen::inRange(1, 20);
  const auto b = break_even_volume(p);
  RC_ASSERT(b.ok());
  const std::int64_t end = p.max_steps ? *p.max_steps * p.step_capacity : 400;
  for (std::int64_t v = 1; v <= end; ++v) {
    // Multiplied by api_units so that no side is rounded.
    const std::int64_t steps =
        std::max<std::int64_t>(1, (v + p.step_capacity - 1) / p.step_capacity);
    const Usd api = p.api_usd * v;
    const Usd self = (p.fixed_usd + p.step_usd * steps) * p.api_units + p.marginal_usd * v;
    const bool wins = self <= api;
    bool said = b->permanent && v >= *b->permanent;
    for (const Window& w : b->windows) said = said || (v >= w.from && v <= w.to);
    RC_ASSERT(wins == said);
    RC_ASSERT(!wins || (b->first && *b->first <= v));
  }
}

}  // namespace
}  // namespace breakeven::economics
