// plan_figures.hpp — the derivation of every figure of a plan, for --explain and the page.
#pragma once

#include "engine/advisor/plan.hpp"

namespace breakeven::advisor {

/// Names: traffic.*, api.*, hosted.*, fleet.*, option.<id>.*, rung.<id>.*, volume.*, verdict.*
[[nodiscard]] explain::FigureGraph figures_of(const PlanQuestion& question,
                                              const PlanAnswer& answer);

}  // namespace breakeven::advisor
