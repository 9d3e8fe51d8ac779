#include "engine/pricing/usage_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/pricing/read_shapes.hpp"
#include "engine/pricing/usage.hpp"
#include "engine/pricing/usage_fields.hpp"

namespace breakeven::pricing {
namespace {

using Type = Field::Type;

/// Where a usage object lies within a response body.
struct Located {
  Fields::Ref usage;
  Fields::Ref body;  ///< what holds it, for fields beside it; the same when usage is the root
};

Located locate(Fields::Ref root) {
  Located here{root, root};
  for (int depth = 0; depth < 3; ++depth) {
    const Fields::Ref body = here.usage;
    for (const std::string_view key : {"usage", "usageMetadata", "usage_metadata"}) {
      if (const Fields::Ref inner = body[key]; inner.is(Type::object)) {
        return {inner, body};
      }
    }
    Fields::Ref deeper;
    for (const std::string_view key : {"response", "message", "meta"}) {
      if (const Fields::Ref inner = body[key]; inner.is(Type::object)) deeper = inner;
    }
    if (!deeper.there()) return here;
    here = {deeper, deeper};
  }
  return here;
}

std::optional<UsageShape> shape_of_api(std::string_view api) {
  const std::string name = to_lower(api);
  const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (has("normal")) return UsageShape::normalised;
  if (has("bedrock") || has("converse")) return UsageShape::bedrock;
  if (has("realtime")) return UsageShape::openai_realtime;
  if (has("responses")) return UsageShape::openai_responses;
  if (has("anthropic") && !has("chat") && !has("openai")) return UsageShape::anthropic;
  if (has("messages")) return UsageShape::anthropic;
  if (has("chat") || has("completion")) return UsageShape::openai_chat;
  if (has("google") || has("gemini") || has("vertex") || has("generatecontent")) {
    return UsageShape::google;
  }
  if (has("cohere")) return UsageShape::cohere;
  for (const std::string_view chat :
       {"openai", "deepseek", "mistral", "xai", "x-ai", "grok", "perplexity", "openrouter", "groq",
        "together", "azure", "fireworks"}) {
    if (has(chat)) return UsageShape::openai_chat;
  }
  return std::nullopt;
}

bool any(Fields::Ref usage, std::initializer_list<std::string_view> keys) {
  return std::ranges::any_of(keys, [&](std::string_view key) { return usage[key].there(); });
}

std::optional<UsageShape> shape_of_fields(Fields::Ref usage) {
  if (any(usage, {"promptTokenCount", "candidatesTokenCount", "totalTokenCount",
                  "prompt_token_count", "candidates_token_count", "total_token_count"})) {
    return UsageShape::google;
  }
  if (any(usage, {"inputTokens", "outputTokens", "inputTokenCount", "outputTokenCount"})) {
    return UsageShape::bedrock;
  }
  if (usage["billed_units"].is(Type::object)) return UsageShape::cohere;
  if (any(usage, {"prompt_tokens", "completion_tokens"})) return UsageShape::openai_chat;
  if (any(usage, {"input_token_details", "output_token_details"})) {
    return UsageShape::openai_realtime;
  }
  if (any(usage, {"cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation",
                  "server_tool_use", "iterations", "inference_geo"})) {
    return UsageShape::anthropic;
  }
  if (any(usage, {"input_tokens_details"})) return UsageShape::openai_responses;
  // Only normalised usage names these.
  for (std::size_t i = 0; i < catalog::kBillingUnits; ++i) {
    const auto unit = static_cast<BillingUnit>(i);
    if (unit == BillingUnit::input || unit == BillingUnit::output) continue;
    if (usage[catalog::info(unit).count_key].there()) return UsageShape::normalised;
  }
  if (any(usage, {"output_tokens_details", "total_tokens"}) && any(usage, {"input_tokens"})) {
    return UsageShape::openai_responses;
  }
  if (any(usage, {"input_tokens", "output_tokens"})) return UsageShape::normalised;
  return std::nullopt;
}

Result<Usage> read_shape(UsageShape shape, const ShapeInput& input) {
  switch (shape) {
    case UsageShape::normalised:
      return read_normalised(input);
    case UsageShape::openai_chat:
      return read_openai_chat(input);
    case UsageShape::openai_responses:
    case UsageShape::openai_realtime:
      return read_openai_responses(input);
    case UsageShape::anthropic:
      return read_anthropic(input);
    case UsageShape::google:
      return read_google(input);
    case UsageShape::bedrock:
      return read_bedrock(input);
    case UsageShape::cohere:
      break;
  }
  return read_cohere(input);
}

}  // namespace

std::string_view to_string(UsageShape shape) {
  switch (shape) {
    case UsageShape::normalised:
      return "normalised";
    case UsageShape::openai_chat:
      return "openai.chat";
    case UsageShape::openai_responses:
      return "openai.responses";
    case UsageShape::openai_realtime:
      return "openai.realtime";
    case UsageShape::anthropic:
      return "anthropic.messages";
    case UsageShape::google:
      return "google.generateContent";
    case UsageShape::bedrock:
      return "bedrock.converse";
    case UsageShape::cohere:
      break;
  }
  return "cohere";
}

Result<std::int64_t> count_of(Fields::Ref field, std::string_view where) {
  const auto refuse = [&](ErrorCode code, const std::string& found) {
    return Error{code,
                 std::string(where) + ": expected a whole number from 0 to " +
                     std::to_string(kMaxCount) + ", found " + found,
                 {}};
  };
  if (!field.there()) return refuse(ErrorCode::invalid_argument, "nothing");
  const Field& f = field.node();
  std::int64_t count = 0;
  switch (f.type) {
    case Type::integer:
      count = f.integer;
      break;
    case Type::real:
      // Also refuses NaN, infinities and 1e20.
      if (!(f.real >= 0 && f.real <= static_cast<double>(kMaxCount)) ||
          f.real != std::floor(f.real)) {
        return refuse(f.real < 0 || f.real > static_cast<double>(kMaxCount)
                          ? ErrorCode::out_of_range
                          : ErrorCode::invalid_argument,
                      shortest(f.real));
      }
      count = static_cast<std::int64_t>(f.real);
      break;
    case Type::null:
      return refuse(ErrorCode::invalid_argument, "null");
    case Type::boolean:
      return refuse(ErrorCode::invalid_argument, f.boolean ? "true" : "false");
    case Type::text:
      return refuse(ErrorCode::invalid_argument, "a text");
    case Type::array:
      return refuse(ErrorCode::invalid_argument, "an array");
    case Type::object:
      return refuse(ErrorCode::invalid_argument, "an object");
  }
  if (count < 0 || count > kMaxCount) return refuse(ErrorCode::out_of_range, std::to_string(count));
  return count;
}

Result<Usage> read_usage(Fields::Ref body, const UsageContext& context) {
  if (!body.is(Type::object)) {
    return Error{ErrorCode::invalid_argument, "expected usage to be an object", {}};
  }
  const Located at = locate(body);
  const auto seen = shape_of_fields(at.usage);
  const auto named = shape_of_api(context.api);
  // "openai" alone may be any of its APIs: the fields say which.
  const bool by_fields =
      !named || (named == UsageShape::openai_chat && !any(at.usage, {"prompt_tokens"}) && seen);
  const auto shape = by_fields ? seen : named;
  if (!shape) {
    return Error{ErrorCode::unsupported,
                 "usage: expected the fields of a known vendor or input_tokens and output_tokens",
                 {}};
  }
  BREAKEVEN_TRY(Usage usage, read_shape(*shape, {at.usage, at.body, context}));
  if (!named && !context.api.empty() && context.api != "default") {
    usage.warnings.push_back("api \"" + std::string(context.api.substr(0, 60)) +
                             "\" is not known: read as " + std::string(to_string(*shape)));
  }
  return usage;
}

Status read_call_terms(Fields::Ref call, std::string_view vendor, Usage& usage) {
  BREAKEVEN_CHECK_OK(read_terms(call, vendor, usage));
  for (Usage& nested : usage.nested) {
    if (!nested.mode) nested.mode = usage.mode;
    if (nested.residency.empty()) nested.residency = usage.residency;
  }
  return {};
}

}  // namespace breakeven::pricing
