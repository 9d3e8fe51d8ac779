// load.hpp — the traffic in an import: what a fleet would have had to answer, as a request trace.
//
// Units    Arrivals in nanoseconds from the first request or bucket; tokens are counts.
// Shape    Only Kind::chat is load; everything else is counted and left out. Single requests become
//          the trace as they are. Sums over buckets become arrivals (docs/methodology/
//          usage-arrivals.md): a bucket of n requests is cut into slots of 10 s whose rates are
//          Gamma(1/v, v) (mean 1, variance v); the n requests are placed by the slots' shares,
//          uniform within a slot, so that counts in a slot of mean m have variance m + v m^2.
//          Buckets over an hour also vary by the hour, log-normal with
//          sigma = 2.326 - sqrt(5.411 - 2 ln r), r the 99th percentile over the mean of the
//          requests per 10 minutes. Lengths are log-normal around the mean of all buckets and
//          scaled in each bucket so that its sums are exact.
//          Worked: r = 3.4 -> sigma = 0.6046 (test: HourlySigmaOfTheDailyPeak).
// Sources  Measured on public traces: rebuilding 1-minute buckets with v fitted asks for 0.55 to
//          1.02 of the capacity that the trace needs, with Poisson arrivals for 0.28 to 0.70.
// Threads  Pure: same records, options and seed, same trace.
// Errors   No load; a relative and an absolute clock in one import; tokens without a number of
//          requests and no assumed answer length; more than `max_requests`.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/report.hpp"

namespace breakeven::usage {

struct LoadOptions {
  std::string model;                    ///< only records of this model; empty: all
  std::optional<double> slot_variance;  ///< v; nothing: fitted to 1-minute buckets, else 0.05
  double daily_peak_to_mean = kDailyPeakToMean;
  std::optional<double> mean_output_tokens;  ///< of a request, where requests are not counted
  std::uint64_t seed = 1;
  std::int64_t max_requests = 20'000'000;
};

/// v of a chat product where nothing was measured (Azure 2023 and 2024 conversation).
inline constexpr double kDefaultSlotVariance = 0.05;

struct Load {
  traffic::Trace trace;
  bool exact = true;                  ///< every arrival was in the source
  std::int64_t rebuilt_requests = 0;  ///< arrivals made from buckets
  double slot_variance = 0;           ///< used
  bool fitted = false;                ///< to the 1-minute buckets
  std::int64_t widest_bucket_ns = 0;
  std::optional<std::int64_t> start_ns;  ///< absolute time of the trace's zero
  std::vector<std::string> assumptions;  ///< what was assumed and left out, in words
};

/// Gathers the load of an import while it is read.
class LoadCollector final : public RecordSink {
 public:
  /// Takes usage, or the lines of bills; an import that has both tells the same load twice.
  explicit LoadCollector(std::string model = {}, bool charges = false)
      : model_(std::move(model)), charges_(charges) {}

  void begin(Grain grain) override { other_source_ = (grain == Grain::charge) != charges_; }
  void take(const UsageRecord& record) override;

  [[nodiscard]] bool empty() const { return requests_.empty() && buckets_.empty(); }

  [[nodiscard]] Result<Load> build(const LoadOptions& options) const;

 private:
  struct Request {
    std::int64_t at_ns;
    std::int32_t input;
    std::int32_t output;
    std::int32_t cached;
    std::int32_t session;
  };
  struct Sum {
    std::int64_t requests = 0;
    bool requests_known = false;
    bool requests_missing = false;
    Int128 input = 0;
    Int128 cached = 0;
    Int128 output = 0;
  };
  using Buckets = std::map<std::pair<std::int64_t, std::int64_t>, Sum>;  ///< by start and end

  [[nodiscard]] Result<std::vector<std::pair<Buckets::key_type, Sum>>> countable(
      const LoadOptions& options, Load& load) const;
  [[nodiscard]] std::optional<double> fitted_variance() const;
  [[nodiscard]] Status rebuild(const LoadOptions& options, std::vector<Request>& requests,
                               Load& load) const;
  void describe_left_out(Load& load) const;

  std::string model_;
  bool charges_;
  bool other_source_ = false;
  std::vector<Request> requests_;
  Buckets buckets_;
  std::unordered_map<std::string, std::int32_t> sessions_;
  std::array<std::int64_t, kKinds> left_out_{};
  std::int64_t other_models_ = 0;
  std::int64_t undated_ = 0;
  std::int64_t other_lines_ = 0;
  bool relative_ = false;
  bool absolute_ = false;
  bool any_cached_ = false;
};

/// sigma of the hourly log-normal factor at which the 99th percentile of 10 minutes is `ratio` times
/// the mean; the largest possible one above ratio 14.9.
[[nodiscard]] double hourly_sigma(double ratio);

}  // namespace breakeven::usage
