// Google's Gemini pricing page in Markdown: a section a model, a table a mode, prices in words.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

constexpr std::string_view kPaid = "Paid Tier, per 1M tokens in USD";

std::optional<Mode> google_mode(std::string_view heading) {
  for (const auto& [name, mode] : {std::pair(std::string_view("Standard"), Mode::standard),
                                   {"Batch", Mode::batch},
                                   {"Flex", Mode::flex},
                                   {"Priority", Mode::priority}}) {
    if (heading == name) return mode;
  }
  return std::nullopt;
}

/// What a row of Google's tables is a price for; none: something that is not per token.
std::optional<BillingUnit> google_row(std::string_view label) {
  if (label.starts_with("Input price")) return BillingUnit::input;
  if (label.starts_with("Output price")) return BillingUnit::output;
  if (label.starts_with("Context caching price")) return BillingUnit::cache_read;
  return std::nullopt;
}

void google_table(FeedWriter& writer, const MarkdownTable& table, Mode mode) {
  const std::string& model = table.code;
  for (const MarkdownTable::Row& row : table.rows) {
    const std::string& cell = row.cells[2];
    const std::string native = model + " " + heading_of(table) + " " + row.cells[0];
    const auto unit = google_row(row.cells[0]);
    if (!unit) {
      if (cell.find('$') != std::string::npos) writer.unknown_key(row.cells[0]);
      continue;
    }
    const Result<std::vector<CellPrice>> prices = cell_prices(cell);
    if (!prices.ok()) {
      writer.reject(native, prices.error().message);
      continue;
    }
    for (const CellPrice& price : *prices) {
      if (price.storage) {
        writer.unknown_key("cache storage per hour");
        continue;
      }
      const auto part = part_of(*unit, price.modality);
      if (!part) {
        writer.reject(native, "no such price of " + price.modality);
        continue;
      }
      writer.dated_price({"google", model},
                         {.unit = *part, .mode = mode, .above_input_tokens = price.above},
                         price.amount, 0, native + price.note, price.period);
    }
  }
}

}  // namespace

Result<Feed> read_google_page(std::string_view bytes, const FeedOptions& options) {
  constexpr std::string_view kPage = "google-page";
  BREAKEVEN_TRY(const auto tables, markdown_tables(bytes));
  FeedWriter writer("google-page", options);
  std::size_t read = 0;
  for (const MarkdownTable& table : tables) {
    const std::string heading = heading_of(table);
    const auto mode = google_mode(heading);
    const bool per_token =
        table.header.size() == 3 && table.header[1] == "Free Tier" && table.header[2] == kPaid;
    if (!mode || !per_token) {
      writer.unknown_key("table: " + heading + " | " + listed(table.header));
      continue;
    }
    if (table.code.empty()) {
      writer.reject(listed(table.headings), "expected the model's id as `code` under its heading");
      continue;
    }
    google_table(writer, table, *mode);
    if (*mode == Mode::standard) ++read;
  }
  if (read < kFewestModels) {
    return broken_page(kPage, "expected tables \"" + std::string(kPaid) +
                                  "\" under headings Standard of at least " +
                                  std::to_string(kFewestModels) + " models; found " +
                                  std::to_string(read) + " of " + std::to_string(tables.size()) +
                                  " tables");
  }
  return std::move(writer).finish();
}

}  // namespace breakeven::io
