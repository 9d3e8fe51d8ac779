// plan_uncertainty.hpp — how sure the comparison of the best option of one's own is.
//
// Units    USD per month of 730 h; drivers in the units they name.
// Shape    The ledgers are folded into a PlanModel, a function of the drivers alone; everything is
//          evaluated on that model: paths, tornado, flip points.
#pragma once

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"

namespace breakeven::advisor {

/// Fills `model`, `drivers`, `uncertainty`, `tornado` and `flips`; nothing without an option of one's
/// own.
[[nodiscard]] Status model_uncertainty(const PlanContext& context, PlanAnswer& answer, Pool& pool);

}  // namespace breakeven::advisor
