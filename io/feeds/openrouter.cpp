// OpenRouter's /api/v1/models: what OpenRouter bills, USD per token as text.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_observation.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/feed_writer.hpp"
#include "io/feeds/json_tree.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;
using catalog::PriceField;
using Type = JsonTree::Type;

constexpr int kPerToken = 6;
constexpr int kPerCall = 3;

// `image` is not among them: documented as USD per image, found as USD per token.
constexpr std::array<KeyMeaning, 12> kKeys{{
    {"prompt", BillingUnit::input, kPerToken},
    {"completion", BillingUnit::output, kPerToken},
    {"input_cache_read", BillingUnit::cache_read, kPerToken},
    {"input_cache_write", BillingUnit::cache_write, kPerToken},
    {"input_cache_write_1h", BillingUnit::cache_write_1h, kPerToken},
    {"internal_reasoning", BillingUnit::output_reasoning, kPerToken},
    {"audio", BillingUnit::input_audio, kPerToken},
    {"input_audio_cache", BillingUnit::cache_audio_read, kPerToken},
    {"audio_output", BillingUnit::output_audio, kPerToken},
    {"image_output", BillingUnit::output_image, kPerToken},
    {"web_search", BillingUnit::web_searches, kPerCall},
    {"request", BillingUnit::requests, kPerCall},
}};

class Reader {
 public:
  explicit Reader(const FeedOptions& options) : writer_("openrouter", options) {}

  void model(const JsonTree::Value& entry) {
    const std::string id(entry.text_of("id"));
    const JsonTree::Value pricing = entry.find("pricing");
    if (id.empty() || !pricing.is(Type::object)) {
      return writer_.reject(id, "expected a model with id and pricing");
    }
    prices({"openrouter", id}, id + " ", pricing, {});
  }

  [[nodiscard]] Feed finish() && { return std::move(writer_).finish(); }

 private:
  void prices(const ModelName& name, const std::string& place, const JsonTree::Value& pricing,
              const PriceField& tier) {
    for (const JsonTree::Value& value : pricing.children()) {
      const std::string_view key = value.key();
      if (key == "overrides" && tier.above_input_tokens == 0) {
        overrides(name, place, value);
        continue;
      }
      if (key == "min_prompt_tokens") continue;
      const auto* const known = std::ranges::find(kKeys, key, &KeyMeaning::key);
      if (known == kKeys.end()) {
        writer_.unknown_key(key);
        continue;
      }
      if (value.text() == "-1") {
        writer_.reject(place + std::string(key),
                       "-1: the price depends on the model it is sent to");
        continue;
      }
      PriceField field = tier;
      field.unit = known->unit;
      writer_.value(name, field, value, known->shift, place + std::string(key));
    }
  }

  void overrides(const ModelName& name, const std::string& place, const JsonTree::Value& list) {
    for (const JsonTree::Value& entry : list.children()) {
      const Result<std::int64_t> from = parse_int(entry.find("min_prompt_tokens").text());
      if (!from.ok() || *from <= 0) {
        writer_.reject(place + "overrides", "expected min_prompt_tokens beside the prices");
        continue;
      }
      prices(name, place + ">=" + std::to_string(*from) + " ", entry,
             {.above_input_tokens = *from, .inclusive = true});
    }
  }

  FeedWriter writer_;
};

}  // namespace

Result<Feed> read_openrouter(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tree, JsonTree::parse(bytes));
  // The interface wraps the list in {"data": [...]}; mirrors keep the list alone.
  const JsonTree::Value root = tree->root();
  const JsonTree::Value list = root.is(Type::array) ? root : root.find("data");
  if (!list.is(Type::array)) {
    return Error{ErrorCode::parse_error, "expected a list of models, or one under \"data\"",
                 "openrouter"};
  }
  Reader reader(options);
  for (const JsonTree::Value& entry : list.children()) reader.model(entry);
  return std::move(reader).finish();
}

}  // namespace breakeven::io
