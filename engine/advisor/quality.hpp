// quality.hpp — what public benchmarks say about changing the model.
//
// Units    Scores as the benchmark publishes them; gap = open model less API model.
// Shape    Only benchmarks that scored both models; each side by its best run. Nothing is
//          converted between
//          benchmarks and nothing is estimated: no common benchmark, no gap.
// Sources  catalog/quality.csv, names joined by catalog/quality_names.csv.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/catalog/catalog.hpp"

namespace breakeven::advisor {

struct QualityGap {
  std::string benchmark;
  const catalog::QualityScore* api = nullptr;  ///< best run of the API model
  const catalog::QualityScore* open = nullptr;
  [[nodiscard]] double gap() const { return open->score - api->score; }
};

/// Overall scores first (LiveBench global, then others that are independent), then vendor-reported
/// ones; in
/// the order of the catalogue among equals.
[[nodiscard]] std::vector<QualityGap> quality_gaps(const catalog::Catalog& catalog,
                                                   std::string_view api_model,
                                                   std::string_view open_model);

}  // namespace breakeven::advisor
