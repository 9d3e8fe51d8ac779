// LiteLLM's model_prices_and_context_window.json: model -> keys, USD per token as JSON numbers.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "io/feeds/exact_price.hpp"
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

constexpr std::array<KeyMeaning, 19> kKeys{{
    {"input_cost_per_token", BillingUnit::input, kPerToken},
    {"output_cost_per_token", BillingUnit::output, kPerToken},
    {"cache_read_input_token_cost", BillingUnit::cache_read, kPerToken},
    {"input_cost_per_token_cache_hit", BillingUnit::cache_read, kPerToken},
    {"cache_creation_input_token_cost", BillingUnit::cache_write, kPerToken},
    {"output_cost_per_reasoning_token", BillingUnit::output_reasoning, kPerToken},
    {"citation_cost_per_token", BillingUnit::output_citation, kPerToken},
    {"input_cost_per_audio_token", BillingUnit::input_audio, kPerToken},
    {"output_cost_per_audio_token", BillingUnit::output_audio, kPerToken},
    {"cache_read_input_audio_token_cost", BillingUnit::cache_audio_read, kPerToken},
    {"cache_read_input_token_cost_per_audio_token", BillingUnit::cache_audio_read, kPerToken},
    {"input_cost_per_image_token", BillingUnit::input_image, kPerToken},
    {"output_cost_per_image_token", BillingUnit::output_image, kPerToken},
    {"cache_read_input_image_token_cost", BillingUnit::cache_image_read, kPerToken},
    {"input_cost_per_video_token", BillingUnit::input_video, kPerToken},
    {"output_cost_per_video_token", BillingUnit::output_video, kPerToken},
    {"cache_read_input_video_token_cost", BillingUnit::cache_video_read, kPerToken},
    {"input_cost_per_request", BillingUnit::requests, kPerCall},
    {"web_search_cost_per_query", BillingUnit::web_searches, kPerCall},
}};

struct Meaning {
  PriceField field;
  int shift = kPerToken;
};

bool take_end(std::string_view& key, std::string_view ending) {
  if (!key.ends_with(ending)) return false;
  key.remove_suffix(ending.size());
  return true;
}

/// "_above_272k_tokens" at the end of `key`: takes it off and gives 272 000.
std::optional<std::int64_t> take_threshold(std::string_view& key) {
  constexpr std::string_view kAbove = "_above_";
  constexpr std::string_view kTokens = "k_tokens";
  if (!key.ends_with(kTokens)) return std::nullopt;
  const std::size_t above = key.rfind(kAbove);
  if (above == std::string_view::npos) return std::nullopt;
  const std::size_t from = above + kAbove.size();
  const std::string_view count = key.substr(from, key.size() - kTokens.size() - from);
  const Result<std::int64_t> thousands = parse_int(count);
  if (!thousands.ok() || *thousands <= 0 || *thousands > 1'000'000) return std::nullopt;
  key = key.substr(0, above);
  return *thousands * 1'000;
}

/// Endings stand in any order: "..._above_272k_tokens_priority", "..._above_1hr_above_200k_tokens".
std::optional<Meaning> meaning_of(std::string_view key) {
  Meaning meaning;
  bool one_hour = false;
  bool several = false;
  const auto mode = [&](Mode value) {
    several = several || meaning.field.mode != Mode::standard;
    meaning.field.mode = value;
  };
  for (bool more = true; more;) {
    more = true;
    if (take_end(key, "_batches") || take_end(key, "_batch_requests")) {
      mode(Mode::batch);
    } else if (take_end(key, "_flex")) {
      mode(Mode::flex);
    } else if (take_end(key, "_priority")) {
      mode(Mode::priority);
    } else if (take_end(key, "_above_1hr")) {
      several = several || one_hour;
      one_hour = true;
    } else if (const auto threshold = take_threshold(key)) {
      several = several || meaning.field.above_input_tokens != 0;
      meaning.field.above_input_tokens = *threshold;
    } else {
      more = false;
    }
  }
  if (several) return std::nullopt;
  for (const KeyMeaning& known : kKeys) {
    if (known.key != key) continue;
    meaning.field.unit = known.unit;
    meaning.shift = known.shift;
    if (one_hour) {
      if (known.unit != BillingUnit::cache_write) return std::nullopt;
      meaning.field.unit = BillingUnit::cache_write_1h;
    }
    return meaning;
  }
  return std::nullopt;
}

/// Keys that speak of money, so that a new one is noticed.
bool is_about_price(std::string_view key) {
  return key.find("cost") != std::string_view::npos || key.find("pric") != std::string_view::npos ||
         key.find("uplift") != std::string_view::npos || key == "provider_specific_entry";
}

class Reader {
 public:
  explicit Reader(const FeedOptions& options) : writer_("litellm", options) {}

  void model(const JsonTree::Value& entry) {
    const std::string key(entry.key());
    if (key == "sample_spec") return;  // explains the keys
    if (!entry.is(Type::object)) {
      return writer_.reject(key, "expected a model: an object with litellm_provider");
    }
    const std::string_view provider = entry.text_of("litellm_provider");
    if (provider.empty()) {
      return writer_.reject(key, "no litellm_provider: not a model");
    }
    const ModelName name = name_of(key, provider);
    for (const JsonTree::Value& value : entry.children()) {
      const std::string_view what = value.key();
      if (what == "search_context_cost_per_query") {
        search(name, key, value);
      } else if (what == "tiered_pricing") {
        tiers(name, key, value);
      } else if (const auto meaning = meaning_of(what)) {
        writer_.value(name, meaning->field, value, meaning->shift, key + " " + std::string(what));
      } else if (is_about_price(what)) {
        writer_.unknown_key(what);
      }
    }
  }

  [[nodiscard]] Feed finish() && { return std::move(writer_).finish(); }

 private:
  /// "deepseek/deepseek-chat" of provider deepseek is the model deepseek-chat.
  [[nodiscard]] ModelName name_of(std::string_view key, std::string_view provider) const {
    ModelName name{writer_.vendor(provider), std::string(key)};
    const std::size_t slash = key.find('/');
    if (slash != std::string_view::npos) {
      const std::string_view prefix = key.substr(0, slash);
      if (prefix == provider || writer_.vendor(prefix) == name.vendor) {
        name.model = std::string(key.substr(slash + 1));
      }
    }
    return name;
  }

  /// Perplexity charges a fee for every request, by the size of the search; elsewhere it is the
  /// price of one search, and "medium" is the size that is used unless one asks for another.
  void search(const ModelName& name, const std::string& key, const JsonTree::Value& sizes) {
    const bool per_request = name.vendor == "perplexity";
    for (const JsonTree::Value& size : sizes.children()) {
      const std::string_view what = size.key();
      std::optional<BillingUnit> unit;
      if (what == "search_context_size_low" && per_request) unit = BillingUnit::requests;
      if (what == "search_context_size_medium") {
        unit = per_request ? BillingUnit::requests_medium : BillingUnit::web_searches;
      }
      if (what == "search_context_size_high" && per_request) unit = BillingUnit::requests_high;
      if (unit) {
        writer_.value(name, {.unit = *unit}, size, kPerCall,
                      key + " search_context_cost_per_query." + std::string(what));
      } else {
        writer_.unknown_key("search_context_cost_per_query." + std::string(what));
      }
    }
  }

  void tiers(const ModelName& name, const std::string& key, const JsonTree::Value& list) {
    for (const JsonTree::Value& tier : list.children()) {
      const std::vector<JsonTree::Value> range = tier.find("range").children();
      std::int64_t above = -1;
      if (range.size() == 2) {
        // Thresholds are written as 256000.0 too: read as exactly as a price.
        const Result<Price> start = exact_price(range[0].text(), 0, 1);
        if (start.ok() && start->nano_usd % kNanoPerUnit == 0 && start->atto_usd == 0) {
          above = start->nano_usd / kNanoPerUnit;
        }
      }
      for (const JsonTree::Value& value : tier.children()) {
        const std::string_view what = value.key();
        if (what == "range") continue;
        auto meaning = meaning_of(what);
        if (!meaning || above < 0) {
          if (meaning) {
            writer_.reject(key + " tiered_pricing " + std::string(what),
                           "expected a range [from, to] of whole input tokens beside the price");
          } else if (is_about_price(what)) {
            writer_.unknown_key("tiered_pricing." + std::string(what));
          }
          continue;
        }
        meaning->field.above_input_tokens = above;
        writer_.value(name, meaning->field, value, meaning->shift,
                      key + " tiered_pricing>" + std::to_string(above) + " " + std::string(what));
      }
    }
  }

  static constexpr std::int64_t kNanoPerUnit = 1'000'000'000;
  FeedWriter writer_;
};

}  // namespace

Result<Feed> read_litellm(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tree, JsonTree::parse(bytes));
  if (!tree->root().is(Type::object)) {
    return Error{ErrorCode::parse_error, "expected an object of models by name", "litellm"};
  }
  Reader reader(options);
  for (const JsonTree::Value& entry : tree->root().children()) reader.model(entry);
  return std::move(reader).finish();
}

}  // namespace breakeven::io
