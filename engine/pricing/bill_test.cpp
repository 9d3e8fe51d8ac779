#include "engine/pricing/bill.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/pricing/trace_bill.hpp"

namespace breakeven::pricing {
namespace {

using catalog::index;
using catalog::Quote;
using catalog::RateCard;
using catalog::UnitRate;
using enum BillingUnit;

UnitRate rate(const char* usd, BillingUnit unit = input) {
  const Price price = *Price::parse(usd, catalog::info(unit).per);
  return UnitRate{Quote{price, price, catalog::PriceKind::published, {}, nullptr}, {}};
}

RateCard card(std::initializer_list<std::pair<BillingUnit, const char*>> prices) {
  RateCard c;
  for (const auto& [unit, usd] : prices) c.rates[index(unit)] = rate(usd, unit);
  return c;
}

Counts counts(std::initializer_list<std::pair<BillingUnit, std::int64_t>> values) {
  Counts c;
  for (const auto& [unit, value] : values) c.set(unit, value);
  return c;
}

/// The bill as text, or the error.
std::string bill(const RateCard& c, Counts n) {
  if (const Status s = complete_and_check(n); !s) return "refused: " + s.error().message;
  Bill b;
  if (const Status s = add_to_bill(c, n, "m", b); !s) return "refused: " + s.error().message;
  return b.is_interval() ? b.low.decimal() + ".." + b.high.decimal() : b.high.decimal();
}

TEST(Bill, AnthropicWorked) {
  EXPECT_EQ(bill(card({{input, "3"}, {cache_write, "3.75"}, {output, "15"}}),
                 counts({{input, 12'307}, {cache_write, 12'304}, {output, 550}})),
            "0.054399");
}

// Amounts of the genai-prices test suite (MIT), computed there by other code.
TEST(Bill, RealtimeModalitiesAndTheirCachedParts) {
  const RateCard c = card({{input, "4"},
                           {input_audio, "32"},
                           {input_image, "5"},
                           {cache_read, "0.4"},
                           {cache_audio_read, "0.4"},
                           {cache_image_read, "0.5"},
                           {output, "24"},
                           {output_audio, "64"}});
  // 4 x 350 + 32 x 150 + 5 x 100 + 0.4 x 250 + 0.4 x 100 + 0.5 x 50 + 24 x 200 + 64 x 300
  EXPECT_EQ(bill(c, counts({{input, 1'000},
                            {output, 500},
                            {cache_read, 400},
                            {input_audio, 250},
                            {output_audio, 300},
                            {input_image, 150},
                            {cache_audio_read, 100},
                            {cache_image_read, 50}})),
            "0.030865");
}

TEST(Bill, UnitWithoutARateBillsAtItsParent) {
  const RateCard c = card({{input, "5"}, {output, "10"}});
  EXPECT_EQ(bill(c, counts({{input, 1'000}, {cache_read, 400}, {output, 10}})), "0.0051");
  EXPECT_EQ(bill(card({{input, "5"}, {cache_write, "6"}}),
                 counts({{input, 100}, {cache_write_1h, 40}, {cache_write_5m, 10}})),
            "0.00055");
  EXPECT_EQ(bill(card({{input, "5"}, {cache_write, "6"}, {cache_write_1h, "10"}}),
                 counts({{input, 100}, {cache_write, 50}, {cache_write_1h, 40}})),
            "0.00071");
}

TEST(Bill, CachedAboveInputIsRefused) {
  const RateCard c = card({{input, "5"}, {cache_read, "0.5"}, {output, "10"}});
  EXPECT_EQ(bill(c, counts({{input, 100}, {cache_read, 200}})),
            "refused: expected parts of input_tokens of at most 100, found 200");
  EXPECT_EQ(bill(c, counts({{input, 100}, {cache_read, 60}, {cache_write, 60}})),
            "refused: expected parts of input_tokens of at most 100, found 120");
  EXPECT_EQ(bill(c, counts({{output, 100}, {output_reasoning, 101}})),
            "refused: expected parts of output_tokens of at most 100, found 101");
  EXPECT_EQ(bill(c, counts({{input, 100}, {cache_read, 1}, {cache_audio_read, 2}})),
            "refused: expected parts of cache_read_tokens of at most 1, found 2");
  EXPECT_EQ(bill(c, counts({{input, 9}, {cache_write, 2}, {cache_write_1h, 3}})),
            "refused: expected parts of cache_write_tokens of at most 2, found 3");
}

TEST(Bill, TokensWithoutAnyRateAreNeverFree) {
  EXPECT_EQ(bill(card({{input, "5"}}), counts({{input, 1}, {output, 7}})),
            "refused: expected a rate output_mtok for 7 output_tokens, found none");
}

TEST(Bill, CachedAudioWithTwoPricedWholesNeedsARateOfItsOwn) {
  const RateCard c = card({{input, "5"}, {cache_read, "0.5"}, {input_audio, "50"}});
  const Counts n =
      counts({{input, 100}, {cache_read, 50}, {input_audio, 50}, {cache_audio_read, 10}});
  EXPECT_NE(bill(c, n).find("cache_audio_read_mtok"), std::string::npos);
}

TEST(Bill, FeesAreCountedPerThousandAndARequestIsOneUnlessSaid) {
  const RateCard c = card({{input, "1"}, {web_searches, "10"}, {requests, "5"}});
  EXPECT_EQ(bill(c, counts({{input, 1'000'000}})), "1.005");
  EXPECT_EQ(bill(c, counts({{input, 0}, {requests, 0}, {web_searches, 3}})), "0.03");
}

TEST(Bill, PerplexityFeeDependsOnTheSearchContext) {
  const RateCard c = card({{requests, "5"}, {requests_medium, "8"}, {requests_high, "12"}});
  EXPECT_EQ(bill(c, Counts()), "0.005");
  EXPECT_EQ(bill(c, counts({{requests, 1}, {requests_high, 1}})), "0.012");
}

TEST(Bill, TierIsChosenByTotalInputAndHoldsForTheWholeRequest) {
  RateCard c = card({{input, "1"}, {cache_read, "0.1"}, {output, "10"}});
  const auto tier = [&](BillingUnit unit, const char* usd) {
    c.rates[index(unit)]->tiers.push_back({200'000, false, rate(usd).base});
  };
  tier(input, "2");
  tier(cache_read, "0.2");
  tier(output, "15");
  EXPECT_EQ(bill(c, counts({{input, 200'000}, {cache_read, 199'000}, {output, 1'000}})), "0.0309");
  EXPECT_EQ(bill(c, counts({{input, 200'001}, {cache_read, 199'001}, {output, 1'000}})),
            "0.0568002");
}

TEST(Bill, UnknownRateStaysAnInterval) {
  RateCard c = card({{input, "30"}, {output, "180"}});
  c.rates[index(cache_read)] = UnitRate{
      Quote{*Price::parse("0"), *Price::parse("30"), catalog::PriceKind::unknown, {}, nullptr}, {}};
  EXPECT_EQ(bill(c, counts({{input, 1'000}, {cache_read, 500}, {output, 10}})), "0.0168..0.0318");
}

// ---- properties ----

struct Case {
  RateCard rates;
  Counts use;
};

Case any_case() {
  Case c;
  const auto price = [] {
    return Price{*rc::gen::inRange<std::int64_t>(0, 100'000'000'000), 1'000'000};
  };
  const auto set = [&](BillingUnit unit, bool always) {
    if (!always && *rc::gen::arbitrary<bool>()) return;
    const Price p = price();
    c.rates.rates[index(unit)] =
        UnitRate{Quote{p, p, catalog::PriceKind::published, {}, nullptr}, {}};
  };
  set(input, true);
  set(output, true);
  for (const BillingUnit unit : {cache_read, cache_write, cache_write_1h, output_reasoning}) {
    set(unit, false);
  }
  const auto n = [](std::int64_t top) { return *rc::gen::inRange<std::int64_t>(0, top + 1); };
  const std::int64_t read = n(1'000'000);
  const std::int64_t hour = n(100'000);
  const std::int64_t write = hour + n(100'000);
  const std::int64_t reasoning = n(50'000);
  c.use = counts({{input, read + write + n(2'000'000)},
                  {cache_read, read},
                  {cache_write, write},
                  {cache_write_1h, hour},
                  {output, reasoning + n(100'000)},
                  {output_reasoning, reasoning}});
  return c;
}

Bill billed(const RateCard& rates, const Counts& use) {
  Bill b;
  RC_ASSERT(add_to_bill(rates, use, "m", b).ok());
  return b;
}

RC_GTEST_PROP(BillProperty, PartsAddUpAndCoverEveryTokenOnce, ()) {
  const Case c = any_case();
  const Bill b = billed(c.rates, c.use);
  Usd sum;
  std::int64_t tokens = 0;
  for (const BillPart& part : b.parts) {
    sum += part.usd_high;
    tokens += part.quantity;
    // Exactly quantity x nano-USD per million: femto = quantity x nano.
    RC_ASSERT(part.usd_high.femto() == static_cast<Int128>(part.quantity) * part.high.nano_usd);
  }
  RC_ASSERT(sum == b.high);
  RC_ASSERT(b.low == b.high);
  RC_ASSERT(tokens == c.use[input] + c.use[output]);
}

RC_GTEST_PROP(BillProperty, CallsAdd, ()) {
  const Case a = any_case();
  const Case b = any_case();
  Counts both;
  for (const BillingUnit unit :
       {input, cache_read, cache_write, cache_write_1h, output, output_reasoning}) {
    both.set(unit, a.use[unit] + b.use[unit]);
  }
  RC_ASSERT(billed(a.rates, both).high ==
            billed(a.rates, a.use).high + billed(a.rates, b.use).high);
}

RC_GTEST_PROP(BillProperty, OneNanoMoreCostsExactlyItsTokens, ()) {
  Case c = any_case();
  const Bill before = billed(c.rates, c.use);
  for (const BillPart& part : before.parts) {
    RateCard more = c.rates;
    Quote& quote = more.rates[index(part.unit)]->base;
    quote.low.nano_usd += 1;
    quote.high.nano_usd += 1;
    const Bill after = billed(more, c.use);
    RC_ASSERT((after.high - before.high).femto() == part.quantity);
  }
}

RC_GTEST_PROP(BillProperty, MorePlainTokensNeverCostLess, ()) {
  const Case c = any_case();
  Counts more = c.use;
  more.add(input, *rc::gen::inRange<std::int64_t>(0, 1'000));
  more.add(output, *rc::gen::inRange<std::int64_t>(0, 1'000));
  RC_ASSERT(billed(c.rates, more).high >= billed(c.rates, c.use).high);
}

RC_GTEST_PROP(TraceBillProperty, ColumnsEqualCalls, ()) {
  RateCard c = card({{input, "3"}, {cache_read, "0.3"}, {output, "15"}});
  if (*rc::gen::arbitrary<bool>()) {
    for (const BillingUnit unit : {input, cache_read, output}) {
      c.rates[index(unit)]->tiers.push_back({2'000, *rc::gen::arbitrary<bool>(), rate("7").base});
    }
  }
  const std::size_t rows = *rc::gen::inRange<std::size_t>(0, 60);
  std::vector<std::int32_t> in;
  std::vector<std::int32_t> out;
  std::vector<std::int32_t> cached;
  Usd sum;
  for (std::size_t i = 0; i < rows; ++i) {
    in.push_back(*rc::gen::inRange<std::int32_t>(0, 4'000));
    cached.push_back(*rc::gen::inRange<std::int32_t>(0, in.back() + 1));
    out.push_back(*rc::gen::inRange<std::int32_t>(0, 4'000));
    sum +=
        billed(c, counts({{input, in.back()}, {cache_read, cached.back()}, {output, out.back()}}))
            .high;
  }
  const auto whole = price_trace(c, {in, out, cached}, {});
  RC_ASSERT(whole.ok());
  RC_ASSERT(whole->high == sum);
  const std::size_t cut = rows / 2;
  const auto head = [&](const auto& v) { return std::span(v).subspan(0, cut); };
  const auto tail = [&](const auto& v) { return std::span(v).subspan(cut); };
  auto pieces = price_trace(c, {head(in), head(out), head(cached)}, {});
  *pieces += *price_trace(c, {tail(in), tail(out), tail(cached)}, {});
  RC_ASSERT(pieces->high == sum);
  RC_ASSERT(pieces->input_tokens == whole->input_tokens);
}

TEST(TraceBill, RefusesBadRowsAndBlendsBatch) {
  const RateCard c = card({{input, "2"}, {cache_read, "1"}, {output, "4"}});
  const std::array<std::int32_t, 2> in{10, 20};
  const std::array<std::int32_t, 2> out{1, 1};
  const std::array<std::int32_t, 2> cached{10, 21};
  const auto bad = price_trace(c, {in, out, cached}, {});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().where, "request 1");
  const std::array<std::int32_t, 2> negative{-1, 5};
  EXPECT_FALSE(price_trace(c, {negative, out, {}}, {}).ok());
  EXPECT_FALSE(price_trace(c, {in, std::span(out).first(1), {}}, {}).ok());

  TraceOptions options;
  options.cache_share = *Rational::parse("0.5");
  const auto standard = price_trace(c, {in, out, {}}, options);
  ASSERT_TRUE(standard.ok());
  EXPECT_EQ(standard->cached_tokens, 15);
  EXPECT_EQ(standard->high.decimal(), "0.000053");
  const auto half = blend(*standard, *standard, *Rational::parse("0.25"));
  EXPECT_EQ(half->high, standard->high);
  EXPECT_EQ(half->calls, 2);

  options.min_cacheable_tokens = 15;
  EXPECT_EQ(price_trace(c, {in, out, {}}, options)->cached_tokens, 10);
}

TEST(TraceBill, ProjectsByTheMonthOf730Hours) {
  const auto p = project(Usd::from_dollars(1), *Rational::make(1'000, 1));
  EXPECT_EQ(p->day.decimal(), "1000");
  EXPECT_EQ(p->month.fixed(2), "30416.67");
  EXPECT_EQ(p->year.decimal(), "365000");
}

}  // namespace
}  // namespace breakeven::pricing
