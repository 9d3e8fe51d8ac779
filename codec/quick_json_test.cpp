#include "codec/quick_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "codec/figure_json.hpp"

namespace breakeven::codec {
namespace {

std::string where(std::string_view text) {
  const auto request = quick_request_from_json(text, {});
  return request.ok() ? "ok" : request.error().where;
}

TEST(QuickJson, NamesThePlaceOfEveryMistake) {
  EXPECT_EQ(where("{"), "request");
  EXPECT_EQ(where("[]"), "request");
  EXPECT_EQ(where("{}"), "ok");
  EXPECT_EQ(where(R"({"api_spend_usd_month":"999"})"), "/api_spend_usd_month");
  EXPECT_EQ(where(R"({"gpu_usd_month":null})"), "/gpu_usd_month");
  EXPECT_EQ(where(R"({"gpu_utilisation":"1.01"})"), "/gpu_utilisation");
  EXPECT_EQ(where(R"({"sized_for":"maximum"})"), "/sized_for");
  EXPECT_EQ(where(R"({"api_spend":"1000"})"), "/api_spend");
  EXPECT_EQ(where(R"({"paths":1})"), "/paths");
  EXPECT_EQ(where(R"({"paths":100,"detail":"live"})"), "ok");
  EXPECT_EQ(where(R"({"detail":"some"})"), "/detail");
  EXPECT_EQ(where(R"({"case":"nobody"})"), "case");
  EXPECT_EQ(where(std::string(70'000, ' ')), "request");
}

TEST(QuickJson, AnswerCarriesExactMoneyAndEveryPart) {
  const auto request = quick_request_from_json(
      R"({"api_spend_usd_month":"40000.01","gpu_usd_month":8000,"ops_usd_month":"25000",
          "tooling_usd_month":"0","gpu_utilisation":0.6,"must_self_host":false,"paths":1000})",
      {});
  ASSERT_TRUE(request.ok()) << request.error().text();
  InlinePool pool;
  const auto answer = advisor::quick(request->inputs, {}, request->options, pool);
  ASSERT_TRUE(answer.ok());
  const auto figures = advisor::quick_figures(*answer, {});
  const auto json = nlohmann::json::parse(quick_answer_to_json(*answer, figures, nullptr, -1));
  EXPECT_EQ(json["verdict"]["amount_usd_month"], "7000.01");
  EXPECT_EQ(json["break_even"]["spend_usd_month"], "33000");
  EXPECT_EQ(json["figures"]["difference.run_rate"]["value"], "7000.01");
  for (const char* part :
       {"inputs", "verdict", "rungs", "ledger", "sizing", "payback", "break_even", "staircase",
        "cash", "flip_points", "tornado", "uncertainty", "thumb_rules", "figures", "warnings"}) {
    EXPECT_TRUE(json.contains(part)) << part;
  }
  EXPECT_EQ(json["cash"].size(), 36U);
  auto live =
      nlohmann::json::parse(quick_answer_to_json(*answer, {}, nullptr, -1, QuickDetail::live));
  EXPECT_TRUE(live["figures"].empty());
  EXPECT_TRUE(live["uncertainty"]["drivers"].empty());
  live["figures"] = json["figures"];
  live["uncertainty"]["drivers"] = json["uncertainty"]["drivers"];
  EXPECT_EQ(live, json);
  const auto derivation = derivation_to_json(figures, "self_host.monthly");
  ASSERT_TRUE(derivation.ok());
  EXPECT_EQ(nlohmann::json::parse(*derivation)["inputs"][0]["name"], "self_host.gpu.monthly");
  EXPECT_FALSE(derivation_to_json(figures, "nothing").ok());
}

}  // namespace
}  // namespace breakeven::codec
