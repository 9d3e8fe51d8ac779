#include "service/registry_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "registry/crawler.hpp"
#include "store/catalogue_import.hpp"

namespace breakeven::service {
namespace {

constexpr std::size_t kPage = 10'000;

}  // namespace

codec::Value usd_value(const std::optional<Price>& price) {
  if (!price) return {};
  return price->decimal();
}

codec::Value instant_value(Instant instant) {
  if (instant == store::kAlways) return {};
  return instant.second_of_day() == 0 ? instant.date().iso() : instant.iso();
}

codec::Value instant_value(const std::optional<Instant>& instant) {
  if (!instant) return {};
  return instant_value(*instant);
}

codec::Value text_value(std::string_view words) {
  return words.empty() ? codec::Value() : codec::Value(std::string(words));
}

codec::Value count_value(std::size_t count) { return static_cast<std::int64_t>(count); }

codec::Table changes_table(std::string title, const std::vector<store::RecordedChange>& rows) {
  codec::Table table{"changes",
                     std::move(title),
                     {"id", "book", "vendor", "model", "field", "old_usd", "new_usd", "kind",
                      "rule", "effective_from", "effective_to", "known_from", "state", "reason",
                      "revises", "decided_by", "source", "seen_on", "url"},
                     {}};
  for (const store::RecordedChange& row : rows) {
    const store::Change& c = row.change;
    table.rows.push_back(
        {row.id, c.book, c.vendor, c.model, to_string(c.field), usd_value(c.old_price),
         usd_value(c.new_price), std::string(to_string(c.kind)), text_value(c.rule),
         instant_value(c.effective_from), instant_value(c.effective_to),
         instant_value(c.known_from), std::string(to_string(c.state)), text_value(c.reason),
         c.revises ? codec::Value(*c.revises) : codec::Value(),
         row.decided_by != 0 ? codec::Value(row.decided_by) : codec::Value(), row.evidence.source,
         row.evidence.seen_on.iso(), text_value(row.evidence.url)});
  }
  return table;
}

codec::Table short_changes(const codec::Table& all) {
  codec::Table table{{},
                     all.title,
                     {"id", "known_from", "effective_from", "model", "field", "old_usd", "new_usd",
                      "kind", "state", "source"},
                     {}};
  for (const auto& row : all.rows) {
    const auto cell = [&](std::string_view name) {
      const auto at = std::ranges::find(all.columns, name) - all.columns.begin();
      return row[static_cast<std::size_t>(at)];
    };
    std::vector<codec::Value> line;
    for (const std::string& column : table.columns) line.push_back(cell(column));
    table.rows.push_back(std::move(line));
  }
  return table;
}

Result<std::vector<store::RecordedChange>> all_changes(store::Ledger& ledger,
                                                       store::ChangeFilter filter) {
  std::vector<store::RecordedChange> all;
  store::Page page{0, kPage};
  for (;;) {
    BREAKEVEN_TRY(auto rows, ledger.changes(filter, page));
    const std::size_t read = rows.size();
    if (read > 0) page.before = rows.back().id;
    std::ranges::move(rows, std::back_inserter(all));
    if (read < kPage) break;
  }
  std::ranges::reverse(all);
  return all;
}

Result<std::vector<BookPrice>> book_prices(store::Ledger& ledger, std::string_view book,
                                           Instant effective_at, Instant known_at) {
  BREAKEVEN_CHECK_OK(ledger.refresh());
  std::vector<BookPrice> out;
  for (const auto& [vendor, model] : ledger.models(book)) {
    for (store::PriceAsOf& price : ledger.prices(book, vendor, model, effective_at, known_at)) {
      out.push_back({vendor, model, std::move(price)});
    }
  }
  return out;
}

bool is_vendor_page(std::string_view book) {
  return std::ranges::any_of(registry::standard_sources(), [&](const registry::Source& source) {
    return source.book == book && !source.vendor.empty();
  });
}

Result<std::optional<store::Verification>> verified(
    store::Ledger& ledger, std::string_view vendor,
    const std::optional<catalog::PriceField>& field) {
  BREAKEVEN_TRY(std::optional<store::Verification> best,
                ledger.last_verified(store::kOurBook, vendor, field));
  for (const registry::Source& source : registry::standard_sources()) {
    if (source.vendor != vendor || source.book == store::kOurBook) continue;
    BREAKEVEN_TRY(const auto seen, ledger.last_verified(source.book, vendor, field));
    if (!seen) continue;
    // A snapshot is worth more than any run; of the same worth the newest counts.
    if (!best || seen->basis < best->basis || (seen->basis == best->basis && seen->at > best->at)) {
      best = seen;
    }
  }
  return best;
}

std::string basis_of(const store::Verification& seen) {
  if (seen.basis == store::Verification::Basis::run) return "run";
  return seen.source == store::kCatalogueSource ? "catalogue" : "snapshot";
}

codec::Value basis_words(const std::string& basis) {
  return basis == "run" ? codec::Value(std::string("crawler run only")) : text_value(basis);
}

Result<std::vector<store::RecordedRun>> last_runs(store::Ledger& ledger) {
  std::vector<store::RecordedRun> last;
  std::set<std::pair<std::string, std::string>> seen;
  store::Page page{0, kPage};
  for (;;) {
    BREAKEVEN_TRY(auto runs, ledger.runs({}, page));
    const bool end = runs.size() < kPage;
    if (!end) page.before = runs.back().id;
    for (store::RecordedRun& one : runs) {
      if (seen.emplace(one.run.source, one.run.book).second) last.push_back(std::move(one));
    }
    if (end) return last;
  }
}

Result<bool> ever_read(store::Ledger& ledger) {
  BREAKEVEN_TRY(const auto books, registry_books(ledger));
  return !books.empty();
}

Result<std::vector<std::string>> registry_books(store::Ledger& ledger) {
  BREAKEVEN_TRY(const auto runs, last_runs(ledger));
  std::set<std::string> books;
  for (const store::RecordedRun& one : runs) {
    const std::string& book = one.run.book;
    if (book != store::kOurBook && !book.starts_with(store::kHistoryPrefix)) books.insert(book);
  }
  return std::vector<std::string>(books.begin(), books.end());
}

}  // namespace breakeven::service
