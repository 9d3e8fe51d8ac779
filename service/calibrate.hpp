// calibrate.hpp — use cases of `breakeven calibrate`: how far the simulator is from measurements.
//
// Errors   Those of the readers (file:line:column), not_found with near matches for names.
#pragma once

#include <string>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
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

/// `runs` must outlive the answer.
[[nodiscard]] calibration::Evaluation evaluate(const std::vector<calibration::MeasuredRun>& runs,
                                               const serving::Coefficients& coefficients,
                                               Pool& pool);

/// Summary tables for people; every row too when asked.
[[nodiscard]] std::string evaluation_text(const calibration::Evaluation& evaluation,
                                          bool with_rows);

}  // namespace breakeven::service
