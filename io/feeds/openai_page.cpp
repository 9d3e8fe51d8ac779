// OpenAI's pricing page in Markdown: one table a mode, short and long context side by side.
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
#include "io/feeds/feed.hpp"
#include "io/feeds/feed_writer.hpp"
#include "io/feeds/markdown_tables.hpp"
#include "io/feeds/priced_cell.hpp"
#include "io/feeds/vendor_page.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;
using catalog::Mode;

constexpr std::array<PageColumn, 9> kOpenAi{{
    {"Model", {}},
    {"Short context input", BillingUnit::input},
    {"Short context cached input", BillingUnit::cache_read},
    {"Short context cache writes", BillingUnit::cache_write},
    {"Short context output", BillingUnit::output},
    {"Long context input", BillingUnit::input, true},
    {"Long context cached input", BillingUnit::cache_read, true},
    {"Long context cache writes", BillingUnit::cache_write, true},
    {"Long context output", BillingUnit::output, true},
}};

struct Section {
  std::string_view heading;
  Mode mode;
  bool needed;
};

constexpr std::array<Section, 5> kOpenAiSections{{
    {"Standard pricing data", Mode::standard, true},
    {"Batch pricing data", Mode::batch, true},
    {"Flex pricing data", Mode::flex, false},
    {"Fast pricing data", Mode::fast, false},
    {"Priority pricing data", Mode::priority, false},
}};

/// "gpt-5.5 (<272K context length)": the model, and where its long context begins.
std::pair<std::string, std::int64_t> with_threshold(std::string_view cell) {
  constexpr std::string_view kOpen = " (<";
  constexpr std::string_view kEnd = "K context length)";
  const std::size_t open = cell.find(kOpen);
  if (open == std::string_view::npos || !cell.ends_with(kEnd)) return {std::string(cell), 0};
  const std::size_t from = open + kOpen.size();
  const Result<std::int64_t> thousands =
      parse_int(cell.substr(from, cell.size() - kEnd.size() - from));
  if (!thousands.ok() || *thousands <= 0 || *thousands > 1'000'000) return {std::string(cell), 0};
  return {std::string(cell.substr(0, open)), *thousands * 1'000};
}

Status openai_section(FeedWriter& writer, const MarkdownTable& table, const Section& section) {
  constexpr std::string_view kPage = "openai-page";
  BREAKEVEN_CHECK_OK(check_header(kPage, table, kOpenAi));
  if (section.needed && table.rows.size() < kFewestModels) {
    return broken_page(kPage, "expected models under \"" + std::string(section.heading) + "\"",
                       table.line);
  }
  for (const MarkdownTable::Row& row : table.rows) {
    const auto [model, threshold] = with_threshold(row.cells[0]);
    const std::string place = model + " " + std::string(section.heading) + " ";
    for (std::size_t i = 1; i < kOpenAi.size(); ++i) {
      const PageColumn& column = kOpenAi[i];
      const std::string native = place + std::string(column.title);
      const Result<std::optional<std::string>> amount = plain_amount(row.cells[i]);
      if (!amount.ok()) return broken_page(kPage, amount.error().message, row.line);
      if (!*amount) continue;
      if (column.long_context && threshold == 0) {
        writer.reject(native, "a context tier without its threshold");
        continue;
      }
      writer.price({"openai", model},
                   {.unit = *column.unit,
                    .mode = section.mode,
                    .above_input_tokens = column.long_context ? threshold : 0},
                   **amount, 0, native);
    }
  }
  return {};
}

}  // namespace

Result<Feed> read_openai_page(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tables, markdown_tables(bytes));
  FeedWriter writer("openai-page", options);
  for (const Section& section : kOpenAiSections) {
    const MarkdownTable* const table = table_under(tables, section.heading);
    if (table != nullptr) {
      BREAKEVEN_CHECK_OK(openai_section(writer, *table, section));
    } else if (section.needed) {
      return no_table("openai-page", section.heading, tables);
    }
  }
  for (const MarkdownTable& table : tables) {
    const std::string heading = heading_of(table);
    if (std::ranges::find(kOpenAiSections, heading, &Section::heading) == kOpenAiSections.end()) {
      writer.unknown_key("table: " + heading);
    }
  }
  return std::move(writer).finish();
}

}  // namespace breakeven::io
