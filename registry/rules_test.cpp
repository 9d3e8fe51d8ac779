#include "registry/rules.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <string>

#include "engine/catalog/price_rule.hpp"
#include "registry/test_catalog.hpp"

namespace breakeven::registry {
namespace {

using catalog::Mode;
using catalog::PriceField;
using catalog::PriceKind;

Instant now() { return Instant::from_date(our_book().newest()); }

DatedPrice price(const char* model, const char* field, const char* usd, const char* date,
                 PriceKind kind = PriceKind::published) {
  DatedPrice out;
  out.vendor = "acme";
  out.model = model;
  out.field = catalog::parse_price_field(field).value();
  out.price = Price::parse(usd, 1'000'000, Price::kFinestDecimals).value();
  out.kind = kind;
  out.date = Date::parse(date).value();
  return out;
}

catalog::PriceRule tenth() {
  catalog::PriceRule rule;
  rule.id = "R-TENTH";
  rule.formula = "cache_read_mtok=0.1*input_mtok";
  rule.applies_to = "acme/*;!acme/pro";
  return rule;
}

TEST(Backtest, CountsHitsByYearAndFindsTheFirstCounterExample) {
  const std::vector<catalog::PriceRule> rules{tenth()};
  const std::vector<DatedPrice> prices{
      price("a", "input_mtok", "3", "2025-01-01"),
      price("a", "cache_read_mtok", "0.3", "2025-02-01"),
      price("b", "input_mtok", "10", "2026-01-01"),
      price("b", "cache_read_mtok", "0.5", "2026-03-01"),
      price("c", "input_mtok", "10", "2026-01-01"),
      price("c", "cache_read_mtok", "0.25", "2026-02-01"),
      price("pro", "input_mtok", "30", "2026-01-01"),
      price("pro", "cache_read_mtok", "30", "2026-01-05"),
  };
  const auto records = backtest(rules, prices);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].in_scope.tested, 3U);
  EXPECT_EQ(records[0].in_scope.hits, 1U);
  EXPECT_EQ(records[0].everywhere.tested, 4U);
  ASSERT_EQ(records[0].by_year.size(), 2U);
  EXPECT_EQ(records[0].by_year[0].year, 2025);
  EXPECT_EQ(records[0].by_year[0].in_scope.share(), 1.0);
  EXPECT_EQ(records[0].by_year[1].in_scope.hits, 0U);
  ASSERT_EQ(records[0].misses.size(), 2U);
  EXPECT_EQ(records[0].misses[0].model, "c");
  EXPECT_EQ(records[0].misses[0].predicted, "1");
  EXPECT_EQ(records[0].misses[0].published, "0.25");
  EXPECT_EQ(records[0].first_miss_everywhere->model, "pro");
  EXPECT_FALSE(records[0].holds);
}

TEST(Backtest, ARuleIsHeldOnlyAgainstPricesOfItsOwnTime) {
  catalog::PriceRule until_2026 = tenth();
  until_2026.to_s = Instant::from_date(Date::parse("2026-01-01").value()).seconds;
  catalog::PriceRule from_2026 = tenth();
  from_2026.from_s = until_2026.to_s;
  std::vector<DatedPrice> prices{
      price("old", "input_mtok", "3", "2025-01-01"),
      price("old", "cache_read_mtok", "0.3", "2025-01-01"),
      price("new", "input_mtok", "10", "2026-02-01"),
      price("new", "cache_read_mtok", "0.5", "2026-02-01"),
  };
  for (DatedPrice& one : prices) one.from_s = Instant::from_date(one.date).seconds;
  // The old price ended the instant before the rule did: a period that only touches is outside.
  prices[0].to_s = until_2026.to_s;
  prices[1].to_s = until_2026.to_s;
  const std::vector<catalog::PriceRule> rules{until_2026, from_2026};
  const auto records = backtest(rules, prices);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].in_scope.tested, 1U);
  EXPECT_EQ(records[0].in_scope.hits, 1U);
  EXPECT_TRUE(records[0].holds);
  EXPECT_EQ(records[1].in_scope.tested, 1U);
  EXPECT_EQ(records[1].in_scope.hits, 0U);
  EXPECT_FALSE(records[1].holds);
  // As the convention that people apply everywhere it is tested on both, whatever its dates.
  EXPECT_EQ(records[0].everywhere.tested, 2U);
  EXPECT_EQ(records[1].everywhere.tested, 2U);
}

TEST(Backtest, WhatIsInferredDoesNotProveTheRule) {
  const std::vector<catalog::PriceRule> rules{tenth()};
  const std::vector<DatedPrice> prices{
      price("a", "input_mtok", "3", "2025-01-01"),
      price("a", "cache_read_mtok", "0.3", "2025-01-01", PriceKind::inferred)};
  EXPECT_EQ(backtest(rules, prices)[0].everywhere.tested, 0U);
}

TEST(Backtest, VendorsRoundToThreeDigits) {
  auto rule = tenth();
  rule.formula = "cache_read_mtok/flex=0.5*cache_read_mtok";
  const std::vector<DatedPrice> prices{price("a", "cache_read_mtok", "0.275", "2025-01-01"),
                                       price("a", "cache_read_mtok/flex", "0.138", "2025-01-01")};
  EXPECT_EQ(backtest(std::vector{rule}, prices)[0].in_scope.hits, 1U);
}

RC_GTEST_PROP(Backtest, ARuleThatMadeThePricesAlwaysHits, ()) {
  const auto nano = *rc::gen::inRange<std::int64_t>(10, 1'000'000'000);
  auto input = price("a", "input_mtok", "1", "2025-01-01");
  input.price->nano_usd = nano * 10;
  auto cached = price("a", "cache_read_mtok", "1", "2025-01-01");
  cached.price->nano_usd = nano;
  const auto record = backtest(std::vector{tenth()}, std::vector{input, cached}).front();
  RC_ASSERT(record.in_scope.hits == 1U);
  RC_ASSERT(record.holds);
}

TEST(Backtest, OurRulesHoldInTheirScopeAndDecayOutsideIt) {
  const auto records = backtest(our_book().rules(), rows_of(our_book()));
  for (const RuleRecord& record : records) {
    std::string years;
    for (const YearCount& year : record.by_year) {
      years += " " + std::to_string(year.year) + ":" + std::to_string(year.in_scope.hits) + "/" +
               std::to_string(year.in_scope.tested) + "(" + std::to_string(year.everywhere.hits) +
               "/" + std::to_string(year.everywhere.tested) + ")";
    }
    std::string miss;
    for (const Prediction& one : record.misses) {
      miss += "\n    " + one.date.iso() + " " + one.vendor + "/" + one.model + " " +
              to_string(one.field) + " " + one.predicted + " != " + one.published;
    }
    std::cout << record.id << years << (record.holds ? "" : " BROKEN") << miss << "\n";
    EXPECT_TRUE(record.holds) << record.id << miss;
  }
  const auto tenth_rule = std::ranges::find(records, "R-CACHE-10", &RuleRecord::id);
  ASSERT_NE(tenth_rule, records.end());
  EXPECT_GT(tenth_rule->in_scope.tested, 40U);
  EXPECT_LT(tenth_rule->everywhere.share(), 0.75) << "a convention, not a law";
}

TEST(InferredPrices, AreExactlyWhatTheBookInfers) {
  const auto listed = inferred_prices(our_book(), now());
  ASSERT_FALSE(listed.empty());
  std::set<std::string> seen;
  for (const InferredPrice& one : listed) {
    const std::string what = one.vendor + "/" + one.model + " " + to_string(one.field);
    EXPECT_TRUE(seen.insert(what).second) << what << " twice";
    EXPECT_FALSE(one.rule.empty()) << what;
    EXPECT_FALSE(one.reason.empty()) << what;
    EXPECT_FALSE(one.source.empty()) << what;
    EXPECT_FALSE(one.source_date.empty()) << what;
    EXPECT_NE(one.usd, "0") << what;
    const auto model = our_book().find(one.vendor, one.model);
    ASSERT_TRUE(model.ok());
    const auto card = our_book().resolve(**model, {one.field.mode, {}, now()});
    ASSERT_TRUE(card.ok());
    const auto& rate = card->rates[index(one.field.unit)];
    ASSERT_TRUE(rate) << what;
    EXPECT_EQ(rate->at(one.field.above_input_tokens + 1).kind, PriceKind::inferred) << what;
  }
  // Nothing inferred is left out: the rows in effect are found by reading the files themselves.
  for (const DatedPrice& row : rows_of(our_book())) {
    if (row.kind != PriceKind::inferred || !row.in_effect(now())) continue;
    const auto model = our_book().find(row.vendor, row.model);
    const auto card = our_book().resolve(**model, {row.field.mode, {}, now()});
    if (!card.ok()) continue;
    auto field = row.field;
    // Of two parts of the day the dear one is listed.
    const bool found = std::ranges::any_of(listed, [&](const InferredPrice& one) {
      auto other = one.field;
      other.when = field.when;
      return one.vendor == row.vendor && one.model == row.model && other == field;
    });
    EXPECT_TRUE(found) << row.id() << " " << to_string(row.field);
  }
}

TEST(InferredPrices, ProTiersAreUnknownNotInferred) {
  for (const InferredPrice& one : inferred_prices(our_book(), now())) {
    const bool pro_cache = one.vendor == "openai" && one.model.ends_with("-pro") &&
                           one.field.unit == catalog::BillingUnit::cache_read;
    EXPECT_FALSE(pro_cache) << one.model << " " << to_string(one.field) << " " << one.rule;
  }
}

TEST(RuleScope, GlobsTakeInAndOut) {
  EXPECT_TRUE(catalog::rule_applies_to("a/*", "a/b"));
  EXPECT_FALSE(catalog::rule_applies_to("a/*;!a/b*", "a/bc"));
  EXPECT_TRUE(catalog::rule_applies_to("", "anything"));
  EXPECT_TRUE(catalog::glob_matches("*-pro", "openai/gpt-5-pro"));
  EXPECT_FALSE(catalog::glob_matches("*-pro", "openai/gpt-5-pro-x"));
  EXPECT_TRUE(catalog::glob_matches("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(catalog::parse_rule_formulas("input_mtok=2").ok());
  EXPECT_FALSE(catalog::parse_rule_formulas("nonsense=2*input_mtok").ok());
  const auto tier = catalog::parse_rule_formulas("input_mtok>=200000=2*input_mtok").value();
  EXPECT_EQ(tier.front().field.above_input_tokens, 200'000);
  EXPECT_TRUE(tier.front().field.inclusive);
}

}  // namespace
}  // namespace breakeven::registry
