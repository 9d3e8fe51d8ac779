// AWS Price List Bulk API, the offer files of Amazon Bedrock: products by SKU, terms by SKU.
// AmazonBedrock names the model in attributes, AmazonBedrockFoundationModels (the marketplace) in the
// name of the service, AmazonBedrockService in the usage type.
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
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

constexpr int kPerThousand = 3;
constexpr int kPerMillion = 0;

struct Meaning {
  PriceField field;
  bool anywhere = false;  ///< served from any region of the world, at its own rate
};

bool take(std::vector<std::string>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return false;
  words.erase(found);
  return true;
}

/// "CacheWrite1hInputTokenCount" and "cache_write 1h input token count" alike.
std::vector<std::string> words_of(std::string_view text) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::vector<std::string> words;
  char before = ' ';
  for (const char c : text) {
    const bool inside = upper(c) || lower(c) || digit(c);
    const bool starts = !(upper(before) || lower(before) || digit(before)) ||
                        (upper(c) && !upper(before)) || (digit(c) && lower(before));
    if (inside && starts) words.emplace_back();
    if (inside) words.back() += upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    before = c;
  }
  return words;
}

/// "Prompt cache read input tokens", "Input tokens batch", "Cross-region global output tokens",
/// "InputTokenCount_Global", "cache_read_tokens_global_standard".
std::optional<Meaning> meaning_of(std::string_view inference_type) {
  std::vector<std::string> words = words_of(inference_type);
  Meaning meaning;
  if (take(words, "batch")) meaning.field.mode = Mode::batch;
  if (take(words, "flex")) meaning.field.mode = Mode::flex;
  if (take(words, "priority")) meaning.field.mode = Mode::priority;
  take(words, "standard");
  take(words, "text");
  if (take(words, "cross") && !take(words, "region")) return std::nullopt;
  meaning.anywhere = take(words, "global");
  const bool cache = take(words, "cache");
  if (cache) take(words, "prompt");
  const bool read = cache && take(words, "read");
  const bool write = cache && take(words, "write");
  const bool hour = write && take(words, "1h");
  const bool input = take(words, "input") || cache;
  const bool output = take(words, "output");
  if (!take(words, "tokens") && !take(words, "token")) return std::nullopt;
  take(words, "count");
  if (!words.empty() || input == output || (cache && read == write)) return std::nullopt;
  meaning.field.unit = output  ? BillingUnit::output
                       : read  ? BillingUnit::cache_read
                       : hour  ? BillingUnit::cache_write_1h
                       : write ? BillingUnit::cache_write
                               : BillingUnit::input;
  return meaning;
}

/// Of what model and for what a product is; `type` is in Amazon's words.
struct Named {
  std::string model;
  std::string type;
  bool marketplace = false;  ///< its unit "Units" is a million tokens
};

/// "USE1-MP:USE1_input_tokens_standard-Units" is "input_tokens_standard".
std::string_view marketplace_type(std::string_view usage) {
  constexpr std::string_view kEnd = "-Units";
  if (!usage.ends_with(kEnd)) return {};
  usage.remove_suffix(kEnd.size());
  usage.remove_prefix(std::min(usage.rfind(':') + 1, usage.size()));
  const std::size_t region = usage.find('_');
  const std::string_view prefix = usage.substr(0, region);
  const bool is_region =
      region != std::string_view::npos && std::ranges::all_of(prefix, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      });
  return is_region ? usage.substr(region + 1) : usage;
}

/// "USE1-openai.gpt-9-mantle-input-tokens-standard": the model's id, then what is counted.
std::optional<Named> named_by_usage(std::string_view usage) {
  static constexpr std::array<std::string_view, 4> kCounted{"-cache_read-", "-cache_write-",
                                                            "-input-tokens", "-output-tokens"};
  const std::size_t region = usage.find('-');
  if (region == std::string_view::npos) return std::nullopt;
  const std::string_view rest = usage.substr(region + 1);
  std::size_t end = rest.size();
  for (const std::string_view word : kCounted) end = std::min(end, rest.find(word));
  if (end == 0 || end >= rest.size()) return std::nullopt;
  constexpr std::string_view kServer = "-mantle";
  std::string_view model = rest.substr(0, end);
  if (model.ends_with(kServer)) model.remove_suffix(kServer.size());
  return Named{std::string(model), std::string(rest.substr(end + 1)), false};
}

/// The three offer files name their products in three ways.
std::optional<Named> named(const JsonTree::Value& attributes) {
  constexpr std::string_view kEdition = " (Amazon Bedrock Edition)";
  std::string_view model = attributes.text_of("model");
  if (model.empty()) model = attributes.text_of("titanModel");
  const std::string_view type = attributes.text_of("inferenceType");
  if (!model.empty() && !type.empty()) return Named{std::string(model), std::string(type), false};
  const std::string_view service = attributes.text_of("servicename");
  const std::string_view usage = attributes.text_of("usagetype");
  if (service.size() > kEdition.size() && service.ends_with(kEdition)) {
    const std::string_view counted = marketplace_type(usage);
    if (counted.empty()) return std::nullopt;
    return Named{std::string(service.substr(0, service.size() - kEdition.size())),
                 std::string(counted), true};
  }
  return named_by_usage(usage);
}

class Reader {
 public:
  Reader(std::string source, const FeedOptions& options) : writer_(std::move(source), options) {}

  void product(const JsonTree::Value& product, const JsonTree::Value* terms) {
    const std::string sku(product.key());
    const JsonTree::Value attributes = product.find("attributes");
    const auto product_name = named(attributes);
    if (!product_name) return writer_.unknown_key("product without a model or what is counted");
    const std::string_view feature = attributes.text_of("feature");
    const std::string& type = product_name->type;
    if (!feature.empty() && feature != "On-demand Inference" && feature != "Batch Inference") {
      return writer_.unknown_key("feature: " + std::string(feature));
    }
    auto meaning = meaning_of(type);
    if (!meaning) return writer_.unknown_key("inferenceType: " + type);
    if (feature == "Batch Inference" || attributes.text_of("batch") == "true") {
      meaning->field.mode = Mode::batch;
    }
    const std::string place = sku + " " + type;
    const std::string_view region = attributes.text_of("regionCode");
    if (region.empty()) return writer_.reject(place, "expected a regionCode");
    const ModelName name{
        writer_.vendor("bedrock"),
        (meaning->anywhere ? "global" : std::string(region)) + "/" + product_name->model};
    const auto term = terms == nullptr ? std::nullopt : in_force(*terms);
    if (!term) return writer_.reject(place, "no on-demand term in force");
    const auto dimensions = term->find("priceDimensions").children();
    if (dimensions.size() != 1) {
      return writer_.reject(place,
                            "expected one price, found " + std::to_string(dimensions.size()));
    }
    const std::string unit = to_lower(dimensions[0].text_of("unit"));
    const JsonTree::Value price = dimensions[0].find("pricePerUnit").find("USD");
    if (!price.exists()) return writer_.reject(place, "other currency: expected a price in USD");
    const bool millions = unit == "1m tokens" || (product_name->marketplace && unit == "units");
    if (unit != "1k tokens" && !millions) {
      return writer_.reject(place,
                            "expected the unit 1K tokens or 1M tokens, found \"" + unit + "\"");
    }
    writer_.value(name, meaning->field, price, millions ? kPerMillion : kPerThousand, place);
  }

  [[nodiscard]] Feed finish() && { return std::move(writer_).finish(); }

 private:
  /// The term with the latest effective date that has begun.
  [[nodiscard]] std::optional<JsonTree::Value> in_force(const JsonTree::Value& terms) const {
    std::optional<JsonTree::Value> best;
    std::optional<Instant> since;
    for (const JsonTree::Value& term : terms.children()) {
      const Result<Instant> from = Instant::parse(term.text_of("effectiveDate"));
      const bool dated = from.ok();
      if (dated && writer_.options().on && from->date() > *writer_.options().on) continue;
      if (!best || (dated && (!since || *since < *from))) {
        best = term;
        if (dated) since = *from;
      }
    }
    return best;
  }

  FeedWriter writer_;
};

Result<Feed> read_offer(std::string_view source, std::string_view bytes,
                        const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tree, JsonTree::parse(bytes));
  const JsonTree::Value products = tree->root().find("products");
  const JsonTree::Value terms = tree->root().find("terms").find("OnDemand");
  if (!products.is(Type::object) || !terms.is(Type::object)) {
    return Error{ErrorCode::parse_error, "expected an offer file with products and terms.OnDemand",
                 std::string(source)};
  }
  std::map<std::string_view, JsonTree::Value> terms_by_sku;
  for (const JsonTree::Value& term : terms.children()) {
    terms_by_sku.insert_or_assign(term.key(), term);
  }
  Reader reader(std::string(source), options);
  for (const JsonTree::Value& product : products.children()) {
    const auto term = terms_by_sku.find(product.key());
    reader.product(product, term == terms_by_sku.end() ? nullptr : &term->second);
  }
  return std::move(reader).finish();
}

}  // namespace

Result<Feed> read_aws_offer(std::string_view bytes, const FeedOptions& options) {
  return read_offer("aws-offer", bytes, options);
}
Result<Feed> read_aws_models(std::string_view bytes, const FeedOptions& options) {
  return read_offer("aws-models", bytes, options);
}
Result<Feed> read_aws_service(std::string_view bytes, const FeedOptions& options) {
  return read_offer("aws-service", bytes, options);
}

}  // namespace breakeven::io
