// Vendors' price pages in Markdown. Each reader has a contract: the headings and columns that it was
// written for. A page that breaks it is refused with what changed; nothing is guessed.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/feed_writer.hpp"
#include "io/feeds/markdown_tables.hpp"
#include "io/feeds/priced_cell.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;
using catalog::Mode;
using catalog::PriceField;

constexpr std::size_t kFewestModels = 3;  // a page with fewer is a page that failed to load

Error broken(std::string_view page, std::string what, std::size_t line = 0) {
  return Error{ErrorCode::parse_error, std::move(what),
               std::string(page) + (line == 0 ? "" : ":" + std::to_string(line))};
}

std::string listed(std::span<const std::string> cells) {
  std::string text;
  for (const std::string& cell : cells) text += (text.empty() ? "" : " | ") + cell;
  return text;
}

/// What a column of a table is a price for; none: the model's name.
struct Column {
  std::string_view title;
  std::optional<BillingUnit> unit;
  bool long_context = false;
};

Status check_header(std::string_view page, const MarkdownTable& table,
                    std::span<const Column> columns) {
  const bool same =
      std::ranges::equal(table.header, columns,
                         [](const std::string& cell, const Column& c) { return cell == c.title; });
  if (same) return {};
  std::vector<std::string> titles;
  for (const Column& column : columns) titles.emplace_back(column.title);
  return broken(page,
                "the columns under \"" + table.headings.back() + "\" changed: expected " +
                    listed(titles) + "; found " + listed(table.header),
                table.line);
}

const MarkdownTable* table_under(std::span<const MarkdownTable> tables, std::string_view heading) {
  const auto found = std::ranges::find_if(tables, [&](const MarkdownTable& table) {
    return !table.headings.empty() && table.headings.back() == heading;
  });
  return found == tables.end() ? nullptr : &*found;
}

Error no_table(std::string_view page, std::string_view heading,
               std::span<const MarkdownTable> tables) {
  std::vector<std::string> there;
  for (const MarkdownTable& table : tables) {
    if (!table.headings.empty()) there.push_back(table.headings.back());
  }
  return broken(page, "expected a table under the heading \"" + std::string(heading) +
                          "\"; the page has tables under: " + listed(there));
}

// --- OpenAI -----------------------------------------------------------------------------------

constexpr std::array<Column, 9> kOpenAi{{
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
    return broken(kPage, "expected models under \"" + std::string(section.heading) + "\"",
                  table.line);
  }
  for (const MarkdownTable::Row& row : table.rows) {
    const auto [model, threshold] = with_threshold(row.cells[0]);
    const std::string place = model + " " + std::string(section.heading) + " ";
    for (std::size_t i = 1; i < kOpenAi.size(); ++i) {
      const Column& column = kOpenAi[i];
      const std::string native = place + std::string(column.title);
      const Result<std::optional<std::string>> amount = plain_amount(row.cells[i]);
      if (!amount.ok()) return broken(kPage, amount.error().message, row.line);
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

// --- Anthropic --------------------------------------------------------------------------------

constexpr std::array<Column, 6> kAnthropic{{
    {"Model", {}},
    {"Base Input Tokens", BillingUnit::input},
    {"5m Cache Writes", BillingUnit::cache_write},
    {"1h Cache Writes", BillingUnit::cache_write_1h},
    {"Cache Hits & Refreshes", BillingUnit::cache_read},
    {"Output Tokens", BillingUnit::output},
}};
constexpr std::array<Column, 3> kAnthropicBatch{{
    {"Model", {}},
    {"Batch input", BillingUnit::input},
    {"Batch output", BillingUnit::output},
}};

Status anthropic_section(FeedWriter& writer, const MarkdownTable& table,
                         std::span<const Column> columns, Mode mode) {
  constexpr std::string_view kPage = "anthropic-page";
  BREAKEVEN_CHECK_OK(check_header(kPage, table, columns));
  if (table.rows.size() < kFewestModels) {
    return broken(kPage, "expected models under \"" + table.headings.back() + "\"", table.line);
  }
  for (const MarkdownTable::Row& row : table.rows) {
    BREAKEVEN_TRY(const DatedName dated, dated_name(row.cells[0]));
    for (std::size_t i = 1; i < columns.size(); ++i) {
      const std::string native =
          row.cells[0] + " " + table.headings.back() + " " + std::string(columns[i].title);
      const Result<std::optional<std::string>> amount = plain_amount(row.cells[i]);
      if (!amount.ok()) return broken(kPage, amount.error().message, row.line);
      if (!*amount) continue;
      writer.dated_price({"anthropic", dated.name}, {.unit = *columns[i].unit, .mode = mode},
                         **amount, 0, native, dated.period);
    }
  }
  return {};
}

// --- Google -----------------------------------------------------------------------------------

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
    const std::string native = model + " " + table.headings.back() + " " + row.cells[0];
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
    const std::string heading = table.headings.empty() ? "" : table.headings.back();
    if (std::ranges::find(kOpenAiSections, heading, &Section::heading) == kOpenAiSections.end()) {
      writer.unknown_key("table: " + heading);
    }
  }
  return std::move(writer).finish();
}

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
      writer.unknown_key("table: " + (table.headings.empty() ? "" : table.headings.back()));
    }
  }
  return std::move(writer).finish();
}

Result<Feed> read_google_page(std::string_view bytes, const FeedOptions& options) {
  constexpr std::string_view kPage = "google-page";
  BREAKEVEN_TRY(const auto tables, markdown_tables(bytes));
  FeedWriter writer("google-page", options);
  std::size_t read = 0;
  for (const MarkdownTable& table : tables) {
    const std::string heading = table.headings.empty() ? "" : table.headings.back();
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
    return broken(kPage, "expected tables \"" + std::string(kPaid) +
                             "\" under headings Standard of at least " +
                             std::to_string(kFewestModels) + " models; found " +
                             std::to_string(read) + " of " + std::to_string(tables.size()) +
                             " tables");
  }
  return std::move(writer).finish();
}

}  // namespace breakeven::io
