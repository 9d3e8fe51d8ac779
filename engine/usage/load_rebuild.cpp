// Arrivals inside buckets.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/money.hpp"
#include "engine/base/random.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/traffic/gaps.hpp"
#include "engine/traffic/lengths.hpp"
#include "engine/traffic/trace.hpp"
#include "engine/usage/load.hpp"
#include "engine/usage/report.hpp"

namespace breakeven::usage {
namespace {

constexpr std::int64_t kShortestSlotNs = 10'000'000'000;
constexpr std::int64_t kMostSlots = 400'000;  // of one bucket; ten seconds up to 46 days
constexpr std::int64_t kHourNs = 3'600'000'000'000;
constexpr double kHourCorrelation = 0.63;
// 95th percentile over mean of prompts and answers: the middle of the public chat traces.
constexpr double kInputTail = 3.5;
constexpr double kOutputTail = 3.0;

/// Draws of one seed; every bucket takes its own numbers from them.
struct Draws {
  explicit Draws(std::uint64_t seed)
      : slot(seed, "usage.slot"),
        hour(seed, "usage.hour"),
        place(seed, "usage.place"),
        input(seed, "usage.input"),
        output(seed, "usage.output") {}
  RandomStream slot;
  RandomStream hour;
  RandomStream place;
  RandomStream input;
  RandomStream output;
  std::uint64_t slots = 0;
  std::uint64_t requests = 0;
};

std::int64_t slot_ns(std::int64_t start, std::int64_t end) {
  return std::max(kShortestSlotNs, (end - start) / kMostSlots + 1);
}

/// The share of a bucket's requests that came before each slot's end.
std::vector<double> slot_shares(std::int64_t start, std::int64_t end, double sigma,
                                const traffic::UnitGamma* gamma, Draws& draws) {
  const std::int64_t slot = slot_ns(start, end);
  const auto slots = static_cast<std::size_t>((end - start + slot - 1) / slot);
  std::vector<double> before(slots);
  const bool hourly = end - start > kHourNs && sigma > 0;
  const double fresh = std::sqrt(1 - kHourCorrelation * kHourCorrelation);
  double y = 0;
  double factor = 1;
  std::int64_t hour = -1;
  double sum = 0;
  for (std::size_t i = 0; i < slots; ++i) {
    const std::int64_t at = static_cast<std::int64_t>(i) * slot;
    if (hourly && at / kHourNs != hour) {
      hour = at / kHourNs;
      const double z = normal_quantile(draws.hour.uniform(
          static_cast<std::uint64_t>(start / kHourNs), static_cast<std::uint64_t>(hour)));
      y = hour == 0 ? z : kHourCorrelation * y + fresh * z;
      factor = det_exp(sigma * y - sigma * sigma / 2);
    }
    const double width = static_cast<double>(std::min(slot, end - start - at));
    const double g = gamma == nullptr ? 1 : gamma->quantile(draws.slot.uniform(0, draws.slots++));
    sum += width * factor * g;
    before[i] = sum;
  }
  if (!(sum > 0)) {
    for (std::size_t i = 0; i < slots; ++i) {
      before[i] = static_cast<double>(i + 1) / static_cast<double>(slots);
    }
    return before;
  }
  for (double& share : before) share /= sum;
  return before;
}

std::int64_t time_of(const std::vector<double>& before, std::int64_t start, std::int64_t end,
                     double u) {
  const auto slot = static_cast<std::size_t>(
      std::min(std::upper_bound(before.begin(), before.end(), u), before.end() - 1) -
      before.begin());
  const double low = slot == 0 ? 0 : before[slot - 1];
  const double step = before[slot] - low;
  const std::int64_t length = slot_ns(start, end);
  const std::int64_t from = start + static_cast<std::int64_t>(slot) * length;
  const double width = static_cast<double>(std::min(length, end - from));
  const double into = step > 0 ? std::clamp((u - low) / step, 0.0, 1.0) * width : 0;
  return std::min(from + static_cast<std::int64_t>(into), end - 1);
}

/// Whole numbers in proportion to `weights` with exactly the sum `total`.
std::vector<std::int64_t> share_out(const std::vector<double>& weights, std::int64_t total) {
  std::vector<std::int64_t> shares(weights.size());
  double sum = 0;
  for (const double w : weights) sum += w;
  std::int64_t left = total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double part = sum > 0 ? weights[i] / sum : 1 / static_cast<double>(weights.size());
    const auto share = static_cast<std::int64_t>(std::floor(part * static_cast<double>(total)));
    shares[i] = std::clamp<std::int64_t>(share, 0, left);
    left -= shares[i];
  }
  for (std::size_t i = 0; left > 0; i = (i + 1) % shares.size()) {
    // Nearly always less than one each; what doubles lost in a huge bucket goes evenly.
    const std::int64_t more =
        std::max<std::int64_t>(1, left / static_cast<std::int64_t>(shares.size()));
    shares[i] += std::min(more, left);
    left -= std::min(more, left);
  }
  return shares;
}

/// Lengths around a mean; a constant where no such distribution exists.
std::optional<traffic::LengthDistribution> lengths(double mean, double tail) {
  constexpr double kMost = traffic::kMaxTokensPerRequest;
  if (!(mean >= 2) || mean * tail > kMost) return std::nullopt;
  auto fit = traffic::LengthDistribution::fit({.p50 = {}, .mean = mean, .p95 = mean * tail},
                                              traffic::kMaxTokensPerRequest, "usage");
  if (!fit) return std::nullopt;
  return *fit;
}

}  // namespace

/// The buckets with the number of their requests.
Result<std::vector<std::pair<LoadCollector::Buckets::key_type, LoadCollector::Sum>>>
LoadCollector::countable(const LoadOptions& options, Load& load) const {
  std::vector<std::pair<Buckets::key_type, Sum>> all;
  std::int64_t guessed = 0;
  const double answer = options.mean_output_tokens.value_or(0);
  for (const auto& [span, given] : buckets_) {
    Sum sum = given;
    if (sum.input < 0 || sum.output < 0) continue;  // more taken back than used
    if (sum.requests == 0 && (sum.requests_missing || sum.output > 0)) {
      if (!options.mean_output_tokens) {
        return Error{ErrorCode::invalid_argument,
                     "the source does not count requests: expected --usage-answer-tokens (of usage "
                     "stats: --answer-tokens), the mean tokens of an answer, from which their "
                     "number follows",
                     "usage"};
      }
      if (!(answer >= 1)) {
        return Error{ErrorCode::out_of_range, "expected at least one token",
                     "--usage-answer-tokens"};
      }
      const double n = std::floor(static_cast<double>(sum.output) / answer + 0.5);
      sum.requests = std::max<std::int64_t>(sum.input + sum.output > 0 ? 1 : 0,
                                            static_cast<std::int64_t>(std::min(n, 1e15)));
      guessed += sum.requests;
    }
    if (sum.requests == 0) continue;
    load.widest_bucket_ns = std::max(load.widest_bucket_ns, span.second - span.first);
    all.emplace_back(span, sum);
  }
  if (guessed > 0) {
    load.assumptions.push_back(
        counted(guessed, "request") + " follow from answers of " + shortest(answer) +
        " tokens on average; half as long answers would be twice as many requests");
  }
  return all;
}

Status LoadCollector::rebuild(const LoadOptions& options, std::vector<Request>& requests,
                              Load& load) const {
  BREAKEVEN_TRY(const auto buckets, countable(options, load));
  Int128 input = 0;
  Int128 output = 0;
  std::int64_t total = 0;
  for (const auto& [span, sum] : buckets) {
    input += sum.input;
    output += sum.output;
    if (sum.requests > options.max_requests - total) {
      return Error{ErrorCode::resource_limit,
                   "expected at most " + std::to_string(options.max_requests) +
                       " requests in the buckets, found more",
                   {}};
    }
    total += sum.requests;
  }
  if (total == 0) return {};
  load.exact = false;
  load.rebuilt_requests = total;
  const auto fitted = fitted_variance();
  load.fitted = fitted.has_value() && !options.slot_variance;
  load.slot_variance = options.slot_variance.value_or(fitted.value_or(kDefaultSlotVariance));
  if (!(load.slot_variance >= 0 && load.slot_variance <= 100)) {
    return Error{ErrorCode::out_of_range, "expected 0 to 100", "--usage-burstiness"};
  }
  if (!(options.daily_peak_to_mean >= 1 && options.daily_peak_to_mean <= 14.9)) {
    return Error{ErrorCode::out_of_range, "expected 1 to 14.9", "--usage-peak-to-mean"};
  }
  const double sigma = hourly_sigma(options.daily_peak_to_mean);
  load.assumptions.push_back(
      counted(total, "arrival") + " are made inside buckets: the load of 10-second slots varies " +
      "with variance " + shortest(std::floor(load.slot_variance * 1000 + 0.5) / 1000) +
      (options.slot_variance ? " (as asked)"
       : load.fitted         ? " (fitted to the 1-minute counts)"
                             : " (a chat product's; bursty products have 1 to 10)"));
  if (load.widest_bucket_ns > kHourNs) {
    load.assumptions.push_back(
        "buckets over an hour: the 99th percentile of the requests per 10 minutes is assumed to "
        "be " +
        shortest(options.daily_peak_to_mean) + " times the mean (" + shortest(kDailyPeakToMeanLow) +
        " to " + shortest(kDailyPeakToMeanHigh) + " between customers)");
  }
  const auto count = static_cast<double>(total);
  const auto input_lengths = lengths(static_cast<double>(input) / count, kInputTail);
  const auto output_lengths = lengths(static_cast<double>(output) / count, kOutputTail);
  std::optional<traffic::UnitGamma> gamma;
  if (load.slot_variance > 1e-6) gamma.emplace(load.slot_variance);
  Draws draws(options.seed);
  for (const auto& [span, sum] : buckets) {
    const auto before =
        slot_shares(span.first, span.second, sigma, gamma ? &*gamma : nullptr, draws);
    const auto n = static_cast<std::size_t>(sum.requests);
    std::vector<double> in(n);
    std::vector<double> out(n);
    const std::size_t first = requests.size();
    for (std::size_t i = 0; i < n; ++i, ++draws.requests) {
      const std::uint64_t k = draws.requests;
      in[i] = input_lengths ? input_lengths->draw(draws.input.uniform(0, k)) : 1;
      out[i] = output_lengths ? output_lengths->draw(draws.output.uniform(0, k)) : 1;
      requests.push_back(
          {time_of(before, span.first, span.second, draws.place.uniform(0, k)), 0, 0, 0, -1});
    }
    constexpr Int128 kMostSum = 4'000'000'000'000'000'000;
    const auto whole = [&](Int128 v) { return static_cast<std::int64_t>(std::min(v, kMostSum)); };
    const auto ins = share_out(in, whole(sum.input));
    const auto outs = share_out(out, whole(sum.output));
    std::int64_t cached_left = std::min(whole(sum.cached), whole(sum.input));
    const double cached_share =
        sum.input > 0 ? static_cast<double>(cached_left) / static_cast<double>(sum.input) : 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (ins[i] > traffic::kMaxTokensPerRequest || outs[i] > traffic::kMaxTokensPerRequest) {
        return Error{ErrorCode::out_of_range,
                     "expected buckets of at most " +
                         std::to_string(traffic::kMaxTokensPerRequest) +
                         " tokens per request, found " + std::to_string(std::max(ins[i], outs[i])),
                     "usage"};
      }
      Request& r = requests[first + i];
      r.input = static_cast<std::int32_t>(ins[i]);
      r.output = static_cast<std::int32_t>(outs[i]);
      const auto cached =
          static_cast<std::int64_t>(std::floor(cached_share * static_cast<double>(ins[i])));
      r.cached = static_cast<std::int32_t>(std::min(cached, cached_left));
      cached_left -= r.cached;
    }
    // What rounding left goes where there is room.
    for (std::size_t i = 0; i < n && cached_left > 0; ++i) {
      Request& r = requests[first + i];
      const std::int64_t room = std::min<std::int64_t>(cached_left, r.input - r.cached);
      r.cached += static_cast<std::int32_t>(room);
      cached_left -= room;
    }
  }
  return {};
}

}  // namespace breakeven::usage
