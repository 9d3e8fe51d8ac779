// prediction_error.hpp — how far to trust a simulated latency, and when it is extrapolated.
//
// Units    Ratios real / predicted; tokens, requests, GPUs.
// Shape    The error of a prediction depends on where on its load curve the fleet is:
//
//            saturation  the cache is full (>= 97 %), something was preempted, or the batch is full
//            low load    a token takes less than 1.3 times as long as for one sequence alone
//            knee        between the two
//
//          An 80 % interval of a predicted value v is [p10 v, p90 v], with the band of the engine,
//          kind of metric and regime; one without a band of its own takes that of all engines in
//          the regime, then of the engine, then of all. "Extrapolated" names what lies outside of
//          the runs behind the fit: longer prompts or answers, a larger batch, more GPUs, or a
//          feature that none of them used.
// Sources  catalog/serving_errors.csv and serving_range.csv, written by `breakeven calibrate`.
// Threads  Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"

namespace breakeven::serving {

struct Replica;

/// Where on its load curve a fleet is.
enum class Regime : std::uint8_t { low, knee, saturation };
[[nodiscard]] std::string_view to_string(Regime regime);

/// `context_tokens`: of a sequence half way through its answer. `users`: of a closed loop, per
/// replica; 0 with an open one.
[[nodiscard]] Regime regime_of(const StepModel& step, const EngineLimits& limits,
                               const SimulationResult& result, double context_tokens, double users);

struct ErrorBand {
  std::string engine;  ///< "*" = all
  std::string kind;    ///< ttft, tpot, e2e, throughput
  std::string regime;  ///< "low load", "knee", "saturation"; "*" = all
  double p10 = 1;
  double p90 = 1;
  std::int64_t rows = 0;
};
/// The narrowest class that has a band; null when none has.
[[nodiscard]] const ErrorBand* find_band(std::span<const ErrorBand> bands, std::string_view engine,
                                         std::string_view kind, std::string_view regime);

/// What the runs behind the fit of one architecture and engine cover.
struct CalibratedRange {
  std::string architecture;
  std::string engine;
  std::int64_t input_tokens = 0;   ///< longest prompt
  std::int64_t output_tokens = 0;  ///< longest answer
  std::int64_t users = 0;          ///< most at once on one replica
  std::int64_t gpus = 0;           ///< of one replica
  std::int64_t runs = 0;
};
/// architecture,engine,input_tokens,output_tokens,users,gpus,runs,...
[[nodiscard]] Result<std::vector<CalibratedRange>> parse_ranges(std::string_view csv,
                                                                const std::string& name);

/// Everything that is known about errors; what Coefficients hands to the replicas made with it.
struct PredictionErrors {
  std::vector<ErrorBand> bands;
  std::vector<CalibratedRange> ranges;
};

/// How far one result can be trusted.
struct Reliability {
  Regime regime = Regime::low;
  /// Bands of "ttft", "tpot", "e2e" and "throughput" as far as there are any.
  std::vector<ErrorBand> bands;
  std::vector<std::string> extrapolated;  ///< why; empty inside the calibrated range
  [[nodiscard]] const ErrorBand* band(std::string_view kind) const;
};
[[nodiscard]] Reliability reliability(const Replica& replica, const SimulationResult& result,
                                      const SimulationOptions& options = {});

}  // namespace breakeven::serving
