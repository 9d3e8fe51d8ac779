// predict.hpp — what the simulator says about a measured run.
//
// Units    Seconds, tokens and requests per second.
// Shape    The run's own load is simulated: a closed loop at its users, Poisson arrivals at its
//          rate, a burst, or its log. Metrics are read off by name: ttft, tpot, itl and e2e with
//          _mean or _pNN (a bare "ttft" is a mean), output_throughput, request_throughput,
//          output_throughput_per_gpu, batch_latency (a burst's makespan), prefill_time_pNN (TTFT).
//          Percentiles of single inter-token gaps are not: the simulator keeps time per output
//          token per request.
// Threads  Pure; deterministic.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/prediction_error.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/simulation.hpp"

namespace breakeven::calibration {

struct Prediction {
  serving::Replica replica;
  serving::SimulationResult result;
  serving::Regime regime = serving::Regime::low;
};

/// The replica of a run with the limits its conditions state. Runs whose engine we do not know fail
/// with not_found; one that cannot hold a single request with infeasible.
[[nodiscard]] Result<serving::Replica> replica_of(const MeasuredRun& run,
                                                  const serving::Coefficients& coefficients);

/// Simulation options of a run's load.
[[nodiscard]] serving::SimulationOptions options_of(const MeasuredRun& run);

/// Brings a simulated result to what the source averages over (Conditions::first_of_user).
void as_measured(const MeasuredRun& run, serving::SimulationResult& result);

/// What the source's mean TTFT contains beside the engine's own work, given the mean time per output
/// token: client and network, waiting for admission, and kernels compiled during the run. With T
/// iterations of waiting for company and L arrivals per iteration, the first of a batch waits T, the
/// L T that join it T / 2 on average.
[[nodiscard]] double outside_engine_s(const MeasuredRun& run, double tpot_s);

[[nodiscard]] Result<Prediction> predict(const MeasuredRun& run,
                                         const serving::Coefficients& coefficients);

/// The predicted value; nothing for a metric the simulator does not have.
[[nodiscard]] std::optional<double> predicted_metric(const MeasuredRun& run,
                                                     const Prediction& prediction,
                                                     std::string_view name);

}  // namespace breakeven::calibration
