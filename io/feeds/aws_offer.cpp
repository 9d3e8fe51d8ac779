// AWS Price List Bulk API, an offer file of Amazon Bedrock: products by SKU, terms by SKU.
#include <algorithm>
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

/// "Prompt cache read input tokens", "Input tokens batch", "Cross-region global output tokens".
std::optional<Meaning> meaning_of(std::string_view inference_type) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : to_lower(inference_type) + " ") {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  Meaning meaning;
  if (take(words, "batch")) meaning.field.mode = Mode::batch;
  if (take(words, "flex")) meaning.field.mode = Mode::flex;
  if (take(words, "priority")) meaning.field.mode = Mode::priority;
  take(words, "standard");
  take(words, "text");
  if (take(words, "cross")) {
    if (!take(words, "region")) return std::nullopt;
    meaning.anywhere = take(words, "global");
  }
  const bool cache = take(words, "cache");
  if (cache) take(words, "prompt");
  const bool read = cache && take(words, "read");
  const bool write = cache && take(words, "write");
  const bool input = take(words, "input");
  const bool output = take(words, "output");
  if (!take(words, "tokens") && !take(words, "token")) return std::nullopt;
  if (!words.empty() || input == output || (cache && (read == write || !input))) {
    return std::nullopt;
  }
  meaning.field.unit = output  ? BillingUnit::output
                       : read  ? BillingUnit::cache_read
                       : write ? BillingUnit::cache_write
                               : BillingUnit::input;
  return meaning;
}

class Reader {
 public:
  explicit Reader(const FeedOptions& options) : writer_("aws-offer", options) {}

  void product(const JsonTree::Value& product, const JsonTree::Value* terms) {
    const std::string sku(product.key());
    const JsonTree::Value attributes = product.find("attributes");
    std::string_view model = attributes.text_of("model");
    if (model.empty()) model = attributes.text_of("titanModel");
    const std::string_view feature = attributes.text_of("feature");
    const std::string_view type = attributes.text_of("inferenceType");
    if (model.empty() || type.empty()) {
      return writer_.unknown_key("product without model or inferenceType");
    }
    if (!feature.empty() && feature != "On-demand Inference" && feature != "Batch Inference") {
      return writer_.unknown_key("feature: " + std::string(feature));
    }
    auto meaning = meaning_of(type);
    if (!meaning) return writer_.unknown_key("inferenceType: " + std::string(type));
    if (feature == "Batch Inference" || attributes.text_of("batch") == "true") {
      meaning->field.mode = Mode::batch;
    }
    const std::string place = sku + " " + std::string(type);
    const std::string_view region = attributes.text_of("regionCode");
    if (region.empty()) return writer_.reject(place, "expected a regionCode");
    const ModelName name{
        writer_.vendor("bedrock"),
        (meaning->anywhere ? "global" : std::string(region)) + "/" + std::string(model)};
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
    if (unit != "1k tokens" && unit != "1m tokens") {
      return writer_.reject(place,
                            "expected the unit 1K tokens or 1M tokens, found \"" + unit + "\"");
    }
    writer_.value(name, meaning->field, price, unit == "1k tokens" ? kPerThousand : kPerMillion,
                  place);
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

}  // namespace

Result<Feed> read_aws_offer(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tree, JsonTree::parse(bytes));
  const JsonTree::Value products = tree->root().find("products");
  const JsonTree::Value terms = tree->root().find("terms").find("OnDemand");
  if (!products.is(Type::object) || !terms.is(Type::object)) {
    return Error{ErrorCode::parse_error, "expected an offer file with products and terms.OnDemand",
                 "aws-offer"};
  }
  std::map<std::string_view, JsonTree::Value> terms_by_sku;
  for (const JsonTree::Value& term : terms.children()) {
    terms_by_sku.insert_or_assign(term.key(), term);
  }
  Reader reader(options);
  for (const JsonTree::Value& product : products.children()) {
    const auto term = terms_by_sku.find(product.key());
    reader.product(product, term == terms_by_sku.end() ? nullptr : &term->second);
  }
  return std::move(reader).finish();
}

}  // namespace breakeven::io
