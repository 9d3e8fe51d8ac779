#include "engine/traffic/trace.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::traffic {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// Bounds the memory of window counts: a span with more windows than this gets none.
constexpr std::int64_t kMaxWindows = 50'000'000;

Error broken(std::size_t row, const std::string& rule) {
  return Error{ErrorCode::invalid_argument, rule, "request " + std::to_string(row)};
}

/// Value at fractional rank `rank` of `values`, which is reordered.
template <class T>
double at_rank(std::vector<T>& values, double rank) {
  const auto lower_rank = static_cast<std::ptrdiff_t>(rank);
  const double fraction = rank - static_cast<double>(lower_rank);
  const auto lower = values.begin() + lower_rank;
  std::nth_element(values.begin(), lower, values.end());
  const auto low = static_cast<double>(*lower);
  if (fraction <= 0 || lower + 1 == values.end()) return low;
  return low + (static_cast<double>(*std::min_element(lower + 1, values.end())) - low) * fraction;
}

template <class T>
double percentile(std::vector<T>& values, double percent) {
  return at_rank(values, static_cast<double>(values.size() - 1) * percent / 100.0);
}

/// What a distribution over windows is relative to its mean.
struct Ratios {
  double peak = 0;
  double p99 = 0;
};

Ratios ratios(std::vector<std::int64_t>& windows) {
  double sum = 0;
  for (const std::int64_t w : windows) sum += static_cast<double>(w);
  if (sum <= 0) return {};
  const double mean = sum / static_cast<double>(windows.size());
  return {static_cast<double>(*std::max_element(windows.begin(), windows.end())) / mean,
          percentile(windows, 99) / mean};
}

/// Adds value(i) of every request to its whole window.
template <class Value>
std::vector<std::int64_t> sum_by_window(const Trace& trace, std::int64_t window_ns, Value value) {
  const std::int64_t windows = window_ns > 0 ? trace.span_ns / window_ns : 0;
  if (windows <= 0 || windows > kMaxWindows) return {};
  std::vector<std::int64_t> sums(static_cast<std::size_t>(windows));
  // Arrivals do not decrease, so the window of a request is found without a division.
  std::size_t window = 0;
  std::int64_t window_end = window_ns;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (trace.arrival_ns[i] >= window_end) {
      window = static_cast<std::size_t>(trace.arrival_ns[i] / window_ns);
      if (window >= sums.size()) break;
      window_end = (trace.arrival_ns[i] / window_ns + 1) * window_ns;
    }
    sums[window] += value(i);
  }
  return sums;
}

double interarrival_cv(const Trace& trace) {
  const std::size_t n = trace.size();
  if (n < 2 || trace.arrival_ns.back() == trace.arrival_ns.front()) return 0;
  const double gaps = static_cast<double>(n - 1);
  const double mean =
      static_cast<double>(trace.arrival_ns.back() - trace.arrival_ns.front()) / gaps;
  double squares = 0;
  for (std::size_t i = 1; i < n; ++i) {
    const double d = static_cast<double>(trace.arrival_ns[i] - trace.arrival_ns[i - 1]) - mean;
    squares += d * d;
  }
  return std::sqrt(squares / gaps) / mean;
}

std::optional<double> dispersion_index(const Trace& trace, std::int64_t window_ns) {
  if (trace.span_ns / window_ns < 10) return std::nullopt;
  const std::vector<std::int64_t> counts = window_counts(trace, window_ns);
  if (counts.empty()) return std::nullopt;
  double sum = 0;
  for (const std::int64_t c : counts) sum += static_cast<double>(c);
  if (sum <= 0) return std::nullopt;
  const double n = static_cast<double>(counts.size());
  const double mean = sum / n;
  double squares = 0;
  for (const std::int64_t c : counts) {
    const double d = static_cast<double>(c) - mean;
    squares += d * d;
  }
  return squares / n / mean;
}

std::int64_t sum(const std::vector<std::int32_t>& values) {
  std::int64_t total = 0;
  for (const std::int32_t v : values) total += v;
  return total;
}

std::int64_t distinct(std::vector<std::int32_t> values) {
  std::sort(values.begin(), values.end());
  return std::unique(values.begin(), values.end()) - values.begin();
}

}  // namespace

Status Trace::validate() const {
  const std::size_t n = size();
  const auto fits = [n](const std::vector<std::int32_t>& column) {
    return column.empty() || column.size() == n;
  };
  if (input_tokens.size() != n || output_tokens.size() != n || !fits(cached_tokens) ||
      !fits(session)) {
    return Error{ErrorCode::invalid_argument,
                 "expected columns of one length (" + std::to_string(n) +
                     " arrivals), found input " + std::to_string(input_tokens.size()) +
                     ", output " + std::to_string(output_tokens.size()) + ", cached " +
                     std::to_string(cached_tokens.size()) + ", session " +
                     std::to_string(session.size()),
                 {}};
  }
  const auto in_range = [](std::int32_t tokens) {
    return tokens >= 0 && tokens <= kMaxTokensPerRequest;
  };
  std::int64_t previous = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (arrival_ns[i] < previous) {
      return broken(
          i, i == 0 ? "expected an arrival at or after 0 ns, found " + std::to_string(arrival_ns[i])
                    : "expected arrivals that do not decrease, found " +
                          std::to_string(arrival_ns[i]) + " ns after " + std::to_string(previous) +
                          " ns");
    }
    previous = arrival_ns[i];
    if (!in_range(input_tokens[i]) || !in_range(output_tokens[i])) {
      return broken(i, "expected 0 to " + std::to_string(kMaxTokensPerRequest) +
                           " tokens, found input " + std::to_string(input_tokens[i]) +
                           " and output " + std::to_string(output_tokens[i]));
    }
    if (!cached_tokens.empty() && (cached_tokens[i] < 0 || cached_tokens[i] > input_tokens[i])) {
      return broken(i, "expected cached tokens between 0 and the prompt's " +
                           std::to_string(input_tokens[i]) + ", found " +
                           std::to_string(cached_tokens[i]));
    }
  }
  if (span_ns < previous) {
    return Error{ErrorCode::invalid_argument,
                 "expected a span that reaches the last arrival at " + std::to_string(previous) +
                     " ns, found " + std::to_string(span_ns) + " ns",
                 {}};
  }
  return {};
}

Percentiles percentiles(const std::vector<std::int32_t>& values) {
  if (values.empty()) return {};
  std::vector<std::int32_t> work = values;
  Percentiles p;
  p.mean = static_cast<double>(sum(values)) / static_cast<double>(values.size());
  p.max = static_cast<double>(*std::max_element(values.begin(), values.end()));
  p.p50 = percentile(work, 50);
  p.p95 = percentile(work, 95);
  p.p99 = percentile(work, 99);
  return p;
}

std::vector<std::int64_t> window_counts(const Trace& trace, std::int64_t window_ns) {
  return sum_by_window(trace, window_ns, [](std::size_t) { return std::int64_t{1}; });
}

double p99_to_mean(std::vector<std::int64_t> windows) {
  return windows.empty() ? 0 : ratios(windows).p99;
}

std::optional<PeakToMean> peak_to_mean(const Trace& trace, std::int64_t window_ns) {
  if (window_ns <= 0 || trace.span_ns / window_ns < 2) return std::nullopt;
  std::vector<std::int64_t> requests = window_counts(trace, window_ns);
  std::vector<std::int64_t> work = sum_by_window(trace, window_ns, [&trace](std::size_t i) {
    return trace.input_tokens[i] + kOutputWorkWeight * trace.output_tokens[i];
  });
  const Ratios of_requests = requests.empty() ? Ratios{} : ratios(requests);
  if (of_requests.peak <= 0) return std::nullopt;
  const Ratios of_work = ratios(work);
  return PeakToMean{static_cast<double>(window_ns) * 1e-9, of_requests.peak, of_requests.p99,
                    of_work.peak, of_work.p99};
}

std::optional<double> prefix_reuse(const TraceStats& stats) {
  if (!stats.cached_tokens || stats.input_tokens == 0) return std::nullopt;
  return static_cast<double>(*stats.cached_tokens) / static_cast<double>(stats.input_tokens);
}

TraceStats statistics(const Trace& trace) {
  TraceStats stats;
  stats.requests = static_cast<std::int64_t>(trace.size());
  stats.span_s = trace.span_s();
  stats.input_tokens = sum(trace.input_tokens);
  stats.output_tokens = sum(trace.output_tokens);
  if (!trace.cached_tokens.empty()) stats.cached_tokens = sum(trace.cached_tokens);
  if (!trace.session.empty()) stats.sessions = distinct(trace.session);
  if (stats.span_s > 0) stats.requests_per_s = static_cast<double>(stats.requests) / stats.span_s;
  stats.input = percentiles(trace.input_tokens);
  stats.output = percentiles(trace.output_tokens);
  stats.interarrival_cv = interarrival_cv(trace);
  for (const std::int64_t window_s : {60, 300, 3600}) {
    if (const auto ratio = peak_to_mean(trace, window_s * kNsPerSecond)) {
      stats.peak_to_mean.push_back(*ratio);
    }
  }
  for (const std::int64_t window_s : {1, 10, 60}) {
    if (const auto index = dispersion_index(trace, window_s * kNsPerSecond)) {
      stats.dispersion.push_back({static_cast<double>(window_s), *index});
    }
  }
  return stats;
}

}  // namespace breakeven::traffic
