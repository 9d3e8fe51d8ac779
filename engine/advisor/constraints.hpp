// constraints.hpp — the eight dimensions as gates on every option, each with its evidence.
//
// Units    Values are shares, months, FTE or USD, as the names say.
// Shape    compliance.<regime of compliance.csv>; residency.eu, residency.non_us;
//          privacy.no_training, .zdr, .on_premises, .air_gap; latency.objective;
//          quality.min_score; cost_structure.max_fixed_share; portability.open_weights,
//          .max_commitment_months; operations.max_fte, .no_machines; cost.max_usd_month,
//          .max_once_usd. Of a regime, "yes" on official or registry evidence passes, on weaker
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

/// A constraint that a question may name.
struct ConstraintKind {
  std::string name;
  decision::GateTopic dimension{};
  std::string title;
  bool takes_number = false;
};
/// Every one, by dimension as above; a regime that another name already asks for is not repeated.
[[nodiscard]] std::vector<ConstraintKind> constraint_kinds(const catalog::Catalog& catalog);
/// Whether the number of `name` is the least that passes; else it is the most.
[[nodiscard]] bool is_at_least(std::string_view name);

/// Refuses constraints that mean nothing, and confirmations of constraints that were not asked.
[[nodiscard]] Status check_constraints(const PlanQuestion& question,
                                       const catalog::Catalog& catalog);

/// Fills subjects and open_weights of every option.
void name_subjects(const PlanContext& context, PlanAnswer& answer);

/// Adds a gate per constraint to every available option from `first` on and charges what is priced.
[[nodiscard]] Status apply_constraints(const PlanContext& context, std::size_t first,
                                       PlanAnswer& answer);

/// Fills PlanAnswer::constraints: the price of each, and what to obtain.
void price_constraints(const PlanContext& context, PlanAnswer& answer);

/// Whether a hard constraint rules this machine out whoever rents it.
[[nodiscard]] Result<bool> rules_out(const PlanContext& context, const catalog::GpuOffer& offer);

/// The API's model at platforms that cover the first required regime: priced where the price book
/// knows the uplift, else listed with what to ask. Platforms for other models are listed too.
[[nodiscard]] Result<std::vector<PlanOption>> compliant_options(const PlanContext& context,
                                                                const PlanAnswer& answer);

}  // namespace breakeven::advisor
