// calibrate.hpp — use cases of `breakeven calibrate`: how far the simulator is from measurements.
//
// Errors   Those of the readers (file:line:column), not_found with near matches for names.
#pragma once

#include <string>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/calibration/cross_validate.hpp"
#include "engine/calibration/error_bands.hpp"
#include "engine/calibration/evaluate.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/serving/coefficients.hpp"

namespace breakeven::service {

struct CalibrateRequest {
  std::string file;         ///< measured runs or one request log
  std::string catalog_dir;  ///< empty = find it
  /// For a request log, which does not say what it measured; empty = from the file's name
  /// ("trace-vllm-rtxpro6000-llama-3.1-8b.csv").
  std::string model;
  std::string accelerator;
  std::string precision;  ///< empty = as published
  std::string engine = "vllm";
  int tensor_parallel = 0;  ///< 0 = the fewest GPUs that hold the model
};

/// The runs of a file with the conditions of their sources.
[[nodiscard]] Result<std::vector<calibration::MeasuredRun>> read_runs(
    const CalibrateRequest& request, const catalog::Catalog& catalog);

/// Start values of the fit and error bands of the catalogue that load_catalog(explicit_dir) reads.
[[nodiscard]] Result<serving::Coefficients> load_start_values(const std::string& explicit_dir);
[[nodiscard]] Result<calibration::ErrorBands> load_error_bands(const std::string& explicit_dir);

/// With 80 % intervals. `runs` must outlive the answer.
[[nodiscard]] calibration::Evaluation evaluate(const std::vector<calibration::MeasuredRun>& runs,
                                               const serving::Coefficients& coefficients,
                                               const calibration::ErrorBands& bands, Pool& pool);

struct Refit {
  calibration::Evaluation left_out;  ///< by model; points into the runs
  std::string coefficients_csv;
  std::string errors_csv;
};
/// Fits, leaves every model out once, and writes down both.
[[nodiscard]] Refit refit(const std::vector<calibration::MeasuredRun>& runs,
                          const serving::Coefficients& start, const std::string& date, Pool& pool);

/// Replaces a file as a whole.
[[nodiscard]] Status write_file(const std::string& path, const std::string& text);

/// Summary tables for people; every row too when asked.
[[nodiscard]] std::string evaluation_text(const calibration::Evaluation& evaluation,
                                          bool with_rows);

}  // namespace breakeven::service
