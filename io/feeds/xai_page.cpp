// xAI's models page in Markdown: under one heading a row a model and context, "grok-9 (< 200k prompt
// tokens)" and "grok-9 (≥ 200k prompt tokens)".
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_observation.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/feed_writer.hpp"
#include "io/feeds/markdown_tables.hpp"
#include "io/feeds/priced_cell.hpp"
#include "io/feeds/vendor_page.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;

constexpr std::string_view kPage = "xai-page";
constexpr std::string_view kHeading = "Text API Pricing";

/// A column by what its title must and must not say: titles carry units that come and go.
struct XaiColumn {
  std::string_view word;
  std::string_view without;
  std::optional<BillingUnit> unit;
};
constexpr std::array<XaiColumn, 5> kColumns{{{"model", "", {}},
                                             {"context", "", {}},
                                             {"input", "cach", BillingUnit::input},
                                             {"cach", "", BillingUnit::cache_read},
                                             {"output", "", BillingUnit::output}}};

Status check_columns(const MarkdownTable& table) {
  const bool same =
      std::ranges::equal(table.header, kColumns, [](const std::string& cell, const XaiColumn& c) {
        const std::string title = to_lower(cell);
        return title.find(c.word) != std::string::npos &&
               (c.without.empty() || title.find(c.without) == std::string::npos);
      });
  if (same) return {};
  return broken_page(kPage,
                     "the columns under \"" + std::string(kHeading) +
                         "\" changed: expected Model | Context | Input | Cached input | Output; "
                         "found " +
                         listed(table.header),
                     table.line);
}

struct NamedTier {
  std::string model;
  std::int64_t threshold = 0;  ///< 0 = every prompt
  bool inclusive = false;
};

/// The model and for which prompts; an error for brackets in other words.
Result<NamedTier> named_tier(std::string_view cell, std::size_t line) {
  constexpr std::string_view kEnd = "k prompt tokens)";
  const std::size_t open = cell.find(" (");
  if (open == std::string_view::npos) return NamedTier{std::string(cell), 0, false};
  NamedTier tier{std::string(trim(cell.substr(0, open))), 0, false};
  std::string_view words = cell.substr(open + 2);
  bool below = false;
  if (words.starts_with("\xE2\x89\xA5") || words.starts_with(">=")) {
    tier.inclusive = true;
    words.remove_prefix(words.starts_with(">=") ? 2 : 3);
  } else if (words.starts_with('<')) {
    below = true;
    words.remove_prefix(1);
  } else if (words.starts_with('>')) {
    words.remove_prefix(1);
  } else {
    words = {};
  }
  const auto thousands = words.ends_with(kEnd)
                             ? parse_int(trim(words.substr(0, words.size() - kEnd.size())))
                             : Result<std::int64_t>(Error{ErrorCode::parse_error, "", {}});
  if (!thousands.ok() || *thousands <= 0 || *thousands > 1'000'000) {
    return broken_page(kPage,
                       "expected a model such as \"grok (< 200k prompt tokens)\", found \"" +
                           std::string(cell.substr(0, 80)) + "\"",
                       line);
  }
  if (!below) tier.threshold = *thousands * 1'000;
  return tier;
}

}  // namespace

Result<Feed> read_xai_page(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tables, markdown_tables(bytes));
  const MarkdownTable* const prices = table_under(tables, kHeading);
  if (prices == nullptr) return no_table(kPage, kHeading, tables);
  BREAKEVEN_CHECK_OK(check_columns(*prices));
  FeedWriter writer(std::string(kPage), options);
  std::set<std::string> models;
  for (const MarkdownTable::Row& row : prices->rows) {
    BREAKEVEN_TRY(const NamedTier tier, named_tier(row.cells[0], row.line));
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      if (!kColumns[i].unit) continue;
      const auto amount = plain_amount(row.cells[i]);
      if (!amount.ok()) return broken_page(kPage, amount.error().message, row.line);
      if (!*amount) continue;
      models.insert(tier.model);
      writer.price({"xai", tier.model},
                   {.unit = *kColumns[i].unit,
                    .above_input_tokens = tier.threshold,
                    .inclusive = tier.inclusive},
                   **amount, 0, row.cells[0] + " " + std::string(kColumns[i].word));
    }
  }
  BREAKEVEN_CHECK_OK(enough_models(kPage, models.size()));
  for (const MarkdownTable& table : tables) {
    if (&table != prices) writer.unknown_key("table: " + heading_of(table));
  }
  return std::move(writer).finish();
}

}  // namespace breakeven::io
