#include "engine/pricing/usage_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/read_shapes.hpp"
#include "engine/pricing/usage.hpp"
#include "engine/pricing/usage_fields.hpp"

namespace breakeven::pricing {
namespace {

using Type = Field::Type;

/// Where a usage object lies within a response body.
struct Located {
  Fields::Ref usage;
  Fields::Ref body;    ///< what holds it, for fields beside it; the same when usage is the root
  Fields::Ref first;   ///< usage of an Anthropic stream's message_start
  bool found = false;  ///< a usage object by its name
  bool batch = false;  ///< within a line of a batch API's output file
};

Located locate(Fields::Ref root) {
  Located here{root, root, {}};
  here.batch = root["custom_id"].set();
  // The deepest known one: {custom_id, result: {message: {usage}}} of Anthropic's batch results.
  for (int depth = 0; depth < 4; ++depth) {
    const Fields::Ref body = here.usage;
    for (const std::string_view key : {"usage", "usageMetadata", "usage_metadata"}) {
      if (const Fields::Ref inner = body[key]; inner.is(Type::object)) {
        here.usage = inner;
        here.body = body;
        here.found = true;
        return here;
      }
    }
    Fields::Ref deeper;
    for (const std::string_view key : {"response", "message", "meta", "body", "result", "x_groq"}) {
      if (const Fields::Ref inner = body[key]; inner.is(Type::object)) deeper = inner;
    }
    if (!deeper.there()) break;
    here.usage = deeper;
    here.body = deeper;
  }
  return here;
}

/// Events of a stream carry running totals: the last usage object counts. Anthropic's message_delta
/// may leave out what message_start said.
Located locate_in_stream(Fields::Ref events) {
  Located last;
  Located start;
  for (Fields::Ref event = events.first(); event.there(); event = event.next()) {
    const Located here = locate(event);
    if (!here.found) continue;
    if (event["type"].text() == "message_start") start = here;
    last = here;
  }
  if (start.found) {
    last.first = start.usage;
    last.body = start.body;
  }
  return last;
}

std::optional<UsageShape> shape_of_api(std::string_view api) {
  std::string name = to_lower(api);
  std::erase_if(name, [](char c) { return c == '_' || c == '-' || c == '.' || c == ' '; });
  const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (has("normal")) return UsageShape::normalised;
  if (has("realtime") || has("transcription")) return UsageShape::openai_realtime;
  if (has("responses") || has("images")) return UsageShape::openai_responses;
  if (has("anthropic") && !has("chat") && !has("openai")) return UsageShape::anthropic;
  if (has("messages") || has("claude")) return UsageShape::anthropic;
  if (has("bedrock") || has("converse") || name == "aws") return UsageShape::bedrock;
  if (has("cohere") || name == "tokens") return UsageShape::cohere;
  if (has("chat") || has("completion") || has("embedding")) return UsageShape::openai_chat;
  if (has("google") || has("gemini") || has("vertex") || has("generatecontent")) {
    return UsageShape::google;
  }
  for (const std::string_view chat : {"openai", "deepseek", "mistral", "xai", "grok", "perplexity",
                                      "openrouter", "groq", "together", "azure", "fireworks"}) {
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
  if (any(usage, {"inputTokens", "outputTokens", "inputTokenCount", "outputTokenCount"}) ||
      any(usage["input"], {"inputTokenCount"})) {
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

/// Whether a usage object has what every usage object of that shape has.
bool fits(UsageShape shape, Fields::Ref usage) {
  switch (shape) {
    case UsageShape::normalised:
      break;
    case UsageShape::openai_chat:
      return any(usage, {"prompt_tokens"});
    case UsageShape::openai_responses:
    case UsageShape::openai_realtime:
    case UsageShape::anthropic:
      return any(usage, {"input_tokens"});
    case UsageShape::google:
    case UsageShape::bedrock:
      return shape_of_fields(usage) == shape;
    case UsageShape::cohere:
      return any(usage, {"billed_units", "tokens"});
  }
  return true;
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

/// Calls that no vendor counts in its usage object, for a caller who adds them there.
Status read_counts_beside(Fields::Ref object, Usage& usage) {
  for (const BillingUnit unit : {BillingUnit::web_searches, BillingUnit::requests}) {
    BREAKEVEN_TRY(const auto count, optional_count(object, catalog::info(unit).count_key));
    if (count && !usage.counts.has(unit)) usage.counts.set(unit, *count);
  }
  return {};
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
  if (!body.is(Type::object) && !body.is(Type::array)) {
    return Error{ErrorCode::invalid_argument, "expected usage to be an object", "usage"};
  }
  const Located at = body.is(Type::array) ? locate_in_stream(body) : locate(body);
  const auto seen = at.first.there() ? UsageShape::anthropic : shape_of_fields(at.usage);
  const auto named = shape_of_api(context.api);
  // A name such as "openai" or "bedrock" may stand for any of a vendor's APIs: the fields say which.
  const bool by_fields = !named || (seen && !at.first.there() && !fits(*named, at.usage));
  const auto shape = by_fields ? seen : named;
  if (!shape) {
    return Error{ErrorCode::unsupported,
                 "expected the fields of a known vendor or input_tokens and output_tokens",
                 "usage"};
  }
  BREAKEVEN_TRY(Usage usage, read_shape(*shape, {at.usage, at.body, at.first, context}));
  if (*shape != UsageShape::normalised) {
    BREAKEVEN_CHECK_OK(read_counts_beside(at.usage, usage));
  }
  for (const std::string_view key : {"model", "modelVersion", "model_version", "modelId"}) {
    if (usage.body_model.empty()) usage.body_model = at.body[key].text();
  }
  if (at.batch && !usage.mode) usage.mode = catalog::Mode::batch;
  if (by_fields && !context.api.empty() && context.api != "default" &&
      named != UsageShape::openai_chat) {
    usage.warnings.push_back(
        "api \"" + std::string(context.api.substr(0, 60)) +
        (named ? "\" does not fit the usage object: read as " : "\" is not known: read as ") +
        std::string(to_string(*shape)));
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
