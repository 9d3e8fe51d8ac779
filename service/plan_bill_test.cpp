// Bills and cost lines of a plan on the real catalogue, against figures by hand.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/advisor/bill.hpp"
#include "engine/advisor/cost_lines.hpp"
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

}  // namespace
}  // namespace breakeven::service
