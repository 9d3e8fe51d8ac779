#include "engine/traffic/gaps.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/base/det_math.hpp"

namespace breakeven::traffic {
namespace {

// The open uniform numbers end 2^-54 from 0 and 1, where |ln(u / (1 - u))| is 37.4.
constexpr double kEdge = 38;
constexpr int kNodes = 1024;
constexpr double kStep = 2 * kEdge / (kNodes - 1);

/// Above this a double cannot tell the upper probability well enough apart from 0.
constexpr double kLogitOfUpperTail = 25;

/// Below this quantile P(a, x) = x^a / Gamma(a + 1) to nine digits.
constexpr double kLogSmall = -20;

double log_gamma_quantile(double shape, double logit) {
  // u = 1 / (1 + e^-s), and ln u without the cancellation near u = 0.
  const double log_u = logit < 0 ? logit - det_log1p(det_exp(logit)) : -det_log1p(det_exp(-logit));
  const double small = (log_u + log_gamma(shape + 1)) / shape;
  if (small < kLogSmall) return small;
  return det_log(gamma_quantile(shape, det_exp(log_u)));
}

}  // namespace

UnitGamma::UnitGamma(double variance) : log_quantile_(kNodes) {
  const double shape = 1 / variance;
  log_scale_ = det_log(variance);
  // The tail is exponential far out, so the table goes on with its last slope there.
  int last = kNodes;
  for (int i = 0; i < kNodes; ++i) {
    const double logit = -kEdge + i * kStep;
    if (logit > kLogitOfUpperTail) {
      last = std::min(last, i);
      const auto at = static_cast<std::size_t>(last - 1);
      const double here = det_exp(log_quantile_[at]);
      const double slope = (here - det_exp(log_quantile_[at - 1])) / kStep;
      log_quantile_[static_cast<std::size_t>(i)] =
          det_log(here + slope * kStep * static_cast<double>(i - last + 1));
    } else {
      log_quantile_[static_cast<std::size_t>(i)] = log_gamma_quantile(shape, logit);
    }
  }
}

double UnitGamma::quantile(double uniform) const {
  const double logit = det_log(uniform) - det_log1p(-uniform);
  const double at = std::clamp((logit + kEdge) / kStep, 1.0, static_cast<double>(kNodes - 3));
  const auto i = static_cast<std::size_t>(at);
  const double t = at - static_cast<double>(i);
  const double before = log_quantile_[i - 1];
  const double left = log_quantile_[i];
  const double right = log_quantile_[i + 1];
  const double after = log_quantile_[i + 2];
  // Catmull-Rom: cubic through the nodes with central slopes.
  const double value = left + 0.5 * t *
                                  (right - before +
                                   t * (2 * before - 5 * left + 4 * right - after +
                                        t * (3 * (left - right) + after - before)));
  return det_exp(value + log_scale_);
}

double weibull_shape(double cv) {
  const double wanted = det_log1p(cv * cv);
  double low = 0.05;  // wide enough for cv in [0.05, 20]
  double high = 30;
  for (int i = 0; i < 80; ++i) {
    const double k = (low + high) / 2;
    const double got = log_gamma(1 + 2 / k) - 2 * log_gamma(1 + 1 / k);
    (got > wanted ? low : high) = k;  // the variation falls as the shape grows
  }
  return (low + high) / 2;
}

UnitGaps::UnitGaps(GapFamily family, double cv)
    : family_(family), exponential_(cv == 1), gamma_(family == GapFamily::gamma ? cv * cv : 1) {
  if (family == GapFamily::weibull) {
    const double shape = weibull_shape(cv);
    weibull_power_ = 1 / shape;
    weibull_scale_ = det_exp(-log_gamma(1 + 1 / shape));
  }
}

double UnitGaps::quantile(double uniform) const {
  if (exponential_) return -det_log(1 - uniform);
  if (family_ == GapFamily::gamma) return gamma_.quantile(uniform);
  return weibull_scale_ * det_pow(-det_log1p(-uniform), weibull_power_);
}

}  // namespace breakeven::traffic
