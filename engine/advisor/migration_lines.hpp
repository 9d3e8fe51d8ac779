// migration_lines.hpp — what a change costs once, by work item.
//
// Units    USD, once, in month 0. Person-days at the pay of an ML engineer / working days a month.
// Shape    Items of the first service; what depends on product surfaces is multiplied by them,
//          prompts by their families. Fine-tuning is optional: an item only when days are given.
// Sources  migration.* of catalog/defaults.csv.
// Errors   not_found when the catalogue lacks a default that a line needs.
#pragma once

#include <string_view>
#include <vector>

#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::advisor {

/// Migration work and dual running. `api_monthly` is the bill that continues.
[[nodiscard]] Result<std::vector<economics::Line>> migration_lines(
    const catalog::GivenDefaults& defaults, const PlanQuestion& question, Usd api_monthly);

/// What changing to another model costs even when somebody else hosts it: evaluation, prompts,
/// shadow traffic. Nothing when the user gave the engineer-months of the whole migration as 0.
[[nodiscard]] Result<std::vector<economics::Line>> model_switch_lines(
    const catalog::GivenDefaults& defaults, const PlanQuestion& question);

/// Work of `migration.<name>_days`.
[[nodiscard]] Result<economics::Line> work_line(const catalog::GivenDefaults& defaults,
                                                const PlanQuestion& question,
                                                std::string_view name);

}  // namespace breakeven::advisor
