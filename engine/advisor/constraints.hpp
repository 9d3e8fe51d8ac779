// constraints.hpp — the eight dimensions as gates on every option, each with its evidence.
//
// Units    Values are shares, months, FTE or USD, as the names say.
// Shape    The names: constraint_names.hpp. Of a regime, "yes" on official or registry evidence passes, on weaker
//          evidence it is a condition to confirm, and only official or registry evidence may rule
//          an option out. Evidence counts for operations.compliance_evidence_months. What follows
//          from the words alone (a rented machine is not on one's premises) needs no evidence.
// Sources  catalog/compliance.csv, catalog/platforms.csv; docs/methodology/constraints.md.
// Errors   not_found with near matches for an unknown name; invalid_argument for a value that is
//          missing or not wanted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/decision/gates.hpp"

namespace breakeven::advisor {

/// Fills subjects and open_weights of every option.
void name_subjects(const PlanContext& context, PlanAnswer& answer);

/// Adds a gate per constraint to every available option from `first` on and charges what is priced.
[[nodiscard]] Status apply_constraints(const PlanContext& context, std::size_t first,
                                       PlanAnswer& answer);

/// Fills PlanAnswer::constraints: the price of each, and what to obtain.
void price_constraints(const PlanContext& context, PlanAnswer& answer);

/// Whether a hard constraint rules this machine out whoever rents it.
[[nodiscard]] Result<bool> rules_out(const PlanContext& context, const catalog::GpuOffer& offer);

}  // namespace breakeven::advisor
