// catalogue_import.hpp — the facts that come with the program, as the first rows of a ledger.
//
// Shape    The catalogue's prices become the book "breakeven"; the dated history becomes one book
//          per origin, "history.litellm", "history.vendor", ... A first import takes the date of
//          each row's source as the time at which it was known. A later one, after an upgrade of
//          the catalogue, appends what is new and cancels what is no longer there, both known from
//          `now` on: what the ledger answered before stays as it was. So do rules, factors and
//          calendars, which are kept as texts. Without a difference nothing is written. Each book is one transaction, so an import that was cut short goes on at the
//          next start.
//
//          A row that ends where another begins is known to end only when that other became known;
//          before, it was open. So the history of knowledge is right, not only that of prices.
// Errors   Those of Ledger::record.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_history.hpp"
#include "store/ledger.hpp"

namespace breakeven::store {

/// Run::source of these imports.
inline constexpr std::string_view kCatalogueSource = "catalogue";
/// Before the origin of a HistoricPrice: the book of its rows.
inline constexpr std::string_view kHistoryPrefix = "history.";

struct ImportReport {
  std::int64_t books = 0;      ///< that got new rows
  std::int64_t added = 0;      ///< rows of the catalogue that the ledger did not have
  std::int64_t withdrawn = 0;  ///< rows of the ledger that the catalogue no longer has
};

[[nodiscard]] Result<ImportReport> import_catalogue(Ledger& ledger,
                                                    const catalog::PriceBook& prices,
                                                    std::span<const catalog::HistoricPrice> history,
                                                    Instant now);

}  // namespace breakeven::store
