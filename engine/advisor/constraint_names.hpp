// constraint_names.hpp — what a question may require, by name.
//
// Shape    compliance.<regime of compliance.csv>; residency.eu, residency.non_us;
//          privacy.no_training, .zdr, .on_premises, .air_gap; latency.objective;
//          quality.min_score; cost_structure.max_fixed_share; portability.open_weights,
//          .max_commitment_months; operations.max_fte, .no_machines; cost.max_usd_month,
//          .max_once_usd.
// Errors   not_found with near matches for an unknown name; invalid_argument for a value that is
//          missing or not wanted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/decision/gates.hpp"

namespace breakeven::advisor {

/// The constraint that `must_self_host` stands for.
inline constexpr const char* kMustSelfHost = "policy.self_host";

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

/// The regime that a constraint asks for; empty when it is computed from the option.
[[nodiscard]] std::string regime_of(std::string_view name);
[[nodiscard]] decision::GateTopic topic_of(std::string_view name);
/// As it is told, with its number.
[[nodiscard]] std::string title_of(const Constraint& constraint);

}  // namespace breakeven::advisor
