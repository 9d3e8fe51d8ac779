#include "service/price_request.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "engine/catalog/catalog.hpp"
#include "service/catalog_store.hpp"
#include "service/price.hpp"

namespace breakeven::service {
namespace {

const catalog::Catalog& shipped() {
  static const auto kCatalog = load_catalog({});
  return *kCatalog;
}

std::string answer(std::string_view request) {
  const auto text = quote_answer_json(shipped().prices(), request);
  return text.ok() ? *text : text.error().where + ": " + text.error().message;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(PriceRequest, SaysWhoStatesEachPriceAndWhen) {
  const std::string text =
      answer(R"({"model":"anthropic/claude-sonnet-4-6","input_tokens":12000,"cached_tokens":10000,)"
             R"("output_tokens":800,"calls_per_day":"1000"})");
  EXPECT_TRUE(has(text, R"("usd":"0.021")")) << text;
  EXPECT_TRUE(has(text, R"("month":"638.75")")) << text;
  EXPECT_TRUE(has(text, R"("evidence":")")) << text;
  EXPECT_TRUE(has(text, R"("seen_on":"20)")) << text;
}

TEST(PriceRequest, ReasoningIsBesideTheAnswerAndBilledAsOutput) {
  const std::string apart = answer(
      R"({"model":"anthropic/claude-sonnet-4-6","output_tokens":200,"reasoning_tokens":300})");
  EXPECT_TRUE(has(apart, R"("usd":"0.0075")")) << apart;  // 500 tokens at 15 USD per million
}

TEST(PriceRequest, CountsThatAreTooLargeTogetherAreRefused) {
  QuoteRequest request;
  request.models = {"anthropic/claude-sonnet-4-6"};
  request.output_tokens = std::numeric_limits<std::int64_t>::max();
  request.reasoning_tokens = 1;
  const auto answered = quote(shipped().prices(), request);
  ASSERT_FALSE(answered.ok());
  EXPECT_TRUE(has(answered.error().text(), "output_tokens")) << answered.error().text();
}

TEST(PriceRequest, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_TRUE(has(answer("{}"), "model"));
  EXPECT_TRUE(has(answer(R"({"model":"anthropic/claude-sonnet-4-6","input_tokens":-1})"),
                  "/input_tokens: "));
  EXPECT_TRUE(has(answer(R"({"model":"anthropic/claude-sonnet-4-6","inputs":1})"), "/inputs: "));
  EXPECT_TRUE(has(answer(R"({"model":"anthropic/claude-sonet-4-6"})"), "claude-sonnet-4-6"));
  EXPECT_TRUE(has(answer(R"({"model":"anthropic/claude-sonnet-4-6","calls_per_day":"-2"})"),
                  "/calls_per_day: "));
  EXPECT_TRUE(has(answer("nonsense"), "JSON"));
}

}  // namespace
}  // namespace breakeven::service
