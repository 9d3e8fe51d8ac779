// plan_rungs.hpp — the ladder from the raw comparison to the one that counts.
//
// Units    USD per month of 730 h.
// Shape    Run rate, capacity, fully loaded, per successful task, best API, uncertainty. A rung that
//          the question gives no input for says what is missing.
#pragma once

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"

namespace breakeven::advisor {

/// Fills `rungs` for the best option of one's own; nothing without one.
[[nodiscard]] Status climb(const PlanQuestion& question, PlanAnswer& answer);

}  // namespace breakeven::advisor
