#include "engine/siblings/exact.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>

namespace breakeven::siblings {
namespace {

Exact usd(const char* text) { return Exact::of(Usd::parse(text).value()); }

TEST(Exact, OneThird) {
  const Exact cost = usd("2.5") / (Exact(700) * 3'600) * 1'000'000;
  EXPECT_TRUE(cost.exact());
  EXPECT_EQ(std::get<Usd>(cost.value()).decimal(), "0.992063492063492");
  EXPECT_EQ(to_words(cost), "$0.992063");
  EXPECT_EQ(to_words(cost * 10), "$9.920635");
  EXPECT_EQ(to_words(usd("0.992")), "$0.992");
  EXPECT_EQ(to_words(usd("11621.6")), "$11,621.60");
  EXPECT_EQ(to_words(Exact() - usd("440")), "-$440");
  EXPECT_EQ(to_words(Exact(1'800'000'000)), "1,800,000,000");
  EXPECT_EQ(to_words(Exact::ratio(3, 5)), "0.6");
}

TEST(Exact, KindsDoNotMixSilently) {
  EXPECT_FALSE((usd("1") + Exact(1)).exact());
  EXPECT_TRUE(std::isnan((usd("1") * usd("2")).estimate()));
  EXPECT_TRUE(std::isnan((usd("1") / Exact(0)).estimate()));
  const Exact share = usd("1") / usd("3");
  EXPECT_FALSE(share.money());
  EXPECT_EQ(std::get<Rational>(share.value()), Rational::make(1, 3).value());
  EXPECT_EQ(compare(usd("0") + Exact(), usd("0")), 0);
}

TEST(Exact, WhatDoesNotFitBecomesADouble) {
  Exact huge(INT64_MAX);
  for (int i = 0; i < 6; ++i) huge = huge * INT64_MAX;
  EXPECT_FALSE(huge.exact());
  EXPECT_NEAR(huge.estimate() / std::pow(9.223372036854775807e18, 7), 1, 1e-12);
  EXPECT_TRUE(std::holds_alternative<double>(huge.value()));
  EXPECT_EQ(std::get<std::int64_t>(round_up(Exact::ratio(9, 8)).value()), 2);
  EXPECT_EQ(std::get<std::int64_t>(round_up(Exact(3)).value()), 3);
}

RC_GTEST_PROP(Exact, FollowsTheLawsOfArithmetic, (std::int32_t a, std::int32_t b, std::int32_t c)) {
  const Exact x = Exact::ratio(a, 7);
  const Exact y = Exact::ratio(b, 11);
  const Exact z = Exact::ratio(c, 13);
  RC_ASSERT(compare((x + y) * z, x * z + y * z) == 0);
  RC_ASSERT(compare(x - x, Exact()) == 0);
  if (b != 0) RC_ASSERT(compare(x / y * y, x) == 0);
}

RC_GTEST_PROP(Exact, MoneyRoundsHalfToEvenLikeTheLibrary, (std::int32_t cents, std::int16_t by)) {
  RC_PRE(by != 0);
  const Usd amount = Usd::from_cents(cents);
  const auto library = by > 0 ? mul_div(amount, 1, by) : mul_div(amount, -1, -by);
  RC_ASSERT(std::get<Usd>((Exact::of(amount) / by).value()) == *library);
}

}  // namespace
}  // namespace breakeven::siblings
