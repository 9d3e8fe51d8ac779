// trace.hpp — the requests that a service receives, in arrival order.
//
// Units    Arrivals in integer nanoseconds from the start of the trace; tokens are counts.
// Shape    Structure of arrays; all vectors that are not empty have the same length. Arrivals do not
//          decrease. `input_tokens` is the whole prompt, cached tokens included.
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

/// Percentiles of a distribution of whole numbers.
struct Percentiles {
  double mean = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

/// What a trace looks like.
struct TraceStats {
  std::int64_t requests = 0;
  double span_s = 0;
  std::int64_t input_tokens = 0;   ///< sum
  std::int64_t output_tokens = 0;  ///< sum
  std::optional<std::int64_t> cached_tokens;  ///< sum, when known
  double requests_per_s = 0;
  Percentiles input;
  Percentiles output;
  double interarrival_cv = 0;
  /// Busiest window / mean, for windows of 1 minute, 5 minutes and 1 hour, and the 99th percentile
  /// of the windows / mean. Absent when the trace is shorter than two windows.
  struct PeakToMean {
    double window_s = 0;
    double peak = 0;
    double p99 = 0;
  };
  std::vector<PeakToMean> peak_to_mean;
};

[[nodiscard]] TraceStats statistics(const Trace& trace);

}  // namespace breakeven::traffic
