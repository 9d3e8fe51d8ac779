// report.hpp — the whole calibration: fit every (architecture, engine), validate, write what was
// found.
//
// Shape    A pair with at least kFewestRuns steady runs is fitted. Any other pair of the starting
//          table is transferred from the nearest fitted one of its engine (fit.hpp). The error band
//          of a fitted pair is the P10..P90 of real / predicted over runs of models that were left
//          out of the fit; of a transferred pair, over the runs of fitted pairs predicted by
//          transfer as if never measured.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "tools/calibrate/fit.hpp"

namespace breakeven::calibrate {

inline constexpr std::size_t kFewestRuns = 8;

struct Group {
  std::string architecture;
  std::string engine;
  Points points;        ///< steady runs: fitted
  Points check_points;  ///< short runs: only predicted
  serving::StepCoefficients prior;
  serving::StepCoefficients fitted;
  bool was_fitted = false;
  std::string transferred_from;  ///< architecture; empty when fitted or left as it was
  std::vector<double> left_out;  ///< log residuals, each run predicted without its model
  std::map<std::string, std::vector<double>> left_out_by_model;
  std::vector<double> left_out_ttft;  ///< the same for TTFT
  std::vector<double> left_out_rate;  ///< the same for output tokens per second
};

struct Calibration {
  std::vector<Group> groups;
  std::string coefficients_csv;  ///< a new catalog/serving_coefficients.csv
  std::string tables;            ///< Markdown for docs/methodology/step-time.md
};

/// `date` (ISO) is written beside the fitted values. Fails when the starting table lacks a value.
[[nodiscard]] Result<Calibration> calibrate(const std::vector<PreparedRun>& runs,
                                            std::string_view prior_csv,
                                            const std::string& prior_name, const std::string& date);

}  // namespace breakeven::calibrate
