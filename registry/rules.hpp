// rules.hpp — what is inferred, by which rule, and how well each rule has predicted.
//
// Shape    A rule of rules.csv gives a price from another price of the same model. backtest() holds
//          every rule against every price that a vendor published for the same field, inside the
//          rule's scope and as the convention that people apply everywhere. inferred_prices() lists
//          exactly what the book infers, with the figure it was inferred from.
// Sources  Conventions decay: a cached read costs 0.1 of input at most 2025 models, 0.05 or 0.025 at
//          some of 2026, and nothing is published for the Pro tiers. docs/methodology/audit.md.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/catalog/price_book.hpp"
#include "registry/dated_price.hpp"

namespace breakeven::registry {

/// How often a rule was right.
struct HitCount {
  std::size_t tested = 0;
  std::size_t hits = 0;
  [[nodiscard]] double share() const {
    return tested == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(tested);
  }
};

struct YearCount {
  int year = 0;
  HitCount in_scope;
  HitCount everywhere;
};

/// One published price beside what a rule says it should be.
struct Prediction {
  std::string vendor;
  std::string model;
  catalog::PriceField field;
  std::string predicted;  ///< decimal USD
  std::string published;
  std::string source;
  Date date;           ///< the price holds from then on, or was first read then
  bool ended = false;  ///< another price followed
};

struct RuleRecord {
  std::string id;
  HitCount in_scope;
  HitCount everywhere;             ///< as a convention, for every model of every vendor
  std::vector<YearCount> by_year;  ///< rising
  std::vector<Prediction> misses;  ///< counter-examples in scope, oldest first
  std::optional<Prediction> first_miss_everywhere;  ///< oldest outside or inside the scope
  /// False when a price that is still in effect, published in the newest year that was tested,
  /// contradicts it in scope: what it infers must then be shown as contested.
  bool holds = true;
};

/// Prices that differ from a prediction by at most this share count as hits: vendors round to three
/// digits (0.138 for 0.1375).
inline constexpr std::int64_t kRoundingPerThousand = 5;

/// Rules without a formula are not in the answer. In the order of `rules`.
[[nodiscard]] std::vector<RuleRecord> backtest(std::span<const catalog::PriceRule> rules,
                                               std::span<const DatedPrice> prices);

/// A price that the book infers at an instant.
struct InferredPrice {
  std::string vendor;
  std::string model;
  catalog::PriceField field;
  std::string usd;
  std::string rule;
  std::string reason;
  std::string base_field;  ///< what it was computed from; empty when the rule gives no formula
  std::string base_usd;
  std::string source;
  std::string source_date;
};

/// Exactly what is inferred at `at`, for every model and mode, ordered as the book is. Unknown
/// prices are not inferred and not here.
[[nodiscard]] std::vector<InferredPrice> inferred_prices(const catalog::PriceBook& book,
                                                         Instant at);

}  // namespace breakeven::registry
