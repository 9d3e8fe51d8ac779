#include "tools/calibrate/fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/det_math.hpp"

namespace breakeven::calibrate {
namespace {

using serving::StepCoefficients;

struct Multiplier {
  std::vector<double*> (*fields)(StepCoefficients&);
  double sigma;
};

const std::array<Multiplier, 14> kMultipliers = {{
    {[](StepCoefficients& c) {
       return std::vector<double*>{&c.bits16.compute, &c.bits8.compute, &c.bits4.compute};
     },
     0.3},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.bits8.compute}; }, 0.2},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.bits4.compute}; }, 0.2},
    {[](StepCoefficients& c) {
       return std::vector<double*>{&c.bits16.stream, &c.bits8.stream, &c.bits4.stream};
     },
     0.2},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.bits8.stream}; }, 0.15},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.bits4.stream}; }, 0.15},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.expert_stream}; }, 0.4},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.kv_read, &c.kv_read_8}; }, 0.3},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.attention}; }, 0.4},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.allreduce_s}; }, 0.5},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.layer_s}; }, 0.5},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.latent_layer_s}; }, 0.7},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.step_s}; }, 0.7},
    {[](StepCoefficients& c) { return std::vector<double*>{&c.sequence_s}; }, 0.7},
}};
constexpr std::size_t kCount = kMultipliers.size();
constexpr double kScale = 0.25;
constexpr double kMostTheta = 1.5;

using Theta = std::array<double, kCount>;

StepCoefficients with_theta(const StepCoefficients& prior, const Theta& theta) {
  StepCoefficients c = prior;
  for (std::size_t i = 0; i < kCount; ++i)
    for (double* field : kMultipliers[i].fields(c)) *field *= det_exp(theta[i]);
  // Nothing streams faster than the data sheet; a fit that wants to has an overhead to lower
  // instead.
  for (serving::PrecisionRates* rates : {&c.bits16, &c.bits8, &c.bits4}) {
    rates->stream = std::min(rates->stream, 1.0);
    rates->compute = std::min(rates->compute, 1.0);
  }
  return c;
}

std::vector<double> residuals(const Points& points, const StepCoefficients& c) {
  std::vector<double> out;
  out.reserve(points.size());
  for (const PreparedRun* point : points) out.push_back(tpot_residual(*point, c));
  return out;
}

double loss(const std::vector<double>& r, const Theta& theta) {
  double sum = 0;
  for (std::size_t i = 0; i < r.size(); ++i) {
    const double z = r[i] / kScale;
    sum += std::sqrt(1 + z * z) - 1;
  }
  for (std::size_t k = 0; k < kCount; ++k) {
    const double z = theta[k] / kMultipliers[k].sigma;
    sum += 0.5 * z * z;
  }
  return sum;
}

/// Solves A x = b for a symmetric positive definite A, in place.
Theta solve(std::array<Theta, kCount> a, Theta b) {
  for (std::size_t i = 0; i < kCount; ++i) {
    for (std::size_t j = i + 1; j < kCount; ++j) {
      const double factor = a[j][i] / a[i][i];
      for (std::size_t k = i; k < kCount; ++k) a[j][k] -= factor * a[i][k];
      b[j] -= factor * b[i];
    }
  }
  for (std::size_t i = kCount; i-- > 0;) {
    for (std::size_t k = i + 1; k < kCount; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

double quantile(std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

/// Median of what the measured TTFT has beyond the predicted one. Open loops decide where there are
/// enough: a closed loop starts with a burst that its mean TTFT contains.
void fit_entry(const Points& points, StepCoefficients& c) {
  constexpr double kFewUsers = 16;
  constexpr double kLeast = 0.005;
  constexpr std::size_t kEnoughOpen = 8;
  std::vector<double> open;
  std::vector<double> closed;
  StepCoefficients without = c;
  without.entry_s = 0;
  for (const PreparedRun* point : points) {
    const MeasuredRun& run = *point->run;
    if (run.ttft_s <= 0 || (run.load == Load::closed_loop && run.level > kFewUsers)) continue;
    const Steady s = steady_state(*point, serving::StepTerms(point->physics, without));
    if (s.saturated) continue;
    (run.load == Load::open_loop ? open : closed)
        .push_back(std::max(kLeast, run.ttft_s - s.ttft_s));
  }
  std::vector<double>& gaps = open.size() >= kEnoughOpen ? open : closed;
  if (gaps.empty()) return;
  std::sort(gaps.begin(), gaps.end());
  c.entry_s = quantile(gaps, 0.5);
}

}  // namespace

double tpot_residual(const PreparedRun& point, const StepCoefficients& c) {
  const Steady s = steady_state(point, serving::StepTerms(point.physics, c));
  return det_log(s.tpot_s / point.run->tpot_s);
}

StepCoefficients fit(const Points& points, const StepCoefficients& prior) {
  constexpr int kRounds = 40;
  constexpr double kStep = 1e-3;
  constexpr double kEnough = 1e-6;
  Theta theta{};
  std::vector<double> r = residuals(points, prior);
  double best = loss(r, theta);
  double damping = 1e-2;
  for (int round = 0; round < kRounds; ++round) {
    std::array<std::vector<double>, kCount> columns;
    for (std::size_t k = 0; k < kCount; ++k) {
      Theta moved = theta;
      moved[k] += kStep;
      columns[k] = residuals(points, with_theta(prior, moved));
      for (std::size_t i = 0; i < r.size(); ++i) columns[k][i] = (columns[k][i] - r[i]) / kStep;
    }
    std::array<Theta, kCount> normal{};
    Theta gradient{};
    for (std::size_t i = 0; i < r.size(); ++i) {
      const double z = r[i] / kScale;
      const double w = 1 / (kScale * kScale * std::sqrt(1 + z * z));
      for (std::size_t j = 0; j < kCount; ++j) {
        gradient[j] += w * columns[j][i] * r[i];
        for (std::size_t k = 0; k < kCount; ++k) normal[j][k] += w * columns[j][i] * columns[k][i];
      }
    }
    for (std::size_t k = 0; k < kCount; ++k) {
      const double precision = 1 / (kMultipliers[k].sigma * kMultipliers[k].sigma);
      normal[k][k] += precision;
      gradient[k] += precision * theta[k];
    }
    bool improved = false;
    double gain = 0;
    while (!improved && damping < 1e6) {
      std::array<Theta, kCount> damped = normal;
      for (std::size_t k = 0; k < kCount; ++k) damped[k][k] *= 1 + damping;
      const Theta step = solve(damped, gradient);
      Theta next = theta;
      for (std::size_t k = 0; k < kCount; ++k)
        next[k] = std::clamp(theta[k] - step[k], -kMostTheta, kMostTheta);
      const std::vector<double> tried = residuals(points, with_theta(prior, next));
      const double value = loss(tried, next);
      improved = value < best;
      if (improved) {
        gain = best - value;
        theta = next;
        r = tried;
        best = value;
        damping = std::max(1e-6, damping / 5);
      } else {
        damping *= 5;
      }
    }
    if (!improved || gain < kEnough * best) break;
  }
  StepCoefficients fitted = with_theta(prior, theta);
  fit_entry(points, fitted);
  return fitted;
}

StepCoefficients transfer(const StepCoefficients& own, const StepCoefficients& fitted) {
  StepCoefficients moved = fitted;
  moved.link = own.link;
  moved.allreduce_s = own.allreduce_s;
  return moved;
}

ErrorSummary summarise(std::vector<double> log_residuals) {
  ErrorSummary s;
  s.count = log_residuals.size();
  if (s.count == 0) return s;
  std::vector<double> absolute;
  std::vector<double> ratio;
  double sum_log = 0;
  for (const double r : log_residuals) {
    absolute.push_back(std::abs(det_exp(r) - 1));
    ratio.push_back(det_exp(-r));
    sum_log += r;
  }
  std::sort(absolute.begin(), absolute.end());
  std::sort(ratio.begin(), ratio.end());
  for (const double a : absolute) s.mape += a / static_cast<double>(s.count);
  s.median = quantile(absolute, 0.5);
  s.bias = det_exp(sum_log / static_cast<double>(s.count)) - 1;
  s.real_over_predicted_p10 = quantile(ratio, 0.1);
  s.real_over_predicted_p90 = quantile(ratio, 0.9);
  return s;
}

}  // namespace breakeven::calibrate
