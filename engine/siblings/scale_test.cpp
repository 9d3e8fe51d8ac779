#include "engine/siblings/scale.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/siblings/test_inputs.hpp"

namespace breakeven::siblings {
namespace {

Answer answer(Texts texts) { return sound(scale_up(inputs_of(scale_fields(), texts))); }

const AnswerTable& table(const Answer& a, std::string_view name) {
  for (const AnswerTable& one : a.tables) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << "no table " << name;
  return a.tables.front();
}

TEST(Scale, EveryFieldIsSound) { check_fields(scale_fields()); }

TEST(Scale, FourHundredDollarsAtAHundredTimesTheVolume) {
  const Answer a = answer({{"today.usd_per_month", "400"},
                           {"today.requests_per_day", "5000"},
                           {"batch.share", "0.5"},
                           {"volume.discount_low", "0.15"},
                           {"volume.discount_high", "0.30"},
                           {"volume.above_usd_per_month", "10000"},
                           {"routing.share", "0.5"},
                           {"routing.saving_low", "0.4"},
                           {"routing.saving_high", "0.6"}});
  EXPECT_EQ(words(a, "at.100x.api"), "$40,000");
  // 40 000 x 0.75 x (1 - 0.5 x 0.6) x 0.7 and x 0.75 x 0.8 x 0.85.
  EXPECT_EQ(words(a, "at.100x.lever.volume.low"), "$14,700");
  EXPECT_EQ(words(a, "at.100x.lever.volume.high"), "$20,400");
  EXPECT_EQ(words(a, "at.10x.lever.volume.high"), "$2,400");  // below the discount's threshold
  EXPECT_EQ(a.verdict, "table");
  EXPECT_NE(a.sentence.find("$14,700 to $20,400"), std::string::npos) << a.sentence;
}

/// Month in which 120 000 a year are spent at 30 % growth, found with plain integers: 13^k / 10^k.
std::int64_t breach_month(std::int64_t first) {
  __extension__ __int128 spent = 0;
  __extension__ __int128 month = first;
  for (std::int64_t m = 0; m < 12; ++m) {
    spent = spent * 10 + month;
    __extension__ __int128 budget = 120'000;
    for (std::int64_t i = 0; i < m; ++i) budget *= 10;
    if (spent > budget) return m + 1;
    month *= 13;
  }
  return 0;
}

TEST(Scale, TheMonthOfTheBreach) {
  for (const std::int64_t first :
       {2'127, 2'128, 2'500, 2'815, 2'816, 6'824, 6'825, 8'000, 9'406, 9'407, 9'408}) {
    const Answer a = answer({{"today.usd_per_month", std::to_string(first)},
                             {"growth.per_month", "30%"},
                             {"budget.usd_per_year", "120000"},
                             {"horizon_months", "12"}});
    const Cell& breached = table(a, "budget_by_year").rows.at(0).at(4);
    const auto* const month = std::get_if<std::int64_t>(&breached);
    ASSERT_NE(month, nullptr) << first;
    EXPECT_EQ(*month, breach_month(first)) << first;
    EXPECT_EQ(*month == 7, first >= 6'825 && first <= 9'407) << first;
    EXPECT_EQ(*month == 11, first >= 2'128 && first <= 2'815) << first;
  }
  const Answer a = answer({{"today.usd_per_month", "8000"},
                           {"growth.per_month", "0.3"},
                           {"budget.usd_per_year", "120000"}});
  EXPECT_EQ(words(a, "budget.year.breach_above"), "$6,824.84");
  EXPECT_EQ(words(a, "budget.year.breach_up_to"), "$9,407.32");
}

TEST(Scale, BudgetsOfQuartersStartAnew) {
  const Answer a = answer({{"today.usd_per_month", "100"},
                           {"growth.per_month", "1"},
                           {"budget.usd_per_quarter", "800"},
                           {"horizon_months", "6"}});
  const AnswerTable& quarters = table(a, "budget_by_quarter");
  ASSERT_EQ(quarters.rows.size(), 2U);  // 100 + 200 + 400, then 800, 1 600, 3 200
  EXPECT_TRUE(std::holds_alternative<std::monostate>(quarters.rows[0][4]));
  EXPECT_EQ(std::get<std::int64_t>(quarters.rows[1][4]), 5);
}

TEST(Scale, OwnFleetsAreAStaircase) {
  const Answer a = answer({{"today.usd_per_month", "1000"},
                           {"today.requests_per_month", "100000"},
                           {"self_host.fixed_usd_per_month", "5000"},
                           {"self_host.fleet_usd_per_month", "2000"},
                           {"self_host.fleet_requests_per_month", "900000"},
                           {"growth.per_month", "1"},
                           {"horizon_months", "6"}});
  EXPECT_EQ(words(a, "at.1x.self_host"), "$7,000");
  EXPECT_EQ(words(a, "at.10x.fleets"), "2");
  EXPECT_EQ(words(a, "at.10x.self_host"), "$9,000");
  // 1 000, 2 000, 4 000, 8 000 against 7 000 from month 4 (800 000 requests) on.
  EXPECT_EQ(a.verdict, "changes");
  EXPECT_NE(a.sentence.find("self-hosting from month 4"), std::string::npos) << a.sentence;
  const AnswerTable& changes = table(a, "changes");
  ASSERT_EQ(changes.rows.size(), 2U);
  EXPECT_EQ(std::get<std::int64_t>(changes.rows[0][1]), 3);
}

TEST(Scale, RateLimitsAreCliffs) {
  // 43 800 000 requests a month are 1 000 a minute, 3 000 in the busiest.
  const Answer a = answer({{"today.usd_per_month", "1000"},
                           {"today.requests_per_month", "43800000"},
                           {"today.tokens_per_request", "500"},
                           {"limits.requests_per_minute", "30000"},
                           {"limits.tokens_per_minute", "30000000"}});
  EXPECT_EQ(words(a, "limits.requests_reached_at_times"), "10");
  EXPECT_EQ(words(a, "limits.tokens_reached_at_times"), "20");
  EXPECT_EQ(a.warnings.size(), 2U);
}

TEST(Scale, CurvesOfGrowth) {
  const auto volume = [](std::string_view curve, std::string_view month) {
    const Answer a = answer({{"today.usd_per_month", "1000"},
                             {"growth.per_month", "0.5"},
                             {"growth.curve", curve},
                             {"growth.ceiling", "4"},
                             {"horizon_months", "60"}});
    return words(a, "volume.month_" + std::string(month));
  };
  EXPECT_EQ(volume("exponential", "4"), "3.375");
  EXPECT_EQ(volume("linear", "4"), "2.5");
  EXPECT_EQ(volume("s_curve", "2"), "1.375");  // 1 + 0.5 x (1 - 1/4)
  EXPECT_EQ(volume("s_curve", "60"), "4");
  EXPECT_EQ(scale_up(inputs_of(scale_fields(), {{"today.usd_per_month", "1"},
                                                {"growth.per_month", "0.1"},
                                                {"growth.curve", "s_curve"}}))
                .error()
                .where,
            "growth.ceiling");
  EXPECT_EQ(scale_up(Inputs(scale_fields())).error().where, "today");
}

TEST(Scale, FarFuturesAreEstimatesAndStillVerify) {
  const Answer a = answer({{"today.usd_per_month", "1000000"},
                           {"today.requests_per_month", "1000000000"},
                           {"growth.per_month", "10"},
                           {"api.trend_per_month", "-0.5"},
                           {"self_host.fleet_usd_per_month", "1"},
                           {"self_host.fleet_requests_per_month", "1"},
                           {"budget.usd_per_year", "1"},
                           {"horizon_months", "120"}});
  EXPECT_FALSE(a.sentence.empty());
}

/// Levers never raise a bill, and the cheapest way is not dearer than any other.
RC_GTEST_PROP(Scale, LeversOnlyLower, ()) {
  Inputs inputs(scale_fields());
  const auto set = [&](std::string_view name, int low, int high) {
    const std::string text = std::to_string(*rc::gen::inRange(low, high + 1)) + "%";
    RC_ASSERT(inputs.set(name, text, "").ok());
  };
  RC_ASSERT(
      inputs.set("today.usd_per_month", std::to_string(*rc::gen::inRange(0, 1'000'000)), "").ok());
  for (const char* const name :
       {"batch.share", "volume.discount_low", "volume.discount_high", "routing.share",
        "routing.saving_low", "cache.input_share", "cache.share"}) {
    set(name, 0, 100);
  }
  set("growth.per_month", -50, 100);
  RC_ASSERT(inputs.set("horizon_months", "12", "").ok());
  const auto a = scale_up(inputs);
  RC_ASSERT(a.ok());
  RC_ASSERT(a->sheet.figures().verify().ok());
  for (const AnswerTable& one : a->tables) {
    if (one.name != "months") continue;
    for (const auto& row : one.rows) {
      const Exact api = a->sheet[std::get<FigureName>(row[2]).name];
      const Exact levers = a->sheet[std::get<FigureName>(row[3]).name];
      RC_ASSERT(compare(levers, api) <= 0);
    }
  }
}

}  // namespace
}  // namespace breakeven::siblings
