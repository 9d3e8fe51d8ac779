// usage_reader.hpp — maps every vendor's usage object to one Usage.
//
// Shape    The shape is named by `api`, or found out by the field names; for shapes that several
//          producers use with different meanings, `total_tokens` decides what contains what.
//          Without a total the vendor, and failing that the model's name, decides; never the field
//          order.
// Sources  facts: field tables of the vendors' references (OpenAI chat, responses and realtime,
//          Anthropic messages, Google generateContent, Bedrock Converse, DeepSeek, Mistral, xAI,
//          Perplexity, Cohere, OpenRouter) and 1 577 recorded bodies of genai-prices (MIT).
// Errors   A shape that is not known, a required count that is missing, a total that matches no
//          reading, a count that is not a whole number: each with the field's name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/pricing/usage.hpp"
#include "engine/pricing/usage_fields.hpp"

namespace breakeven::pricing {

enum class UsageShape : std::uint8_t {
  normalised,
  openai_chat,  ///< also DeepSeek, Mistral, xAI, Perplexity, OpenRouter, Groq, ...
  openai_responses,
  openai_realtime,
  anthropic,
  google,
  bedrock,
  cohere
};
[[nodiscard]] std::string_view to_string(UsageShape shape);

/// What is known about a usage object beside its fields.
struct UsageContext {
  std::string_view api;     ///< "openai.chat", "anthropic", "google", ...; empty = find out
  std::string_view vendor;  ///< of the call; may be empty
  std::string_view model;   ///< of the call; may be empty
};

/// Reads a usage object, a whole response body or batch result that has one, or the list of a
/// stream's events.
[[nodiscard]] Result<Usage> read_usage(Fields::Ref body, const UsageContext& context);

/// Adds what a call says beside its usage object: service_tier, speed, data_residency.
[[nodiscard]] Status read_call_terms(Fields::Ref call, std::string_view vendor, Usage& usage);

}  // namespace breakeven::pricing
