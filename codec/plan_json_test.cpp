#include "codec/plan_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakeven::codec {
namespace {

std::string where(const std::string& fields) {
  const auto question =
      plan_question_from_json(R"({"api_model":"a/b","open_model":"c")" + fields + "}");
  return question.ok() ? "ok" : question.error().where;
}

TEST(PlanJson, ReadsEveryField) {
  const auto q = plan_question_from_json(
      R"({"api_model":"a/b","open_model":"c","as_of":"2026-08-01","cache_share":"0.25",
          "batch_share":0.5,"ttft_s":1.5,"tpot_s":0.05,"percentile":99,"redundancy":2,
          "accelerators":["H100-SXM"],"providers":["AWS"],"precisions":["fp8"],
          "horizon_months":24,"growth_per_month":null,"tooling_usd_month":"1234.56",
          "must_self_host":true,"paths":10,"seed":7})");
  ASSERT_TRUE(q.ok()) << q.error().text();
  EXPECT_EQ(q->api_cache_share, 0.25);
  EXPECT_EQ(q->objective.percentile, 99);
  EXPECT_EQ(q->redundancy, 2);
  EXPECT_EQ(q->accelerators, std::vector<std::string>{"H100-SXM"});
  EXPECT_EQ(q->tooling_per_month, Usd::parse("1234.56").value());
  EXPECT_FALSE(q->growth_per_month.has_value());
  EXPECT_TRUE(q->must_self_host);
  EXPECT_EQ(q->seed, 7U);
}

TEST(PlanJson, WritesAQuestionThatReadsAsTheSame) {
  advisor::PlanQuestion q;
  q.api_model = "a/b";
  q.open_model = "c";
  q.as_of = Instant::parse("2026-08-01T12:00:00Z").value();
  q.span_s = 86'400.5;
  q.api_cache_share = 0.25;
  q.objective.tpot_s = 0.05;
  q.precisions = {"fp8", "bf16"};
  q.growth_per_month = 0.03;
  q.growth_ceiling = 4;
  q.launches = {{6, 2.5, 3, 1.2}};
  q.ramp_months = 3;
  q.tooling_per_month = Usd::parse("1234.56").value();
  q.open_success_rate = 0.9;
  q.must_self_host = true;
  q.provisioned = advisor::ProvisionedUnit{Usd::parse("2.5").value(), 50'000, 4, 3, 2, 12};
  q.options = {"hosted", "rented"};
  q.set = {{"people.sre_usd_month", 12'345.5}};
  q.on_call = advisor::OnCall::own_team;
  q.constraints = {{"operations.max_fte", 2.0, {}, {}},
                   {"privacy.zdr", {}, decision::Strength::priced, Usd::from_dollars(700)}};
  q.confirmed = {"privacy.zdr@api"};
  q.review_usd = Usd::parse("0.05").value();
  q.benchmarks = {{"GPQA", 2}};
  q.seed = 18'446'744'073'709'551'615U;
  const std::string text = plan_question_to_json(q);
  const auto read = plan_question_from_json(text);
  ASSERT_TRUE(read.ok()) << read.error().text() << text;
  EXPECT_EQ(plan_question_to_json(*read), text);
  EXPECT_EQ(read->as_of, q.as_of);
  EXPECT_EQ(read->span_s, q.span_s);
  EXPECT_EQ(read->precisions, q.precisions);
  EXPECT_EQ(read->launches, q.launches);
  EXPECT_EQ(read->tooling_per_month, q.tooling_per_month);
  EXPECT_EQ(read->seed, q.seed);
}

TEST(PlanJson, NamesThePlaceOfEveryMistake) {
  EXPECT_EQ(where(""), "ok");
  EXPECT_EQ(where(R"(,"redundancy":1.5)"), "/redundancy");
  EXPECT_EQ(where(R"(,"redundancy":1e300)"), "/redundancy");
  EXPECT_EQ(where(R"(,"seed":-1)"), "/seed");
  EXPECT_EQ(where(R"(,"as_of":"yesterday")"), "/as_of");
  EXPECT_EQ(where(R"(,"tooling_usd_month":12)"), "/tooling_usd_month");
  EXPECT_EQ(where(R"(,"tooling_usd_month":"-1")"), "/tooling_usd_month");
  EXPECT_EQ(where(R"(,"accelerators":["a",1])"), "/accelerators/1");
  EXPECT_EQ(where(R"(,"must_self_host":1)"), "/must_self_host");
  EXPECT_EQ(where(R"(,"horizon":36)"), "/horizon");
  EXPECT_EQ(where(R"(,"set":{"a":"b"})"), "/set/a");
  EXPECT_EQ(where(R"(,"on_call":"never")"), "/on_call");
  EXPECT_EQ(where(R"(,"constraints":{})"), "/constraints");
  EXPECT_EQ(where(R"(,"constraints":[{"name":"a","strength":"firm"}])"), "/constraints/0/strength");
  EXPECT_EQ(where(R"(,"constraints":[{"nam":"a"}])"), "/constraints/0/nam");
  EXPECT_EQ(where(R"(,"provisioned":{"min_units":1.5})"), "/provisioned/min_units");
  EXPECT_EQ(where(R"(,"review_usd":1)"), "/review_usd");
  EXPECT_EQ(plan_question_from_json("{").error().where, "/");
  EXPECT_EQ(plan_question_from_json("[]").error().where, "/");
  EXPECT_EQ(plan_question_from_json("{}").error().where, "/api_model");
}

}  // namespace
}  // namespace breakeven::codec
