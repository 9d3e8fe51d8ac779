// error_bands.hpp — how far predictions of models that were left out of the fit were off.
//
// Units    Ratios real / predicted.
// Shape    One band (10th to 90th percentile) per engine, kind of metric and regime, with fallbacks:
//          an engine without enough rows in a regime takes that of all engines in the regime. An
//          80 % interval of a prediction p is [p10 p, p90 p]. "extrapolated" is said where no run of
//          that architecture and engine stands behind the fit, or more users, a longer prompt or more
//          GPUs are asked for than were measured there.
// Sources  Written by `breakeven calibrate fit` into catalog/serving_errors.csv.
// Threads  Immutable after parse().
// Errors   parse_error with file:line:column.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/calibration/evaluate.hpp"
#include "engine/serving/prediction_error.hpp"

namespace breakeven::calibration {

using serving::ErrorBand;

class ErrorBands {
 public:
  [[nodiscard]] static Result<ErrorBands> parse(std::string_view csv, const std::string& name);
  /// From rows predicted without their own model. Rows of which `skip` is true are left out.
  [[nodiscard]] static ErrorBands from_rows(
      const std::vector<EvaluatedRow>& rows,
      const std::function<bool(const EvaluatedRow&)>& skip = {});
  /// The narrowest class that has a band.
  [[nodiscard]] const ErrorBand* find(std::string_view engine, std::string_view kind,
                                      std::string_view regime) const;
  [[nodiscard]] const std::vector<ErrorBand>& bands() const { return bands_; }
  [[nodiscard]] std::string to_csv(const std::string& date) const;

 private:
  std::vector<ErrorBand> bands_;
};

/// The kind of a metric name: "ttft_p99" is ttft; empty for what has no band.
[[nodiscard]] std::string_view metric_kind(std::string_view metric);

/// Fills the interval of a row from its band.
void add_interval(EvaluatedRow& row, const ErrorBands& bands);

}  // namespace breakeven::calibration
