// evaluate.hpp — measured against predicted, row by row and in summary.
//
// Units    Errors are shares: predicted / measured - 1.
// Shape    Every row of the input becomes a row of the answer, covered or not. A closed-loop run
//          with TTFT and TPOT but no throughput adds one: users x output tokens / (TTFT +
//          (output - 1) TPOT), from the measured pair and from the predicted one
//          ("output_throughput_derived"). Summaries are per metric and by set (source, mode), source,
//          GPU, model, engine and regime, in a cross-validation also of all rows that were left
//          out of a fit; the mean and percentiles are of absolute errors, the bias
//          is exp(mean log(predicted / measured)) - 1. Coverage counts rows whose model and
//          accelerator the catalogue has.
// Threads  Runs side by side on the pool; the answer does not depend on it.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/calibration/predict.hpp"

namespace breakeven::calibration {

struct EvaluatedRow {
  const MeasuredRun* run = nullptr;
  std::string metric;  ///< as written
  double measured = 0;
  std::optional<double> predicted;
  double low = 0;  ///< stated 80 % interval, where there is one (high > 0)
  double high = 0;
  std::string regime;  ///< empty when not covered
  bool extrapolated = false;
  bool left_out = false;  ///< predicted by a fit without its model or accelerator
  std::string reason;     ///< why it is not covered
  /// predicted / measured - 1, for a measured value above 0; not a number without a prediction.
  [[nodiscard]] double error() const {
    return predicted.value_or(std::numeric_limits<double>::quiet_NaN()) / measured - 1.0;
  }
};

struct SummaryLine {
  std::string by;   ///< "set", "source", "gpu", "model", "engine", "regime", "fit"
  std::string key;  ///< "InferenceX (SemiAnalysis), aggregated"
  std::string metric;
  std::int64_t rows = 0;     ///< of models and accelerators that the catalogue has
  std::int64_t unknown = 0;  ///< of others
  std::int64_t covered = 0;
  double mean = 0;
  double median = 0;
  double p90 = 0;
  double bias = 0;
  std::int64_t with_interval = 0;
  std::int64_t inside_interval = 0;
  [[nodiscard]] double coverage() const {
    return rows > 0 ? static_cast<double>(covered) / static_cast<double>(rows) : 0.0;
  }
};

struct Reason {
  std::string text;
  std::int64_t runs = 0;
};

struct Evaluation {
  std::vector<EvaluatedRow> rows;
  std::vector<SummaryLine> summary;
  std::vector<Reason> not_covered;  ///< runs by reason, most first
};

/// The coefficients a run is predicted with: one set for all, or a fold's in cross-validation.
using CoefficientsFor = std::function<const serving::Coefficients&(const MeasuredRun&)>;

/// `runs` must outlive the answer.
[[nodiscard]] Evaluation evaluate(const std::vector<MeasuredRun>& runs,
                                  const CoefficientsFor& coefficients, Pool& pool);

/// Makes the summary anew after rows were changed.
void resummarise(Evaluation& evaluation);

/// The set a run belongs to: its source, how it was served, and whether with speculation.
[[nodiscard]] std::string set_of(const MeasuredRun& run);

}  // namespace breakeven::calibration
