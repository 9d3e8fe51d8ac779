// error_bands.hpp — how far predictions of models that were left out of the fit were off.
//
// Units    Ratios real / predicted.
// Shape    One band (10th to 90th percentile) per engine, kind of metric and regime, with fallbacks:
//          an engine without enough rows in a regime takes that of all engines in the regime. An
//          80 % interval of a prediction p is [p10 p, p90 p].
//
//          Quantiles of pooled rows are too narrow for a model that nobody measured, since the
//          errors of one model resemble each other. So GroupedBands scores every row against the
//          bands of the other groups and multiplies the width of all bands of a kind of metric by
//          the 80 % quantile of the scores (cross-conformal prediction over groups):
//            score = |ln(real / predicted) - centre| / half width,  both of the band in logarithms
//          Worked: test ErrorBands.WidthIsWhatAnotherGroupNeeds. "extrapolated" is said where no run of
//          that architecture and engine stands behind the fit, or more users, a longer prompt or more
//          GPUs are asked for than were measured there.
// Sources  Written by `breakeven calibrate fit` into catalog/serving_errors.csv.
// Threads  Immutable after parse().
// Errors   parse_error with file:line:column.
#pragma once

#include <cstddef>
#include <functional>
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
  /// Multiplies the width of every band of a kind, about its centre in logarithms.
  void widen(std::string_view kind, double factor);

 private:
  std::vector<ErrorBand> bands_;
};

/// Bands that hold for a further group: a model, an accelerator.
class GroupedBands {
 public:
  /// The group a row belongs to; empty for a row that is no evidence.
  using GroupOf = std::function<std::string(const EvaluatedRow&)>;
  /// `rows` must outlive this.
  GroupedBands(const std::vector<EvaluatedRow>& rows, const GroupOf& group_of);
  /// For predictions of this group: made without anything of it. Empty: from all groups.
  [[nodiscard]] ErrorBands without(const std::string& group) const;

 private:
  struct Score {
    std::size_t group = 0;
    std::string_view kind;
    double value = 0;
  };
  [[nodiscard]] ErrorBands pooled_without(const std::string& group) const;

  const std::vector<EvaluatedRow>* rows_;
  std::vector<std::string> group_of_row_;
  std::vector<std::string> names_;
  std::vector<Score> scores_;
};

/// The kind of a metric name: "ttft_p99" is ttft; empty for what has no band.
[[nodiscard]] std::string_view metric_kind(std::string_view metric);

/// Fills the interval of a row from its band.
void add_interval(EvaluatedRow& row, const ErrorBands& bands);

}  // namespace breakeven::calibration
