// price_rule.hpp — what an inference rule says, as data: which field it gives, from which, for whom.
//
// Shape    Columns formula and applies_to of rules.csv. A formula is a ";"-list of
//          "field=factor*base": "cache_read_mtok=0.1*input_mtok",
//          "output_mtok>272000=1.5*output_mtok". Fields are spelled as in price_observation.hpp; one
//          without @peak or @offpeak stands for every part of the day, base and field in the same.
//          applies_to is a ";"-list of "vendor/model" with * for any text; "!" in front takes out.
// Errors   Both parsers name what they could not read.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::catalog {

/// field = factor x base.
struct RuleFormula {
  PriceField field;
  Rational factor;
  PriceField base;
};

/// The formulas of a text; none when it is empty.
[[nodiscard]] Result<std::vector<RuleFormula>> parse_rule_formulas(std::string_view text);

/// Does a pattern with * match all of `text`?
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

/// Is "vendor/model" in the scope of a rule? An empty list is every model.
[[nodiscard]] bool rule_applies_to(std::string_view applies_to, std::string_view model_id);

}  // namespace breakeven::catalog
