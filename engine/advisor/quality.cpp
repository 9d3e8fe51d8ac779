#include "engine/advisor/quality.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"

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

constexpr std::string_view kOverall = "LiveBench-2026-01-08 global";

Result<double> noise_of(const catalog::GivenDefaults& defaults,
                        const catalog::QualityScore& score) {
  BREAKEVEN_TRY(
      const catalog::Default* noise,
      defaults.default_value(score.kind == "independent" ? "prior.benchmark_noise_independent"
                                                         : "prior.benchmark_noise_reported"));
  return noise->value;
}

}  // namespace

Result<std::vector<QualityGap>> quality_gaps(const catalog::Catalog& catalog,
                                             const catalog::GivenDefaults& defaults,
                                             std::string_view api_model,
                                             std::string_view open_model) {
  const auto api = catalog.quality_of(api_model);
  const auto open = catalog.quality_of(open_model);
  std::vector<QualityGap> gaps;
  for (const catalog::QualityScore* score : open) {
    const bool listed = std::any_of(gaps.begin(), gaps.end(), [&](const QualityGap& gap) {
      return gap.benchmark == score->benchmark;
    });
    if (listed) continue;
    QualityGap gap{score->benchmark, best_on(api, score->benchmark),
                   best_on(open, score->benchmark), 0};
    if (gap.api == nullptr) continue;
    BREAKEVEN_TRY(const double api_noise, noise_of(defaults, *gap.api));
    BREAKEVEN_TRY(const double open_noise, noise_of(defaults, *gap.open));
    gap.noise = std::max(api_noise, open_noise);
    gaps.push_back(std::move(gap));
  }
  std::stable_sort(gaps.begin(), gaps.end(),
                   [](const QualityGap& x, const QualityGap& y) { return order(x) < order(y); });
  return gaps;
}

Result<std::optional<ModelScore>> model_score(const catalog::Catalog& catalog,
                                              const catalog::GivenDefaults& defaults,
                                              std::string_view model,
                                              const std::map<std::string, double>& benchmarks) {
  std::map<std::string, double> wanted = benchmarks;
  if (wanted.empty()) wanted.emplace(kOverall, 1);
  const auto scores = catalog.quality_of(model);
  ModelScore mean;
  double weights = 0;
  for (const auto& [benchmark, weight] : wanted) {
    const catalog::QualityScore* best = best_on(scores, benchmark);
    if (best == nullptr) return std::optional<ModelScore>();
    BREAKEVEN_TRY(const double noise, noise_of(defaults, *best));
    mean.score += weight * best->score;
    // Errors of one harness go together: the mean is no surer than its parts.
    mean.noise += weight * noise;
    weights += weight;
    mean.on += (mean.on.empty() ? "" : ", ") + benchmark;
    mean.source = best->source;
  }
  mean.score /= weights;
  mean.noise /= weights;
  return std::optional<ModelScore>(std::move(mean));
}

Status check_benchmarks(const catalog::Catalog& catalog,
                        const std::map<std::string, double>& benchmarks) {
  std::vector<std::string> known;
  for (const catalog::QualityScore& score : catalog.quality()) {
    if (std::ranges::find(known, score.benchmark) == known.end()) known.push_back(score.benchmark);
  }
  for (const auto& [name, weight] : benchmarks) {
    if (std::ranges::find(known, name) == known.end()) {
      return not_found("benchmark", name, known, "benchmarks");
    }
    if (!(weight > 0 && weight <= 1e6)) {
      return Error{ErrorCode::out_of_range,
                   "expected a weight above 0 and up to 1 000 000, found " + shortest(weight),
                   "benchmarks " + name};
    }
  }
  return {};
}

}  // namespace breakeven::advisor
