// priced_cell.hpp — the few ways in which vendors write a price into a table's cell.
//
// Shape    "$5 / MTok"; "-"; "$1.25, prompts <= 200k tokens $2.50, prompts > 200k tokens";
//          "$0.30 (text / image / video) $1.00 (audio)"; "$0.50 through December 31, 2026. $1.00
//          starting January 1, 2027."; "$4.50 / 1,000,000 tokens per hour (storage price)".
// Errors   parse_error for everything else, with the words that are not known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"

namespace breakeven::io {

/// When a price holds, as far as the page says so.
struct PricePeriod {
  std::optional<Date> from;
  std::optional<Date> through;  ///< the last day
};

/// One price of a cell.
struct CellPrice {
  std::string amount;      ///< decimal text
  std::int64_t above = 0;  ///< input tokens
  std::string modality;    ///< "audio", "image"; empty = text and whatever has no price of its own
  bool storage = false;    ///< per million tokens and hour
  PricePeriod period;
  std::string note;  ///< what tells it from the other prices of the cell
};

/// The amount of a cell that holds one price per million tokens; none for a dash or nothing.
[[nodiscard]] Result<std::optional<std::string>> plain_amount(std::string_view cell);
[[nodiscard]] Result<std::vector<CellPrice>> cell_prices(std::string_view cell);

/// "Claude Sonnet 5 (through August 31, 2026)".
struct DatedName {
  std::string name;
  PricePeriod period;
};
[[nodiscard]] Result<DatedName> dated_name(std::string_view cell);

/// The unit of a modality within input, output or cache reads.
[[nodiscard]] std::optional<catalog::BillingUnit> part_of(catalog::BillingUnit whole,
                                                          std::string_view modality);

}  // namespace breakeven::io
