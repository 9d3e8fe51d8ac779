#include "engine/calibration/fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/pool.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/calibration/predict.hpp"
#include "engine/calibration/schedule_profile.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/serving/step_time.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::calibration {
namespace {

using serving::Coefficients;
using serving::CoefficientSet;
using serving::StepCoefficients;
using serving::StepTerms;

struct Parameter {
  std::string_view name;
  double common;        ///< width of g
  double architecture;  ///< of a: what the chip decides
  double engine;        ///< of e: what the software decides
  double pair;          ///< of r
  double most;          ///< largest value that makes sense
};

// Efficiencies of the chip vary with the architecture, host and launch costs with the engine. The
// widths are a third (common) and two thirds (engine, pair) of what the runs alone would ask for:
// among those tried, models that are left out are then predicted best.
constexpr std::array kParameters = {
    Parameter{"compute_16", 0.09, 0.15, 0.09, 0.06, 1},
    Parameter{"compute_8", 0.09, 0.15, 0.09, 0.06, 1},
    Parameter{"compute_4", 0.09, 0.15, 0.09, 0.06, 1},
    Parameter{"stream_16", 0.06, 0.1, 0.06, 0.042, 1},
    Parameter{"stream_8", 0.06, 0.1, 0.06, 0.042, 1},
    Parameter{"stream_4", 0.09, 0.15, 0.09, 0.06, 1},
    Parameter{"expert_stream", 0.09, 0.15, 0.09, 0.06, 1},
    Parameter{"expert_stream_4", 0.09, 0.15, 0.09, 0.06, 2},
    Parameter{"expert_touch_s", 0.3, 0.3, 0.24, 0.18, 1e-4},
    Parameter{"expert_compute_16", 0.12, 0.2, 0.12, 0.09, 1.2},
    Parameter{"expert_compute", 0.12, 0.2, 0.12, 0.09, 1.2},
    Parameter{"expert_move", 0.4, 0.2, 0.18, 0.12, 10},
    Parameter{"activation_move", 0.15, 0.2, 0.12, 0.06, 10},
    Parameter{"kv_read", 0.09, 0.15, 0.09, 0.06, 1.2},
    Parameter{"kv_read_8", 0.09, 0.15, 0.09, 0.06, 1.2},
    Parameter{"attention", 0.12, 0.2, 0.12, 0.06, 1},
    Parameter{"link", 0.09, 0.2, 0.06, 0.06, 1.5},
    Parameter{"allreduce_s", 0.15, 0.25, 0.18, 0.12, 1e-4},
    Parameter{"layer_s", 0.15, 0.2, 0.24, 0.12, 1e-3},
    Parameter{"moe_layer_s", 0.21, 0.3, 0.24, 0.15, 1e-3},
    Parameter{"latent_layer_s", 0.21, 0.3, 0.24, 0.15, 1e-3},
    Parameter{"quant_layer_s", 0.21, 0.3, 0.24, 0.15, 1e-3},
    Parameter{"prefill_layer_s", 0.4, 0.3, 0.24, 0.15, 1e-2},
    Parameter{"step_s", 0.21, 0.3, 0.36, 0.18, 0.1},
    Parameter{"sequence_s", 0.21, 0.3, 0.36, 0.18, 1e-3},
    Parameter{"entry_s", 0.3, 0.2, 0.6, 0.18, 2},
};
constexpr std::size_t kCount = kParameters.size();
constexpr double kScale = 0.5;
constexpr double kTtftWeight = 0.5;

double soft_weight(double residual) {
  const double z = residual / kScale;
  return 1.0 / (kScale * kScale * std::sqrt(1 + z * z));
}
double soft_loss(double residual) {
  const double z = residual / kScale;
  return std::sqrt(1 + z * z) - 1;
}

/// Sources whose runs are a few hundred prompts or state too little: they are predicted, not fitted.
bool short_runs(std::string_view source) {
  return !source.starts_with("InferenceX (") && !source.starts_with("NVIDIA gap") &&
         !source.starts_with("BLIS") && !source.starts_with("LLMServingSim") &&
         source != "request log";
}

std::size_t index_in(std::vector<std::string>& names, const std::string& name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

struct Residuals {
  double ttft = 0;
  double tpot = 0;
};

Residuals residuals_of(const FitRun& r, const StepCoefficients& c) {
  const ProfiledTimes t = r.profile.times(StepTerms(r.physics, c));
  Residuals out;
  if (r.ttft_s > 0)
    out.ttft = det_log((c.entry_s + (t.ttft_s - c.entry_s) * r.ttft_ratio +
                        outside_engine_s(*r.run, t.tpot_s * r.tpot_ratio)) /
                       r.ttft_s);
  if (r.tpot_s > 0) out.tpot = det_log(t.tpot_s * r.tpot_ratio / r.tpot_s);
  return out;
}

/// A step model whose every time but the entry is scaled.
class SlowedStep final : public serving::StepModel {
 public:
  SlowedStep(const serving::StepModel& model, double factor) : model_(&model), factor_(factor) {}
  [[nodiscard]] double base_s(std::int64_t b, std::int64_t p) const override {
    return factor_ * model_->base_s(b, p);
  }
  [[nodiscard]] double s_per_context_token() const override {
    return factor_ * model_->s_per_context_token();
  }
  [[nodiscard]] double s_per_attention_pair() const override {
    return factor_ * model_->s_per_attention_pair();
  }
  [[nodiscard]] double attention_saving_s(double p, double pairs) const override {
    return factor_ * model_->attention_saving_s(p, pairs);
  }
  [[nodiscard]] double request_entry_s() const override { return model_->request_entry_s(); }

 private:
  const serving::StepModel* model_;
  double factor_;
};

/// An open loop is simulated with step times scaled until its TPOT is the measured one, so that the
/// batch is the one that was: a model that is too slow would otherwise be fitted on a full queue.
constexpr int kForcingRounds = 5;

/// Solves A x = b for a symmetric positive definite A by Cholesky, in place.
std::vector<double> cholesky_solve(std::vector<double> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) {
      const double l = a[j * n + k];
      if (l == 0) continue;
      for (std::size_t i = j; i < n; ++i) a[i * n + j] -= a[i * n + k] * l;
    }
    const double root = std::sqrt(std::max(a[j * n + j], 1e-300));
    for (std::size_t i = j; i < n; ++i) a[i * n + j] /= root;
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return b;
}

/// Both residuals of a run and their derivatives by the kCount log-coefficients of its pair.
struct Linearised {
  Residuals at;
  std::array<Residuals, kCount> slope;
};

}  // namespace

std::vector<const MeasuredRun*> runs_to_fit(const std::vector<MeasuredRun>& runs,
                                            const Coefficients& start) {
  std::vector<const MeasuredRun*> out;
  for (const MeasuredRun& run : runs) {
    if (!run.uncovered.empty() || short_runs(run.source) || run.load == Load::burst) continue;
    if (measured_tpot_s(run) <= 0 || run.contradicted) continue;
    const std::string architecture = serving::architecture_of(*run.config.accelerator);
    const bool known =
        std::any_of(start.sets().begin(), start.sets().end(), [&](const CoefficientSet& s) {
          return s.architecture == architecture && s.engine == run.config.engine;
        });
    if (!known) continue;
    const auto replica = replica_of(run, start);
    const double longest = run.input_tokens + run.output_tokens;
    if (!replica.ok() || static_cast<double>(replica->memory.kv_tokens) < longest) continue;
    out.push_back(&run);
  }
  return out;
}

Fit::Fit(const std::vector<const MeasuredRun*>& runs, const Coefficients& start) : start_(start) {
  std::vector<std::string> architectures;
  std::vector<std::string> engines;
  for (std::size_t s = 0; s < start_.sets().size(); ++s) {
    const CoefficientSet& set = start_.sets()[s];
    groups_.push_back(
        {s, index_in(architectures, set.architecture), index_in(engines, set.engine)});
  }
  architectures_ = architectures.size();
  engines_ = engines.size();
  width_.resize(kCount * (1 + architectures_ + engines_ + groups_.size()));
  for (std::size_t k = 0; k < kCount; ++k) {
    const Parameter& p = kParameters[k];
    for (std::size_t s = 0; s < groups_.size(); ++s) {
      const auto at = parameters_of(s, k);
      width_[at[0]] = p.common;
      width_[at[1]] = p.architecture;
      width_[at[2]] = p.engine;
      width_[at[3]] = p.pair;
    }
  }
  for (const MeasuredRun* run : runs) {
    FitRun r;
    r.run = run;
    r.physics = serving::step_physics(run->config);
    r.architecture = serving::architecture_of(*run->config.accelerator);
    r.engine = run->config.engine;
    r.ttft_s = measured_mean(*run, "ttft_mean").value_or(0);
    r.tpot_s = measured_tpot_s(*run);
    // The points of one closed-loop series share their error, so each counts as half a run.
    constexpr double kOneOfSeries = 0.5;
    constexpr double kRequestByRequest = 10;
    r.weight = run->load == Load::closed_loop ? kOneOfSeries : kRequestByRequest;
    runs_.push_back(std::move(r));
    for (std::size_t s = 0; s < groups_.size(); ++s)
      if (start_.sets()[s].architecture == runs_.back().architecture &&
          start_.sets()[s].engine == runs_.back().engine)
        group_of_.push_back(s);
  }
}

std::vector<std::size_t> Fit::parameters_of(std::size_t set, std::size_t k) const {
  const Group& g = groups_[set];
  return {k, kCount * (1 + g.architecture) + k, kCount * (1 + architectures_ + g.engine) + k,
          kCount * (1 + architectures_ + engines_ + set) + k};
}

StepCoefficients Fit::values_of(std::size_t set, const std::vector<double>& theta) const {
  StepCoefficients c = start_.sets()[set].values;
  for (std::size_t k = 0; k < kCount; ++k) {
    double sum = 0;
    for (const std::size_t at : parameters_of(set, k)) sum += theta[at];
    double& value = serving::coefficient(c, kParameters[k].name);
    value = std::min(value * det_exp(sum), kParameters[k].most);
  }
  return c;
}

double Fit::width_of(std::size_t set, std::string_view name) const {
  for (std::size_t k = 0; k < kCount; ++k) {
    if (kParameters[k].name != name) continue;
    const auto at = parameters_of(set, k);
    return std::sqrt(width_[at[1]] * width_[at[1]] + width_[at[2]] * width_[at[2]] +
                     width_[at[3]] * width_[at[3]]);
  }
  return 0;
}

FitState Fit::begin() const { return {std::vector<double>(width_.size(), 0.0)}; }

Coefficients Fit::coefficients(const FitState& state) const {
  std::vector<CoefficientSet> sets = start_.sets();
  for (std::size_t s = 0; s < sets.size(); ++s) sets[s].values = values_of(s, state.theta);
  return Coefficients::of(std::move(sets));
}

void Fit::simulate(const Coefficients& coefficients, Pool& pool) {
  pool.run(runs_.size(), [&](std::size_t i) {
    FitRun& r = runs_[i];
    const auto replica = replica_of(*r.run, coefficients);
    if (!replica.ok()) return;
    const traffic::Trace load = load_of(*r.run);
    const StepTerms terms(r.physics, coefficients.sets()[group_of_[i]].values);
    double factor = 1;
    const int rounds = r.run->load == Load::closed_loop ? 1 : kForcingRounds;
    for (int round = 0; round < rounds; ++round) {
      ScheduleProfile profile;
      serving::SimulationOptions options = options_of(*r.run);
      options.observer = &profile;
      const SlowedStep step(*replica->step, factor);
      auto result = serving::simulate(load, step, replica->limits, options);
      if (!result.ok()) return;
      profile.finish(result->requests);
      as_measured(*r.run, *result);
      const ProfiledTimes t = profile.times(terms);
      const double waited = factor * (t.ttft_s - terms.entry_s);
      r.profile = std::move(profile);
      r.ttft_ratio = waited > 0 ? (result->ttft.mean - terms.entry_s) / waited : 1;
      r.tpot_ratio = t.tpot_s > 0 ? result->tpot.mean / (factor * t.tpot_s) : 1;
      if (r.tpot_s <= 0 || result->tpot.mean <= 0) break;
      constexpr double kMostFactor = 4;
      factor = std::clamp(factor * r.tpot_s / result->tpot.mean, 1 / kMostFactor, kMostFactor);
    }
  });
}

FitState Fit::solve(const FitState& from, const std::vector<bool>& use, int rounds,
                    Pool& pool) const {
  constexpr double kStep = 1e-3;
  constexpr double kEnough = 1e-5;
  constexpr double kMostTheta = 2.5;
  const std::size_t n = width_.size();
  const auto loss = [&](const std::vector<double>& theta) {
    std::vector<StepCoefficients> values;
    values.reserve(groups_.size());
    for (std::size_t s = 0; s < groups_.size(); ++s) values.push_back(values_of(s, theta));
    std::vector<double> terms(runs_.size(), 0.0);
    pool.run(runs_.size(), [&](std::size_t i) {
      if (!use[i]) return;
      const Residuals r = residuals_of(runs_[i], values[group_of_[i]]);
      terms[i] = runs_[i].weight * (soft_loss(r.tpot) + kTtftWeight * soft_loss(r.ttft));
    });
    double sum = 0;
    for (const double t : terms) sum += t;
    for (std::size_t i = 0; i < n; ++i)
      sum += 0.5 * (theta[i] / width_[i]) * (theta[i] / width_[i]);
    return sum;
  };
  FitState state = from;
  double best = loss(state.theta);
  double damping = 1e-2;
  for (int round = 0; round < rounds; ++round) {
    std::vector<StepCoefficients> values;
    values.reserve(groups_.size());
    for (std::size_t s = 0; s < groups_.size(); ++s) values.push_back(values_of(s, state.theta));
    std::vector<Linearised> lines(runs_.size());
    pool.run(runs_.size(), [&](std::size_t i) {
      if (!use[i]) return;
      Linearised& line = lines[i];
      StepCoefficients c = values[group_of_[i]];
      line.at = residuals_of(runs_[i], c);
      for (std::size_t k = 0; k < kCount; ++k) {
        double& value = serving::coefficient(c, kParameters[k].name);
        const double kept = value;
        value *= det_exp(kStep);
        const Residuals moved = residuals_of(runs_[i], c);
        value = kept;
        line.slope[k] = {(moved.ttft - line.at.ttft) / kStep, (moved.tpot - line.at.tpot) / kStep};
      }
    });
    // Per pair first: its four parameters of one coefficient share a derivative.
    std::vector<double> normal(n * n, 0.0);
    std::vector<double> gradient(n, 0.0);
    for (std::size_t s = 0; s < groups_.size(); ++s) {
      std::array<std::array<double, kCount>, kCount> block{};
      std::array<double, kCount> down{};
      for (std::size_t i = 0; i < runs_.size(); ++i) {
        if (!use[i] || group_of_[i] != s) continue;
        const Linearised& line = lines[i];
        const double wp = runs_[i].weight * soft_weight(line.at.tpot);
        const double wt = runs_[i].weight * kTtftWeight * soft_weight(line.at.ttft);
        for (std::size_t j = 0; j < kCount; ++j) {
          const double p = wp * line.slope[j].tpot;
          const double t = wt * line.slope[j].ttft;
          down[j] += p * line.at.tpot + t * line.at.ttft;
          for (std::size_t k = 0; k <= j; ++k)
            block[j][k] += p * line.slope[k].tpot + t * line.slope[k].ttft;
        }
      }
      for (std::size_t j = 0; j < kCount; ++j)
        for (const std::size_t row : parameters_of(s, j)) {
          gradient[row] += down[j];
          for (std::size_t k = 0; k < kCount; ++k)
            for (const std::size_t column : parameters_of(s, k))
              normal[row * n + column] += k <= j ? block[j][k] : block[k][j];
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
      const double precision = 1 / (width_[i] * width_[i]);
      normal[i * n + i] += precision;
      gradient[i] += precision * state.theta[i];
    }
    bool improved = false;
    double gain = 0;
    constexpr double kMostDamping = 1e6;
    while (!improved && damping < kMostDamping) {
      std::vector<double> damped = normal;
      for (std::size_t i = 0; i < n; ++i) damped[i * n + i] *= 1 + damping;
      const std::vector<double> step = cholesky_solve(std::move(damped), gradient);
      std::vector<double> next = state.theta;
      for (std::size_t i = 0; i < n; ++i)
        next[i] = std::clamp(next[i] - step[i], -kMostTheta, kMostTheta);
      const double value = loss(next);
      improved = value < best;
      if (improved) {
        gain = best - value;
        best = value;
        state.theta = std::move(next);
        damping = std::max(1e-6, damping / 5);
      } else {
        damping *= 5;
      }
    }
    if (!improved || gain < kEnough * best) break;
  }
  return state;
}

}  // namespace breakeven::calibration
