// price_data.hpp — what a PriceBook holds, and how its files become it.
//
// Shape    Internal to the catalogue room. Columns and allowed values: catalog/prices/SCHEMA.md.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {

/// A factor on token prices: a service mode or a place of processing.
struct PriceFactor {
  std::string vendor;
  std::vector<std::string> models;  ///< empty = every model of the vendor
  std::string what;                 ///< name of a Mode, or "residency"
  std::vector<std::string> places;  ///< of a residency factor; empty = any place
  bool cache_reads = false;         ///< holds for cached input too
  Rational factor;
  std::int64_t from_s = 0;
  std::int64_t to_s = 0;
  PriceKind kind = PriceKind::published;
  std::string rule;
  std::string source_date;
};

/// One line of a vendor's calendar of dear and cheap hours, UTC.
struct CalendarEntry {
  bool holiday = false;  ///< a whole off-peak stretch of days, else a peak window
  std::int64_t from_s = 0;
  std::int64_t to_s = 0;
  std::uint8_t weekdays = 0;  ///< bit 0 = Monday; of a window
  std::int32_t start_s = 0;   ///< second of the day; of a window
  std::int32_t end_s = 0;     ///< exclusive; below start_s: the window runs past midnight
  std::string source_date;
};

struct PriceBook::Data {
  std::vector<PricedModel> models;
  std::vector<PriceRule> rules;
  std::vector<PriceFactor> factors;
  std::map<std::string, std::vector<CalendarEntry>, std::less<>> calendars;  ///< by vendor
  std::map<std::string, std::string, std::less<>> vendor_names;  ///< other name -> vendor
  std::map<std::string, bool, std::less<>> resellers;            ///< sell other vendors' models
  std::set<std::string, std::less<>> hosts;                      ///< serve others' open weights
  /// Every spelling that names a model: "vendor/name" and "/name" in canonical form.
  std::unordered_map<std::string, std::vector<std::size_t>> spellings;
  /// The last part of the name in canonical form -> offers of hosts.
  std::unordered_map<std::string, std::vector<std::size_t>> hosted;
  std::vector<NamedText>
      rule_files;  ///< the texts that rules, factors and calendars were read from
  std::size_t rows = 0;
  Date newest;
};

/// The spelling of a model name in which separators, clouds' prefixes and version marks that mean
/// nothing for the price no longer differ. Dates stay: see without_date().
[[nodiscard]] std::string canonical_model(std::string_view name);
/// The spelling itself and what else it may stand for, best first: without its date, "-latest", the
/// other order of Claude's generation and family.
[[nodiscard]] std::vector<std::string> spellings_of(const std::string& canonical);
/// Without a trailing snapshot date or "-latest"; the same text when there is none.
[[nodiscard]] std::string without_date(std::string canonical);

/// Fills everything of Data but the index of spellings; mistakes become issues.
void read_price_files(std::span<const NamedText> files, PriceBook::Data& data, Issues& issues);

/// Fills rules, factors and calendars only; models and rules that factors name need not be there (any
/// more).
void read_rule_files(std::span<const NamedText> files, PriceBook::Data& data, Issues& issues);

}  // namespace breakeven::catalog
