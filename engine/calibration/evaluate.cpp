#include "engine/calibration/evaluate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/pool.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/calibration/predict.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/prediction_error.hpp"

namespace breakeven::calibration {
namespace {

constexpr std::string_view kDerivedThroughput = "output_throughput_derived";

double derived_throughput(const MeasuredRun& run, double ttft_s, double tpot_s) {
  return run.level * run.output_tokens / (ttft_s + (run.output_tokens - 1) * tpot_s);
}

void add_derived(const MeasuredRun& run, const std::optional<Prediction>& prediction,
                 EvaluatedRow row, std::vector<EvaluatedRow>& rows) {
  if (run.load != Load::closed_loop || measured_mean(run, "output_throughput")) return;
  const auto ttft = measured_mean(run, "ttft_mean");
  const auto tpot = measured_mean(run, "tpot_mean");
  if (!ttft || !tpot || *tpot <= 0) return;
  row.metric = kDerivedThroughput;
  row.measured = derived_throughput(run, *ttft, *tpot);
  row.predicted.reset();
  if (prediction)
    row.predicted =
        derived_throughput(run, prediction->result.ttft.mean, prediction->result.tpot.mean);
  rows.push_back(std::move(row));
}

std::vector<EvaluatedRow> rows_of(const MeasuredRun& run,
                                  const serving::Coefficients& coefficients) {
  std::optional<Prediction> prediction;
  EvaluatedRow row;
  row.run = &run;
  row.reason = run.uncovered;
  if (run.uncovered.empty()) {
    auto predicted = predict(run, coefficients);
    if (predicted.ok()) {
      prediction = *std::move(predicted);
      row.regime = to_string(prediction->regime);
      row.extrapolated = !prediction->replica.measured;
    } else {
      row.reason = predicted.error().text();
    }
  }
  std::vector<EvaluatedRow> rows;
  for (const MeasuredMetric& m : run.metrics) {
    row.metric = m.name;
    row.measured = m.value;
    row.predicted.reset();
    if (prediction) row.predicted = predicted_metric(run, *prediction, m.name);
    if (prediction && !row.predicted) {
      EvaluatedRow without = row;
      without.reason = "metric " + m.name;
      without.regime.clear();
      rows.push_back(std::move(without));
      continue;
    }
    rows.push_back(row);
  }
  add_derived(run, prediction, row, rows);
  return rows;
}

double quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

struct Group {
  SummaryLine line;
  std::vector<double> absolute;
  double sum_log = 0;
};

void finish(Group& g) {
  if (g.absolute.empty()) return;
  std::sort(g.absolute.begin(), g.absolute.end());
  const auto n = static_cast<double>(g.absolute.size());
  for (const double a : g.absolute) g.line.mean += a / n;
  g.line.median = quantile(g.absolute, 0.5);
  g.line.p90 = quantile(g.absolute, 0.9);
  g.line.bias = det_exp(g.sum_log / n) - 1.0;
}

std::vector<SummaryLine> summarise(const std::vector<EvaluatedRow>& rows) {
  using Key = std::tuple<int, std::string, std::string>;
  constexpr std::array kBy = {"set", "source", "gpu", "model", "engine", "regime", "fit"};
  std::map<Key, Group> groups;
  for (const EvaluatedRow& row : rows) {
    const std::string metric = canonical_metric(row.metric);
    const std::array<std::string, kBy.size()> keys = {set_of(*row.run),
                                                      row.run->source,
                                                      row.run->gpu,
                                                      row.run->model,
                                                      row.run->config.engine,
                                                      row.regime,
                                                      row.left_out ? "left out of the fit" : ""};
    for (std::size_t by = 0; by < keys.size(); ++by) {
      if (keys[by].empty()) continue;  // what is not covered has no regime
      Group& g = groups[{static_cast<int>(by), keys[by], metric}];
      g.line.by = kBy[by];
      g.line.key = keys[by];
      g.line.metric = metric;
      ++(row.run->known ? g.line.rows : g.line.unknown);
      if (!row.predicted || row.measured <= 0 || *row.predicted <= 0) continue;
      ++g.line.covered;
      g.absolute.push_back(std::abs(row.error()));
      g.sum_log += det_log(*row.predicted / row.measured);
      if (row.high > 0) {
        ++g.line.with_interval;
        if (row.measured >= row.low && row.measured <= row.high) ++g.line.inside_interval;
      }
    }
  }
  std::vector<SummaryLine> summary;
  for (auto& [key, group] : groups) {
    finish(group);
    summary.push_back(std::move(group.line));
  }
  return summary;
}

}  // namespace

void resummarise(Evaluation& evaluation) { evaluation.summary = summarise(evaluation.rows); }

std::string set_of(const MeasuredRun& run) {
  return run.source + ", " + (run.aggregated ? "aggregated" : "disaggregated") +
         (run.speculative ? ", speculation" : "") +
         (run.contradicted ? ", contradicts its own series" : "");
}

Evaluation evaluate(const std::vector<MeasuredRun>& runs, const CoefficientsFor& coefficients,
                    Pool& pool) {
  std::vector<std::vector<EvaluatedRow>> by_run(runs.size());
  pool.run(runs.size(),
           [&](std::size_t i) { by_run[i] = rows_of(runs[i], coefficients(runs[i])); });
  Evaluation evaluation;
  std::map<std::string, std::int64_t> reasons;
  for (std::vector<EvaluatedRow>& rows : by_run) {
    if (!rows.empty() && rows.front().regime.empty() && !rows.front().reason.empty())
      ++reasons[rows.front().reason];
    for (EvaluatedRow& row : rows) evaluation.rows.push_back(std::move(row));
  }
  for (const auto& [text, count] : reasons) evaluation.not_covered.push_back({text, count});
  std::stable_sort(evaluation.not_covered.begin(), evaluation.not_covered.end(),
                   [](const Reason& a, const Reason& b) { return a.runs > b.runs; });
  evaluation.summary = summarise(evaluation.rows);
  return evaluation;
}

}  // namespace breakeven::calibration
