// plan_futures.hpp — all options in the same futures, and when to switch.
//
// Units    USD per month of 730 h; USD of NPV.
// Shape    Works on what plan_uncertainty found: the ledgers of the available options, its drivers, its
//          model. What a hard constraint excludes is chosen in no future and in no month; the bands still
//          compare the two options of the verdict.
// Sources  Correlations: prior.correlation.* of the catalogue.
#pragma once

#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"

namespace breakeven::advisor {

/// Of the drivers of plan_drivers().
[[nodiscard]] Result<std::vector<economics::Correlation>> plan_correlations(
    const catalog::GivenDefaults& defaults);

/// Fills `futures`, `total_order`, `indifference` and `switching`; nothing without a model.
[[nodiscard]] Status compare_futures(const PlanContext& context, PlanAnswer& answer, Pool& pool);

}  // namespace breakeven::advisor
