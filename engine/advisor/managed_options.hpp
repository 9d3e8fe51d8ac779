// managed_options.hpp — machines or throughput bought by the hour from somebody who runs them.
//
// Units    USD per month of 730 h, always on.
// Shape    Steps instead of tokens: a dedicated endpoint is whole replicas of the open model on
//          accelerators that the vendor runs; provisioned throughput is whole units of the API
//          model, enough for the busiest minute. Nobody of one's own is needed to run them.
// Sources  Dedicated endpoints: offers of class api-vendor in gpu_offers.csv. Provisioned units
//          have no published price in the catalogue: the option exists when the question gives one.
#pragma once

#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {

/// The cheapest of `endpoints` (FleetSearch::dedicated); unavailable when there is none.
[[nodiscard]] Result<PlanOption> dedicated_option(
    const PlanContext& context, const std::vector<sizing::PricedFleet>& endpoints);

[[nodiscard]] Result<PlanOption> provisioned_option(const PlanContext& context);

}  // namespace breakeven::advisor
