// fit.hpp — few multipliers on the starting coefficients that explain measured runs.
//
// Shape    Minimises the sum of soft-L1(log(predicted / measured TPOT) / 0.25) plus 1/2 (theta /
//          sigma)^2 per multiplier e^theta, by Levenberg-Marquardt on reweighted residuals with a
//          numeric Jacobian. The request entry time is fitted afterwards, as the median of measured
//          minus predicted TTFT over lightly loaded runs.
// Threads  Pure; deterministic.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/serving/coefficients.hpp"
#include "tools/calibrate/steady_state.hpp"

namespace breakeven::calibrate {

using Points = std::vector<const PreparedRun*>;

[[nodiscard]] serving::StepCoefficients fit(const Points& points,
                                            const serving::StepCoefficients& prior);

/// `fitted` of a neighbouring architecture with the interconnect (link, all-reduce) of `own`: what
/// is assumed for an architecture on which nobody ran the engine.
[[nodiscard]] serving::StepCoefficients transfer(const serving::StepCoefficients& own,
                                                 const serving::StepCoefficients& fitted);

/// log(predicted / measured) of the time per output token.
[[nodiscard]] double tpot_residual(const PreparedRun& point,
                                   const serving::StepCoefficients& coefficients);

struct ErrorSummary {
  std::size_t count = 0;
  double mape = 0;    ///< mean |predicted / measured - 1|
  double median = 0;  ///< median of the same
  double bias = 0;    ///< exp(mean log(predicted / measured)) - 1
  double real_over_predicted_p10 = 1;
  double real_over_predicted_p90 = 1;
};
/// From residuals log(predicted / measured).
[[nodiscard]] ErrorSummary summarise(std::vector<double> log_residuals);

}  // namespace breakeven::calibrate
