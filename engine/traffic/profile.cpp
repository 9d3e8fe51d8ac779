#include "engine/traffic/profile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/random.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/traffic/gaps.hpp"
#include "engine/traffic/lengths.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::traffic {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kDaySeconds = 86'400;
constexpr double kWindowSeconds = 600;
constexpr std::int64_t kMaxRequests = 50'000'000;
constexpr double kHourCorrelation = 0.63;
constexpr double kLargestSigma = 3;

Error range(const std::string& field, const std::string& expected, double found) {
  return Error{ErrorCode::out_of_range, "expected " + expected + ", found " + shortest(found),
               field};
}

Status check(const Profile& p) {
  if (!(p.days > 0 && p.days <= 366)) return range("days", "more than 0 and at most 366", p.days);
  const double requests = p.requests_per_day * p.days;
  if (!(requests >= 1 && requests <= static_cast<double>(kMaxRequests))) {
    return range("requests_per_day",
                 "1 to " + std::to_string(kMaxRequests) + " requests in all days together",
                 requests);
  }
  if (p.context_limit < 2 || p.context_limit > kMaxTokensPerRequest) {
    return range("context_limit", "2 to " + std::to_string(kMaxTokensPerRequest) + " tokens",
                 p.context_limit);
  }
  if (!(p.gap_cv >= 0.1 && p.gap_cv <= 20)) return range("gap_cv", "0.1 to 20", p.gap_cv);
  if (!(p.slot_variance >= 0 && p.slot_variance <= 100)) {
    return range("slot_variance", "0 to 100", p.slot_variance);
  }
  if (!(p.cache_hit_share >= 0 && p.cache_hit_share < 1)) {
    return range("cache_hit_share", "at least 0 and less than 1", p.cache_hit_share);
  }
  if (p.clock_ns < 1 || p.clock_ns > 60'000'000'000) {
    return range("clock_ns", "1 ns to a minute", static_cast<double>(p.clock_ns));
  }
  if (p.peak_to_mean) {
    if (!(*p.peak_to_mean >= 1 && *p.peak_to_mean <= 100)) {
      return range("peak_to_mean", "1 to 100", *p.peak_to_mean);
    }
    if (p.days * kDaySeconds < 2 * kWindowSeconds) {
      return range("days", "at least two windows of 10 minutes for a peak to mean", p.days);
    }
  }
  return {};
}

/// The integrated rate on a grid of equal slots, scaled to end at 1.
class Demand {
 public:
  Demand(const Profile& p, double span_s)
      : span_s_(span_s),
        slot_s_(p.slot_variance > 0 ? 10 : kWindowSeconds),
        slots_(static_cast<std::size_t>(std::ceil(span_s / slot_s_))),
        base_(slots_),
        integral_(slots_ + 1) {
    const auto& hours = hour_factors(p.day);
    const auto& days = weekday_factors(p.week);
    const RandomStream slot_stream(p.seed, "traffic.slot");
    const UnitGamma slot_gamma(p.slot_variance > 0 ? p.slot_variance : 1);
    for (std::size_t i = 0; i < slots_; ++i) {
      const double start_s = static_cast<double>(i) * slot_s_;
      const auto hour = static_cast<std::size_t>(start_s / 3600);
      base_[i] = hours[hour % 24] * days[(hour / 24) % 7] *
                 std::min(slot_s_, span_s - start_s);  // the last slot may be cut short
      if (p.slot_variance > 0) base_[i] *= slot_gamma.quantile(slot_stream.uniform(0, i));
    }
    const RandomStream hour_stream(p.seed, "traffic.hour");
    hour_noise_.resize(static_cast<std::size_t>(std::ceil(span_s / 3600)));
    const double fresh = std::sqrt(1 - kHourCorrelation * kHourCorrelation);
    double y = 0;
    for (std::size_t h = 0; h < hour_noise_.size(); ++h) {
      const double z = normal_quantile(hour_stream.uniform(0, h));
      y = h == 0 ? z : kHourCorrelation * y + fresh * z;
      hour_noise_[h] = y;
    }
  }

  void set_sigma(double sigma) {
    std::size_t hour = hour_noise_.size();
    double factor = 1;
    for (std::size_t i = 0; i < slots_; ++i) {
      const auto h = static_cast<std::size_t>(static_cast<double>(i) * slot_s_ / 3600);
      if (h != hour) {
        hour = h;
        factor = det_exp(sigma * hour_noise_[h] - sigma * sigma / 2);
      }
      integral_[i + 1] = integral_[i] + base_[i] * factor;
    }
    const double total = integral_[slots_];
    for (double& value : integral_) value /= total;
    integral_[slots_] = 1;
  }

  /// Share of the demand before time `t_s`.
  [[nodiscard]] double before(double t_s) const {
    const double at = t_s / slot_s_;
    const auto i = std::min(static_cast<std::size_t>(at), slots_ - 1);
    const double width = std::min(1.0, span_s_ / slot_s_ - static_cast<double>(i));
    const double part = std::min(1.0, (at - static_cast<double>(i)) / width);
    return integral_[i] + (integral_[i + 1] - integral_[i]) * part;
  }

  /// The time before which the share `u` in (0, 1) lies; `slot` is where to go on looking from.
  [[nodiscard]] double time_of(double u, std::size_t& slot) const {
    while (slot + 1 < slots_ && integral_[slot + 1] < u) ++slot;
    const double step = integral_[slot + 1] - integral_[slot];
    const double start_s = static_cast<double>(slot) * slot_s_;
    const double width = std::min(slot_s_, span_s_ - start_s);
    return start_s + (step > 0 ? width * (u - integral_[slot]) / step : 0);
  }

 private:
  double span_s_;
  double slot_s_;
  std::size_t slots_;
  std::vector<double> base_;
  std::vector<double> hour_noise_;  ///< ln X for sigma = 1, without its mean
  std::vector<double> integral_;
};

/// Arrivals in operational time: increasing numbers in (0, 1).
std::vector<double> operational_times(const Profile& p, std::size_t n) {
  const UnitGaps gaps(p.gaps, p.gap_cv);
  const RandomStream stream(p.seed, "traffic.gap");
  std::vector<double> at(n);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += gaps.quantile(stream.uniform(0, i));
    at[i] = sum;
  }
  const double end = sum + gaps.quantile(stream.uniform(0, n));
  for (double& value : at) value /= end;
  return at;
}

/// 99th percentile / mean of the requests in whole windows of 10 minutes.
double realised_peak(const Demand& demand, const std::vector<double>& at, double span_s) {
  const auto windows = static_cast<std::size_t>(span_s / kWindowSeconds);
  std::vector<std::int64_t> counts(windows);
  auto from = at.begin();
  for (std::size_t w = 0; w < windows; ++w) {
    const double end = demand.before(static_cast<double>(w + 1) * kWindowSeconds);
    const auto to = std::lower_bound(from, at.end(), end);
    counts[w] = to - from;
    from = to;
  }
  return p99_to_mean(std::move(counts));
}

/// Finds sigma so that the realised peak to mean is the wanted one, and leaves the demand at it.
Result<double> calibrate(const Profile& p, Demand& demand, const std::vector<double>& at,
                         double span_s) {
  const auto peak_at = [&](double sigma) {
    demand.set_sigma(sigma);
    return realised_peak(demand, at, span_s);
  };
  if (!p.peak_to_mean || peak_at(0) >= *p.peak_to_mean) {
    demand.set_sigma(0);
    return 0.0;
  }
  // A short path may turn back before the largest sigma (one hour takes everything): first climb to
  // a bracket, then halve it.
  double low = 0;
  double high = 0;
  double best = 0;
  while (high < kLargestSigma) {
    high += 0.125;
    const double reached = peak_at(high);
    best = std::max(best, reached);
    if (reached >= *p.peak_to_mean) break;
    low = high;
  }
  if (best < *p.peak_to_mean) {
    return Error{ErrorCode::out_of_range,
                 "expected a peak to mean that " + shortest(p.days) +
                     " days of this profile can have, at most about " +
                     shortest(std::floor(best * 10) / 10) + ", found " + shortest(*p.peak_to_mean),
                 "peak_to_mean"};
  }
  for (int i = 0; i < 14; ++i) {
    const double middle = (low + high) / 2;
    (peak_at(middle) < *p.peak_to_mean ? low : high) = middle;
  }
  demand.set_sigma(high);
  return high;
}

}  // namespace

Result<SyntheticTrace> generate(const Profile& p) {
  BREAKEVEN_CHECK_OK(check(p));
  BREAKEVEN_TRY(const LengthDistribution input,
                LengthDistribution::fit(p.input, p.context_limit - 1, "input"));
  BREAKEVEN_TRY(const LengthDistribution output,
                LengthDistribution::fit(p.output, p.context_limit - 1, "output"));
  const double span_s = p.days * kDaySeconds;
  const auto n = static_cast<std::size_t>(std::floor(p.requests_per_day * p.days + 0.5));

  SyntheticTrace result;
  Trace& trace = result.trace;
  trace.name = p.name;
  trace.span_ns = static_cast<std::int64_t>(span_s * kNsPerSecond);
  trace.arrival_ns.resize(n);
  trace.input_tokens.resize(n);
  trace.output_tokens.resize(n);
  {
    const std::vector<double> at = operational_times(p, n);
    Demand demand(p, span_s);
    BREAKEVEN_TRY(result.hourly_sigma, calibrate(p, demand, at, span_s));
    result.peak_to_mean_10m = realised_peak(demand, at, span_s);
    std::size_t slot = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const auto ns = static_cast<std::int64_t>(demand.time_of(at[i], slot) * kNsPerSecond);
      trace.arrival_ns[i] = std::min(ns, trace.span_ns) / p.clock_ns * p.clock_ns;
    }
  }
  const RandomStream input_stream(p.seed, "traffic.input");
  const RandomStream output_stream(p.seed, "traffic.output");
  for (std::size_t i = 0; i < n; ++i) {
    trace.input_tokens[i] = input.draw(input_stream.uniform(0, i));
    trace.output_tokens[i] =
        std::min(output.draw(output_stream.uniform(0, i)), p.context_limit - trace.input_tokens[i]);
  }
  if (p.cache_hit_share > 0) {
    const RandomStream cache_stream(p.seed, "traffic.cache");
    const double power = (1 - p.cache_hit_share) / p.cache_hit_share;
    trace.cached_tokens.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const double share = det_pow(cache_stream.uniform(0, i), power);
      trace.cached_tokens[i] =
          std::min(static_cast<std::int32_t>(std::floor(share * trace.input_tokens[i] + 0.5)),
                   trace.input_tokens[i]);
    }
  }
  return result;
}

}  // namespace breakeven::traffic
