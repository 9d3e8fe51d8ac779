// quality.hpp — what public benchmarks say about changing the model.
//
// Units    Scores as the benchmark publishes them; gap = open model less API model. Noise in points:
//          prior.benchmark_noise_*; two scores closer than their noise are not told apart.
// Shape    Only benchmarks that scored both models; each side by its best run. Nothing is
//          converted between
//          benchmarks and nothing is estimated: no common benchmark, no gap.
// Sources  catalog/quality.csv, names joined by catalog/quality_names.csv.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/given_defaults.hpp"

namespace breakeven::advisor {

struct QualityGap {
  std::string benchmark;
  const catalog::QualityScore* api = nullptr;  ///< best run of the API model
  const catalog::QualityScore* open = nullptr;
  double noise = 0;  ///< of the noisier side
  [[nodiscard]] double gap() const { return open->score - api->score; }
  [[nodiscard]] bool told_apart() const { return gap() > noise || gap() < -noise; }
};

/// Overall scores first (LiveBench global, then others that are independent), then vendor-reported
/// ones; in
/// the order of the catalogue among equals.
[[nodiscard]] Result<std::vector<QualityGap>> quality_gaps(const catalog::Catalog& catalog,
                                                           const catalog::GivenDefaults& defaults,
                                                           std::string_view api_model,
                                                           std::string_view open_model);

/// Weighted mean of a model's best scores on `benchmarks` (empty: LiveBench global), and its noise;
/// empty when one of them did not score it.
struct ModelScore {
  double score = 0;
  double noise = 0;
  std::string on;  ///< names of the benchmarks
  catalog::Source source;
};
[[nodiscard]] Result<std::optional<ModelScore>> model_score(
    const catalog::Catalog& catalog, const catalog::GivenDefaults& defaults, std::string_view model,
    const std::map<std::string, double>& benchmarks);

/// Refuses a benchmark that the catalogue does not have, or a weight that is not above zero.
[[nodiscard]] Status check_benchmarks(const catalog::Catalog& catalog,
                                      const std::map<std::string, double>& benchmarks);

}  // namespace breakeven::advisor
