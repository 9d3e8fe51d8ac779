#include "engine/calibration/cross_validate.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/text.hpp"
#include "engine/calibration/error_bands.hpp"
#include "engine/calibration/evaluate.hpp"
#include "engine/calibration/fit.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/serving/coefficients.hpp"

namespace breakeven::calibration {
namespace {

std::string fold_of(const MeasuredRun& run, LeaveOut leave_out) {
  if (leave_out == LeaveOut::accelerator)
    return run.config.accelerator != nullptr ? run.config.accelerator->id : run.gpu;
  return run.config.model != nullptr ? run.config.model->id : run.model;
}

/// Three significant digits.
std::string rounded(double x) {
  if (x == 0) return "0";
  double scale = 1;
  constexpr double kHundred = 100;
  while (std::abs(x) * scale < kHundred) scale *= 10;
  while (std::abs(x) * scale >= 10 * kHundred) scale /= 10;
  const double digits = std::floor(std::abs(x) * scale + 0.5);
  return shortest(scale >= 1 ? digits / scale : digits * (1 / scale));
}

std::set<const MeasuredRun*> fitted_runs(const Calibrated& calibrated) {
  std::set<const MeasuredRun*> fitted;
  for (const FitRun& r : calibrated.fit.runs()) fitted.insert(r.run);
  return fitted;
}

struct Evidence {
  std::int64_t runs = 0;
  std::set<std::string> accelerators;
  std::set<std::string> sources;
};

std::string joined(const std::set<std::string>& names, const char* between) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : between) + name;
  return out;
}

/// Real / predicted time per token, 10th and 90th percentile, of the fitted runs of one pair.
std::pair<double, double> band_of(const Evaluation& left_out, const serving::CoefficientSet& set,
                                  const std::set<const MeasuredRun*>& fitted) {
  std::vector<EvaluatedRow> rows;
  for (const EvaluatedRow& row : left_out.rows) {
    const MeasuredRun& run = *row.run;
    if (fitted.contains(row.run) && metric_kind(row.metric) == "tpot" &&
        run.config.accelerator != nullptr && run.config.engine == set.engine &&
        serving::architecture_of(*run.config.accelerator) == set.architecture)
      rows.push_back(row);
  }
  const ErrorBands bands = ErrorBands::from_rows(rows);
  const ErrorBand* band = bands.find(set.engine, "tpot", "*");
  if (band == nullptr) return {0, 0};
  return {band->p10, band->p90};
}

}  // namespace

Calibrated calibrate(const std::vector<MeasuredRun>& runs, const serving::Coefficients& start,
                     Pool& pool) {
  constexpr int kRounds = 3;
  constexpr int kFirstSteps = 15;
  constexpr int kNextSteps = 8;
  Fit fit(runs_to_fit(runs, start), start);
  FitState state = fit.begin();
  serving::Coefficients coefficients = fit.coefficients(state);
  const std::vector<bool> all(fit.runs().size(), true);
  for (int round = 0; round < kRounds; ++round) {
    fit.simulate(coefficients, pool);
    state = fit.solve(state, all, round == 0 ? kFirstSteps : kNextSteps, pool);
    coefficients = fit.coefficients(state);
  }
  fit.simulate(coefficients, pool);
  return {std::move(fit), std::move(state), std::move(coefficients)};
}

GroupedBands grouped_bands(const Evaluation& left_out, const Calibrated& calibrated,
                           LeaveOut leave_out) {
  const std::set<const MeasuredRun*> fitted = fitted_runs(calibrated);
  return {left_out.rows, [&](const EvaluatedRow& row) {
            return fitted.contains(row.run) ? fold_of(*row.run, leave_out) : std::string();
          }};
}

Evaluation cross_validate(const std::vector<MeasuredRun>& runs, const Calibrated& calibrated,
                          LeaveOut leave_out, Pool& pool) {
  constexpr int kSteps = 8;
  std::set<std::string> names;
  for (const FitRun& r : calibrated.fit.runs()) names.insert(fold_of(*r.run, leave_out));
  std::map<std::string, serving::Coefficients> folds;
  for (const std::string& name : names) {
    std::vector<bool> use;
    for (const FitRun& r : calibrated.fit.runs()) use.push_back(fold_of(*r.run, leave_out) != name);
    const FitState state = calibrated.fit.solve(calibrated.state, use, kSteps, pool);
    folds.emplace(name, calibrated.fit.coefficients(state));
  }
  const auto coefficients_for = [&](const MeasuredRun& run) -> const serving::Coefficients& {
    const auto fold = folds.find(fold_of(run, leave_out));
    return fold == folds.end() ? calibrated.coefficients : fold->second;
  };
  Evaluation evaluation = evaluate(runs, coefficients_for, pool);
  const std::set<const MeasuredRun*> fitted = fitted_runs(calibrated);
  const GroupedBands grouped = grouped_bands(evaluation, calibrated, leave_out);
  std::map<std::string, ErrorBands> bands;
  for (EvaluatedRow& row : evaluation.rows) {
    const std::string name = fold_of(*row.run, leave_out);
    auto band = bands.find(name);
    if (band == bands.end()) band = bands.emplace(name, grouped.without(name)).first;
    add_interval(row, band->second);
    row.left_out = fitted.contains(row.run);
  }
  resummarise(evaluation);
  return evaluation;
}

std::string coefficients_csv(const Calibrated& calibrated, const Evaluation& left_out,
                             const std::string& date) {
  std::map<std::pair<std::string, std::string>, Evidence> evidence;
  const std::set<const MeasuredRun*> fitted = fitted_runs(calibrated);
  for (const FitRun& r : calibrated.fit.runs()) {
    Evidence& e = evidence[{r.architecture, r.engine}];
    ++e.runs;
    e.accelerators.insert(r.run->config.accelerator->id);
    e.sources.insert(r.run->source);
  }
  std::string out =
      "# Coefficients of the step-time formula per (architecture, engine); written by\n"
      "# `breakeven calibrate fit` from serving_start_values.csv and measured runs:\n"
      "# docs/methodology/serving.md.\n"
      "architecture,engine,name,value,low,high,fitted_on,date,source\n";
  for (std::size_t s = 0; s < calibrated.coefficients.sets().size(); ++s) {
    const serving::CoefficientSet& set = calibrated.coefficients.sets()[s];
    const Evidence& e = evidence[{set.architecture, set.engine}];
    serving::StepCoefficients values = set.values;
    values.runs = static_cast<double>(e.runs);
    const auto [p10, p90] = band_of(left_out, set, fitted);
    if (p10 > 0) {
      values.error_p10 = p10;
      values.error_p90 = p90;
    }
    const std::string on = e.runs > 0
                               ? std::to_string(e.runs) + " runs on " + joined(e.accelerators, " ")
                               : "no runs; what is common to all pairs";
    const std::string from =
        e.runs > 0 ? "fitted: " + joined(e.sources, "; ") : "fitted on the other pairs";
    for (const std::string_view name : serving::coefficient_names()) {
      const double value = serving::coefficient(values, name);
      const double spread = det_exp(calibrated.fit.width_of(s, name));
      out += set.architecture + "," + set.engine + "," + std::string(name) + "," + rounded(value) +
             "," + rounded(value / spread) + "," + rounded(value * spread) + "," + on + "," + date +
             "," + from + "\n";
    }
  }
  return out;
}

}  // namespace breakeven::calibration
