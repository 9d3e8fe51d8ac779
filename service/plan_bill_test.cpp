// Bills and cost lines of a plan on the real catalogue, against figures by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "engine/advisor/api_levers.hpp"
#include "engine/advisor/bill.hpp"
#include "engine/advisor/cost_lines.hpp"
#include "engine/advisor/migration_lines.hpp"
#include "engine/advisor/owned_servers.hpp"
#include "service/catalog_store.hpp"

namespace breakeven::service {
namespace {

const catalog::Catalog& facts() {
  static const catalog::Catalog loaded = load_catalog(BREAKEVEN_SOURCE_DIR "/catalog").value();
  return loaded;
}

traffic::Trace day_of(int requests, std::int32_t input, std::int32_t output) {
  traffic::Trace trace;
  trace.name = "by hand";
  trace.span_ns = 86'400'000'000'000;
  for (int i = 0; i < requests; ++i) {
    trace.arrival_ns.push_back(trace.span_ns / requests * i);
    trace.input_tokens.push_back(input);
    trace.output_tokens.push_back(output);
  }
  return trace;
}

advisor::BillOptions now() {
  advisor::BillOptions options;
  options.as_of = Instant::from_date(facts().prices().newest());
  return options;
}

TEST(MonthlyBill, EqualsTheBillByHand) {
  const traffic::Trace trace = day_of(1'000, 1'000, 100);
  const auto bill = advisor::monthly_bill(facts(), "anthropic/claude-sonnet-4-6", trace, now());
  ASSERT_TRUE(bill.ok()) << bill.error().text();
  EXPECT_EQ(bill->value, Usd::parse("136.875").value());
  EXPECT_TRUE(bill->exact());
  ASSERT_EQ(bill->parts.size(), 2U);
  EXPECT_EQ(bill->parts[0].usd, Usd::parse("91.25").value());
  EXPECT_EQ(bill->parts[1].usd, Usd::parse("45.625").value());
  EXPECT_EQ(bill->parts[0].kind, catalog::PriceKind::published);
  EXPECT_EQ(bill->parts[0].rule, "");
}

TEST(MonthlyBill, ReadsTheCacheShare) {
  const traffic::Trace trace = day_of(1'000, 10'000, 0);
  advisor::BillOptions half = now();
  half.cache_share = 0.5;
  const auto bill = advisor::monthly_bill(facts(), "anthropic/claude-sonnet-4-6", trace, half);
  ASSERT_TRUE(bill.ok()) << bill.error().text();
  // A day: 5 M at 3.00 and 5 M at 0.30 = 16.50; x 730 / 24.
  EXPECT_EQ(bill->value, Usd::parse("501.875").value());
}

TEST(MonthlyBill, AnUnknownRateIsAnInterval) {
  const traffic::Trace trace = day_of(1'000, 10'000, 10);
  advisor::BillOptions half = now();
  half.cache_share = 0.5;
  const auto bill = advisor::monthly_bill(facts(), "openai/gpt-5.5-pro", trace, half);
  ASSERT_TRUE(bill.ok()) << bill.error().text();
  EXPECT_FALSE(bill->exact());
  EXPECT_LT(bill->low, bill->high);
  EXPECT_EQ(bill->value, bill->high);
  EXPECT_FALSE(bill->warnings.empty());
  const auto unknown =
      std::ranges::find(bill->parts, catalog::PriceKind::unknown, &advisor::BillPart::kind);
  ASSERT_NE(unknown, bill->parts.end());
  EXPECT_LT(unknown->low, unknown->usd);
}

TEST(MonthlyBill, AnInferredRateNamesItsRule) {
  const traffic::Trace trace = day_of(1'000, 10'000, 10);
  advisor::BillOptions batch = now();
  batch.batch_share = 1;
  const auto bill = advisor::monthly_bill(facts(), "google/gemini-2.5-flash", trace, batch);
  ASSERT_TRUE(bill.ok()) << bill.error().text();
  const auto inferred =
      std::ranges::find(bill->parts, catalog::PriceKind::inferred, &advisor::BillPart::kind);
  ASSERT_NE(inferred, bill->parts.end());
  EXPECT_EQ(inferred->rule, "R-BATCH-50");
}

TEST(CostLines, PeopleFollowTheFleetAndTheQuestion) {
  advisor::PlanQuestion question;
  question.ml_engineer_fte = 1;
  question.sre_fte = 0.5;
  question.underestimate_factor = 2;
  const auto people = advisor::people_lines(facts(), question, 2).value();
  EXPECT_EQ(advisor::sum(people), Usd::from_dollars(35'000));  // 25 000 + 0.5 x 20 000
  EXPECT_EQ(advisor::underestimate_line(facts(), question, people).value().usd,
            Usd::from_dollars(35'000));
  Usd last;
  for (const int gpus : {1, 16, 64, 256, 1'000}) {
    const Usd cost = advisor::sum(advisor::people_lines(facts(), {}, gpus).value());
    EXPECT_GE(cost, last) << gpus;
    last = cost;
  }
}

TEST(CostLines, GivenToolingAndMigrationReplaceTheDefaults) {
  advisor::PlanQuestion question;
  question.tooling_per_month = Usd::from_dollars(1'234);
  question.migration_engineer_months = 2;
  question.parallel_run_months = 0;
  EXPECT_EQ(advisor::sum(advisor::tooling_lines(facts(), question, 4).value()),
            Usd::from_dollars(1'234));
  EXPECT_EQ(
      advisor::sum(advisor::migration_lines(facts(), question, Usd::from_dollars(9'999)).value()),
      Usd::from_dollars(50'000));
}

TEST(CostLines, ReplicasArePackedIntoWholeServers) {
  const auto five = advisor::owned_lines(facts(), "H100-SXM", 5, 2).value();
  EXPECT_EQ(five.servers, 2);  // four replicas of two GPUs in the first, one in the second
  EXPECT_EQ(advisor::owned_lines(facts(), "H100-SXM", 4, 2).value().servers, 1);
  EXPECT_EQ(advisor::owned_lines(facts(), "T4", 1, 1).value().servers, 0);
}

TEST(CostLines, AGivenDefaultReplacesItsLine) {
  const auto given = [&](std::map<std::string, double> set) {
    return catalog::GivenDefaults::make(facts(), set, "--set").value();
  };
  // Two engineers for one of the team; on call, region and the underestimate follow.
  const auto people = advisor::people_lines(
      given({{"people.ml_engineer_usd_month", 10'000}, {"people.fte_ml.pilot", 2}}), {}, 2);
  EXPECT_EQ(people.value()[0].usd, Usd::from_dollars(20'000));
  EXPECT_EQ(people.value()[0].low, people.value()[0].high);
  EXPECT_EQ(people.value()[0].source.place, "--set people.ml_engineer_usd_month");
  advisor::PlanQuestion india;
  india.people_region = "india";
  EXPECT_EQ(advisor::people_lines(facts(), india, 2).value()[0].usd,
            Usd::from_dollars(2'500));  // 0.4 x 25 000 x 0.25
  // Every class has the same seven tools and its own total; a line that is given is not scaled.
  for (const auto& [gpus, total] : {std::pair{4, 3'000}, std::pair{16, 5'000}, {64, 17'500}}) {
    const auto tools = advisor::tooling_lines(facts(), {}, gpus).value();
    EXPECT_EQ(tools.size(), 7U);
    EXPECT_NEAR(advisor::sum(tools).estimate(), total, 0.05) << gpus;
  }
  const auto tools =
      advisor::tooling_lines(given({{"tooling.observability_usd_month", 77}}), {}, 64).value();
  EXPECT_EQ(tools[2].usd, Usd::from_dollars(77));
  EXPECT_NEAR(advisor::sum(tools).estimate(), 17'577, 0.05);
  const auto refused = catalog::GivenDefaults::make(facts(), {{"people.sre_usd_mont", 1}}, "--set");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().text().find("people.sre_usd_month"), std::string::npos);
  EXPECT_FALSE(catalog::GivenDefaults::make(facts(), {{"owned.pue", -1}}, "--set").ok());
}

TEST(CostLines, SomebodyAnswersAtNight) {
  const auto on_call = [](int gpus, advisor::OnCall kind, int regions = 1) {
    advisor::PlanQuestion question;
    question.on_call = kind;
    question.regions = regions;
    return advisor::sum(advisor::on_call_lines(facts(), question, gpus).value());
  };
  using advisor::OnCall;
  EXPECT_EQ(on_call(8, OnCall::automatic), Usd());
  // Two persons x 365/7/12 weeks x 1 000.
  EXPECT_EQ(on_call(16, OnCall::automatic), Usd::parse("8690.48").value());
  EXPECT_EQ(on_call(2, OnCall::shared), Usd::parse("8690.48").value());
  EXPECT_EQ(on_call(16, OnCall::none), Usd());
  // Eight engineers less 1.25 + 1 FTE, at 20 000; twelve in two sites.
  EXPECT_EQ(on_call(16, OnCall::own_team), Usd::from_dollars(115'000));
  EXPECT_EQ(on_call(16, OnCall::own_team, 2), Usd::from_dollars(195'000));
  EXPECT_EQ(on_call(500, OnCall::automatic), Usd());  // 12 FTE are enough
}

TEST(CostLines, UpkeepComesBackEveryYear) {
  const auto upkeep = advisor::upkeep_lines(facts(), {}).value();
  ASSERT_EQ(upkeep.size(), 4U);
  // Three upgrades of 1.5 days a year at 25 000 / 21 a day.
  EXPECT_EQ(upkeep[0].usd, Usd::parse("446.43").value());
  EXPECT_EQ(upkeep[2].usd, Usd());  // not fine-tuned unless somebody says so
  EXPECT_GT(upkeep[2].high, Usd());
  for (const economics::Line& line : upkeep) EXPECT_FALSE(line.settings.empty()) << line.id;
}

TEST(ApiLevers, AddUpAndSayWhatTheyNeed) {
  const traffic::Trace trace = day_of(1'000, 4'000, 100);
  advisor::PlanQuestion q;
  q.trace = &trace;
  q.as_of = now().as_of;
  q.api_model = "anthropic/claude-sonnet-4-6";
  const auto billed = advisor::monthly_bill(facts(), q.api_model, trace, now()).value();
  const auto none = advisor::api_levers(q, facts(), facts(), billed).value();
  EXPECT_FALSE(none.bill.has_value());
  ASSERT_EQ(none.levers.size(), 5U);
  EXPECT_FALSE(none.levers[2].unavailable.empty());  // no flex mode there
  EXPECT_EQ(none.levers[3].saving_at_most, mul_div(billed.value, 1, 2).value());  // half price
  q.api_cacheable_share = 0.5;
  q.api_easy_share = 0.25;
  q.api_easy_model = "anthropic/claude-haiku-4-5";
  q.api_batch_share = 0.5;
  q.api_flex_share = 0.25;
  q.api_volume_discount = 0.1;
  const auto all = advisor::api_levers(q, facts(), facts(), billed).value();
  ASSERT_TRUE(all.bill.has_value());
  Usd sum;
  for (const advisor::ApiLever& lever : all.levers) {
    sum += lever.saving_in_turn;
    EXPECT_FALSE(lever.preconditions.empty());
    EXPECT_EQ(lever.applied, lever.unavailable.empty()) << lever.id;
  }
  EXPECT_EQ(sum, billed.value - all.bill->value);
  EXPECT_FALSE(all.levers[2].applied);
  // By hand, prompts: half read at 0.30, a tenth written at 3.75, the rest at 3.00; 4 M a day.
  // A day: 2 M x 0.30 + 0.4 M x 3.75 + 1.6 M x 3.00 = 6.90 instead of 12.00, to whole tokens.
  EXPECT_NEAR(all.levers[0].saving.estimate(), 5.10 * 730 / 24, 0.02);
  Usd parts;
  for (const advisor::BillPart& part : all.bill->parts) parts += part.usd;
  EXPECT_EQ(parts, all.bill->value);
}

}  // namespace
}  // namespace breakeven::service
