// plan_futures_json.hpp — the part of a plan's JSON that looks ahead at all options.
#pragma once

#include <nlohmann/json.hpp>

#include "engine/advisor/plan.hpp"

namespace breakeven::codec {

/// Adds "correlations", "futures", "total_order", "indifference" and "switching".
void add_futures(const advisor::PlanAnswer& answer, nlohmann::ordered_json& json);

/// {"p10", "p50", "p90", "mean"}
[[nodiscard]] nlohmann::ordered_json quantiles_json(const economics::Quantiles& quantiles);

}  // namespace breakeven::codec
