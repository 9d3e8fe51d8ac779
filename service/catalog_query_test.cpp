#include "service/catalog_query.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "service/catalog_store.hpp"
#include "service/catalog_text.hpp"

namespace breakeven::service {
namespace {

const catalog::Catalog& shipped() {
  static const catalog::Catalog loaded = load_catalog().value();
  return loaded;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(CatalogKinds, CountEveryFact) {
  const auto kinds = catalog_kinds(shipped());
  EXPECT_EQ(kinds.size(), catalog::kinds().size());
  const auto models = std::ranges::find(kinds, "models", &codec::KindSummary::kind);
  EXPECT_EQ(models->count, shipped().models().size());
  EXPECT_FALSE(models->newest.empty());
}

TEST(CatalogSearch, PutsTheNameBeforeTheMention) {
  const auto found = catalog_search(shipped(), "llama 3.3 70b", 50);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().id, "meta-llama/Llama-3.3-70B-Instruct");
  const auto exact = catalog_search(shipped(), "h100-sxm", 50);
  EXPECT_EQ(exact.front().kind, "accelerators");
  EXPECT_EQ(exact.front().id, "H100-SXM");
}

TEST(CatalogSearch, NeedsEveryWordAndKeepsToTheLimit) {
  for (const auto& record : catalog_search(shipped(), "lambda h100", 100)) {
    EXPECT_NE(record.id.find("lambda"), std::string::npos);
  }
  EXPECT_EQ(catalog_search(shipped(), "h100", 3).size(), 3U);
  EXPECT_TRUE(catalog_search(shipped(), "", 10).empty());
  EXPECT_TRUE(catalog_search(shipped(), "zzzzqqqq", 10).empty());
}

TEST(CatalogSearch, FallsBackToSimilarNames) {
  const auto found = catalog_search(shipped(), "hippa", 3);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().value("regime"), "HIPAA_BAA");
}

TEST(CatalogExplain, FindsByEveryNameARecordAnswersTo) {
  EXPECT_EQ(catalog_explain(shipped(), "qwen3-32b").value().front().id, "Qwen/Qwen3-32B");
  EXPECT_GE(catalog_explain(shipped(), "HIPAA_BAA").value().size(), 10U);
  EXPECT_EQ(catalog_explain(shipped(), "people.sre_usd_month").value().size(), 1U);
}

TEST(CatalogExplain, AnUnknownNameGetsNearMatches) {
  const auto unknown = catalog_explain(shipped(), "lama-3.3-70b");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_NE(unknown.error().message.find("Llama-3.3-70B-Instruct"), std::string::npos);
}

TEST(CatalogText, ColumnsAlign) {
  for (const std::string& kind : catalog::kinds()) {
    const auto records = catalog::describe(shipped(), kind).value();
    const auto lines = lines_of(list_text(kind, records));
    ASSERT_EQ(lines.size(), records.size() + 1) << kind;
    // The second column starts at the same place in every line: two blanks stand before it.
    const std::size_t second = lines[0].find_first_not_of(' ', lines[0].find("  "));
    ASSERT_NE(second, std::string::npos) << kind;
    for (const std::string& line : lines) {
      EXPECT_EQ(line.find_last_not_of(' ') + 1, line.size()) << "blanks at the end of: " << line;
    }
  }
}

TEST(CatalogText, ARightColumnEndsWhereItsTitleEnds) {
  const auto offers = catalog::describe(shipped(), "offers").value();
  const auto lines = lines_of(list_text("offers", offers));
  const std::size_t end = lines[0].find("USD/h") + 5;
  for (const std::string& line : lines) {
    ASSERT_GT(line.size(), end);
    EXPECT_NE(line[end - 1], ' ') << line;
    EXPECT_EQ(line[end], ' ') << line;
  }
}

TEST(CatalogText, ExplainsFieldsWithUnitSourceDateAndPlace) {
  const auto records = catalog_explain(shipped(), "people.ml_engineer_usd_month").value();
  const std::string text = explain_text(records);
  EXPECT_NE(text.find("value   25000 USD/month"), std::string::npos) << text;
  EXPECT_NE(text.find("source  popular account"), std::string::npos) << text;
  EXPECT_NE(text.find("date    2026-03"), std::string::npos) << text;
  EXPECT_NE(text.find("place   defaults.csv:"), std::string::npos) << text;
}

TEST(CatalogJson, MoneyIsADecimalStringAndNumbersAreNumbers) {
  const auto offer =
      catalog_explain(shipped(), "lambda/gpu-8x-h100-sxm5/us-eu-asia/on-demand").value();
  const std::string json = codec::records_to_json(offer);
  EXPECT_NE(json.find("\"usd_per_hour\": {\n          \"value\": \"31.92\""), std::string::npos)
      << json;
  EXPECT_NE(json.find("\"gpus\": {\n          \"value\": 8\n"), std::string::npos) << json;
  EXPECT_NE(json.find("\"rentable\": {\n          \"value\": true\n"), std::string::npos) << json;
  EXPECT_NE(json.find("\"place\": \"gpu_offers.csv:"), std::string::npos) << json;
}

TEST(CatalogJson, WhatIsNotKnownIsNull) {
  const std::string json =
      codec::records_to_json(catalog_explain(shipped(), "deepseek-ai/DeepSeek-V4-Flash").value());
  EXPECT_NE(json.find("\"kv_bytes_per_token_bf16\": {\n          \"value\": null"),
            std::string::npos);
}

TEST(CatalogJson, MistakesAndKindsAreListed) {
  const std::vector<Error> none;
  EXPECT_EQ(codec::mistakes_to_json(none), "{\n  \"ok\": true,\n  \"mistakes\": []\n}\n");
  const std::vector<Error> one{{ErrorCode::parse_error, "expected \xFF", "f.csv:1:1"}};
  EXPECT_NE(codec::mistakes_to_json(one).find("\"where\": \"f.csv:1:1\""), std::string::npos);
  const std::vector<codec::KindSummary> kinds{{"models", 78, "2026-11"}};
  EXPECT_NE(codec::kinds_to_json(kinds).find("\"count\": 78"), std::string::npos);
}

TEST(CatalogStoreMistakes, AreListedWithTheirPath) {
  const auto directory = find_catalog_dir("").value();
  const auto mistakes = catalog_mistakes(directory);
  ASSERT_TRUE(mistakes.ok());
  EXPECT_TRUE(mistakes->empty());
  EXPECT_FALSE(catalog_mistakes("/no/such/dir").ok());
}

}  // namespace
}  // namespace breakeven::service
