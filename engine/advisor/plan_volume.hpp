// plan_volume.hpp — break-even of the best rented fleet in the volume of the trace's mix.
//
// Units    Tokens (prompt + answer) per month; USD per month.
// Shape    The API is a line through today's recurring bill; the fleet a staircase of whole
//          instances, one step
//          for what they carry at the objective, on top of everything that does not follow volume.
#pragma once

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/base/result.hpp"

namespace breakeven::advisor {

/// Fills `volume` and `volume_best`; nothing when the best option of one's own is not rented.
[[nodiscard]] Status find_volume(const PlanContext& context, PlanAnswer& answer);

}  // namespace breakeven::advisor
