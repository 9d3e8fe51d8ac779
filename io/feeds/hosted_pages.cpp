// Pages in Markdown of those who host open models: Groq's and Together's lists of models.
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/feed_writer.hpp"
#include "io/feeds/markdown_tables.hpp"
#include "io/feeds/priced_cell.hpp"
#include "io/feeds/vendor_page.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;

// --- Groq -------------------------------------------------------------------------------------

constexpr std::string_view kGroq = "groq-page";
constexpr std::string_view kGroqModel = "MODEL ID";
constexpr std::string_view kGroqPrice = "PRICE PER 1M TOKENS";

/// The path of the cell's link: its text has the model's title, a badge and the id run together.
std::string groq_model(std::string_view target) {
  constexpr std::string_view kPath = "/docs/model/";
  const std::size_t at = target.find(kPath);
  return at == std::string_view::npos ? std::string()
                                      : std::string(target.substr(at + kPath.size()));
}

/// "$0.15 input$0.60 output"; false when the cell is in other words.
bool groq_prices(FeedWriter& writer, const std::string& model, std::string_view cell) {
  constexpr std::string_view kIn = " input";
  constexpr std::string_view kOut = " output";
  const std::size_t middle = cell.find(kIn);
  if (middle == std::string_view::npos || !cell.ends_with(kOut)) return false;
  const std::size_t second = middle + kIn.size();
  if (second + kOut.size() > cell.size()) return false;
  const auto input = plain_amount(trim(cell.substr(0, middle)));
  const auto output = plain_amount(trim(cell.substr(second, cell.size() - kOut.size() - second)));
  if (!input.ok() || !output.ok() || !*input || !*output) return false;
  writer.price({"groq", model}, {.unit = BillingUnit::input}, **input, 0, model + " input");
  writer.price({"groq", model}, {.unit = BillingUnit::output}, **output, 0, model + " output");
  return true;
}

// --- Together ---------------------------------------------------------------------------------

constexpr std::string_view kTogether = "together-page";
constexpr std::string_view kTogetherModel = "Model string for API";

struct TogetherColumn {
  std::string_view title;
  BillingUnit unit;
  bool needed;
};
constexpr std::array<TogetherColumn, 3> kTogetherColumns{
    {{"Input pricing (per 1M tokens)", BillingUnit::input, true},
     {"Cached input pricing (per 1M tokens)", BillingUnit::cache_read, false},
     {"Output pricing (per 1M tokens)", BillingUnit::output, true}}};

Status together_table(FeedWriter& writer, const MarkdownTable& table, std::size_t model_column,
                      std::set<std::string>& models) {
  for (const TogetherColumn& column : kTogetherColumns) {
    const auto at = column_of(table, column.title);
    if (!at) {
      if (!column.needed) continue;
      return broken_page(kTogether,
                         "expected the column \"" + std::string(column.title) + "\" under \"" +
                             heading_of(table) + "\", found " + listed(table.header),
                         table.line);
    }
    for (const MarkdownTable::Row& row : table.rows) {
      const std::string& model = row.cells[model_column];
      const std::string native = model + " " + std::string(column.title);
      const auto amount = plain_amount(row.cells[*at]);
      if (!amount.ok()) {
        writer.reject(native, amount.error().message);
      } else if (*amount && model.empty()) {
        writer.reject(heading_of(table) + " " + native, "expected the model's name for the API");
      } else if (*amount) {
        models.insert(model);
        writer.price({"together", model}, {.unit = column.unit}, **amount, 0, native);
      }
    }
  }
  return {};
}

}  // namespace

Result<Feed> read_groq_page(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tables, markdown_tables(bytes));
  FeedWriter writer(std::string(kGroq), options);
  std::set<std::string> models;
  bool found = false;
  for (const MarkdownTable& table : tables) {
    const auto name = column_of(table, kGroqModel);
    const auto price = column_of(table, kGroqPrice);
    if (!name || !price) {
      writer.unknown_key("table: " + heading_of(table) + " | " + listed(table.header));
      continue;
    }
    found = true;
    for (const MarkdownTable::Row& row : table.rows) {
      const std::string model = groq_model(row.targets[*name]);
      const std::string& cell = row.cells[*price];
      if (model.empty()) {
        writer.reject(row.cells[*name], "expected a link to /docs/model/...");
      } else if (groq_prices(writer, model, cell)) {
        models.insert(model);
      } else if (!cell.empty() && cell != "-") {
        writer.unknown_key("price: " + cell);  // per hour, per character, on request
      }
    }
  }
  if (!found) return no_column(kGroq, kGroqPrice, tables);
  BREAKEVEN_CHECK_OK(enough_models(kGroq, models.size()));
  return std::move(writer).finish();
}

Result<Feed> read_together_page(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tables, markdown_tables(bytes));
  FeedWriter writer(std::string(kTogether), options);
  std::set<std::string> models;
  bool found = false;
  for (const MarkdownTable& table : tables) {
    const auto name = column_of(table, kTogetherModel);
    if (!name || !column_of(table, kTogetherColumns.front().title)) {
      writer.unknown_key("table: " + heading_of(table) + " | " + listed(table.header));
      continue;
    }
    found = true;
    BREAKEVEN_CHECK_OK(together_table(writer, table, *name, models));
  }
  if (!found) return no_column(kTogether, kTogetherColumns.front().title, tables);
  BREAKEVEN_CHECK_OK(enough_models(kTogether, models.size()));
  return std::move(writer).finish();
}

}  // namespace breakeven::io
