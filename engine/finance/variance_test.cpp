#include "engine/finance/variance.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace breakeven::finance {
namespace {

CostRecord record(const char* period, const char* item, std::int64_t volume, const char* cost,
                  CostKind kind = CostKind::usage) {
  return {period, item, kind, volume * 1'000, Usd::parse(cost).value()};
}

TEST(Variance, WorkedPriceVolumeMixAndCapacity) {
  const auto one = explain_variance({record("m", "a", 80, "240")}, {record("m", "a", 100, "200")});
  EXPECT_EQ(one->all.price.decimal(), "-100");
  EXPECT_EQ(one->all.volume.decimal(), "60");
  EXPECT_EQ(one->all.mix.decimal(), "0");
  // 60 at 1 and 40 at 3 planned (average 1.8); 30 and 90 used at the planned prices.
  const auto mix =
      explain_variance({record("m", "small", 60, "60"), record("m", "large", 40, "120"),
                        record("m", "gpu", 730, "1460", CostKind::capacity)},
                       {record("m", "small", 30, "30"), record("m", "large", 90, "270"),
                        record("m", "gpu", 1'460, "3650", CostKind::capacity)});
  EXPECT_EQ(mix->all.volume.decimal(), "36");
  EXPECT_EQ(mix->all.mix.decimal(), "84");
  EXPECT_EQ(mix->all.capacity.decimal(), "1460");
  EXPECT_EQ(mix->all.price.decimal(), "730");
  EXPECT_EQ(mix->all.total(), mix->all.actual - mix->all.budget);
}

TEST(Variance, WhatNobodyPlannedIsMix) {
  const auto r = explain_variance({record("m", "a", 100, "100")},
                                  {record("m", "a", 100, "100"), record("m", "new", 10, "55")});
  EXPECT_EQ(r->all.price.decimal(), "0");
  EXPECT_EQ(r->all.volume.decimal(), "10");
  EXPECT_EQ(r->all.mix.decimal(), "45");
  EXPECT_EQ(explain_variance({record("m", "a", -1, "1")}, {}).error().where, "budget/0/volume");
}

RC_GTEST_PROP(Variance, SumsToTheCent, ()) {
  const auto some = [] {
    std::vector<CostRecord> records;
    const int count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) {
      records.push_back(
          {*rc::gen::element<std::string>("1", "2", "3"),
           *rc::gen::element<std::string>("a", "b", "c"),
           *rc::gen::element(CostKind::usage, CostKind::capacity),
           *rc::gen::inRange<std::int64_t>(0, 5'000'000),
           Usd::from_femto(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000) * 1'234'567'891)});
    }
    return records;
  };
  const auto report = explain_variance(some(), some());
  RC_ASSERT(report.ok());
  const Int128 cent = kFemtoPerUsd / 100;
  for (const VarianceRow& row : report->periods) {
    RC_ASSERT(row.total() == row.actual - row.budget);
    for (const Usd part : {row.price, row.volume, row.mix, row.capacity, row.actual}) {
      RC_ASSERT(part.femto() % cent == 0);
    }
  }
  RC_ASSERT(report->all.total() == report->all.actual - report->all.budget);
}

TEST(Variance, ScoresBands) {
  const auto report = explain_variance(
      {}, {record("1", "a", 1, "100"), record("2", "a", 1, "150"), record("3", "a", 1, "90")});
  const auto c =
      score_bands({{"1", 80, 120, 100}, {"2", 80, 120, 100}, {"3", 80, 120, 100}}, *report, 0.8);
  ASSERT_TRUE(c.ok());
  EXPECT_EQ(c->inside, 2);
  EXPECT_EQ(c->above, 1);
  EXPECT_DOUBLE_EQ(c->mean_width, 40);
  EXPECT_NEAR(c->interval_score, 40 + 30 * 10.0 / 3, 1e-9);
  EXPECT_NEAR(*c->bias, 40.0 / 3, 1e-9);
  EXPECT_NEAR(c->chance_of_so_few, 1 - 0.512, 1e-12);
  EXPECT_EQ(score_bands({{"9", 1, 2, {}}}, *report, 0.8).error().where, "forecast/0/period");
  EXPECT_EQ(score_bands({{"1", 2, 1, {}}}, *report, 0.8).error().where, "forecast/0");
}

}  // namespace
}  // namespace breakeven::finance
