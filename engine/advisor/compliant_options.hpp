// compliant_options.hpp — managed offerings of the API's model that meet a required regime.
//
// Sources  catalog/platforms.csv, catalog/compliance.csv.
#pragma once

#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/base/result.hpp"

namespace breakeven::advisor {

/// The API's model at platforms that cover the first required regime: priced where the price book
/// knows the uplift, else listed with what to ask. Platforms for other models are listed too.
[[nodiscard]] Result<std::vector<PlanOption>> compliant_options(const PlanContext& context,
                                                                const PlanAnswer& answer);

}  // namespace breakeven::advisor
