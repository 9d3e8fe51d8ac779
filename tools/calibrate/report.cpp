#include "tools/calibrate/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "engine/base/det_math.hpp"
#include "engine/base/text.hpp"

namespace breakeven::calibrate {
namespace {

using serving::Coefficients;
using serving::StepCoefficients;

constexpr double kOneModelOnly = 1.15;  ///< widens a band that no left-out model supports
/// No band is narrower than the noise between two measurements of the same run (5 to 10 %).
constexpr double kNoise = 1.05;

std::string rounded(double value, int places) {
  double scale = 1;
  for (int i = 0; i < places; ++i) scale *= 10;
  return shortest(static_cast<double>(std::llround(value * scale)) / scale);
}

/// Three significant digits.
std::string significant(double value) {
  if (value == 0) return "0";
  double scale = 1;
  while (std::abs(value) * scale < 100) scale *= 10;
  return shortest(static_cast<double>(std::llround(value * scale)) / scale);
}

std::string percent(double share) { return rounded(share * 100, 1); }

Points without_model(const Points& points, const std::string& model) {
  Points kept;
  for (const PreparedRun* p : points)
    if (p->run->config.model->id != model) kept.push_back(p);
  return kept;
}

/// Output tokens per second of a closed loop by Little's law: users x tokens / time in the system.
double closed_loop_rate(const MeasuredRun& run, double ttft_s, double tpot_s) {
  return run.level * run.output_tokens / (ttft_s + (run.output_tokens - 1) * tpot_s);
}

double measured_rate(const MeasuredRun& run) {
  if (run.load != Load::closed_loop) return 0;
  if (run.output_tokens_per_s > 0) return run.output_tokens_per_s;
  return run.ttft_s > 0 ? closed_loop_rate(run, run.ttft_s, run.tpot_s) : 0;
}

double predicted_rate(const MeasuredRun& run, const Steady& s) {
  return run.output_tokens_per_s > 0 ? s.output_tokens_per_s
                                     : closed_loop_rate(run, s.ttft_s, s.tpot_s);
}

/// Two stages: one set of efficiencies for all architectures under an engine, then each
/// architecture from there. Runs of `left_out` (a model id, or empty) are not seen by either stage.
StepCoefficients fit_group(const std::vector<Group>& groups, const Group& g,
                           const std::string& left_out) {
  Points pooled;
  for (const Group& other : groups)
    if (other.engine == g.engine)
      for (const PreparedRun* p : without_model(other.points, left_out)) pooled.push_back(p);
  const StepCoefficients common = fit(pooled, g.prior);
  StepCoefficients own = fit(without_model(g.points, left_out), transfer(g.prior, common));
  own.entry_s = common.entry_s;  // host work: the same whatever accelerator waits for it
  return own;
}

void cross_validate(const std::vector<Group>& groups, Group& g) {
  std::set<std::string> models;
  for (const PreparedRun* p : g.points) models.insert(p->run->config.model->id);
  for (const std::string& model : models) {
    const StepCoefficients c = models.size() > 1 ? fit_group(groups, g, model) : g.fitted;
    for (const PreparedRun* p : g.points) {
      if (p->run->config.model->id != model) continue;
      const Steady s = steady_state(*p, serving::StepTerms(p->physics, c));
      g.left_out.push_back(det_log(s.tpot_s / p->run->tpot_s));
      g.left_out_by_model[model + " " + std::string(to_string(p->run->config.weights))].push_back(
          g.left_out.back());
      if (p->run->ttft_s > 0 && p->run->load == Load::closed_loop)
        g.left_out_ttft.push_back(det_log(s.ttft_s / p->run->ttft_s));
      if (const double measured = measured_rate(*p->run); measured > 0)
        g.left_out_rate.push_back(det_log(predicted_rate(*p->run, s) / measured));
    }
  }
  const ErrorSummary e = summarise(g.left_out);
  const double widen = models.size() > 1 ? 1.0 : kOneModelOnly;
  g.fitted.error_p10 = std::min(e.real_over_predicted_p10 / widen, 1 / kNoise);
  g.fitted.error_p90 = std::max(e.real_over_predicted_p90 * widen, kNoise);
}

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string table_head(const std::vector<std::string>& titles) {
  std::vector<std::string> rules(titles.size(), "---");
  return row(titles) + row(rules);
}

std::vector<std::string> cells_of(const std::vector<double>& residuals) {
  const ErrorSummary s = summarise(residuals);
  if (s.count == 0) return {"0", "", "", ""};
  return {std::to_string(s.count), percent(s.mape), percent(s.median), percent(s.bias)};
}

std::string left_out_models_table(const std::vector<Group>& groups) {
  std::string out = table_head({"architecture, engine", "runs", "TPOT MAPE %", "median %", "bias %",
                                "real/predicted P10 to P90", "TTFT MAPE / median %",
                                "throughput MAPE / median %"});
  for (const Group& g : groups) {
    if (!g.was_fitted) continue;
    std::vector<std::string> cells{g.architecture + ", " + g.engine};
    for (std::string& cell : cells_of(g.left_out)) cells.push_back(std::move(cell));
    cells.push_back(rounded(g.fitted.error_p10, 2) + " to " + rounded(g.fitted.error_p90, 2));
    const ErrorSummary ttft = summarise(g.left_out_ttft);
    cells.push_back(ttft.count > 0 ? percent(ttft.mape) + " / " + percent(ttft.median) : "");
    const ErrorSummary rate = summarise(g.left_out_rate);
    cells.push_back(rate.count > 0 ? percent(rate.mape) + " / " + percent(rate.median) : "");
    out += row(cells);
  }
  return out;
}

const Group* nearest_fitted(const std::vector<Group>& groups, const Group& g) {
  for (const std::string& next : serving::fallback_order(g.architecture)) {
    if (next == g.architecture) continue;
    const auto other = std::ranges::find_if(groups, [&](const Group& candidate) {
      return candidate.architecture == next && candidate.engine == g.engine && candidate.was_fitted;
    });
    if (other != groups.end()) return &*other;
  }
  return nullptr;
}

/// The coefficients this architecture would have if nobody had run the engine on it.
StepCoefficients as_if_unmeasured(const std::vector<Group>& groups, const Group& g) {
  const Group* from = nearest_fitted(groups, g);
  return from != nullptr ? transfer(g.prior, from->fitted) : g.prior;
}

std::string left_out_accelerators_table(const std::vector<Group>& groups) {
  std::string out = table_head({"accelerator left out, engine", "predicted from", "runs",
                                "TPOT MAPE %", "median %", "bias %"});
  const auto add = [&](const std::string& name, const std::string& from, const Points& points,
                       const StepCoefficients& c) {
    std::vector<double> residuals;
    for (const PreparedRun* p : points) residuals.push_back(tpot_residual(*p, c));
    std::vector<std::string> cells{name, from};
    for (std::string& cell : cells_of(residuals)) cells.push_back(std::move(cell));
    out += row(cells);
  };
  for (const Group& g : groups) {
    if (!g.was_fitted) continue;
    std::map<std::string, std::pair<Points, Points>> by;  // accelerator -> its runs, the others
    for (const PreparedRun* p : g.points) by[p->run->config.accelerator->id];
    for (auto& [accelerator, split] : by)
      for (const PreparedRun* p : g.points)
        (p->run->config.accelerator->id == accelerator ? split.first : split.second).push_back(p);
    for (const auto& [accelerator, split] : by) {
      const std::string name = accelerator + ", " + g.engine;
      if (split.second.size() >= kFewestRuns)
        add(name, "others of " + g.architecture, split.first, fit(split.second, g.prior));
      const Group* from = nearest_fitted(groups, g);
      if (from == nullptr) continue;
      add(name, from->architecture, split.first, as_if_unmeasured(groups, g));
    }
  }
  return out;
}

/// Fit and check runs by accelerator, engine and source, predicted with what the product ships.
std::string by_source_table(const std::vector<Group>& groups) {
  std::string out = table_head({"accelerator, engine, source", "runs", "TPOT MAPE %", "median %",
                                "bias %", "with starting values: MAPE %"});
  for (const bool steady : {true, false}) {
    for (const Group& g : groups) {
      std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> by;
      for (const PreparedRun* p : steady ? g.points : g.check_points) {
        auto& [fitted, prior] =
            by[p->run->config.accelerator->id + ", " + g.engine + ", " + p->run->source +
               (steady ? "" : " (short runs, not in the fit)")];
        fitted.push_back(tpot_residual(*p, g.fitted));
        prior.push_back(tpot_residual(*p, g.prior));
      }
      for (const auto& [name, residuals] : by) {
        std::vector<std::string> cells{name};
        for (std::string& cell : cells_of(residuals.first)) cells.push_back(std::move(cell));
        cells.push_back(percent(summarise(residuals.second).mape));
        out += row(cells);
      }
    }
  }
  return out;
}

std::string by_model_table(const std::vector<Group>& groups) {
  std::string out = table_head({"model left out, precision; architecture, engine", "runs",
                                "TPOT MAPE %", "median %", "bias %"});
  for (const Group& g : groups) {
    for (const auto& [model, residuals] : g.left_out_by_model) {
      std::vector<std::string> cells{model + "; " + g.architecture + ", " + g.engine};
      for (std::string& cell : cells_of(residuals)) cells.push_back(std::move(cell));
      out += row(cells);
    }
  }
  return out;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

void transfer_the_rest(std::vector<Group>& groups) {
  std::vector<double> residuals;
  for (const Group& g : groups) {
    if (!g.was_fitted || nearest_fitted(groups, g) == nullptr) continue;
    const StepCoefficients c = as_if_unmeasured(groups, g);
    for (const PreparedRun* p : g.points) residuals.push_back(tpot_residual(*p, c));
  }
  const ErrorSummary e = summarise(residuals);
  for (Group& g : groups) {
    if (g.was_fitted || nearest_fitted(groups, g) == nullptr) continue;
    g.fitted = as_if_unmeasured(groups, g);
    g.fitted.runs = 0;
    g.fitted.error_p10 = std::min(e.real_over_predicted_p10, 1 / kNoise);
    g.fitted.error_p90 = std::max(e.real_over_predicted_p90, kNoise);
    g.transferred_from = nearest_fitted(groups, g)->architecture;
  }
}

std::string csv_row(const std::vector<std::string>& fields,
                    const std::vector<std::size_t>& columns) {
  std::string line;
  for (const std::size_t column : columns)
    line += (line.empty() ? "" : ",") + csv_field(fields[column]);
  return line + "\n";
}

struct Evidence {
  std::string fitted_on;
  std::string source;
};

Evidence evidence_of(const Group& g) {
  if (!g.was_fitted)
    return {"no steady runs; values fitted on " + g.transferred_from,
            "taken over from " + g.transferred_from};
  std::set<std::string> accelerators;
  std::set<std::string> sources;
  for (const PreparedRun* p : g.points) {
    accelerators.insert(p->run->config.accelerator->id);
    sources.insert(p->run->source);
  }
  Evidence e{std::to_string(g.points.size()) + " runs on", "fitted:"};
  for (const std::string& accelerator : accelerators) e.fitted_on += " " + accelerator;
  std::string separator = " ";
  for (const std::string& source : sources) {
    e.source += separator + source;
    separator = "; ";
  }
  return e;
}

/// The prior's rows with fitted values, evidence and date where the pair was fitted.
Result<std::string> coefficients_csv(const std::vector<Group>& groups, std::string_view prior_csv,
                                     const std::string& prior_name, const std::string& date) {
  BREAKEVEN_TRY(const CsvTable prior, CsvTable::parse(prior_csv, prior_name));
  BREAKEVEN_TRY(const std::size_t architecture, prior.column("architecture"));
  BREAKEVEN_TRY(const std::size_t engine, prior.column("engine"));
  BREAKEVEN_TRY(const std::size_t name, prior.column("name"));
  BREAKEVEN_TRY(const std::size_t value, prior.column("value"));
  BREAKEVEN_TRY(const std::size_t low, prior.column("low"));
  BREAKEVEN_TRY(const std::size_t high, prior.column("high"));
  BREAKEVEN_TRY(const std::size_t fitted_on, prior.column("fitted_on"));
  BREAKEVEN_TRY(const std::size_t date_column, prior.column("date"));
  BREAKEVEN_TRY(const std::size_t source, prior.column("source"));
  const std::vector<std::size_t> columns = {architecture, engine,    name,        value, low,
                                            high,         fitted_on, date_column, source};
  std::string out =
      "# Efficiencies of the step-time formula per (architecture, engine); written by "
      "breakeven_calibrate from\n"
      "# tools/calibrate/prior_coefficients.csv and measured runs: docs/methodology/step-time.md.\n"
      "architecture,engine,name,value,low,high,fitted_on,date,source\n";
  for (const CsvTable::Row& r : prior.rows()) {
    std::vector<std::string> f = r.fields;
    const auto group = std::ranges::find_if(groups, [&](const Group& g) {
      return g.architecture == f[architecture] && g.engine == f[engine];
    });
    if (group != groups.end() && (group->was_fitted || !group->transferred_from.empty()) &&
        f[name] != "link") {
      const double spread =
          parse_double(f[high]).ok() && parse_double(f[value]).ok() && *parse_double(f[value]) > 0
              ? *parse_double(f[high]) / *parse_double(f[value])
              : 1.0;
      const double now = serving::coefficient(group->fitted, f[name]);
      if (f[name] == "allreduce_s" && !group->was_fitted) {
        out += csv_row(f, columns);
        continue;
      }
      const Evidence evidence = evidence_of(*group);
      f[value] = significant(now);
      f[low] = significant(now / spread);
      f[high] = significant(now * spread);
      f[fitted_on] = evidence.fitted_on;
      f[date_column] = date;
      f[source] = evidence.source;
    }
    out += csv_row(f, columns);
  }
  return out;
}

}  // namespace

Result<Calibration> calibrate(const std::vector<PreparedRun>& runs, std::string_view prior_csv,
                              const std::string& prior_name, const std::string& date) {
  BREAKEVEN_TRY(const Coefficients prior, Coefficients::parse(prior_csv, prior_name));
  Calibration out;
  for (const serving::CoefficientSet& key : prior.sets()) {
    Group g;
    g.architecture = key.architecture;
    g.engine = key.engine;
    g.prior = key.values;
    g.fitted = g.prior;
    for (const PreparedRun& run : runs) {
      const serving::ReplicaConfig& config = run.run->config;
      if (config.engine != g.engine ||
          serving::architecture_of(*config.accelerator) != g.architecture)
        continue;
      (run.run->steady ? g.points : g.check_points).push_back(&run);
    }
    out.groups.push_back(std::move(g));
  }
  for (Group& g : out.groups) {
    if (g.points.size() < kFewestRuns) continue;
    g.fitted = fit_group(out.groups, g, {});
    g.fitted.runs = static_cast<double>(g.points.size());
    g.was_fitted = true;
    cross_validate(out.groups, g);
  }
  transfer_the_rest(out.groups);
  BREAKEVEN_TRY(out.coefficients_csv, coefficients_csv(out.groups, prior_csv, prior_name, date));
  out.tables =
      "Models left out of the fit, one at a time (closed form; MAPE and median of "
      "|predicted/measured - 1|):\n\n" +
      left_out_models_table(out.groups) + "\nAccelerators left out:\n\n" +
      left_out_accelerators_table(out.groups) +
      "\nWith the shipped coefficients, by accelerator and source:\n\n" +
      by_source_table(out.groups) + "\nBy model, each left out of the fit:\n\n" +
      by_model_table(out.groups);
  return out;
}

}  // namespace breakeven::calibrate
