// meters.hpp — what the words on a line of a cloud's bill mean: which tokens, of which model.
//
// Shape    "Gemini 2.5 Pro GA Thinking Text Output - Predictions" is reasoning output of
//          gemini-2.5-pro; "gpt 4o mini 0718 cached Inp glbl Tokens" is cache reads of gpt-4o-mini;
//          "USE1-Claude4.5Sonnet-cache-write-input-token-count" is cache writes of
//          claude-sonnet-4.5 (tests: ReadsTheMetersOfTheClouds).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/usage/record.hpp"

namespace breakeven::usage {

struct Meter {
  Bucket bucket = Bucket::uncached;
  bool reasoning = false;
  bool batch = false;
};

/// Nothing when the words name no token class.
[[nodiscard]] std::optional<Meter> read_meter(std::string_view words);

/// The model's name at the start of a meter, in a form that the price book can look up; empty when
/// there is none.
[[nodiscard]] std::string model_of_meter(std::string_view words);

/// Tokens per unit: "1K tokens" and "1000 Tokens" are 1 000, "1M" and "1000000 Tokens" 1 000 000,
/// "Tokens", "token" and "count" 1. Nothing for a unit that is no number of tokens.
[[nodiscard]] std::optional<std::int64_t> tokens_per_unit(std::string_view unit);

}  // namespace breakeven::usage
