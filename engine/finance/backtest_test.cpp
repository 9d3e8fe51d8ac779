#include "engine/finance/backtest.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace breakeven::finance {
namespace {

PastRecord bill(const char* period, const char* item, const char* cost) {
  return {period, item, CostKind::usage, {}, Usd::parse(cost).value(), "bills"};
}
PastRecord used(const char* period, const char* item, std::int64_t volume) {
  return {period, item, CostKind::usage, volume * 1'000, {}, "usage"};
}

TEST(Backtest, BillsAndUsageOfOneItemAreOneRecord) {
  // 80 at 3 planned by what happened the month before; then 100 at 2.
  const auto b = backtest({{bill("2026-02", "a", "200"), used("2026-02", "a", 100),
                            bill("2026-01", "a", "240"), used("2026-01", "a", 80)},
                           {},
                           {},
                           0.8});
  ASSERT_TRUE(b.ok()) << b.error().text();
  EXPECT_FALSE(b->against_budget);
  ASSERT_EQ(b->variance.periods.size(), 1U);
  EXPECT_EQ(b->variance.periods[0].period, "2026-02");
  EXPECT_EQ(b->variance.all.budget.decimal(), "240");
  EXPECT_EQ(b->variance.all.price.decimal(), "-100");
  EXPECT_EQ(b->variance.all.volume.decimal(), "60");
  EXPECT_EQ(b->variance.all.total().decimal(), "-40");
}

TEST(Backtest, AgainstABudget) {
  BacktestQuestion q{{bill("2026-01", "a", "200"), used("2026-01", "a", 100)},
                     {bill("2026-01", "a", "240"), used("2026-01", "a", 80)},
                     {{"2026-01", 150, 250, 190}},
                     0.8};
  const auto b = backtest(q);
  ASSERT_TRUE(b.ok());
  EXPECT_TRUE(b->against_budget);
  EXPECT_EQ(b->variance.all.price.decimal(), "-100");
  ASSERT_EQ(b->bands.size(), 1U);
  EXPECT_TRUE(b->bands[0].inside);
  EXPECT_EQ(b->coverage->inside, 1);
}

TEST(Backtest, AFeeWithoutUsageChangesByPrice) {
  const auto b = backtest({{bill("1", "seats", "100"), bill("2", "seats", "130")}, {}, {}, 0.8});
  ASSERT_TRUE(b.ok());
  EXPECT_EQ(b->variance.all.price.decimal(), "30");
  EXPECT_EQ(b->variance.all.volume.decimal(), "0");
}

TEST(Backtest, BandsOfTheFirstPeriodAreScoredToo) {
  const auto b = backtest({{bill("1", "a", "100"), bill("2", "a", "130")},
                           {},
                           {{"1", 90, 110, {}}, {"2", 90, 110, {}}},
                           0.8});
  ASSERT_TRUE(b.ok()) << b.error().text();
  EXPECT_EQ(b->coverage->periods, 2);
  EXPECT_EQ(b->coverage->inside, 1);
  EXPECT_FALSE(b->bands[1].inside);
  EXPECT_EQ(backtest({{bill("1", "a", "1")}, {}, {{"7", 0, 1, {}}}, 0.8}).error().where,
            "forecast/0/period");
}

TEST(Backtest, RefusesWhatHasNoPrice) {
  EXPECT_EQ(backtest({{used("1", "a", 5), bill("1", "b", "3")}, {}, {}, 0.8}).error().where,
            "usage");
  EXPECT_EQ(backtest({{bill("1", "a", "3")}, {}, {}, 0.8}).error().where, "budget");
  EXPECT_EQ(backtest({{}, {bill("1", "a", "3")}, {}, 0.8}).error().where, "actual");
  EXPECT_FALSE(backtest({{bill("1", "a", "-3")}, {bill("1", "a", "3")}, {}, 0.8}).ok());
}

RC_GTEST_PROP(Backtest, MonthOnMonthSumsToTheCentAndNoOrderMatters, ()) {
  std::vector<PastRecord> records;
  const int count = *rc::gen::inRange(2, 12);
  for (int i = 0; i < count; ++i) {
    records.push_back(
        {i == 0   ? "1"
         : i == 1 ? "2"
                  : *rc::gen::element<std::string>("1", "2", "3"),
         *rc::gen::element<std::string>("a", "b"),
         *rc::gen::element(CostKind::usage, CostKind::capacity),
         *rc::gen::inRange<std::int64_t>(0, 5'000'000),
         Usd::from_femto(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000) * 1'234'567'891), ""});
  }
  const auto one = backtest({records, {}, {}, 0.8});
  RC_ASSERT(one.ok());
  for (const VarianceRow& row : one->variance.periods) {
    RC_ASSERT(row.total() == row.actual - row.budget);
  }
  std::vector<PastRecord> turned(records.rbegin(), records.rend());
  const auto other = backtest({turned, {}, {}, 0.8});
  RC_ASSERT(other->variance.all.price == one->variance.all.price);
  RC_ASSERT(other->variance.all.mix == one->variance.all.mix);
  RC_ASSERT(other->variance.all.capacity == one->variance.all.capacity);
}

}  // namespace
}  // namespace breakeven::finance
