// usage_store.hpp — use cases of imported usage: stored, shown, asked, exported, forgotten.
//
// Shape    `store` is the file of the usage store everywhere; empty: usage_store_path().
// Errors   Those of store::UsageStore and of import_usage().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "codec/report_json.hpp"
#include "engine/catalog/price_book.hpp"
#include "service/usage.hpp"

namespace breakeven::service {

/// `named`, or usage.duckdb in data_folder().
[[nodiscard]] Result<std::string> usage_store_path(const std::string& named);

/// import_usage(), and what was kept is in the store under `set` when this returns.
[[nodiscard]] Result<usage::ImportReport> store_usage(const catalog::PriceBook& book,
                                                      const UsageRequest& request,
                                                      const std::string& set);

/// What is in the store: sets and the files that were imported into them.
[[nodiscard]] Result<codec::Report> stored_usage(const std::string& store);

/// Answers a SELECT with up to `most` rows; values are exact texts.
[[nodiscard]] Result<codec::Report> select_usage(const std::string& store, const std::string& sql,
                                                 std::size_t most);

using WriteText = std::function<Status(std::string_view)>;
/// The same, all rows, as CSV.
[[nodiscard]] Status select_usage_csv(const std::string& store, const std::string& sql,
                                      const WriteText& write);

/// The requests and time buckets of a set as CSV that `usage import` reads back as the same records
/// (docs/formats/usage-store.md). Gives the number of records that have no such form and are left
/// out: lines of bills, counters without a time, traces without a clock.
[[nodiscard]] Result<std::int64_t> export_usage(const std::string& store, const std::string& set,
                                                const WriteText& write);

/// Forgets a set; gives the number of its records.
[[nodiscard]] Result<std::int64_t> delete_usage(const std::string& store, const std::string& set);

}  // namespace breakeven::service
