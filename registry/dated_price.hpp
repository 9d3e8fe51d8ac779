// dated_price.hpp — one price with everything that is needed to judge it against another.
//
// Units    As catalog::PriceObservation. Periods in seconds UTC, [from_s, to_s).
// Shape    The form to which our own book, the ledger and the community registries are brought
//          before rules are back-tested, sources compared and mistakes looked for.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::registry {

struct DatedPrice {
  std::string vendor;
  std::string model;  ///< as the source writes it
  catalog::PriceField field;
  std::optional<Price> price;  ///< none: listed without a figure, or unknown
  catalog::PriceKind kind = catalog::PriceKind::published;
  std::string rule;    ///< of an inferred price
  std::string source;  ///< "LiteLLM", or the text of a row of ours
  Date date;           ///< day on which the source said so
  std::int64_t from_s = std::numeric_limits<std::int64_t>::min();
  std::int64_t to_s = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] bool in_effect(Instant at) const {
    return from_s <= at.seconds && at.seconds < to_s;
  }
  [[nodiscard]] std::string id() const { return vendor + "/" + model; }
};

/// Every row of the book, in its order, past and future ones too.
[[nodiscard]] std::vector<DatedPrice> rows_of(const catalog::PriceBook& book);

/// 1e-18 USD per unit size: what two prices are compared by.
[[nodiscard]] Int128 atto(const Price& price);
/// a / b as a double, for messages and ratio rules; b must not be zero.
[[nodiscard]] double ratio(const Price& a, const Price& b);
/// Is |a - b| at most `tolerance` x the larger? Exact.
[[nodiscard]] bool agree(const Price& a, const Price& b, Rational tolerance);
/// Equal to the last digit.
inline const Rational kNoTolerance = *Rational::make(0, 1);
/// How much a lies above b, in percent; infinite when only b is zero.
[[nodiscard]] double percent_above(const Price& a, const Price& b);
/// price x factor in 1e-18 USD, rounded half to even.
[[nodiscard]] Int128 scaled_atto(const Price& price, Rational factor);

/// The longest start that several names share up to a "-", "." or ":"; "gpt-5.4" for "gpt-5.4-mini".
[[nodiscard]] std::string_view family_of(std::string_view model);
/// Without a date at its end: "gpt-4o" for "gpt-4o-2024-05-13", "gpt-4" for "gpt-4-0613".
[[nodiscard]] std::string_view undated(std::string_view model);

}  // namespace breakeven::registry
