// plan_hybrid.hpp — own the base load, burst to an API: the best base and how much of it.
//
// Units    USD per month of 730 h, fully loaded.
// Shape    Every option of one's own is tried as the base: rented on demand or reserved (what is
//          always on can be committed), or owned. n = 0 .. N replicas; what n replicas would serve
//          too late goes to the cheapest metered API and is priced there request by request, as
//          does the share of a replica that is down: the API is the spare. Spot is no base.
// Sources  engine/economics/hybrid.hpp; operations.node_availability.
#pragma once

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::advisor {

/// Adds the cheapest true mix to the options and fills PlanAnswer::hybrid*, which is never dearer
/// than `pure_api` nor than the best option of one's own. Nothing without such an option.
[[nodiscard]] Status add_hybrid(const PlanContext& context, const MonthlyBill& overflow,
                                Usd pure_api, PlanAnswer& answer);

}  // namespace breakeven::advisor
