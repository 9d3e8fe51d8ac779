// reliability_json.hpp — how far a simulated result can be trusted, as JSON. For codec's own files.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/serving/replica_config.hpp"
#include "engine/serving/simulation.hpp"

namespace breakeven::codec {

/// {"regime":"knee","intervals":{"ttft":{"p10":0.58,"p90":1.7,"rows":1257,"at_objective_s":[..]}},
/// "extrapolated":["mean prompt 30000, measured up to 8192"]}: p10 and p90 are real / predicted.
[[nodiscard]] nlohmann::ordered_json reliability_json(
    const serving::Replica& replica, const serving::SimulationResult& result,
    const serving::SimulationOptions& options = {});

}  // namespace breakeven::codec
