#include "engine/catalog/price_timeline.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace breakeven::catalog {
namespace {

constexpr PriceOwner kOwner{"breakeven", "acme", "one"};
const PriceField kInput{};

PriceFact fact(std::int64_t id, std::int64_t from_s, std::int64_t known_s, std::int64_t nano) {
  PriceFact f;
  f.id = id;
  f.from_s = from_s;
  f.known_s = known_s;
  f.price = Price{nano, 1'000'000, 0};
  return f;
}

std::int64_t nano_at(const PriceTimeline& t, std::int64_t effective_s, std::int64_t known_s) {
  const auto found = t.find(kOwner, kInput, effective_s, known_s);
  return found && found->price ? found->price->nano_usd : -1;
}

TEST(PriceTimeline, AnAnnouncedStepOutlivesACutBeforeIt) {
  PriceTimeline t;
  t.add(kOwner, fact(1, 0, 0, 10));
  t.add(kOwner, fact(2, 900, 700, 15));  // announced at 700 for 900
  t.add(kOwner, fact(3, 800, 800, 8));   // a cut
  EXPECT_EQ(nano_at(t, 850, 750), 10);
  EXPECT_EQ(nano_at(t, 850, 850), 8);
  EXPECT_EQ(nano_at(t, 950, 750), 15);
  EXPECT_EQ(nano_at(t, 950, 850), 15);
  EXPECT_TRUE(t.cancel(kOwner, kInput, 2, 860));
  EXPECT_EQ(nano_at(t, 950, 859), 15);
  EXPECT_EQ(nano_at(t, 950, 860), 8);
  EXPECT_FALSE(t.cancel(kOwner, kInput, 4, 860));
  EXPECT_FALSE(t.cancel({"breakeven", "acme", "two"}, kInput, 2, 860));
}

TEST(PriceTimeline, ACorrectionReplacesTheFigureOfItsDate) {
  PriceTimeline t;
  t.add(kOwner, fact(1, 100, 100, 10));
  t.add(kOwner, fact(2, 100, 300, 9));
  t.add(kOwner, fact(3, 100, 300, 7));  // in the same second: the later row
  EXPECT_EQ(nano_at(t, 200, 299), 10);
  EXPECT_EQ(nano_at(t, 200, 300), 7);
  EXPECT_EQ(nano_at(t, 99, 300), -1);
}

TEST(PriceTimeline, APromotionEndsInWhatHeldBefore) {
  PriceTimeline t;
  t.add(kOwner, fact(1, 0, 0, 10));
  PriceFact promotion = fact(2, 100, 50, 4);
  promotion.to_s = 200;
  t.add(kOwner, promotion);
  EXPECT_EQ(nano_at(t, 99, 60), 10);
  EXPECT_EQ(nano_at(t, 100, 60), 4);
  EXPECT_EQ(nano_at(t, 199, 60), 4);
  EXPECT_EQ(nano_at(t, 200, 60), 10);
  const auto rows = t.rows(kOwner, 60, "row ");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].to_s, 100);
  EXPECT_EQ(rows[1].price.nano_usd, 4);
  EXPECT_EQ(rows[2].from_s, 200);
  EXPECT_EQ(rows[2].place, "row 1");
}

TEST(PriceTimeline, WhatEndsIsNotListedAndWhatIsUnknownIs) {
  PriceTimeline t;
  t.add(kOwner, fact(1, 0, 0, 10));
  PriceFact ends = fact(2, 100, 100, 0);
  ends.price.reset();
  t.add(kOwner, ends);
  PriceFact unknown = fact(3, 200, 200, 0);
  unknown.price.reset();
  unknown.kind = PriceKind::unknown;
  t.add(kOwner, unknown);
  EXPECT_FALSE(t.find(kOwner, kInput, 150, 900));
  ASSERT_TRUE(t.find(kOwner, kInput, 250, 900));
  EXPECT_FALSE(t.find(kOwner, kInput, 250, 900)->price);
  EXPECT_TRUE(t.find_all(kOwner, 150, 900).empty());
  EXPECT_EQ(t.find_all(kOwner, 250, 900).size(), 1U);
  const auto rows = t.rows(kOwner, 900, "");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].to_s, 100);
  EXPECT_EQ(rows[1].kind, PriceKind::unknown);
}

TEST(PriceTimeline, BooksModelsAndFieldsAreKeptApart) {
  PriceTimeline t;
  t.add(kOwner, fact(1, 0, 0, 10));
  t.add({"litellm", "acme", "one"}, fact(2, 0, 0, 11));
  PriceFact batch = fact(3, 0, 0, 5);
  batch.field.mode = Mode::batch;
  batch.rule = "R-BATCH-50";
  batch.source = "price list";
  batch.source_date = "2026-08-21";
  t.add(kOwner, batch);
  EXPECT_EQ(nano_at(t, 1, 1), 10);
  EXPECT_EQ(t.find({"litellm", "acme", "one"}, kInput, 1, 1)->price->nano_usd, 11);
  EXPECT_FALSE(t.find({"litellm", "acme", "two"}, kInput, 1, 1));
  const auto all = t.find_all(kOwner, 1, 1);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].rule, "R-BATCH-50");
  EXPECT_EQ(all[1].source, "price list");
  EXPECT_EQ(all[1].source_date, "2026-08-21");
  ASSERT_EQ(t.models("breakeven").size(), 1U);
  EXPECT_TRUE(t.models("nobody").empty());
}

struct Stated {
  PriceFact fact;
  std::int64_t gone_s = INT64_MAX;
};

/// The definition in the header, word by word.
std::optional<std::int64_t> plain_answer(const std::vector<Stated>& all, std::int64_t t,
                                         std::int64_t k) {
  const Stated* best = nullptr;
  for (const Stated& s : all) {
    const bool counts =
        s.fact.known_s <= k && k < s.gone_s && s.fact.from_s <= t && t < s.fact.to_s;
    const auto rank = [](const Stated& x) {
      return std::tuple(x.fact.from_s, x.fact.known_s, x.fact.id);
    };
    if (counts && (best == nullptr || rank(*best) < rank(s))) best = &s;
  }
  if (best == nullptr || !best->fact.listed()) return std::nullopt;
  return best->fact.id;
}

std::vector<Stated> any_statements() {
  const auto small = rc::gen::inRange<std::int64_t>(0, 12);
  std::vector<Stated> all;
  const auto count = *rc::gen::inRange<std::int64_t>(0, 14);
  for (std::int64_t id = 1; id <= count; ++id) {
    Stated s;
    s.fact = fact(id, *small, *small, id);
    if (*rc::gen::inRange(0, 4) == 0) s.fact.to_s = s.fact.from_s + 1 + *small;
    if (*rc::gen::inRange(0, 5) == 0) s.fact.price.reset();
    if (*rc::gen::inRange(0, 6) == 0) {
      s.fact.price.reset();
      s.fact.kind = PriceKind::unknown;
    }
    if (*rc::gen::inRange(0, 4) == 0) s.gone_s = s.fact.known_s + *small;
    all.push_back(s);
  }
  return all;
}

PriceTimeline timeline_of(const std::vector<Stated>& all) {
  PriceTimeline t;
  for (const Stated& s : all) t.add(kOwner, s.fact);
  for (const Stated& s : all) {
    if (s.gone_s != INT64_MAX) RC_ASSERT(t.cancel(kOwner, kInput, s.fact.id, s.gone_s));
  }
  return t;
}

RC_GTEST_PROP(PriceTimelineProperty, AnswersAsTheDefinitionDoes, ()) {
  const auto all = any_statements();
  const PriceTimeline t = timeline_of(all);
  for (std::int64_t k = -1; k < 26; ++k) {
    const auto rows = t.rows(kOwner, k, "");
    for (std::int64_t at = -1; at < 26; ++at) {
      const auto expected = plain_answer(all, at, k);
      const auto found = t.find(kOwner, kInput, at, k);
      RC_ASSERT(found.has_value() == expected.has_value());
      if (found) RC_ASSERT(found->id == *expected);
      // The same as rows that do not overlap.
      std::vector<std::string> holds;
      for (const PriceRow& row : rows) {
        if (row.from_s <= at && at < row.to_s) holds.push_back(row.place);
      }
      RC_ASSERT(holds.size() == (expected ? 1U : 0U));
      if (expected) RC_ASSERT(holds.front() == std::to_string(*expected));
    }
  }
}

RC_GTEST_PROP(PriceTimelineProperty, LearningMoreNeverChangesWhatWasKnown, ()) {
  const auto all = any_statements();
  const auto now = *rc::gen::inRange<std::int64_t>(0, 12);
  std::vector<Stated> before;
  for (Stated s : all) {
    if (s.fact.known_s > now) continue;
    if (s.gone_s > now) s.gone_s = INT64_MAX;
    before.push_back(s);
  }
  const PriceTimeline then = timeline_of(before);
  const PriceTimeline later = timeline_of(all);
  for (std::int64_t at = 0; at < 24; ++at) {
    const auto a = then.find(kOwner, kInput, at, now);
    const auto b = later.find(kOwner, kInput, at, now);
    RC_ASSERT(a.has_value() == b.has_value());
    if (a) RC_ASSERT(a->id == b->id);
  }
}

}  // namespace
}  // namespace breakeven::catalog
