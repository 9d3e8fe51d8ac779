// Anthropic's pricing page in Markdown: list prices and batch prices, some of them dated.
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/feed_writer.hpp"
#include "io/feeds/markdown_tables.hpp"
#include "io/feeds/priced_cell.hpp"
#include "io/feeds/vendor_page.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;
using catalog::Mode;

constexpr std::array<PageColumn, 6> kAnthropic{{
    {"Model", {}},
    {"Base Input Tokens", BillingUnit::input},
    {"5m Cache Writes", BillingUnit::cache_write},
    {"1h Cache Writes", BillingUnit::cache_write_1h},
    {"Cache Hits & Refreshes", BillingUnit::cache_read},
    {"Output Tokens", BillingUnit::output},
}};
constexpr std::array<PageColumn, 3> kAnthropicBatch{{
    {"Model", {}},
    {"Batch input", BillingUnit::input},
    {"Batch output", BillingUnit::output},
}};

Status anthropic_section(FeedWriter& writer, const MarkdownTable& table,
                         std::span<const PageColumn> columns, Mode mode) {
  constexpr std::string_view kPage = "anthropic-page";
  BREAKEVEN_CHECK_OK(check_header(kPage, table, columns));
  if (table.rows.size() < kFewestModels) {
    return broken_page(kPage, "expected models under \"" + heading_of(table) + "\"", table.line);
  }
  for (const MarkdownTable::Row& row : table.rows) {
    BREAKEVEN_TRY(const DatedName dated, dated_name(row.cells[0]));
    for (std::size_t i = 1; i < columns.size(); ++i) {
      const std::string native =
          row.cells[0] + " " + heading_of(table) + " " + std::string(columns[i].title);
      const Result<std::optional<std::string>> amount = plain_amount(row.cells[i]);
      if (!amount.ok()) return broken_page(kPage, amount.error().message, row.line);
      if (!*amount) continue;
      writer.dated_price({"anthropic", dated.name}, {.unit = *columns[i].unit, .mode = mode},
                         **amount, 0, native, dated.period);
    }
  }
  return {};
}

}  // namespace

Result<Feed> read_anthropic_page(std::string_view bytes, const FeedOptions& options) {
  constexpr std::string_view kModels = "Model pricing";
  constexpr std::string_view kBatch = "Batch processing";
  BREAKEVEN_TRY(const auto tables, markdown_tables(bytes));
  FeedWriter writer("anthropic-page", options);
  const MarkdownTable* const models = table_under(tables, kModels);
  if (models == nullptr) return no_table("anthropic-page", kModels, tables);
  BREAKEVEN_CHECK_OK(anthropic_section(writer, *models, kAnthropic, Mode::standard));
  const MarkdownTable* const batch = table_under(tables, kBatch);
  if (batch == nullptr) return no_table("anthropic-page", kBatch, tables);
  BREAKEVEN_CHECK_OK(anthropic_section(writer, *batch, kAnthropicBatch, Mode::batch));
  for (const MarkdownTable& table : tables) {
    if (&table != models && &table != batch) {
      writer.unknown_key("table: " + heading_of(table));
    }
  }
  return std::move(writer).finish();
}

}  // namespace breakeven::io
