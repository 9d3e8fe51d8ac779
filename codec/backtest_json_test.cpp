#include "codec/backtest_json.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kQuestion =
    R"({"bills":[{"period":"1","item":"a","volume":80,"cost":240},
                 {"period":"2","item":"a","cost":"200"}],
        "usage":[{"period":"2","item":"a","volume":100}],
        "forecast":[{"period":"2","p10":100,"p90":150}],"level":0.5})";

TEST(BacktestJson, AnswersAQuestion) {
  const auto answer = backtest_answer(kQuestion);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  const Json json = Json::parse(*answer);
  EXPECT_EQ(json["compared_with"], "period before");
  EXPECT_EQ(json["price"], "-100.00");
  EXPECT_EQ(json["periods"][0]["volume"], "60.00");
  EXPECT_EQ(json["bands"][0]["inside"], false);
  EXPECT_EQ(json["coverage"]["above"], 1);
  EXPECT_EQ(json["coverage"]["level"], 0.5);
}

/// Every name of `value` is required by `schema`, and the other way round.
void same_names(const Json& value, const Json& schema) {
  Json names = Json::array();
  for (const auto& [name, inner] : value.items()) names.push_back(name);
  EXPECT_EQ(names, schema["required"]);
  EXPECT_EQ(names.size(), schema["properties"].size());
}

TEST(BacktestJson, FollowsItsSchema) {
  std::ifstream file(BREAKEVEN_SOURCE_DIR "/docs/schemas/backtest-answer.schema.json");
  const Json schema = Json::parse(file);
  const Json answer = Json::parse(*backtest_answer(kQuestion));
  const Json& properties = schema["properties"];
  same_names(answer, schema);
  same_names(answer["periods"][0], properties["periods"]["items"]);
  same_names(answer["bands"][0], properties["bands"]["items"]);
  same_names(answer["coverage"], properties["coverage"]["anyOf"][0]);
}

TEST(BacktestJson, NamesThePlace) {
  const auto where = [](const char* question) { return backtest_answer(question).error().where; };
  EXPECT_EQ(where(R"({"bills":[{"period":"1","cost":-1}],"budget":[{"period":"1","cost":1}]})"),
            "/bills/0");
  EXPECT_EQ(where(R"({"bills":[{"period":"1"}]})"), "/bills/0/cost");
  EXPECT_EQ(where(R"({"bills":[{"period":"1","cost":1,"volum":2}]})"), "/bills/0/volum");
  EXPECT_EQ(where(R"({"usage":[{"period":"1","volume":2}]})"), "/usage/0");
  EXPECT_EQ(where(R"({"bills":[{"period":"1","cost":1}]})"), "budget");
  EXPECT_FALSE(backtest_answer("[]").ok());
  EXPECT_FALSE(backtest_answer("{").ok());
}

}  // namespace
}  // namespace breakeven::codec
