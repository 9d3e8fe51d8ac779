#include "engine/advisor/quality.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::advisor {
namespace {

const catalog::QualityScore* best_on(const std::vector<const catalog::QualityScore*>& scores,
                                     std::string_view benchmark) {
  const catalog::QualityScore* best = nullptr;
  for (const catalog::QualityScore* score : scores) {
    if (score->benchmark != benchmark) continue;
    if (best == nullptr || score->score > best->score) best = score;
  }
  return best;
}

int order(const QualityGap& gap) {
  if (gap.benchmark.starts_with("LiveBench") && gap.benchmark.ends_with(" global")) return 0;
  return gap.api->kind == "independent" && gap.open->kind == "independent" ? 1 : 2;
}

}  // namespace

std::vector<QualityGap> quality_gaps(const catalog::Catalog& catalog, std::string_view api_model,
                                     std::string_view open_model) {
  const auto api = catalog.quality_of(api_model);
  const auto open = catalog.quality_of(open_model);
  std::vector<QualityGap> gaps;
  for (const catalog::QualityScore* score : open) {
    const bool listed = std::any_of(gaps.begin(), gaps.end(), [&](const QualityGap& gap) {
      return gap.benchmark == score->benchmark;
    });
    if (listed) continue;
    const catalog::QualityScore* other = best_on(api, score->benchmark);
    if (other == nullptr) continue;
    gaps.push_back({score->benchmark, other, best_on(open, score->benchmark)});
  }
  std::stable_sort(gaps.begin(), gaps.end(),
                   [](const QualityGap& x, const QualityGap& y) { return order(x) < order(y); });
  return gaps;
}

}  // namespace breakeven::advisor
