#include "engine/catalog/price_history.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_observation.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {
namespace {

class HistoryFiles {
 public:
  explicit HistoryFiles(Issues& issues) : issues_(issues) {}

  void read(const NamedText& file) {
    const auto table = CsvTable::parse(file.content, file.name);
    if (!table.ok()) {
      issues_.add(table.error());
      return;
    }
    static constexpr std::array<std::string_view, 10> kColumns{
        "vendor",  "model",   "field",  "event",  "effective_from",
        "old_usd", "new_usd", "origin", "source", "source_date"};
    RowReader row(*table, kColumns, issues_);
    while (row.next()) one(row);
  }

  std::vector<HistoricPrice> take() { return std::move(rows_); }

 private:
  using Step = std::tuple<std::string, std::string, std::string, PriceField, std::int64_t>;

  void one(RowReader& row) {
    static constexpr std::array<HistoryEvent, 3> kEvents{
        HistoryEvent::observed, HistoryEvent::announced, HistoryEvent::cancelled};
    HistoricPrice h;
    h.vendor = row.text("vendor");
    h.model = row.text("model");
    h.event = row.choice("event", kEvents);
    h.origin = row.text("origin");
    const auto field = parse_price_field(row.raw("field"));
    if (field.ok()) {
      h.field = *field;
    } else {
      row.refuse("field", field.error().message);
    }
    const auto from = Instant::parse(row.raw("effective_from"));
    if (from.ok()) {
      h.effective_from = *from;
    } else {
      row.refuse("effective_from", from.error().message);
    }
    h.old_price = price(row, "old_usd", h.field);
    h.new_price = price(row, "new_usd", h.field);
    const Source source = row.source();
    h.source = source.text;
    h.place = source.place;
    if (const auto seen = Date::parse(source.date); seen.ok()) {
      h.seen_on = *seen;
    } else {
      row.refuse("source_date", "expected the full date on which the source said so");
    }
    check(row, h);
    rows_.push_back(std::move(h));
  }

  static std::optional<Price> price(RowReader& row, std::string_view column,
                                    const PriceField& field) {
    const std::string_view text = row.raw(column);
    if (text.empty()) return std::nullopt;
    const auto parsed = Price::parse(text, info(field.unit).per, Price::kFinestDecimals);
    if (parsed.ok()) return *parsed;
    row.refuse(column, parsed.error().message, parsed.error().code);
    return std::nullopt;
  }

  void check(RowReader& row, const HistoricPrice& h) {
    const bool ahead = h.effective_from > Instant::from_date(h.seen_on);
    Step step{h.origin, h.vendor, h.model, h.field, h.effective_from.seconds};
    switch (h.event) {
      case HistoryEvent::observed:
        if (h.old_price == h.new_price) {
          row.refuse("new_usd", "expected another figure than old_usd, or one of them empty");
        }
        return;
      case HistoryEvent::announced:
        if (!h.new_price || !ahead) {
          row.refuse("event",
                     "expected an announced step to have new_usd and to lie after its source_date");
        }
        announced_.insert(std::move(step));
        return;
      case HistoryEvent::cancelled:
        if (h.new_price || !h.old_price) {
          row.refuse("event",
                     "expected a cancelled step to have the figure it takes back as "
                     "old_usd, and no new_usd");
        }
        if (announced_.erase(step) == 0) {
          row.refuse("event",
                     "expected an announced step of the same origin, field and "
                     "effective_from above");
        }
        return;
    }
  }

  Issues& issues_;
  std::vector<HistoricPrice> rows_;
  std::set<Step> announced_;  ///< and not cancelled so far
};

std::vector<HistoricPrice> read_all(std::span<const NamedText> files, Issues& issues) {
  HistoryFiles reader(issues);
  for (const NamedText& file : files) {
    if (file.name.starts_with("history/") && file.name.ends_with(".csv")) reader.read(file);
  }
  return reader.take();
}

}  // namespace

std::string_view to_string(HistoryEvent event) {
  switch (event) {
    case HistoryEvent::observed:
      return "observed";
    case HistoryEvent::announced:
      return "announced";
    case HistoryEvent::cancelled:
      break;
  }
  return "cancelled";
}

Result<std::vector<HistoricPrice>> load_price_history(std::span<const NamedText> files) {
  Issues issues;
  std::vector<HistoricPrice> rows = read_all(files, issues);
  if (!issues.none()) return issues.errors().front();
  return rows;
}

std::vector<Error> price_history_mistakes(std::span<const NamedText> files) {
  Issues issues;
  (void)read_all(files, issues);
  return issues.errors();
}

}  // namespace breakeven::catalog
