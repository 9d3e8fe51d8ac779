// range.hpp — what the runs behind a fit cover: the range outside of which a prediction is
// extrapolated.
//
// Shape    Per (architecture, engine) the largest prompt, answer, number of users of one replica and
//          GPUs of one replica among the runs of a fit (runs_to_fit()).
// Threads  Pure.
#pragma once

#include <string>
#include <vector>

#include "engine/calibration/measured.hpp"
#include "engine/serving/prediction_error.hpp"

namespace breakeven::calibration {

/// Sorted by architecture, then engine.
[[nodiscard]] std::vector<serving::CalibratedRange> ranges_of(
    const std::vector<const MeasuredRun*>& runs);

/// As catalog/serving_range.csv.
[[nodiscard]] std::string ranges_csv(const std::vector<serving::CalibratedRange>& ranges,
                                     const std::string& date);

}  // namespace breakeven::calibration
