// price_observation.hpp — one price as one source shows it on one day.
//
// Units    USD per million tokens, or per thousand calls (catalog::info(unit).per).
// Shape    PriceField names what a price is for, without saying whose it is; every source, ours and
//          the community registries, is brought to these names before anything is compared. Its text
//          is "<price key>[/<mode>][>N|>=N][@peak|@offpeak]":
//            input_mtok    cache_read_mtok/batch    output_mtok>200000    input_mtok@offpeak
//          PriceObservation is a field with the figure a source gives. No figure means that the
//          source lists the field without one; a source that does not list it has no observation.
// Errors   parse_price_field names what it could not read.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::catalog {

/// What a price is for.
struct PriceField {
  BillingUnit unit = BillingUnit::input;
  Mode mode = Mode::standard;
  std::int64_t above_input_tokens = 0;  ///< 0 = every request; whole request, by total input
  bool inclusive = false;               ///< true: at the threshold already (>=); false: above it
  PriceRow::When when = PriceRow::When::always;

  friend auto operator<=>(const PriceField&, const PriceField&) = default;
};

[[nodiscard]] std::string to_string(const PriceField& field);
[[nodiscard]] Result<PriceField> parse_price_field(std::string_view text);

/// One figure of one source.
struct PriceObservation {
  std::string vendor;  ///< ours ("google") where the source's provider is known, else the source's
  std::string model;   ///< as the source writes it, without the provider's prefix
  PriceField field;
  std::optional<Price> price;
  std::string native;  ///< where it stood: the source's key or line, "gpt-5.5 input_cost_per_token"
};

}  // namespace breakeven::catalog
