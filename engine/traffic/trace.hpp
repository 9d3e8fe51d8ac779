// trace.hpp — the requests that a service receives, in arrival order.
//
// Units    Arrivals in integer nanoseconds from the start of the trace; tokens are counts.
// Shape    Structure of arrays; all vectors that are not empty have the same length. Arrivals do
//          not decrease. `input_tokens` is the whole prompt, cached tokens included.
// Sources  The definitions are those of the published figures that the tests repeat (Azure 2023,
//          Mooncake, three ServeGen tenants).
// Threads  Everything here is a pure function; a Trace may be read from many threads.
// Errors   validate() reports the first broken rule with its row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::traffic {

inline constexpr std::int32_t kMaxTokensPerRequest = 20'000'000;  ///< above this a row is absurd

struct Trace {
  std::vector<std::int64_t> arrival_ns;
  std::vector<std::int32_t> input_tokens;
  std::vector<std::int32_t> output_tokens;
  /// Tokens of the prompt that an unlimited prefix cache would hold; empty when unknown.
  std::vector<std::int32_t> cached_tokens;
  /// Session number of each request (same number = same conversation); empty when unknown.
  std::vector<std::int32_t> session;
  std::string name;          ///< file or profile it came from
  std::int64_t span_ns = 0;  ///< observation window: at least the last arrival; rates divide by it

  [[nodiscard]] std::size_t size() const { return arrival_ns.size(); }
  [[nodiscard]] double span_s() const { return static_cast<double>(span_ns) * 1e-9; }
  [[nodiscard]] Status validate() const;
};

/// Percentiles of a distribution of whole numbers, by linear interpolation between the two nearest
/// ranks (Hyndman and Fan, type 7): the p-th is at rank (n - 1) p / 100 of the sorted values.
/// Worked: of {1, 2, 3, 4} the 50th percentile is 2.5 and the 95th 3.85.
struct Percentiles {
  double mean = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

/// One request of work, in input-token equivalents: a reference replica prefills 8 000 and decodes
/// 1 000 tokens per second, so an output token weighs as much as eight input tokens. Only ratios of
/// this number are shown; fleets are sized by simulation.
inline constexpr std::int64_t kOutputWorkWeight = 8;

/// How far demand in windows of one length rises above its mean. Only whole windows count, from
/// time zero; a last window that the observation cuts short would look like a lull.
struct PeakToMean {
  double window_s = 0;
  double peak = 0;       ///< requests: busiest window / mean window
  double p99 = 0;        ///< requests: 99th percentile of the windows / mean window
  double work_peak = 0;  ///< the same of input + kOutputWorkWeight x output tokens
  double work_p99 = 0;
};

/// Variance / mean of the number of arrivals in windows of one length: 1 for a Poisson process,
/// constant in the window for a renewal process, growing with it when bursts are correlated.
struct Dispersion {
  double window_s = 0;
  double index = 0;
};

/// What a trace looks like.
struct TraceStats {
  std::int64_t requests = 0;
  double span_s = 0;
  std::int64_t input_tokens = 0;              ///< sum
  std::int64_t output_tokens = 0;             ///< sum
  std::optional<std::int64_t> cached_tokens;  ///< sum, when known
  std::optional<std::int64_t> sessions;       ///< distinct sessions, when known
  double requests_per_s = 0;                  ///< requests / span; 0 when the span is 0
  Percentiles input;
  Percentiles output;
  /// Standard deviation / mean of the times between arrivals; 0 with fewer than two distinct times.
  double interarrival_cv = 0;
  /// For windows of 1 minute, 5 minutes and 1 hour; absent when the trace is shorter than two
  /// windows.
  std::vector<PeakToMean> peak_to_mean;
  /// For windows of 1, 10 and 60 seconds; absent when the trace is shorter than ten windows.
  std::vector<Dispersion> dispersion;
};

/// Share of the prompt tokens that an unlimited prefix cache would hold, when known.
[[nodiscard]] std::optional<double> prefix_reuse(const TraceStats& stats);

/// Statistics of a valid trace; all zero for an empty one.
[[nodiscard]] TraceStats statistics(const Trace& trace);

/// Percentiles of token counts; all zero when there are none. Negative counts are a bug of the
/// caller.
[[nodiscard]] Percentiles percentiles(const std::vector<std::int32_t>& values);

/// Requests in each whole window of `window_ns` > 0, from time zero to the end of the span.
[[nodiscard]] std::vector<std::int64_t> window_counts(const Trace& trace, std::int64_t window_ns);

/// 99th percentile / mean of the windows; 0 when they are empty.
[[nodiscard]] double p99_to_mean(std::vector<std::int64_t> windows);

/// Peak to mean for one window length; nothing when the trace is shorter than two windows or has no
/// request in whole windows.
[[nodiscard]] std::optional<PeakToMean> peak_to_mean(const Trace& trace, std::int64_t window_ns);

}  // namespace breakeven::traffic
