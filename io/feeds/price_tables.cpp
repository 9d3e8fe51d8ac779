// Two registries that are CSV tables, USD per million tokens: LLMRates models.csv, and the daily
// list of LiteLLM's and OpenRouter's prices kept by Nguyen Thu Thuy.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/feed_writer.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;
using catalog::Mode;
using catalog::PriceField;
using When = catalog::PriceRow::When;

/// Fields by the title of their column; a title that is missing has been refused before.
class Row {
 public:
  Row(const CsvTable& table, const std::map<std::string, std::size_t>& columns,
      const CsvTable::Row& row)
      : table_(table), columns_(columns), row_(row) {}
  [[nodiscard]] const std::string& operator[](const std::string& title) const {
    return row_.fields[columns_.at(title)];
  }
  [[nodiscard]] std::string place() const {
    return table_.name() + ":" + std::to_string(row_.line);
  }

 private:
  const CsvTable& table_;
  const std::map<std::string, std::size_t>& columns_;
  const CsvTable::Row& row_;
};

Result<std::map<std::string, std::size_t>> columns_of(const CsvTable& table,
                                                      std::initializer_list<const char*> needed) {
  std::map<std::string, std::size_t> columns;
  for (std::size_t i = 0; i < table.header().size(); ++i) columns[table.header()[i]] = i;
  for (const char* title : needed) {
    if (!columns.contains(title)) return table.column(title).error();
  }
  return columns;
}

// --- LLMRates ---------------------------------------------------------------------------------

struct Modality {
  std::string_view label;
  BillingUnit input;
  BillingUnit cached;
  BillingUnit output;
};

// Text is what a plain price is for; a row for text stands beside one for audio or images.
constexpr std::array<Modality, 6> kModalities{{
    {"", BillingUnit::input, BillingUnit::cache_read, BillingUnit::output},
    {"text", BillingUnit::input, BillingUnit::cache_read, BillingUnit::output},
    {"text/image/video", BillingUnit::input, BillingUnit::cache_read, BillingUnit::output},
    {"audio", BillingUnit::input_audio, BillingUnit::cache_audio_read, BillingUnit::output_audio},
    {"image", BillingUnit::input_image, BillingUnit::cache_image_read, BillingUnit::output_image},
    {"images", BillingUnit::input_image, BillingUnit::cache_image_read, BillingUnit::output_image},
}};

// Labels that say where or how a row was found, not what it is a price for.
constexpr std::array<std::string_view, 4> kPlainLabels{"Global", "Global cross-region", "off_peak",
                                                       "Batch"};

constexpr std::array<const char*, 11> kOtherPrices{"image_price",
                                                   "image_price_per_million",
                                                   "character_price_per_million",
                                                   "audio_price_per_hour",
                                                   "audio_price_per_million",
                                                   "video_price",
                                                   "video_price_per_second",
                                                   "video_price_per_million",
                                                   "track_price",
                                                   "page_price",
                                                   "free_tier"};

/// OpenAI's page gives tuned models' rates under dated names, its own models' under plain ones.
bool is_tuned(std::string_view provider, std::string_view slug) {
  constexpr std::string_view kShape = "-0000-00-00";
  if (provider != "openai" || slug.size() <= kShape.size()) return false;
  const std::string_view end = slug.substr(slug.size() - kShape.size());
  return std::ranges::equal(
      end, kShape, [](char c, char like) { return like == '-' ? c == '-' : c >= '0' && c <= '9'; });
}

class LlmRates {
 public:
  LlmRates(const FeedOptions& options, const CsvTable& table,
           const std::map<std::string, std::size_t>& columns)
      : writer_("llmrates", options), table_(table), columns_(columns) {}

  Feed read() && {
    for (const auto& row : table_.rows()) {
      const Row fields(table_, columns_, row);
      if (fields["processing_tier"] == "off_peak") {
        off_peak_.insert({fields["provider_slug"], fields["model_slug"], fields["price_unit"]});
      }
    }
    for (const auto& row : table_.rows()) one(Row(table_, columns_, row));
    return std::move(writer_).finish();
  }

 private:
  void one(const Row& row) {
    const std::string& provider = row["provider_slug"];
    const std::string& slug = row["model_slug"];
    const std::string& tier = row["processing_tier"];
    const std::string& label = row["tier_label"];
    const std::string& from = row["token_tier_min"];
    std::string place = provider + "/" + slug;
    for (const std::string& part : {row["price_unit"], tier, from, label, row["region"]}) {
      place += " " + (part.empty() ? "-" : part);
    }
    if (provider.empty() || slug.empty()) {
      return writer_.reject(row.place(), "expected provider_slug and model_slug");
    }
    if (row["price_unit"] != "USD") {
      return writer_.reject(std::move(place), "other currency: " + row["price_unit"]);
    }
    if (is_tuned(provider, slug)) {
      return writer_.reject(std::move(place), "the rates of fine-tuned models, not of the model");
    }
    PriceField like;
    if (tier == "off_peak") {
      like.when = When::offpeak;
    } else if (const auto mode = catalog::parse_mode(tier); mode.ok()) {
      like.mode = *mode;
      if (off_peak_.contains({provider, slug, row["price_unit"]})) like.when = When::peak;
    } else {
      return writer_.reject(std::move(place), mode.error().message);
    }
    if (!from.empty()) {
      const Result<std::int64_t> tokens = parse_int(from);
      if (!tokens.ok() || *tokens < 0) {
        return writer_.reject(std::move(place), "expected input tokens in token_tier_min");
      }
      like.above_input_tokens = *tokens;
    } else if (label == "long_context") {
      return writer_.reject(std::move(place), "a context tier without its threshold");
    }
    const bool plain =
        std::ranges::find(kPlainLabels, label) != kPlainLabels.end() || !from.empty();
    const auto* const modality =
        std::ranges::find(kModalities, plain ? std::string_view() : label, &Modality::label);
    if (modality == kModalities.end()) {
      return writer_.reject(std::move(place), "a tier that is not known: " + label);
    }
    const std::string& region = row["region"];
    const bool everywhere = region.empty() || region == "global" || region == "international";
    const ModelName name{writer_.vendor(provider), everywhere ? slug : region + "/" + slug};
    const auto add = [&](const char* column, BillingUnit unit) {
      if (row[column].empty()) return;
      PriceField field = like;
      field.unit = unit;
      writer_.price(name, field, row[column], 0, place + " " + column);
    };
    add("input_price_per_million", modality->input);
    add("cached_input_price_per_million", modality->cached);
    add("output_price_per_million", modality->output);
    add("cached_write_price_per_million", BillingUnit::cache_write);
    add("thinking_output_price_per_million", BillingUnit::output_reasoning);
    add("search_price_per_thousand", BillingUnit::web_searches);
    for (const char* column : kOtherPrices) {
      const auto at = columns_.find(column);
      if (at != columns_.end() && !row[column].empty()) writer_.unknown_key(column);
    }
  }

  FeedWriter writer_;
  const CsvTable& table_;
  const std::map<std::string, std::size_t>& columns_;
  std::set<std::tuple<std::string, std::string, std::string>> off_peak_;
};

}  // namespace

Result<Feed> read_llmrates(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(bytes, "llmrates"));
  BREAKEVEN_TRY(const auto columns,
                columns_of(table, {"provider_slug", "model_slug", "processing_tier",
                                   "token_tier_min", "tier_label", "region", "price_unit",
                                   "input_price_per_million", "cached_input_price_per_million",
                                   "output_price_per_million", "thinking_output_price_per_million",
                                   "cached_write_price_per_million", "search_price_per_thousand"}));
  return LlmRates(options, table, columns).read();
}

Result<Feed> read_llm_pricing_history(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(bytes, "llm-pricing-history"));
  BREAKEVEN_TRY(const auto columns,
                columns_of(table, {"source", "provider", "model", "input_usd_per_mtok",
                                   "output_usd_per_mtok", "cache_read_usd_per_mtok"}));
  FeedWriter writer("llm-pricing-history", options);
  for (const auto& fields : table.rows()) {
    const Row row(table, columns, fields);
    const std::string& source = row["source"];
    if (source != "litellm" && source != "openrouter") {
      writer.reject(row.place(), "expected source litellm or openrouter, found \"" + source + "\"");
      continue;
    }
    // What OpenRouter lists is what OpenRouter bills, whoever made the model.
    const ModelName name{writer.vendor(source == "openrouter" ? source : row["provider"]),
                         row["model"]};
    const auto add = [&](const char* column, BillingUnit unit) {
      if (row[column].empty()) return;
      writer.price(name, {.unit = unit}, row[column], 0,
                   source + " " + row["provider"] + " " + row["model"] + " " + column);
    };
    add("input_usd_per_mtok", BillingUnit::input);
    add("output_usd_per_mtok", BillingUnit::output);
    add("cache_read_usd_per_mtok", BillingUnit::cache_read);
  }
  return std::move(writer).finish();
}

}  // namespace breakeven::io
