// registry_rows.hpp — small pieces that the registry's reports share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/report_json.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_observation.hpp"
#include "store/ledger.hpp"

namespace breakeven::service {

/// Prices older than this are no longer called verified.
inline constexpr int kFreshDays = 30;

[[nodiscard]] codec::Value usd_value(const std::optional<Price>& price);
/// "2026-08-16" for a midnight, else with the time; nothing for "as long as anyone remembers".
[[nodiscard]] codec::Value instant_value(Instant instant);
[[nodiscard]] codec::Value instant_value(const std::optional<Instant>& instant);

/// Rows of the changelog with every column; named "changes".
[[nodiscard]] codec::Table changes_table(std::string title,
                                         const std::vector<store::RecordedChange>& rows);
/// Its columns that a person reads; the whole rows are in the JSON.
[[nodiscard]] codec::Table short_changes(const codec::Table& all);
/// A text, or nothing for an empty one.
[[nodiscard]] codec::Value text_value(std::string_view words);
[[nodiscard]] codec::Value count_value(std::size_t count);

/// Every row of the changelog that a filter lets through, oldest first.
[[nodiscard]] Result<std::vector<store::RecordedChange>> all_changes(store::Ledger& ledger,
                                                                     store::ChangeFilter filter);

/// One price with its vendor and model, as a book shows it at a time.
struct BookPrice {
  std::string vendor;
  std::string model;
  store::PriceAsOf price;
};
/// Everything that a book lists at one effective and one known time, ordered by vendor, model,
/// field.
[[nodiscard]] Result<std::vector<BookPrice>> book_prices(store::Ledger& ledger,
                                                         std::string_view book,
                                                         Instant effective_at, Instant known_at);

/// When somebody last looked at a vendor, or at one of its fields: the newest snapshot of our own
/// book or of a vendor page's; without one, the newest crawler run that is about it.
[[nodiscard]] Result<std::optional<store::Verification>> verified(
    store::Ledger& ledger, std::string_view vendor,
    const std::optional<catalog::PriceField>& field);

/// What a date rests on: "snapshot" of a source that was read, "catalogue" that came with the
/// program, or "run" of a crawler, which shows only that it ran.
[[nodiscard]] std::string basis_of(const store::Verification& seen);
/// The same for people.
[[nodiscard]] codec::Value basis_words(const std::string& basis);

/// The last run of every source into every book, newest first.
[[nodiscard]] Result<std::vector<store::RecordedRun>> last_runs(store::Ledger& ledger);

/// Was any source ever read into this ledger, or is all that it knows what came with the program?
[[nodiscard]] Result<bool> ever_read(store::Ledger& ledger);

/// Does a book hold what a vendor's own page shows?
[[nodiscard]] bool is_vendor_page(std::string_view book);

/// Names of the books that are a registry's present view: not ours, not "history.".
[[nodiscard]] Result<std::vector<std::string>> registry_books(store::Ledger& ledger);

}  // namespace breakeven::service
