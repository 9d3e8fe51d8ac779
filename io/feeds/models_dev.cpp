// models.dev api.json: provider -> models -> cost, USD per million tokens.
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

constexpr std::array<KeyMeaning, 9> kKeys{{
    {"input", BillingUnit::input, 0},
    {"output", BillingUnit::output, 0},
    {"cache_read", BillingUnit::cache_read, 0},
    {"cache_write", BillingUnit::cache_write, 0},
    {"reasoning", BillingUnit::output_reasoning, 0},
    {"input_audio", BillingUnit::input_audio, 0},
    {"output_audio", BillingUnit::output_audio, 0},
    {"citation", BillingUnit::output_citation, 0},
    {"request", BillingUnit::requests, 0},  // USD per thousand, as on Perplexity's page
}};

/// Spellings found in the repository that its own schema drops without a word.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kMisspelt{{
    {"cache_input", "cache_read"},
    {"cached_input", "cache_read"},
    {"cached_read", "cache_read"},
    {"cached_write", "cache_write"},
    {"cached_output", "cache_write"},
}};

constexpr std::string_view kOver200k = "context_over_200k";

class Reader {
 public:
  explicit Reader(const FeedOptions& options) : writer_("models.dev", options) {}

  void provider(const JsonTree::Value& provider) {
    const std::string id(provider.key());
    const JsonTree::Value models = provider.find("models");
    if (!models.is(Type::object)) {
      return writer_.reject(id, "expected a provider with an object of models");
    }
    const std::string vendor = writer_.vendor(id);
    for (const JsonTree::Value& model : models.children()) {
      const JsonTree::Value cost = model.find("cost");
      if (!cost.is(Type::object)) continue;  // models without a price are listed too
      costs({vendor, std::string(model.key())}, id + "/" + std::string(model.key()) + " ", cost,
            {});
    }
  }

  [[nodiscard]] Feed finish() && { return std::move(writer_).finish(); }

 private:
  void costs(const ModelName& name, const std::string& place, const JsonTree::Value& cost,
             const PriceField& tier) {
    for (const JsonTree::Value& value : cost.children()) {
      const std::string_view key = value.key();
      const bool nested = tier.above_input_tokens != 0;
      if (key == "tier" && nested) continue;
      if (key == "tiers" && !nested) {
        tiers(name, place, value);
        continue;
      }
      if (key == kOver200k && !nested && value.is(Type::object)) {
        costs(name, place + ">200000 ", value, {.above_input_tokens = 200'000});
        continue;
      }
      const auto* const known = std::ranges::find(kKeys, key, &KeyMeaning::key);
      if (known != kKeys.end()) {
        PriceField field = tier;
        field.unit = known->unit;
        writer_.value(name, field, value, known->shift, place + std::string(key));
        continue;
      }
      const auto* const misspelt =
          std::ranges::find(kMisspelt, key, &std::pair<std::string_view, std::string_view>::first);
      if (misspelt != kMisspelt.end()) {
        writer_.reject(place + std::string(key), "not a key of models.dev; did the entry mean " +
                                                     std::string(misspelt->second) + "?");
      } else {
        writer_.unknown_key(key);
      }
    }
  }

  void tiers(const ModelName& name, const std::string& place, const JsonTree::Value& list) {
    for (const JsonTree::Value& entry : list.children()) {
      const JsonTree::Value tier = entry.find("tier");
      const std::string_view type = tier.text_of("type");
      const Result<std::int64_t> size = parse_int(tier.find("size").text());
      if ((!type.empty() && type != "context") || !size.ok() || *size <= 0) {
        writer_.reject(place + "tiers", "expected a tier {size: input tokens, type: context}");
        continue;
      }
      costs(name, place + ">" + std::to_string(*size) + " ", entry, {.above_input_tokens = *size});
    }
  }

  FeedWriter writer_;
};

}  // namespace

Result<Feed> read_models_dev(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tree, JsonTree::parse(bytes));
  if (!tree->root().is(Type::object)) {
    return Error{ErrorCode::parse_error, "expected an object of providers by id", "models.dev"};
  }
  Reader reader(options);
  for (const JsonTree::Value& provider : tree->root().children()) reader.provider(provider);
  return std::move(reader).finish();
}

}  // namespace breakeven::io
