// Langfuse default-model-prices.json: models with pricing tiers, USD per token by usage key.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/feed_writer.hpp"
#include "io/feeds/json_tree.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;
using catalog::Mode;
using catalog::PriceField;
using Type = JsonTree::Type;

constexpr int kPerToken = 6;
constexpr int kPerCall = 3;

// A price is listed once for every spelling under which an SDK may report the usage.
constexpr std::array<KeyMeaning, 38> kKeys{{
    {"input", BillingUnit::input, kPerToken},
    {"input_tokens", BillingUnit::input, kPerToken},
    {"prompt_token_count", BillingUnit::input, kPerToken},
    {"promptTokenCount", BillingUnit::input, kPerToken},
    {"output", BillingUnit::output, kPerToken},
    {"output_tokens", BillingUnit::output, kPerToken},
    {"candidates_token_count", BillingUnit::output, kPerToken},
    {"candidatesTokenCount", BillingUnit::output, kPerToken},
    {"input_cached_tokens", BillingUnit::cache_read, kPerToken},
    {"input_cache_read", BillingUnit::cache_read, kPerToken},
    {"cache_read_input_tokens", BillingUnit::cache_read, kPerToken},
    {"cached_content_token_count", BillingUnit::cache_read, kPerToken},
    {"input_cache_creation", BillingUnit::cache_write, kPerToken},
    {"input_cache_creation_5m", BillingUnit::cache_write, kPerToken},
    {"cache_creation_input_tokens", BillingUnit::cache_write, kPerToken},
    {"cache_write_tokens", BillingUnit::cache_write, kPerToken},
    {"input_cache_creation_1h", BillingUnit::cache_write_1h, kPerToken},
    {"output_reasoning", BillingUnit::output_reasoning, kPerToken},
    {"output_reasoning_tokens", BillingUnit::output_reasoning, kPerToken},
    {"reasoning_tokens", BillingUnit::output_reasoning, kPerToken},
    {"thoughts_token_count", BillingUnit::output_reasoning, kPerToken},
    {"thoughtsTokenCount", BillingUnit::output_reasoning, kPerToken},
    {"input_text", BillingUnit::input_text, kPerToken},
    {"input_text_tokens", BillingUnit::input_text, kPerToken},
    {"output_text", BillingUnit::output_text, kPerToken},
    {"output_text_tokens", BillingUnit::output_text, kPerToken},
    {"input_cached_text_tokens", BillingUnit::cache_text_read, kPerToken},
    {"input_audio", BillingUnit::input_audio, kPerToken},
    {"input_audio_tokens", BillingUnit::input_audio, kPerToken},
    {"output_audio", BillingUnit::output_audio, kPerToken},
    {"output_audio_tokens", BillingUnit::output_audio, kPerToken},
    {"input_cached_audio_tokens", BillingUnit::cache_audio_read, kPerToken},
    {"input_image", BillingUnit::input_image, kPerToken},
    {"input_video", BillingUnit::input_video, kPerToken},
    {"grounding_queries", BillingUnit::web_searches, kPerCall},
    {"groundingQueries", BillingUnit::web_searches, kPerCall},
    {"web_search_queries", BillingUnit::web_searches, kPerCall},
    {"webSearchQueries", BillingUnit::web_searches, kPerCall},
}};

/// The provider is not a field; most patterns allow it before the model: "^(openai/)?(gpt-4o)$".
std::string_view provider_in(std::string_view pattern) {
  std::size_t end = pattern.find('/');
  if (end == std::string_view::npos) return {};
  if (end > 0 && pattern[end - 1] == '\\') --end;
  constexpr std::string_view kOptional = "(ai)?";
  if (pattern.substr(0, end).ends_with(kOptional)) end -= kOptional.size();
  std::size_t begin = end;
  while (begin > 0 && pattern[begin - 1] >= 'a' && pattern[begin - 1] <= 'z') --begin;
  return begin > 0 && pattern[begin - 1] == '(' ? pattern.substr(begin, end - begin)
                                                : std::string_view();
}

class Reader {
 public:
  explicit Reader(const FeedOptions& options) : writer_("langfuse", options) {}

  void model(const JsonTree::Value& entry) {
    const std::string model(entry.text_of("modelName"));
    if (model.empty()) return writer_.reject("model", "expected a model with modelName");
    ModelName name{writer_.vendor(provider_in(entry.text_of("matchPattern"))), model};
    if (name.vendor.empty() && writer_.options().book != nullptr) {
      const auto ours = writer_.options().book->find(model);
      if (ours.ok()) name.vendor = (*ours)->vendor;
    }
    if (name.vendor.empty()) {
      return writer_.reject(model, "no provider: matchPattern names none");
    }
    const JsonTree::Value tiers = entry.find("pricingTiers");
    if (!tiers.is(Type::array)) return writer_.reject(model, "expected a list pricingTiers");
    for (const JsonTree::Value& tier : tiers.children()) {
      const std::string place = model + " " + std::string(tier.text_of("name"));
      PriceField like;
      if (const auto why = conditions(tier.find("conditions"), like)) {
        writer_.reject(place, *why);
        continue;
      }
      for (const JsonTree::Value& value : tier.find("prices").children()) {
        const auto* const known = std::ranges::find(kKeys, value.key(), &KeyMeaning::key);
        if (known == kKeys.end()) {
          writer_.unknown_key(value.key());
          continue;
        }
        like.unit = known->unit;
        writer_.value(name, like, value, known->shift, place + " " + std::string(value.key()));
      }
    }
  }

  [[nodiscard]] Feed finish() && { return std::move(writer_).finish(); }

 private:
  /// Turns the conditions under which a tier applies into a mode and a threshold; else says why not.
  static std::optional<std::string> conditions(const JsonTree::Value& list, PriceField& field) {
    for (const JsonTree::Value& condition : list.children()) {
      const std::string_view op = condition.text_of("operator");
      if (condition.text_of("source") == "model_parameters") {
        const std::string_view key = condition.text_of("key");
        const auto values = condition.find("values").children();
        if (op != "in" || values.empty()) return "expected a condition on a list of values";
        const std::string_view first = values[0].text();
        if (key == "speed" && first == "fast" && values.size() == 1) {
          field.mode = Mode::fast;
        } else if (key == "service_tier" && is_priority(values)) {
          field.mode = Mode::priority;
        } else if (key == "service_tier" && first == "flex" && values.size() == 1) {
          field.mode = Mode::flex;
        } else if (key == "service_tier" && first == "batch" && values.size() == 1) {
          field.mode = Mode::batch;
        } else {
          return "a condition that is not known: " + std::string(key) + " in " + std::string(first);
        }
        continue;
      }
      const Result<std::int64_t> value = parse_int(condition.find("value").text());
      const bool input = condition.text_of("usageDetailPattern").find("input") != std::string::npos;
      if (!input || !value.ok() || *value <= 0 || (op != "gt" && op != "gte") ||
          field.above_input_tokens != 0) {
        return "a condition that is not known: expected input tokens gt or gte a number";
      }
      field.above_input_tokens = *value;
      field.inclusive = op == "gte";
    }
    return std::nullopt;
  }

  /// "fast" was called "priority" until 2026-07-30; a tier that takes either word is that one.
  static bool is_priority(const std::vector<JsonTree::Value>& values) {
    return std::ranges::all_of(values, [](const JsonTree::Value& value) {
      return value.text() == "priority" || value.text() == "fast";
    });
  }

  FeedWriter writer_;
};

}  // namespace

Result<Feed> read_langfuse(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tree, JsonTree::parse(bytes));
  if (!tree->root().is(Type::array)) {
    return Error{ErrorCode::parse_error, "expected a list of models", "langfuse"};
  }
  Reader reader(options);
  for (const JsonTree::Value& entry : tree->root().children()) reader.model(entry);
  return std::move(reader).finish();
}

}  // namespace breakeven::io
