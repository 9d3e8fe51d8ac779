#include "codec/reliability_json.hpp"

#include <nlohmann/json.hpp>

#include "engine/serving/prediction_error.hpp"

namespace breakeven::codec {

using Json = nlohmann::ordered_json;

Json reliability_json(const serving::Replica& replica, const serving::SimulationResult& result,
                      const serving::SimulationOptions& options) {
  const serving::Reliability r = serving::reliability(replica, result, options);
  Json intervals = Json::object();
  for (const serving::ErrorBand& band : r.bands) {
    Json interval{{"p10", band.p10}, {"p90", band.p90}, {"rows", band.rows}};
    const auto around = [&](const char* name, double value) {
      interval[name] = {value * band.p10, value * band.p90};
    };
    if (band.kind == "ttft") {
      around("mean_s", result.ttft.mean);
      around("at_objective_s", result.ttft_at_objective_s);
    } else if (band.kind == "tpot") {
      around("mean_s", result.tpot.mean);
      around("at_objective_s", result.tpot_at_objective_s);
    } else if (band.kind == "e2e") {
      around("mean_s", result.end_to_end.mean);
      around("p95_s", result.end_to_end.p95);
    }
    intervals[band.kind] = std::move(interval);
  }
  return {{"regime", serving::to_string(r.regime)},
          {"intervals", std::move(intervals)},
          {"extrapolated", r.extrapolated}};
}

}  // namespace breakeven::codec
