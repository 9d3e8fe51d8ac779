#include "engine/advisor/quick.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "engine/advisor/quick_model.hpp"

namespace breakeven::advisor {
namespace {

std::vector<WorkedCase> cases() {
  std::ifstream file(BREAKEVEN_SOURCE_DIR "/catalog/worked_cases.csv");
  std::stringstream text;
  text << file.rdbuf();
  return read_worked_cases({"worked_cases.csv", text.str()}).value();
}

QuickAnswer ask(const QuickInputs& inputs) {
  InlinePool pool;
  QuickOptions options;
  options.paths = 5'000;
  return quick(inputs, {}, options, pool).value();
}

QuickInputs with(QuickInputs inputs, std::string_view field, std::string_view value) {
  const Status set = set_quick_field(inputs, field, value);
  EXPECT_TRUE(set.ok()) << set.error().text();
  return inputs;
}

QuickInputs of_case(std::string_view id) { return find_case(cases(), id).value()->inputs; }

struct Expected {
  std::int64_t self_host;
  std::int64_t saving;
  decision::VerdictKind kind;
};

TEST(Quick, SevenWorkedCasesHoldToTheCent) {
  using decision::VerdictKind;
  const std::map<std::string, Expected> expected{
      {"small", {20'000, -10'000, VerdictKind::api_cheaper}},
      {"mid", {33'000, 7'000, VerdictKind::too_close_to_call}},
      {"large", {75'000, 75'000, VerdictKind::self_host_cheaper}},
      {"consumer", {93'113, 105'000, VerdictKind::self_host_cheaper}},
      {"regulated", {42'000, -17'000, VerdictKind::constraint_decides}},
      {"bursty", {40'000, 10'000, VerdictKind::unverified}},
      {"control", {53'000, 7'000, VerdictKind::too_close_to_call}}};
  const auto all = cases();
  ASSERT_EQ(all.size(), expected.size());
  for (const WorkedCase& worked : all) {
    SCOPED_TRACE(worked.id);
    const QuickAnswer a = ask(worked.inputs);
    const Expected& e = expected.at(worked.id);
    EXPECT_EQ(a.self_host.run_rate(), Usd::from_dollars(e.self_host));
    EXPECT_EQ(a.verdict.saving, Usd::from_dollars(e.saving));
    EXPECT_EQ(a.verdict.kind, e.kind) << a.verdict.sentence;
    const explain::FigureGraph figures = quick_figures(a, {});
    EXPECT_TRUE(figures.verify().ok()) << figures.verify().error().text();
    EXPECT_TRUE(figures.verify("difference.run_rate", a.verdict.saving).ok());
    EXPECT_TRUE(figures.verify("self_host.fully_loaded", a.self_host.fully_loaded(36)).ok());
    EXPECT_TRUE(figures
                    .verify("npv", quick_model(a.inputs)([&] {
                                     std::vector<double> base;
                                     for (const auto& d : a.drivers) base.push_back(d.base);
                                     return base;
                                   }()
                                                             .data())
                                       .npv_usd)
                    .ok());
    EXPECT_FALSE(case_truth(worked, a).empty());
  }
}

TEST(Quick, MidTeamPaysBackIn21To43Months) {
  const QuickAnswer a = ask(of_case("mid"));
  EXPECT_NEAR(*a.verdict.payback.months_low, 21.4, 0.05);
  EXPECT_NEAR(*a.verdict.payback.months_high, 42.9, 0.05);
  EXPECT_NEAR(*a.verdict.saving_share, 0.175, 1e-12);
  EXPECT_EQ(a.rungs[2].difference, Usd::from_dollars(750));
  EXPECT_NEAR(*a.utilisation_break_even, 0.495, 1e-12);
}

TEST(Quick, TheSameSavingGetsTheSameTitle) {
  EXPECT_EQ(ask(of_case("mid")).verdict.title, ask(of_case("control")).verdict.title);
}

TEST(Quick, LargeSurvivesDoubledOperationsButNotTripled) {
  const QuickInputs large = of_case("large");
  EXPECT_EQ(ask(with(large, "ops_usd_month", "80000")).verdict.saving, Usd::from_dollars(35'000));
  EXPECT_EQ(ask(with(large, "underestimate_factor", "3")).verdict.saving,
            -Usd::from_dollars(5'000));
}

TEST(Quick, BurstyAsksAndShowsBothReadings) {
  const QuickInputs bursty = of_case("bursty");
  const QuickAnswer a = ask(bursty);
  EXPECT_TRUE(a.sizing.asked);
  EXPECT_EQ(a.sizing.difference_if_peak, Usd::from_dollars(10'000));
  EXPECT_EQ(a.sizing.difference_if_mean, -Usd::from_dollars(35'000));
  EXPECT_EQ(a.sizing.gpu_flip_if_mean->fixed(2), "3333.33");
  const QuickAnswer mean = ask(with(bursty, "sized_for", "mean"));
  EXPECT_EQ(mean.verdict.kind, decision::VerdictKind::api_cheaper);
  EXPECT_EQ(mean.verdict.amount, Usd::from_dollars(35'000));
  const QuickAnswer peak = ask(with(bursty, "sized_for", "peak"));
  EXPECT_EQ(peak.verdict.saving, Usd::from_dollars(10'000));
  EXPECT_NE(peak.verdict.kind, decision::VerdictKind::unverified);
}

TEST(Quick, UtilisationNeverScalesAnAlwaysOnFleet) {
  const QuickInputs mid = of_case("mid");
  for (const char* u : {"0.05", "0.3", "0.6", "1"}) {
    EXPECT_EQ(ask(with(mid, "gpu_utilisation", u)).self_host.run_rate(), Usd::from_dollars(33'000));
  }
}

TEST(Quick, FlipPointsEnteredAgainAreBelowADollar) {
  for (const WorkedCase& worked : cases()) {
    const QuickAnswer a = ask(worked.inputs);
    for (const QuickFlip& flip : a.flips) {
      EXPECT_LT(std::fabs(flip.difference_at_flip.usd), 1) << worked.id << " " << flip.driver;
      if (flip.unit != "USD/month" || !flip.in_range) continue;
      const QuickAnswer again = ask(with(
          worked.inputs, flip.driver, Usd::from_cents(std::llround(flip.value * 100)).decimal()));
      EXPECT_LT(std::fabs(again.verdict.saving.estimate()), 1) << worked.id << " " << flip.driver;
    }
  }
}

TEST(Quick, ModelAgreesWithLedger) {
  QuickInputs in = of_case("mid");
  in = with(in, "growth_per_month", "0.04");
  in = with(in, "api_trend_per_year", "-0.2");
  in = with(in, "gpu_trend_per_year", "0.1");
  in = with(in, "parallel_run_months", "2");
  in = with(in, "fte", "0.5");
  in = with(in, "redundancy", "2");
  in = with(in, "sized_for", "mean");
  const QuickAnswer a = ask(in);
  std::vector<double> base;
  for (const auto& driver : a.drivers) base.push_back(driver.base);
  const economics::Outcome outcome = quick_model(in)(base.data());
  EXPECT_NEAR(outcome.run_rate_usd_month, a.verdict.saving.estimate(), 1e-6);
  EXPECT_NEAR(outcome.fully_loaded_usd_month * 36, a.comparison.total_usd, 1e-4);
  EXPECT_NEAR(outcome.npv_usd, a.comparison.npv_usd, 1e-4);
}

TEST(Quick, StaircaseRisesByWholeFleets) {
  const QuickAnswer a = ask(of_case("mid"));
  for (const ChartPoint& point : a.chart) {
    const double fleets = std::max(1.0, std::ceil(point.volume_share * 0.6 - 1e-13));
    EXPECT_NEAR(point.self_host.estimate(), 25'000 + 8'000 * fleets, 1e-6) << point.volume_share;
    EXPECT_NEAR(point.api.estimate(), 40'000 * point.volume_share, 1e-6);
    EXPECT_LE(point.low, point.self_host);
    EXPECT_GE(point.high, point.self_host);
  }
  EXPECT_NEAR(static_cast<double>(*a.volume.permanent) / static_cast<double>(a.volume_today), 0.825,
              1e-9);
}

TEST(Quick, EveryFieldHasARangeAndNamesItself) {
  for (const QuickField& field : quick_fields()) {
    SCOPED_TRACE(std::string(field.name));
    QuickInputs inputs = default_quick_inputs();
    EXPECT_TRUE(set_quick_field(inputs, field.name, field.initial).ok());
    EXPECT_EQ(quick_field_text(inputs, field), field.initial);
    const Status nonsense = set_quick_field(inputs, field.name, "cheap");
    ASSERT_FALSE(nonsense.ok());
    EXPECT_EQ(nonsense.error().where, field.name);
    if (std::holds_alternative<Usd QuickInputs::*>(field.member)) {
      EXPECT_EQ(set_quick_field(inputs, field.name, "-1").error().code, ErrorCode::out_of_range);
      EXPECT_FALSE(set_quick_field(inputs, field.name, "99999999999999999999").ok());
    }
  }
  QuickInputs inputs = default_quick_inputs();
  EXPECT_EQ(set_quick_field(inputs, "api_spend", "1").error().code, ErrorCode::not_found);
  inputs = with(inputs, "migration_months_low", "13");
  EXPECT_EQ(check_quick_inputs(inputs).error().where, "migration_months_low");
}

TEST(Quick, WorkedCasesNameTheBadField) {
  const auto bad = read_worked_cases(
      {"w.csv",
       "id,tab,gpu_usd_month,popular_claim,claimed_winner,claimed_usd_month,assumption,source,"
       "source_date\nx,X,many,claim,api,,,s,2026\n"});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().where, "w.csv:2:5");
}

}  // namespace
}  // namespace breakeven::advisor
