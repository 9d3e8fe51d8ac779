// request_table.hpp — the requests of a trace as the engine sees them.
//
// Units    Arrivals in nanoseconds or ticks from the trace's first arrival; tokens.
// Shape    A view of the trace, which must outlive it; times of a closed loop and of a hand-over
//          between pools are kept beside it.
// Threads  Read by many, changed by the one replay that owns it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/serving/sim_time.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

class RequestTable {
 public:
  RequestTable(const traffic::Trace& trace, const EngineLimits& limits, double load_factor);

  [[nodiscard]] std::size_t size() const { return arrival_ns_.size(); }
  /// From the trace's first arrival, inter-arrival times divided by the load factor.
  [[nodiscard]] std::int64_t arrival_ns(std::size_t i) const {
    const std::int64_t ns = arrival_ns_[i] - first_ns_;
    return unscaled_ ? ns : scaled(ns);
  }
  /// When the request reaches this pool of replicas.
  [[nodiscard]] Ticks arrival(std::size_t i) const {
    return issued_.empty() ? ticks_from_ns(arrival_ns(i)) : issued_[i];
  }
  /// When its user sent it: what its latencies count from.
  [[nodiscard]] Ticks sent(std::size_t i) const { return sent_.empty() ? arrival(i) : sent_[i]; }
  /// Makes arrivals those of a closed loop, to be told one by one with issue().
  void close_loop() { issued_.resize(size(), Ticks{0}); }
  void issue(std::size_t i, Ticks at) { issued_[i] = at; }
  /// Requests come with their cache from another pool: all but the last prompt token is there.
  void hand_over(std::vector<Ticks> sent, std::vector<Ticks> arrival) {
    sent_ = std::move(sent);
    issued_ = std::move(arrival);
    handed_over_ = true;
  }

  /// An empty prompt still costs one token of prefill.
  [[nodiscard]] std::int32_t prompt(std::size_t i) const { return input_[i] > 0 ? input_[i] : 1; }
  [[nodiscard]] std::int32_t input(std::size_t i) const { return input_[i]; }
  [[nodiscard]] std::int32_t output(std::size_t i) const { return output_[i]; }
  /// Prompt tokens found in the prefix cache: whole blocks, and never the last prompt token.
  [[nodiscard]] std::int32_t cached(std::size_t i) const {
    if (handed_over_) return prompt(i) - 1;
    if (cached_.empty()) return 0;
    const std::int32_t hit = cached_[i] < prompt(i) ? cached_[i] : prompt(i) - 1;
    return hit & ~block_mask_;
  }
  [[nodiscard]] std::int32_t session(std::size_t i) const {
    return session_.empty() ? -1 : session_[i];
  }
  /// KV tokens of the request when it finishes: the last output token is never written back.
  [[nodiscard]] std::int64_t peak_tokens(std::size_t i) const {
    return std::int64_t{prompt(i)} + (output_[i] > 1 ? output_[i] - 1 : 0);
  }

 private:
  [[nodiscard]] std::int64_t scaled(std::int64_t ns) const;

  std::span<const std::int64_t> arrival_ns_;
  std::span<const std::int32_t> input_;
  std::span<const std::int32_t> output_;
  std::span<const std::int32_t> cached_;
  std::span<const std::int32_t> session_;
  std::vector<Ticks> issued_;
  std::vector<Ticks> sent_;
  std::int64_t first_ns_ = 0;
  std::int32_t block_mask_ = 15;
  bool unscaled_ = true;
  bool handed_over_ = false;
  double load_factor_ = 1;
};

}  // namespace breakeven::serving
