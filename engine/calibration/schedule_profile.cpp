#include "engine/calibration/schedule_profile.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "engine/serving/simulation.hpp"
#include "engine/serving/step_time.hpp"

namespace breakeven::calibration {
namespace {

/// The number itself below 32, then 16 or so steps per doubling.
std::int64_t rounded(std::int64_t n) {
  constexpr int kKept = 5;
  const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n)));
  return bits <= kKept ? n : (n >> (bits - kKept)) + (std::int64_t{bits} << 8);
}

}  // namespace

void ScheduleProfile::observe(const serving::ObservedSteps& s) {
  const std::int64_t active = s.held ? 0 : s.decoding;
  Bucket& b = gathering_[{rounded(active), rounded(s.prefill_tokens)}];
  const auto steps = static_cast<double>(s.steps);
  const auto decoding = static_cast<double>(s.decoding);
  const auto waiting = static_cast<double>(s.waiting);
  b.steps += steps;
  b.decoding += steps * static_cast<double>(active);
  b.prefill += steps * static_cast<double>(s.prefill_tokens);
  b.pairs += steps * s.attention_pairs;
  b.decode_weight += steps * decoding;
  b.wait_weight += steps * waiting;
  decoded_ += steps * static_cast<double>(active);
  decode_context_ += decoding * s.context_tokens;
  wait_context_ += waiting * s.context_tokens;
  decode_pairs_ += steps * decoding * s.attention_pairs;
  wait_pairs_ += steps * waiting * s.attention_pairs;
}

void ScheduleProfile::finish(std::int64_t requests) {
  requests_ = static_cast<double>(std::max<std::int64_t>(requests, 1));
  for (const auto& [key, sum] : gathering_) {
    Bucket b = sum;
    b.decoding /= b.steps;
    b.prefill /= b.steps;
    b.pairs /= b.steps;
    buckets_.push_back(b);
  }
  gathering_.clear();
}

ProfiledTimes ScheduleProfile::times(const serving::StepTerms& terms) const {
  double decode = 0;
  double wait = 0;
  for (const Bucket& b : buckets_) {
    const double t =
        terms.base_s(b.decoding, b.prefill) - terms.attention_saving_s(b.prefill, b.pairs);
    decode += b.decode_weight * t;
    wait += b.wait_weight * t;
  }
  decode += decode_context_ * terms.context_token_s + decode_pairs_ * terms.pair_s;
  wait += wait_context_ * terms.context_token_s + wait_pairs_ * terms.pair_s;
  return {wait / requests_ + terms.entry_s, decoded_ > 0 ? decode / decoded_ : 0};
}

}  // namespace breakeven::calibration
