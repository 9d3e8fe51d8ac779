// Portkey's pricing/*.json joined under their vendor: US cents per token or per call.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

constexpr int kCentsPerToken = 4;
constexpr int kCentsPerCall = 1;

constexpr std::array<KeyMeaning, 24> kKeys{{
    {"request_token", BillingUnit::input, kCentsPerToken},
    {"response_token", BillingUnit::output, kCentsPerToken},
    {"cache_read_input_token", BillingUnit::cache_read, kCentsPerToken},
    {"cache_write_input_token", BillingUnit::cache_write, kCentsPerToken},
    {"reasoning_token", BillingUnit::output_reasoning, kCentsPerToken},
    {"request_text_token", BillingUnit::input_text, kCentsPerToken},
    {"response_text_token", BillingUnit::output_text, kCentsPerToken},
    {"request_audio_token", BillingUnit::input_audio, kCentsPerToken},
    {"response_audio_token", BillingUnit::output_audio, kCentsPerToken},
    {"request_image_token", BillingUnit::input_image, kCentsPerToken},
    {"response_image_token", BillingUnit::output_image, kCentsPerToken},
    {"cache_read_audio_input_token", BillingUnit::cache_audio_read, kCentsPerToken},
    {"cache_read_text_input_token", BillingUnit::cache_text_read, kCentsPerToken},
    {"cached_text_input_token", BillingUnit::cache_text_read, kCentsPerToken},
    {"cache_read_image_input_token", BillingUnit::cache_image_read, kCentsPerToken},
    {"cached_image_input_token", BillingUnit::cache_image_read, kCentsPerToken},
    {"additional_units.cache_write_1h", BillingUnit::cache_write_1h, kCentsPerToken},
    {"additional_units.request_audio_token", BillingUnit::input_audio, kCentsPerToken},
    {"additional_units.response_audio_token", BillingUnit::output_audio, kCentsPerToken},
    {"additional_units.output_video_token", BillingUnit::output_video, kCentsPerToken},
    {"additional_units.web_search", BillingUnit::web_searches, kCentsPerCall},
    {"additional_units.web_search_low_context", BillingUnit::requests, kCentsPerCall},
    {"additional_units.web_search_medium_context", BillingUnit::requests_medium, kCentsPerCall},
    {"additional_units.web_search_high_context", BillingUnit::requests_high, kCentsPerCall},
}};

/// "gemini-2.5-pro-gt-128k": the price of gemini-2.5-pro above 128 000 input tokens.
struct Suffix {
  std::string model;
  std::int64_t above = 0;
};

Suffix without_suffix(std::string_view name) {
  for (const std::string_view mark : {std::string_view("-lte-"), std::string_view("-gt-")}) {
    const std::size_t at = name.rfind(mark);
    if (at == std::string_view::npos || !name.ends_with('k')) continue;
    const std::string_view count = name.substr(at + mark.size());
    const Result<std::int64_t> thousands = parse_int(count.substr(0, count.size() - 1));
    if (!thousands.ok() || *thousands <= 0 || *thousands > 1'000'000) continue;
    return {std::string(name.substr(0, at)), mark == "-gt-" ? *thousands * 1'000 : 0};
  }
  return {std::string(name), 0};
}

class Reader {
 public:
  explicit Reader(const FeedOptions& options) : writer_("portkey", options) {}

  void model(const std::string& provider, const JsonTree::Value& entry) {
    if (entry.key() == "default") return;  // what an unlisted model is billed at: nothing
    const std::string place = provider + "/" + std::string(entry.key());
    const auto [model, above] = without_suffix(entry.key());
    const ModelName name{writer_.vendor(provider), model};
    const JsonTree::Value config = entry.find("pricing_config");
    if (!config.is(Type::object)) return writer_.reject(place, "expected a pricing_config");
    const std::string_view currency = config.text_of("currency");
    if (!currency.empty() && currency != "USD") {
      return writer_.reject(place, "other currency: " + std::string(currency));
    }
    for (const JsonTree::Value& part : config.children()) {
      const std::string_view key = part.key();
      const std::string inside = place + " " + std::string(key) + " ";
      if (key == "pay_as_you_go") {
        rates(name, inside, part, {.above_input_tokens = above});
      } else if (key == "batch_config") {
        rates(name, inside, part, {.mode = Mode::batch, .above_input_tokens = above});
      } else if (key == "fixed_cost") {
        const JsonTree::Value price = part.find("request").find("price");
        if (price.exists()) {
          writer_.value(name, {.unit = BillingUnit::requests}, price, kCentsPerCall,
                        inside + "request");
        }
      } else if (key != "currency" && key != "calculate") {
        writer_.unknown_key(key);
      }
    }
    custom(name, place, entry.find("custom_pricing"));
  }

  [[nodiscard]] Feed finish() && { return std::move(writer_).finish(); }

 private:
  void custom(const ModelName& name, const std::string& place, const JsonTree::Value& custom) {
    const JsonTree::Value thresholds = custom.find("context_tier_map");
    for (const JsonTree::Value& region : custom.find("regions").children()) {
      if (region.key() != "default") {
        writer_.unknown_key("custom_pricing.regions other than default");
        continue;
      }
      for (const JsonTree::Value& mode : region.find("execution_modes").children()) {
        const std::string inside = place + " " + std::string(mode.key());
        const Result<Mode> known = catalog::parse_mode(mode.key());
        if (!known.ok()) {
          writer_.reject(inside, known.error().message);
          continue;
        }
        const JsonTree::Value plain = mode.find("pricing_config").find("pay_as_you_go");
        if (plain.exists()) rates(name, inside + " ", plain, {.mode = *known});
        for (const JsonTree::Value& tier : mode.find("context_tiers").children()) {
          const std::string where = inside + " " + std::string(tier.key()) + " ";
          const std::optional<std::int64_t> above = threshold_of(thresholds, tier.key());
          if (!above) {
            writer_.reject(where, "no threshold of that name in context_tier_map");
            continue;
          }
          rates(name, where, tier.find("pricing_config").find("pay_as_you_go"),
                {.mode = *known, .above_input_tokens = *above});
        }
      }
    }
  }

  static std::optional<std::int64_t> threshold_of(const JsonTree::Value& thresholds,
                                                  std::string_view tier) {
    for (const JsonTree::Value& entry : thresholds.children()) {
      const Result<std::int64_t> tokens = parse_int(entry.key());
      if (entry.text() == tier && tokens.ok() && *tokens >= 0) return *tokens;
    }
    return std::nullopt;
  }

  void rates(const ModelName& name, const std::string& place, const JsonTree::Value& rates,
             const PriceField& like, std::string_view prefix = {}) {
    for (const JsonTree::Value& rate : rates.children()) {
      const std::string key = std::string(prefix) + std::string(rate.key());
      if (key == "additional_units") {
        this->rates(name, place, rate, like, "additional_units.");
        continue;
      }
      // Google's is called search, without a word on what is searched.
      const std::string_view known_as =
          key == "additional_units.search" ? std::string_view("additional_units.web_search") : key;
      const auto* const known = std::ranges::find(kKeys, known_as, &KeyMeaning::key);
      const JsonTree::Value price = rate.find("price");
      if (known == kKeys.end()) {
        writer_.unknown_key(key);
      } else if (!price.exists()) {
        writer_.reject(place + key, "expected {price: US cents}");
      } else {
        PriceField field = like;
        field.unit = known->unit;
        writer_.value(name, field, price, known->shift, place + key);
      }
    }
  }

  FeedWriter writer_;
};

}  // namespace

Result<Feed> read_portkey(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tree, JsonTree::parse(bytes));
  if (!tree->root().is(Type::object)) {
    return Error{ErrorCode::parse_error, "expected an object of vendors by name", "portkey"};
  }
  Reader reader(options);
  for (const JsonTree::Value& provider : tree->root().children()) {
    for (const JsonTree::Value& model : provider.children()) {
      reader.model(std::string(provider.key()), model);
    }
  }
  return std::move(reader).finish();
}

}  // namespace breakeven::io
