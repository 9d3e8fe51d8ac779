// plan_brief.hpp — what the briefs need of a plan.
#pragma once

#include "engine/advisor/plan.hpp"
#include "engine/decision/brief.hpp"

namespace breakeven::advisor {

[[nodiscard]] decision::BriefFacts brief_facts(const PlanQuestion& question,
                                               const PlanAnswer& answer);

}  // namespace breakeven::advisor
