#include "service/registry_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <tuple>
#include <utility>

#include "registry/crawler.hpp"

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
  store::ChangeFilter filter;
  filter.book = book;
  BREAKEVEN_TRY(const auto rows, all_changes(ledger, filter));
  std::set<std::pair<std::string, std::string>> models;
  for (const store::RecordedChange& row : rows) {
    models.emplace(row.change.vendor, row.change.model);
  }
  std::vector<BookPrice> out;
  for (const auto& [vendor, model] : models) {
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

Result<std::vector<std::string>> registry_books(store::Ledger& ledger) {
  std::set<std::string> books;
  store::Page page{0, kPage};
  for (;;) {
    BREAKEVEN_TRY(const auto runs, ledger.runs({}, page));
    for (const store::RecordedRun& run : runs) {
      if (run.run.book != store::kOurBook && !run.run.book.starts_with("history.")) {
        books.insert(run.run.book);
      }
    }
    if (runs.size() < kPage) break;
    page.before = runs.back().id;
  }
  return std::vector<std::string>(books.begin(), books.end());
}

}  // namespace breakeven::service
