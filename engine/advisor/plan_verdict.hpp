// plan_verdict.hpp — what the verdict of a plan rests on.
//
// Shape    The best option that each side is allowed, the mix when it is cheaper than both, the
//          probability, the drivers; facts that the cheapest of them still needs are open
//          questions and leave the verdict unverified.
#pragma once

#include <string>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_question.hpp"

namespace breakeven::advisor {

void conclude(const PlanQuestion& question, PlanAnswer& answer);

/// What an option is called inside a sentence: "the open model hosted at groq/...".
[[nodiscard]] std::string spoken_name(const PlanOption& option);

/// Every pair of available options, in the order of the options.
void compare_pairs(const PlanQuestion& question, PlanAnswer& answer);

}  // namespace breakeven::advisor
