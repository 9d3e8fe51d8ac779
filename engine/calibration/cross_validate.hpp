// cross_validate.hpp — the whole calibration: fit, leave models or accelerators out, write.
//
// Shape    A fold is everything measured on one model (in any precision, on any engine) or on one
//          accelerator. It is refitted without the fold, from the parameters of the full fit and on
//          the schedules of the full fit, and the fold is then predicted by simulation with the
//          refitted coefficients. The 80 % interval of a fold comes from the left-out errors of the
//          other folds, so that its coverage is honest too.
// Threads  On the pool; the answer does not depend on it.
#pragma once

#include <string>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/calibration/error_bands.hpp"
#include "engine/calibration/evaluate.hpp"
#include "engine/calibration/fit.hpp"

namespace breakeven::calibration {

enum class LeaveOut : std::uint8_t { model, accelerator };

struct Calibrated {
  Fit fit;
  FitState state;
  serving::Coefficients coefficients;
};

/// Three rounds of simulating and solving.
[[nodiscard]] Calibrated calibrate(const std::vector<MeasuredRun>& runs,
                                   const serving::Coefficients& start, Pool& pool);

/// Every run predicted without its fold; runs outside all folds with the full fit.
[[nodiscard]] Evaluation cross_validate(const std::vector<MeasuredRun>& runs,
                                        const Calibrated& calibrated, LeaveOut leave_out,
                                        Pool& pool);

/// The error bands of such an evaluation: fitted runs are the evidence, folds the groups.
[[nodiscard]] GroupedBands grouped_bands(const Evaluation& left_out, const Calibrated& calibrated,
                                         LeaveOut leave_out);

/// catalog/serving_coefficients.csv. `left_out` (by model) gives each pair its error band.
[[nodiscard]] std::string coefficients_csv(const Calibrated& calibrated, const Evaluation& left_out,
                                           const std::string& date);

}  // namespace breakeven::calibration
