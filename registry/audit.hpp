// audit.hpp — rules that a list of prices must pass, and what breaks them.
//
// Units    Prices in USD per million tokens or thousand calls; days for ages.
// Shape    audit_prices() looks at one source's rows (ours or a registry's) beside what else is known
//          and returns findings; it decides nothing and changes nothing. Every rule has an id, a
//          layer and a reason in audit_rules(). The golden set catalog/audit/registry_errors.csv
//          holds 41 real mistakes of registries: each must be found by the rule that it names.
//          Limits that a rule needs are read from what vendors publish (the reference), not set by
//          hand, wherever vendors publish enough.
// Sources  docs/methodology/audit.md; the mistakes with their evidence in the golden set.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "registry/dated_price.hpp"

namespace breakeven::registry {

enum class Layer : std::uint8_t {
  structure,     ///< the list contradicts itself or arithmetic that holds everywhere
  golden,        ///< known figures and known mistakes
  reachability,  ///< sources can be read
  agreement,     ///< sources agree with the vendor and each other
  drift,         ///< moves from day to day
  freshness      ///< how old the evidence is
};
[[nodiscard]] std::string_view to_string(Layer layer);

struct AuditRule {
  std::string_view id;
  Layer layer;
  std::string_view what;  ///< in words, for people
};
/// Every rule that audit_prices() knows, ordered by layer.
[[nodiscard]] std::span<const AuditRule> audit_rules();

struct Finding {
  Layer layer = Layer::structure;
  std::string rule;  ///< id of an AuditRule
  std::string source;
  std::string vendor;
  std::string model;
  std::optional<catalog::PriceField> field;  ///< none: about the whole source or vendor
  std::string message;                       ///< what was expected and what was found
};

/// A figure that stands on a vendor's page in a table that is not the model's list price.
struct OtherTablePrice {
  std::string table;  ///< "fine-tuning inference"
  DatedPrice price;
};

struct AuditInput {
  Date today;
  std::string source;                 ///< whose rows are audited
  std::vector<DatedPrice> rows;       ///< as the source shows them today, with its own dates if any
  std::vector<DatedPrice> before;     ///< the same source the day before; empty = no drift rules
  std::vector<DatedPrice> peers;      ///< other sources
  std::vector<DatedPrice> reference;  ///< what vendors publish, with periods: our book
  std::vector<OtherTablePrice> other_tables;
  /// "vendor/model" of `rows` -> the same model's "vendor/model" in `reference` and `peers`, where
  /// they are called differently.
  std::map<std::string, std::string, std::less<>> known_as;
  std::vector<catalog::PriceRule> rules;                            ///< for rows that are inferred
  std::map<std::string, std::int64_t, std::less<>> context_window;  ///< by "vendor/model"
  int lag_days = 3;     ///< a vendor's change may take so long to arrive
  int stale_days = 90;  ///< a row that nobody looked at for longer is stale
  double jump = 3;      ///< a larger move within a day needs a human
};

/// Findings ordered by rule, then as the rows are.
[[nodiscard]] std::vector<Finding> audit_prices(const AuditInput& input);

}  // namespace breakeven::registry
