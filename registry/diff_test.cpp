#include "registry/diff.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "registry/quarantine.hpp"

namespace breakeven::registry {
namespace {

using catalog::BillingUnit;
using catalog::PriceObservation;

PriceObservation at(std::string model, std::string_view usd,
                    BillingUnit unit = BillingUnit::input) {
  PriceObservation seen{"acme", std::move(model), {.unit = unit}, {}, "key"};
  if (!usd.empty()) seen.price = Price::parse(usd).value();
  return seen;
}

/// A few models, fields and places, so that pairs of lists have everything in common and nothing.
rc::Gen<std::vector<PriceObservation>> any_observations() {
  return rc::gen::container<std::vector<PriceObservation>>(rc::gen::exec([] {
    PriceObservation seen;
    seen.vendor = *rc::gen::element<std::string>("acme", "bolt");
    seen.model = *rc::gen::element<std::string>("a", "b", "c");
    seen.field.unit = static_cast<BillingUnit>(*rc::gen::inRange(0, 3));
    seen.field.above_input_tokens = *rc::gen::element<std::int64_t>(0, 200'000);
    seen.native = *rc::gen::element<std::string>("x", "y");
    if (*rc::gen::inRange(0, 5) > 0) {
      seen.price = Price{*rc::gen::element<std::int64_t>(0, 1, 3, 5'000, 5'000'000)};
    }
    return seen;
  }));
}

auto place(const PriceObservation& seen) {
  return std::tuple(seen.vendor, seen.model, seen.field, seen.native);
}

/// The list in order, the last of equal places kept: what a document is to the diff.
std::vector<PriceObservation> in_order(std::vector<PriceObservation> list) {
  std::ranges::reverse(list);
  std::ranges::stable_sort(list, {}, place);
  const auto again = std::ranges::unique(list, {}, place);
  list.erase(again.begin(), again.end());
  return list;
}

bool same(const std::vector<PriceObservation>& a, const std::vector<PriceObservation>& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return place(x) == place(y) && x.price == y.price;
  });
}

TEST(Diff, TellsNewChangedAndGone) {
  const std::vector<PriceObservation> previous{at("gone", "1"), at("same", "2"), at("moved", "3"),
                                               at("lost", "4")};
  const std::vector<PriceObservation> next{at("lost", ""), at("moved", "2.5"), at("same", "2.0"),
                                           at("new", "7")};
  const auto changes = diff(previous, next);
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(to_string(changes[0]), "acme/gone input_mtok: gone, was 1");
  EXPECT_EQ(to_string(changes[1]), "acme/lost input_mtok: 4 -> none");
  EXPECT_EQ(to_string(changes[2]), "acme/moved input_mtok: 3 -> 2.5");
  EXPECT_EQ(to_string(changes[3]), "acme/new input_mtok: new at 7");
}

RC_GTEST_PROP(Diff, DiffThenApply, ()) {
  const auto previous = *any_observations();
  const auto next = *any_observations();
  const auto changes = diff(previous, next);
  const auto result = apply_changes(previous, changes);
  RC_ASSERT(result.ok());
  RC_ASSERT(same(result.value(), in_order(next)));
}

RC_GTEST_PROP(Diff, SameIsEmpty, ()) {
  auto list = in_order(*any_observations());
  const auto before = list;
  std::ranges::reverse(list);
  RC_ASSERT(diff(before, list).empty());
}

RC_GTEST_PROP(Diff, BackwardsIsTheReverse, ()) {
  const auto a = *any_observations();
  const auto b = *any_observations();
  const auto there = diff(a, b);
  const auto back = diff(b, a);
  RC_ASSERT(there.size() == back.size());
  for (std::size_t i = 0; i < there.size(); ++i) {
    RC_ASSERT(there[i].before == back[i].after && there[i].after == back[i].before);
    RC_ASSERT(there[i].native == back[i].native && there[i].field == back[i].field);
  }
}

TEST(Apply, RefusesChangesOfOtherPrices) {
  const std::vector<PriceObservation> prices{at("m", "1")};
  const auto change = [](ChangeKind kind, std::string model, std::string_view before) {
    PriceChange c{kind, "acme", std::move(model), {}, "key", {}, Price::parse("9").value()};
    if (!before.empty()) c.before = Price::parse(before).value();
    return std::vector<PriceChange>{c};
  };
  EXPECT_TRUE(apply_changes(prices, change(ChangeKind::changed, "m", "1")).ok());
  EXPECT_FALSE(apply_changes(prices, change(ChangeKind::changed, "m", "2")).ok());
  EXPECT_FALSE(apply_changes(prices, change(ChangeKind::added, "m", "")).ok());
  EXPECT_FALSE(apply_changes(prices, change(ChangeKind::removed, "z", "1")).ok());
  EXPECT_FALSE(apply_changes(prices, change(ChangeKind::changed, "a", "1")).ok());
}

std::string verdict(std::string_view before, std::string_view after) {
  const std::vector<PriceObservation> previous{at("m", before)};
  const std::vector<PriceObservation> next{at("m", after)};
  const Sorted sorted = sort_changes(diff(previous, next), next);
  if (sorted.quarantined.empty()) return sorted.proposed.empty() ? "same" : "proposed";
  EXPECT_FALSE(sorted.quarantined[0].reason.empty());
  return std::string(to_string(sorted.quarantined[0].suspicion));
}

TEST(Quarantine, HoldsBackWhatIsSuspicious) {
  EXPECT_EQ(verdict("3", "9"), "proposed");
  EXPECT_EQ(verdict("3", "9.000000001"), "beyond-limit");
  EXPECT_EQ(verdict("9", "3"), "proposed");
  EXPECT_EQ(verdict("9.000000001", "3"), "beyond-limit");
  EXPECT_EQ(verdict("3", "0"), "to-zero");
  EXPECT_EQ(verdict("0", "3"), "from-zero");
  EXPECT_EQ(verdict("0.25", "250"), "unit-slip");
  EXPECT_EQ(verdict("250", "0.25"), "unit-slip");
  EXPECT_EQ(verdict("0.25", "250000"), "unit-slip");
  EXPECT_EQ(verdict("0.25", "25"), "beyond-limit");
  EXPECT_EQ(verdict("3", ""), "proposed");
  EXPECT_EQ(verdict("3", "3"), "same");
}

TEST(Quarantine, AVanishedModelWaitsAndALostFieldDoesNot) {
  const std::vector<PriceObservation> previous{
      at("here", "1"), at("here", "2", BillingUnit::output), at("gone", "1"),
      at("gone", "2", BillingUnit::output)};
  const std::vector<PriceObservation> next{at("here", "1")};
  const Sorted sorted = sort_changes(diff(previous, next), next);
  ASSERT_EQ(sorted.proposed.size(), 1U);
  EXPECT_EQ(sorted.proposed[0].model, "here");
  ASSERT_EQ(sorted.quarantined.size(), 2U);
  EXPECT_EQ(sorted.quarantined[0].suspicion, Suspicion::vanished_model);
}

RC_GTEST_PROP(Quarantine, EveryChangeIsInOneList, ()) {
  const auto previous = *any_observations();
  const auto next = *any_observations();
  const auto changes = diff(previous, next);
  const Sorted sorted = sort_changes(changes, next);
  RC_ASSERT(sorted.proposed.size() + sorted.quarantined.size() == changes.size());
  auto proposed = sorted.proposed.begin();
  auto held = sorted.quarantined.begin();
  for (const PriceChange& change : changes) {
    if (proposed != sorted.proposed.end() && *proposed == change) {
      ++proposed;
    } else {
      RC_ASSERT(held != sorted.quarantined.end() && held->change == change);
      ++held;
    }
  }
}

}  // namespace
}  // namespace breakeven::registry
