#include "engine/usage/meters.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakeven::usage {
namespace {

std::string read(std::string_view words) {
  const auto meter = read_meter(words);
  if (!meter) return "none";
  std::string text(bucket_name(meter->bucket));
  if (meter->reasoning) text += " reasoning";
  if (meter->batch) text += " batch";
  const std::string model = model_of_meter(words);
  return model.empty() ? text : model + ": " + text;
}

TEST(Meters, ReadsTheMetersOfTheClouds) {
  EXPECT_EQ(read("Gemini 2.5 Pro GA Text Input - Predictions"), "gemini-2.5-pro: uncached");
  EXPECT_EQ(read(" Gemini 2.5 Flash GA Input Text Caching"), "gemini-2.5-flash: cache_read");
  EXPECT_EQ(read("Gemini 2.5 Pro GA Thinking Text Output - Predictions"),
            "gemini-2.5-pro: output reasoning");
  EXPECT_EQ(read("Gemini 2.5 Flash Lite GA Audio Input - Predictions"),
            "gemini-2.5-flash-lite: audio_input");
  EXPECT_EQ(read("gpt 4o mini 0718 cached Inp glbl Tokens"), "gpt-4o-mini: cache_read");
  EXPECT_EQ(read("gpt 4.1 Outp glbl Tokens"), "gpt-4.1: output");
  EXPECT_EQ(read("5.4 opt Dz 1M Tokens"), "gpt-5.4: output");
  EXPECT_EQ(read("gpt 4o 1120 Batch Inp glbl Tokens"), "gpt-4o: uncached batch");
  EXPECT_EQ(read("USE1-Claude4.5Sonnet-input-tokens"), "claude-sonnet-4-5: uncached");
  EXPECT_EQ(read("USE1-Claude4.6Opus-cache-read-input-token-count"), "claude-opus-4-6: cache_read");
  EXPECT_EQ(read("USE1-Claude4.5Sonnet-cache-write-input-token-count"),
            "claude-sonnet-4-5: cache_write_5m");
  EXPECT_EQ(read("USE1-Claude4.5Haiku-output-tokens-batch"), "claude-haiku-4-5: output batch");
  EXPECT_EQ(read("USW2-NovaPro-input-tokens"), "nova-pro: uncached");
  EXPECT_EQ(read("Claude Sonnet 4.5 - Cache Write Tokens"), "claude-sonnet-4-5: cache_write_5m");
  EXPECT_EQ(read("gpt-4.1-2025-04-14, cached input"), "gpt-4.1: cache_read");
}

TEST(Meters, WhatIsNotCountedInTokensIsNoMeter) {
  EXPECT_EQ(read("Gemini 2.5 Pro Cache storage hours"), "none");
  EXPECT_EQ(read("USE1-ProvisionedThroughput-Claude-ModelUnits"), "none");
  EXPECT_EQ(read("Fine-tuning training tokens"), "none");
  EXPECT_EQ(read("Requests-Tier1"), "none");
}

TEST(Meters, UnitsSayHowManyTokens) {
  EXPECT_EQ(tokens_per_unit("1K tokens"), 1'000);
  EXPECT_EQ(tokens_per_unit("1K"), 1'000);
  EXPECT_EQ(tokens_per_unit("1M"), 1'000'000);
  EXPECT_EQ(tokens_per_unit("1000 Tokens"), 1'000);
  EXPECT_EQ(tokens_per_unit("1,000 Tokens"), 1'000);
  EXPECT_EQ(tokens_per_unit("1000000 Tokens"), 1'000'000);
  EXPECT_EQ(tokens_per_unit("1 Million Tokens"), 1'000'000);
  EXPECT_EQ(tokens_per_unit("Tokens"), 1);
  EXPECT_EQ(tokens_per_unit("count"), 1);
  EXPECT_EQ(tokens_per_unit("1 Hour"), std::nullopt);
  EXPECT_EQ(tokens_per_unit("1 Month"), std::nullopt);
  EXPECT_EQ(tokens_per_unit(""), std::nullopt);
}

}  // namespace
}  // namespace breakeven::usage
