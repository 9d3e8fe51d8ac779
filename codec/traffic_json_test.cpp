#include "codec/traffic_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace breakeven::codec {
namespace {

using testing::HasSubstr;

TEST(TrafficJson, ProfilesReadBack) {
  for (const std::string& name : traffic::preset_names()) {
    const auto profile = traffic::preset(name);
    const std::string text = profile_to_json(*profile);
    const auto back = profile_from_json(text);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(profile_to_json(*back), text);
  }
}

TEST(TrafficJson, StartFromAPresetAndChangeIt) {
  const auto p = profile_from_json(
      R"({"requests_per_day": 10, "preset": "bursty", "input": {"mean": 500, "p95": 1500},
          "output": {"p95": 999}, "peak_to_mean": null, "week": "flat",
          "seed": 18446744073709551615})");
  ASSERT_TRUE(p.ok()) << p.error().text();
  EXPECT_EQ(p->requests_per_day, 10);
  EXPECT_EQ(p->gap_cv, 6);
  EXPECT_FALSE(p->input.p50.has_value());
  EXPECT_EQ(p->input.mean, 500);
  EXPECT_EQ(p->output.p50, 122);
  EXPECT_EQ(p->output.p95, 999);
  EXPECT_FALSE(p->peak_to_mean.has_value());
  EXPECT_EQ(p->week, traffic::WeekShape::flat);
  EXPECT_EQ(p->seed, 18446744073709551615ULL);
}

TEST(TrafficJson, NamesTheFieldThatIsWrong) {
  const auto error = [](const char* text) {
    const auto p = profile_from_json(text);
    EXPECT_FALSE(p.ok()) << text;
    return p.ok() ? std::string() : p.error().text();
  };
  EXPECT_THAT(error("{"), HasSubstr("JSON object"));
  EXPECT_THAT(error("[1]"), HasSubstr("JSON object"));
  EXPECT_THAT(error(R"({"request_per_day": 1})"), HasSubstr("did you mean requests_per_day"));
  EXPECT_THAT(error(R"({"days": "7"})"), HasSubstr("/days: expected a number, found \"7\""));
  EXPECT_THAT(error(R"({"input": {"median": 7}})"), HasSubstr("/input"));
  EXPECT_THAT(error(R"({"input": 7})"), HasSubstr("/input: expected an object"));
  EXPECT_THAT(error(R"({"day": "night"})"), HasSubstr("/day"));
  EXPECT_THAT(error(R"({"preset": "chta"})"), HasSubstr("/preset"));
  EXPECT_THAT(error(R"({"seed": -1})"), HasSubstr("/seed"));
  EXPECT_THAT(error(R"({"seed": 1.5})"), HasSubstr("/seed"));
  EXPECT_THAT(error(R"({"context_limit": 3000000000})"), HasSubstr("/context_limit"));
}

TEST(TrafficJson, DescribesATrace) {
  TraceDescription d;
  d.file = "a\xFF.csv";
  d.rejects.push_back({"negative", "expected more", 2, {{3, 4, "input_tokens", "\"-1\""}}});
  d.stats.requests = 2;
  d.stats.input_tokens = 100;
  d.stats.cached_tokens = 25;
  d.stats.peak_to_mean.push_back({60, 2, 1.5, 3, 2.5});
  const auto json = nlohmann::json::parse(trace_to_json(d));
  EXPECT_EQ(json["stats"]["prefix_reuse"], 0.25);
  EXPECT_EQ(json["stats"]["peak_to_mean"][0]["work_peak"], 3);
  EXPECT_EQ(json["rejects"][0]["examples"][0]["line"], 3);
  EXPECT_FALSE(json.contains("start"));
}

}  // namespace
}  // namespace breakeven::codec
