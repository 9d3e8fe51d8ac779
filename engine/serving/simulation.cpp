#include "engine/serving/simulation.hpp"

#include <utility>

#include "engine/base/result.hpp"
#include "engine/serving/fleet.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

Result<SimulationResult> simulate(const traffic::Trace& trace, const StepModel& step,
                                  const EngineLimits& limits, const SimulationOptions& options) {
  BREAKEVEN_TRY(FleetReplay replay, replay_fleet(trace, step, limits, options));
  return std::move(replay.result);
}

}  // namespace breakeven::serving
