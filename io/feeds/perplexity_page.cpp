// Perplexity's pricing page in Markdown. Its tables stand in tabs without headings: the columns tell
// which they are. Tokens have one table, the fee per request by size of the search another.
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
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

constexpr std::string_view kPage = "perplexity-page";

struct Meter {
  std::string_view title;
  BillingUnit unit;
};
constexpr std::array<Meter, 5> kTokens{
    {{"Input Tokens ($/1M)", BillingUnit::input},
     {"Output Tokens ($/1M)", BillingUnit::output},
     {"Citation Tokens ($/1M)", BillingUnit::output_citation},
     {"Search Queries ($/1K)", BillingUnit::web_searches},
     {"Reasoning Tokens ($/1M)", BillingUnit::output_reasoning}}};
constexpr std::size_t kNeededTokens = 2;  // input and output; the others come and go
constexpr std::array<Meter, 3> kRequests{{{"Low Context Size", BillingUnit::requests},
                                          {"Medium Context Size", BillingUnit::requests_medium},
                                          {"High Context Size", BillingUnit::requests_high}}};

/// "Sonar Pro" is called sonar-pro in requests.
std::string id_of(std::string_view name) {
  std::string id = to_lower(trim(name));
  for (char& c : id) {
    if (c == ' ') c = '-';
  }
  return id;
}

/// Reads the columns of a table that are a meter's; the first `needed` must be there.
Status read_meters(FeedWriter& writer, const MarkdownTable& table, std::span<const Meter> meters,
                   std::size_t needed, std::set<std::string>& models) {
  for (std::size_t at = 1; at < table.header.size(); ++at) {
    bool known = false;
    for (const Meter& meter : meters) known = known || column_of(table, meter.title) == at;
    if (!known) writer.unknown_key("column: " + table.header[at]);
  }
  for (std::size_t i = 0; i < meters.size(); ++i) {
    const auto column = column_of(table, meters[i].title);
    if (!column || *column == 0) {
      if (i >= needed) continue;
      return broken_page(kPage,
                         "expected the column \"" + std::string(meters[i].title) + "\" beside \"" +
                             std::string(meters.front().title) + "\", found " +
                             listed(table.header),
                         table.line);
    }
    for (const MarkdownTable::Row& row : table.rows) {
      const auto amount = plain_amount(row.cells[*column]);
      if (!amount.ok()) return broken_page(kPage, amount.error().message, row.line);
      if (!*amount) continue;
      const std::string model = id_of(row.cells[0]);
      models.insert(model);
      writer.price({"perplexity", model}, {.unit = meters[i].unit}, **amount, 0,
                   row.cells[0] + " " + std::string(meters[i].title));
    }
  }
  return {};
}

}  // namespace

Result<Feed> read_perplexity_page(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tables, markdown_tables(bytes));
  FeedWriter writer(std::string(kPage), options);
  std::set<std::string> models;
  std::set<std::string> with_fees;
  const MarkdownTable* tokens = nullptr;
  const MarkdownTable* requests = nullptr;
  for (const MarkdownTable& table : tables) {
    // A second table of fees is of another kind of search.
    if (tokens == nullptr && column_of(table, kTokens.front().title)) {
      tokens = &table;
      BREAKEVEN_CHECK_OK(read_meters(writer, table, kTokens, kNeededTokens, models));
    } else if (requests == nullptr && column_of(table, kRequests.front().title)) {
      requests = &table;
      BREAKEVEN_CHECK_OK(read_meters(writer, table, kRequests, kRequests.size(), with_fees));
    } else {
      writer.unknown_key("table: " + heading_of(table) + " | " + listed(table.header));
    }
  }
  if (tokens == nullptr) return no_column(kPage, kTokens.front().title, tables);
  if (requests == nullptr) return no_column(kPage, kRequests.front().title, tables);
  BREAKEVEN_CHECK_OK(enough_models(kPage, models.size()));
  return std::move(writer).finish();
}

}  // namespace breakeven::io
