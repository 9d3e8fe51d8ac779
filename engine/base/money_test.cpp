#include "engine/base/money.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace breakeven {
namespace {

Usd usd(const char* text) {
  const Result<Usd> parsed = Usd::parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed.ok() ? *parsed : Usd();
}

/// Any amount that may be read, of every magnitude down to one femto-dollar.
rc::Gen<Usd> any_amount() {
  return rc::gen::map(rc::gen::tuple(rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange(0, 38)),
                      [](const std::tuple<std::int64_t, int>& t) {
                        const Int128 wide = static_cast<Int128>(std::get<0>(t)) << std::get<1>(t);
                        return Usd::from_femto(wide % kUsdBound);
                      });
}

TEST(Money, CacheWriteIsExact) {
  const auto cost_of = cost(12'304, Price{3'750'000'000, 1'000'000});
  ASSERT_TRUE(cost_of.ok());
  EXPECT_EQ(cost_of->decimal(), "0.04614");
}

TEST(Money, GpuSecondRoundsOnce) {
  // One second at 2.99 USD/h = 0.000830555555555555... USD, rounded at 1e-15.
  const auto price = Price::parse("2.99", 3'600);
  ASSERT_TRUE(price.ok());
  EXPECT_EQ(cost(1, *price)->decimal(), "0.000830555555556");
  EXPECT_EQ(cost(3'600, *price)->decimal(), "2.99");
}

TEST(Money, WorkedBillOfTheIssue) {
  // 120 M in + 40 M out at 0.25 / 2.00 USD per million = 110.00 USD.
  const Usd bill =
      *cost(120'000'000, *Price::parse("0.25")) + *cost(40'000'000, *Price::parse("2.00"));
  EXPECT_EQ(bill.fixed(2), "110.00");
  // 1.19 USD/h x 729.6 h, +15 % on GPU: 868.224 -> 998.4576.
  const Usd gpu = *mul_div(usd("1.19"), 7'296, 10);
  EXPECT_EQ(gpu.fixed(2), "868.22");
  EXPECT_EQ(scale(gpu, *Rational::parse("1.15"))->decimal(), "998.4576");
}

TEST(Money, ParsesWhatPeopleWrite) {
  EXPECT_EQ(usd("39812.4421").decimal(), "39812.4421");
  EXPECT_EQ(usd("-0.05").decimal(), "-0.05");
  EXPECT_EQ(usd("+7").decimal(), "7");
  EXPECT_EQ(usd("007.500").decimal(), "7.5");
  EXPECT_EQ(usd(".5").decimal(), "0.5");
  EXPECT_EQ(usd("5.").decimal(), "5");
  EXPECT_EQ(usd("0.000000000000001").femto(), 1);
  EXPECT_EQ(usd("0.0000000000000010000").femto(), 1);
  EXPECT_EQ(usd("1000000000000000").decimal(), "1000000000000000");
  EXPECT_EQ(usd("-0").decimal(), "0");
}

TEST(Money, RefusesWhatIsNotADecimalAmount) {
  for (const char* text : {"",
                           " ",
                           "+",
                           "-",
                           ".",
                           "-.",
                           "1e-3",
                           "1,000",
                           "1.2.3",
                           "0x10",
                           "NaN",
                           "inf",
                           " 1",
                           "1 ",
                           "--1",
                           "+-1",
                           "$5",
                           "1_000",
                           "\xC3\xA9",
                           "0.0000000000000001",
                           "99999999999999999"}) {
    const auto parsed = Usd::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::parse_error) << text;
    EXPECT_NE(parsed.error().message.find("expected"), std::string::npos);
  }
  const auto large = Usd::parse("1000000000000000.000000000000001");
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().code, ErrorCode::out_of_range);
  const std::string endless(100'000, '9');
  ASSERT_FALSE(Usd::parse(endless).ok());
  EXPECT_LT(Usd::parse(endless).error().message.size(), 200U);
  EXPECT_EQ(usd((std::string(100'000, '0') + "1").c_str()).decimal(), "1");
}

TEST(Money, FixedRoundsHalfToEven) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"0.005", "0.00"},      {"0.015", "0.02"},   {"0.025", "0.02"},   {"0.0250000001", "0.03"},
      {"-0.005", "0.00"},     {"-0.015", "-0.02"}, {"-0.025", "-0.02"}, {"-0.035", "-0.04"},
      {"998.4576", "998.46"}, {"0.999", "1.00"},   {"-0.999", "-1.00"}, {"12", "12.00"}};
  for (const auto& [amount, shown] : cases) EXPECT_EQ(usd(amount).fixed(2), shown) << amount;
  EXPECT_EQ(usd("2.5").fixed(0), "2");
  EXPECT_EQ(usd("3.5").fixed(0), "4");
  EXPECT_EQ(usd("0.000000000000001").fixed(15), "0.000000000000001");
  EXPECT_EQ(usd("1").fixed(99), "1.000000000000000");
  EXPECT_EQ(usd("1.7").fixed(-3), "2");
}

TEST(Money, DisplayGroupsThousands) {
  EXPECT_EQ(usd("0").display(), "$0.00");
  EXPECT_EQ(usd("999.994").display(), "$999.99");
  EXPECT_EQ(usd("999.995").display(), "$1,000.00");
  EXPECT_EQ(usd("1234.56").display(), "$1,234.56");
  EXPECT_EQ(usd("-1234567.891").display(), "-$1,234,567.89");
  EXPECT_EQ(usd("-0.001").display(), "$0.00");
  EXPECT_EQ(usd("123456").display(0), "$123,456");
}

TEST(Money, MulDivSendsATieToTheEvenResult) {
  // 3 femto-dollars / 2 = 1.5: the even neighbour is 2 (an implementation that rounds the
  // remainder's share alone says 1).
  EXPECT_EQ(mul_div(Usd::from_femto(3), 1, 2)->femto(), 2);
  EXPECT_EQ(mul_div(Usd::from_femto(5), 1, 2)->femto(), 2);
  EXPECT_EQ(mul_div(Usd::from_femto(7), 1, 2)->femto(), 4);
  EXPECT_EQ(mul_div(Usd::from_femto(-3), 1, 2)->femto(), -2);
  EXPECT_EQ(mul_div(Usd::from_femto(-5), 1, 2)->femto(), -2);
  EXPECT_EQ(mul_div(Usd::from_femto(3), 1, -2)->femto(), -2);
}

TEST(Money, MulDivNamesItsLimits) {
  EXPECT_EQ(mul_div(usd("1"), 1, 0).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(
      mul_div(usd("1000000000000000"), std::numeric_limits<std::int64_t>::max(), 1).error().code,
      ErrorCode::out_of_range);
  EXPECT_EQ(mul_div(Usd::from_femto(1), std::numeric_limits<std::int64_t>::min(), 1)->femto(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(
      mul_div(Usd::from_femto(std::numeric_limits<std::int64_t>::min()),
              std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::min())
          ->femto(),
      std::numeric_limits<std::int64_t>::min());
}

TEST(Money, CostNamesItsLimits) {
  EXPECT_EQ(cost(-1, Price{}).error().code, ErrorCode::out_of_range);
  EXPECT_EQ(cost(1, Price{1, 0}).error().code, ErrorCode::invalid_argument);
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(cost(kMax, Price{kMax, 1}).error().code, ErrorCode::out_of_range);
}

TEST(Money, PriceParsesToNanoDollars) {
  EXPECT_EQ(Price::parse("0.075")->nano_usd, 75'000'000);
  EXPECT_EQ(Price::parse("0.075")->decimal(), "0.075");
  EXPECT_EQ(Price::parse("0.000000001")->nano_usd, 1);
  EXPECT_EQ(Price::parse("25", 1'000)->unit_size, 1'000);
  EXPECT_EQ(Price::parse("999999999.999999999")->nano_usd, 999'999'999'999'999'999);
  EXPECT_FALSE(Price::parse("0.0000000001").ok());
  EXPECT_FALSE(Price::parse("-1").ok());
  EXPECT_FALSE(Price::parse("1000000000").ok());
}

TEST(Money, PriceMultiplierMustLandOnANanoDollar) {
  EXPECT_EQ(scale(*Price::parse("3"), *Rational::parse("0.1"))->decimal(), "0.3");
  EXPECT_EQ(scale(*Price::parse("3"), *Rational::parse("1.1"))->decimal(), "3.3");
  EXPECT_EQ(scale(*Price::parse("0.000000001"), *Rational::parse("0.5")).error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(scale(*Price::parse("900000000"), *Rational::make(1'000'000, 1)).error().code,
            ErrorCode::out_of_range);
  EXPECT_EQ(scale(*Price::parse("1"), *Rational::make(-1, 1)).error().code,
            ErrorCode::out_of_range);
}

TEST(Money, RationalsAreReduced) {
  EXPECT_EQ(Rational::parse("1.1")->numerator(), 11);
  EXPECT_EQ(Rational::parse("1.1")->denominator(), 10);
  EXPECT_EQ(Rational::parse("15%")->numerator(), 3);
  EXPECT_EQ(Rational::parse("15%")->denominator(), 20);
  EXPECT_EQ(Rational::parse("0")->denominator(), 1);
  EXPECT_EQ(Rational::parse("-50%")->numerator(), -1);
  EXPECT_EQ(Rational::make(std::numeric_limits<std::int64_t>::min(), 2)->numerator(),
            std::numeric_limits<std::int64_t>::min() / 2);
  EXPECT_FALSE(Rational::make(1, 0).ok());
  EXPECT_FALSE(Rational::make(1, -2).ok());
  EXPECT_FALSE(Rational::parse("%").ok());
  EXPECT_FALSE(Rational::parse("1/3").ok());
}

TEST(Money, DividesHalfToEven) {
  EXPECT_EQ(divide_half_even(7, 2), 4);
  EXPECT_EQ(divide_half_even(5, 2), 2);
  EXPECT_EQ(divide_half_even(-5, 2), -2);
  EXPECT_EQ(divide_half_even(-7, 2), -4);
  EXPECT_EQ(divide_half_even(7, -2), -4);
  EXPECT_EQ(divide_half_even(-1, 3), 0);
  EXPECT_EQ(divide_half_even(0, 5), 0);
  const Int128 limit = static_cast<Int128>(1) << 125;
  EXPECT_EQ(divide_half_even(limit, limit), 1);
  EXPECT_EQ(divide_half_even(limit - 1, limit), 1);
}

TEST(Money, PrintsTheWholeRangeOf128Bits) {
  Int128 most = static_cast<Int128>(1) << 126;
  most += most - 1;
  EXPECT_EQ(to_string(most), "170141183460469231731687303715884105727");
  EXPECT_EQ(to_string(-most - 1), "-170141183460469231731687303715884105728");
}

RC_GTEST_PROP(MoneyProperty, DecimalTextReadsBackTheSame, ()) {
  const Usd amount = *any_amount();
  const auto back = Usd::parse(amount.decimal());
  RC_ASSERT(back.ok());
  RC_ASSERT(*back == amount);
  const auto fixed = Usd::parse(amount.fixed(15));
  RC_ASSERT(fixed.ok());
  RC_ASSERT(*fixed == amount);
}

RC_GTEST_PROP(MoneyProperty, SumsDoNotDependOnTheirOrder, ()) {
  auto amounts = *rc::gen::container<std::vector<Usd>>(any_amount());
  Usd forward;
  for (const Usd a : amounts) forward += a;
  Usd backward;
  for (auto it = amounts.rbegin(); it != amounts.rend(); ++it) backward += *it;
  std::sort(amounts.begin(), amounts.end());
  Usd sorted;
  for (const Usd a : amounts) sorted += a;
  RC_ASSERT(forward == backward);
  RC_ASSERT(forward == sorted);
}

RC_GTEST_PROP(MoneyProperty, ScalingIsTheNearestAndTiesAreEven, (std::int32_t n, std::int32_t d)) {
  RC_PRE(d != 0);
  const Usd amount = Usd::from_femto((*any_amount()).femto() / (static_cast<Int128>(1) << 34));
  const auto scaled = mul_div(amount, n, d);
  RC_ASSERT(scaled.ok());
  // |result x d - amount x n| <= |d| / 2, and on equality the result is even.
  Int128 distance = scaled->femto() * d - amount.femto() * n;
  if (distance < 0) distance = -distance;
  const Int128 divisor = d < 0 ? -static_cast<Int128>(d) : static_cast<Int128>(d);
  RC_ASSERT(2 * distance <= divisor);
  if (2 * distance == divisor) RC_ASSERT(scaled->femto() % 2 == 0);
}

RC_GTEST_PROP(MoneyProperty, ExactFactorsUndoEachOther, ()) {
  const Usd amount = *any_amount();
  const auto n = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
  const auto there = mul_div(amount, n, 1);
  RC_ASSERT(there.ok());
  RC_ASSERT(*mul_div(*there, 1, n) == amount);
}

RC_GTEST_PROP(MoneyProperty, TokenCostsNeverRoundAndAdd, ()) {
  const auto a = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  const auto b = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  const Price price{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000), 1'000'000};
  RC_ASSERT(*cost(a, price) + *cost(b, price) == *cost(a + b, price));
}

RC_GTEST_PROP(MoneyProperty, EstimateIsCloseAndOrdered, ()) {
  const Usd a = *any_amount();
  const Usd b = *any_amount();
  if (a <= b) RC_ASSERT(a.estimate() <= b.estimate());
  const double direct = static_cast<double>(a.femto()) / 1e15;
  RC_ASSERT(std::fabs(a.estimate() - direct) <= 4.5e-16 * std::fabs(direct));
}

}  // namespace
}  // namespace breakeven
