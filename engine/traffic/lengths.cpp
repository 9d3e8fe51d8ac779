#include "engine/traffic/lengths.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::traffic {
namespace {

constexpr double kZ95 = 1.6448536269514722;
constexpr double kTailShare = 0.06;
constexpr double kTailAlpha = 2;
constexpr double kTailBodySigma = 1;
constexpr double kLargestRatio = 8;
constexpr int kBisections = 80;

/// E[min(X, limit)] of a log-normal X.
double cut_mean(double mu, double sigma, double limit) {
  if (sigma <= 0) return std::min(det_exp(mu), limit);
  const double d = (det_log(limit) - mu) / sigma;
  return det_exp(mu + sigma * sigma / 2) * normal_cdf(d - sigma) + limit * (1 - normal_cdf(d));
}

/// E[min(X, limit)] of a Pareto X with alpha 2.
double cut_tail_mean(double start, double limit) {
  return start >= limit ? limit : 2 * start - start * start / limit;
}

double lognormal_mu(double mean, double sigma, double limit) {
  double low = det_log(mean) - sigma * sigma / 2 - 1;
  double high = det_log(limit) + 10 * sigma + 1;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    (cut_mean(middle, sigma, limit) < mean ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

Result<LengthDistribution> LengthDistribution::fit(const TokenLengths& lengths, std::int32_t limit,
                                                   const std::string& field) {
  const auto fail = [&field](ErrorCode code, const std::string& message) {
    return Error{code, message, field};
  };
  if (lengths.p50.has_value() == lengths.mean.has_value()) {
    return fail(ErrorCode::invalid_argument,
                std::string("expected either a median or a mean, found ") +
                    (lengths.p50 ? "both" : "neither"));
  }
  const double center = lengths.p50 ? *lengths.p50 : *lengths.mean;
  if (!(center >= 1) || !(lengths.p95 >= center) || !(lengths.p95 <= limit)) {
    return fail(ErrorCode::out_of_range,
                std::string("expected 1 <= ") + (lengths.p50 ? "median" : "mean") +
                    " <= 95th percentile <= " + std::to_string(limit) + " tokens, found " +
                    shortest(center) + " and " + shortest(lengths.p95));
  }
  LengthDistribution fitted;
  fitted.limit_ = limit;
  const double ratio = lengths.p95 / center;
  if (lengths.p50) {
    fitted.mu_ = det_log(center);
    fitted.sigma_ = det_log(ratio) / kZ95;
    return fitted;
  }
  const double root = kZ95 * kZ95 - 2 * det_log(ratio);
  if (root >= 0) {
    fitted.sigma_ = kZ95 - std::sqrt(root);
    fitted.mu_ = lognormal_mu(center, fitted.sigma_, limit);
    return fitted;
  }
  if (ratio > kLargestRatio) {
    return fail(ErrorCode::out_of_range,
                "expected a 95th percentile of at most 8 times the mean, found " +
                    shortest(lengths.p95) + " over " + shortest(center));
  }
  // The share above p95 grows with the start of the tail while the body shrinks to keep the mean.
  fitted.sigma_ = kTailBodySigma;
  double low = 0;
  double high = std::min(lengths.p95, center / (kTailShare * 2));
  for (int i = 0; i < kBisections; ++i) {
    const double start = (low + high) / 2;
    const double body = (center - kTailShare * cut_tail_mean(start, limit)) / (1 - kTailShare);
    fitted.tail_start_ = start;
    fitted.mu_ = det_log(std::max(body, 1e-6)) - kTailBodySigma * kTailBodySigma / 2;
    const double tail = start >= lengths.p95 ? 1 : det_pow(start / lengths.p95, kTailAlpha);
    const double above =
        (1 - kTailShare) * (1 - normal_cdf((det_log(lengths.p95) - fitted.mu_) / kTailBodySigma)) +
        kTailShare * tail;
    (above < 0.05 ? low : high) = start;
  }
  return fitted;
}

std::int32_t LengthDistribution::draw(double uniform) const {
  double length = 0;
  if (has_tail() && uniform >= 1 - kTailShare) {
    const double above = (1 - uniform) / kTailShare;  // in (0, 1]
    length = tail_start_ / std::sqrt(above);          // alpha = 2
  } else {
    const double p = has_tail() ? uniform / (1 - kTailShare) : uniform;
    length = det_exp(mu_ + sigma_ * normal_quantile(p));
  }
  return static_cast<std::int32_t>(std::clamp(std::floor(length + 0.5), 1.0, limit_));
}

}  // namespace breakeven::traffic
