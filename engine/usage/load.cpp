#include "engine/usage/load.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/traffic/trace.hpp"
#include "engine/usage/record.hpp"

namespace breakeven::usage {
namespace {

constexpr std::int64_t kMinuteNs = 60'000'000'000;
constexpr std::int64_t kHourNs = 60 * kMinuteNs;

std::int32_t clamp_tokens(std::int64_t tokens) {
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(tokens, 0, traffic::kMaxTokensPerRequest));
}

/// Counts of a source are bounded each; their sum stops growing before it could overflow.
void add_capped(std::int64_t& sum, std::int64_t more) {
  constexpr std::int64_t kMost = 4'000'000'000'000'000'000;
  sum = more > kMost - sum ? kMost : sum + more;
}

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

}  // namespace

double hourly_sigma(double ratio) {
  constexpr double kZ99 = 2.326347874040841;
  const double room = kZ99 * kZ99 - 2 * det_log(std::max(1.0, ratio));
  return kZ99 - (room > 0 ? std::sqrt(room) : 0);
}

void LoadCollector::take(const UsageRecord& r) {
  if (other_source_) {
    ++other_lines_;
    return;
  }
  if (r.kind != Kind::chat) {
    add_capped(left_out_[static_cast<std::size_t>(r.kind)], r.requests.value_or(1));
    return;
  }
  if (!model_.empty() && r.model != model_) {
    ++other_models_;
    return;
  }
  if (r.clock == Clock::none) {
    ++undated_;
    return;
  }
  (r.clock == Clock::relative ? relative_ : absolute_) = true;
  any_cached_ = any_cached_ || r.tokens[Bucket::cache_read] > 0;
  if (r.single) {
    std::int32_t session = -1;
    if (!r.session.empty()) {
      session =
          sessions_.try_emplace(std::string(r.session), static_cast<std::int32_t>(sessions_.size()))
              .first->second;
    }
    requests_.push_back({r.start_ns, clamp_tokens(r.tokens.input()),
                         clamp_tokens(r.tokens.all_output()),
                         clamp_tokens(r.tokens[Bucket::cache_read]), session});
    return;
  }
  Sum& sum = buckets_[{r.start_ns, std::max(r.end_ns, r.start_ns + 1)}];
  if (r.requests) {
    add_capped(sum.requests, *r.requests);
    sum.requests_known = true;
  } else {
    sum.requests_missing = true;
  }
  sum.input += r.tokens.input();
  sum.cached += r.tokens[Bucket::cache_read];
  sum.output += r.tokens.all_output();
}

/// The variance of the load from minute to minute within the hour, beyond Poisson's, over its
/// squared mean; pooled over the hours. Nothing when buckets are wider than a minute or too few.
std::optional<double> LoadCollector::fitted_variance() const {
  std::map<std::int64_t, std::map<std::int64_t, std::int64_t>> hours;
  for (const auto& [span, sum] : buckets_) {
    if (span.second - span.first > kMinuteNs || sum.requests_missing) return std::nullopt;
    add_capped(hours[floor_to(span.first, kHourNs)][floor_to(span.first, kMinuteNs)], sum.requests);
  }
  if (buckets_.empty()) return std::nullopt;
  const std::int64_t first = floor_to(buckets_.begin()->first.first, kMinuteNs);
  const std::int64_t last = floor_to(buckets_.rbegin()->first.first, kMinuteNs);
  double excess = 0;
  double squares = 0;
  std::int64_t minutes = 0;
  for (const auto& [hour, counts] : hours) {
    const std::int64_t from = std::max(hour, first);
    const std::int64_t to = std::min(hour + kHourNs - kMinuteNs, last);
    const std::int64_t whole_minutes = (to - from) / kMinuteNs + 1;
    const auto n = static_cast<double>(whole_minutes);
    if (n < 10) continue;
    double sum = 0;
    double square = 0;
    for (const auto& [minute, count] : counts) {
      const auto c = static_cast<double>(count);
      sum += c;
      square += c * c;
    }
    const double mean = sum / n;
    const double variance = (square - sum * mean) / (n - 1);
    excess += n * (variance - mean);
    squares += n * mean * mean;
    minutes += static_cast<std::int64_t>(n);
  }
  if (minutes < 30 || squares <= 0) return std::nullopt;
  return std::max(0.0, excess / squares);
}

void LoadCollector::describe_left_out(Load& load) const {
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (left_out_[i] == 0) continue;
    load.assumptions.push_back(counted(left_out_[i], "request") + " of class " +
                               std::string(kind_name(static_cast<Kind>(i))) +
                               " are no load and left out");
  }
  if (other_models_ > 0) {
    load.assumptions.push_back(counted(other_models_, "record") + " of other models are left out");
  }
  if (undated_ > 0) {
    load.assumptions.push_back(counted(undated_, "record") +
                               " without a time are left out: a scrape says how much, not when");
  }
  if (other_lines_ > 0 && !charges_) {
    load.assumptions.push_back(counted(other_lines_, "line") +
                               " of bills are left out: the usage beside them tells the same");
  }
}

Result<Load> LoadCollector::build(const LoadOptions& options) const {
  Load load;
  describe_left_out(load);
  if (empty()) {
    std::string why = "expected requests that a fleet would have to answer, found none";
    for (const std::string& left : load.assumptions) why += "; " + left;
    return Error{ErrorCode::invalid_argument, why, {}};
  }
  if (relative_ && absolute_) {
    return Error{ErrorCode::invalid_argument,
                 "expected one clock: a trace that counts from its own zero cannot be laid beside "
                 "files with dates",
                 {}};
  }
  std::vector<Request> requests = requests_;
  if (!buckets_.empty()) {
    BREAKEVEN_CHECK_OK(rebuild(options, requests, load));
  }
  if (requests.empty()) {
    return Error{ErrorCode::invalid_argument,
                 "expected requests that a fleet would have to answer, found empty buckets only",
                 {}};
  }
  if (static_cast<std::int64_t>(requests.size()) > options.max_requests) {
    return Error{ErrorCode::resource_limit,
                 "expected at most " + std::to_string(options.max_requests) + " requests, found " +
                     std::to_string(requests.size()),
                 {}};
  }
  std::stable_sort(requests.begin(), requests.end(),
                   [](const Request& a, const Request& b) { return a.at_ns < b.at_ns; });
  std::int64_t zero = requests.front().at_ns;
  std::int64_t end = requests.back().at_ns;
  for (const auto& [span, sum] : buckets_) {
    zero = std::min(zero, span.first);
    end = std::max(end, span.second);
  }
  if (relative_) zero = std::min<std::int64_t>(zero, 0);
  if (absolute_) load.start_ns = zero;
  traffic::Trace& trace = load.trace;
  trace.span_ns = end - zero;
  trace.name = "usage";
  for (const Request& r : requests) {
    trace.arrival_ns.push_back(r.at_ns - zero);
    trace.input_tokens.push_back(r.input);
    trace.output_tokens.push_back(r.output);
    if (any_cached_) trace.cached_tokens.push_back(std::min(r.cached, r.input));
    if (!sessions_.empty()) trace.session.push_back(r.session);
  }
  if (!sessions_.empty()) {
    // A request of no session is a session of its own.
    auto next = static_cast<std::int32_t>(sessions_.size());
    for (std::int32_t& session : trace.session) {
      if (session < 0) session = next++;
    }
  }
  BREAKEVEN_CHECK_OK(trace.validate());
  return load;
}

}  // namespace breakeven::usage
