// DeepSeek's pricing page, HTML only: one table with a column a model, a row a meter and, since
// August 2026, a row for each part of the day.
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/feed_writer.hpp"
#include "io/feeds/html_tables.hpp"
#include "io/feeds/priced_cell.hpp"
#include "io/feeds/vendor_page.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;
using When = catalog::PriceRow::When;

constexpr std::string_view kPage = "deepseek-page";
constexpr std::string_view kModel = "MODEL";
constexpr std::size_t kFewest = 2;  // the page has had two for years

struct Meter {
  std::string_view label;
  BillingUnit unit;
};
constexpr std::array<Meter, 3> kMeters{{{"1M INPUT TOKENS (CACHE HIT)", BillingUnit::cache_read},
                                        {"1M INPUT TOKENS (CACHE MISS)", BillingUnit::input},
                                        {"1M OUTPUT TOKENS", BillingUnit::output}}};
constexpr std::array<std::pair<std::string_view, When>, 2> kHours{
    {{"OFF-PEAK", When::offpeak}, {"PEAK", When::peak}}};

/// Without the mark of a footnote: "deepseek-flash(1)" is deepseek-flash.
std::string unmarked(std::string_view cell) {
  std::string_view text = trim(cell);
  while (text.size() > 3 && text.ends_with(')')) {
    const std::size_t open = text.rfind('(');
    if (open == std::string_view::npos || open == 0) break;
    const std::string_view mark = text.substr(open + 1, text.size() - open - 2);
    if (mark.empty() || mark.find_first_not_of("0123456789") != std::string_view::npos) break;
    text = trim(text.substr(0, open));
  }
  return std::string(text);
}

bool has_meters(const HtmlTable& table) {
  return std::ranges::any_of(table, [](const std::vector<std::string>& row) {
    return std::ranges::any_of(
        row, [](const std::string& cell) { return unmarked(cell) == kMeters.front().label; });
  });
}

/// A row of the table: which meter, at which hours; nothing for a row about something else.
struct MeterRow {
  const Meter* meter = nullptr;
  When when = When::always;
  std::string other;  ///< a label that is none of ours
};
MeterRow meter_of(std::span<const std::string> labels) {
  MeterRow row;
  for (const std::string& cell : labels) {
    const std::string label = unmarked(cell);
    const auto meter = std::ranges::find(kMeters, label, &Meter::label);
    const auto hours = std::ranges::find(kHours, label, &std::pair<std::string_view, When>::first);
    if (meter != kMeters.end()) {
      row.meter = &*meter;
    } else if (hours != kHours.end()) {
      row.when = hours->second;
    } else if (label != "PRICING") {
      row.other = label;
    }
  }
  return row;
}

}  // namespace

Result<Feed> read_deepseek_page(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tables, html_tables(bytes));
  const auto table = std::ranges::find_if(tables, has_meters);
  if (table == tables.end() || table->front().empty() || table->front().front() != kModel) {
    return broken_page(kPage, "expected a table that begins with \"" + std::string(kModel) +
                                  "\" and has a row \"" + std::string(kMeters.front().label) +
                                  "\", found " + std::to_string(tables.size()) + " other tables");
  }
  const std::vector<std::string>& header = table->front();
  const auto first = static_cast<std::size_t>(
      std::ranges::find_if(header, [](const std::string& c) { return c != kModel; }) -
      header.begin());
  FeedWriter writer(std::string(kPage), options);
  std::set<BillingUnit> meters;
  std::set<std::string> models;
  for (const std::vector<std::string>& row : *table) {
    const MeterRow found = meter_of(std::span(row).first(std::min(first, row.size())));
    const bool priced =
        std::ranges::any_of(row, [](const std::string& cell) { return cell.starts_with('$'); });
    if (found.meter == nullptr || !found.other.empty()) {
      if (priced) writer.unknown_key("row: " + found.other);
      continue;
    }
    for (std::size_t i = first; i < header.size() && i < row.size(); ++i) {
      const std::string model = unmarked(header[i]);
      const auto amount = plain_amount(row[i]);
      if (!amount.ok()) return broken_page(kPage, amount.error().message);
      if (!*amount || model.empty()) continue;
      meters.insert(found.meter->unit);
      models.insert(model);
      const auto hours =
          std::ranges::find(kHours, found.when, &std::pair<std::string_view, When>::second);
      writer.price({"deepseek", model}, {.unit = found.meter->unit, .when = found.when}, **amount,
                   0,
                   model + " " + std::string(found.meter->label) +
                       (hours == kHours.end() ? "" : " " + std::string(hours->first)));
    }
  }
  for (const Meter& meter : kMeters) {
    if (meters.contains(meter.unit)) continue;
    return broken_page(
        kPage, "expected prices in the row \"" + std::string(meter.label) + "\", found none");
  }
  BREAKEVEN_CHECK_OK(enough_models(kPage, models.size(), kFewest));
  for (const HtmlTable& other : tables) {
    if (&other != &*table && !other.empty()) writer.unknown_key("table: " + listed(other.front()));
  }
  return std::move(writer).finish();
}

}  // namespace breakeven::io
