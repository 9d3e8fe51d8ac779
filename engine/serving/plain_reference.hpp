// plain_reference.hpp — the scheduler rules written down once more, slowly, for tests and
// benchmarks.
//
// Shape    Executes every iteration of every replica with one vector entry per sequence and time as
//          a plain double. No jumps, no heaps, no aggregates: what simulate() must agree with.
//          Header-only and never linked into the product. Fleets: plain_fleet.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "engine/serving/simulation.hpp"

namespace breakeven::serving::plain {

struct Request {
  std::size_t index = 0;
  long double arrival_s = 0;
  std::int64_t prompt = 0;
  std::int64_t output = 0;
  std::int64_t cached = 0;
  std::int64_t generated = 0;  ///< tokens emitted so far
  std::int64_t target = 0;     ///< tokens to prefill before it decodes
  std::int64_t in_cache = 0;   ///< tokens that hold KV memory
  long double first_token_s = 0;
  [[nodiscard]] bool in_prefill() const { return in_cache < target; }
};

class Replica {
 public:
  Replica(const StepModel& step, const EngineLimits& limits, std::int32_t id,
          std::vector<RequestOutcome>& outcomes)
      : step_(&step), limits_(limits), id_(id), outcomes_(&outcomes) {}

  static constexpr long double kIdle = std::numeric_limits<long double>::infinity();

  [[nodiscard]] long double next_event() const { return end_; }
  /// Ends one iteration and begins the next; says when the boundary was.
  long double advance_one(std::vector<std::size_t>& finished) {
    const long double boundary = end_;
    finish_iteration(finished);
    start_iteration();
    return boundary;
  }

  /// One that another replica gave up: to the front of the queue.
  void arrive_moved(const Request& r, long double at) {
    waiting_.push_front(r);
    if (end_ == kIdle) end_ = at;
  }
  void arrive(const Request& r, long double at) {
    waiting_.push_back(r);
    if (end_ == kIdle) end_ = at;
  }
  /// Everything that is not finished, youngest first; the iteration under way is lost.
  void evacuate(long double at, std::vector<Request>& moved) {
    if (iterating_) busy_s -= static_cast<double>(end_ - at);
    for (auto r = waiting_.rbegin(); r != waiting_.rend(); ++r) moved.push_back(*r);
    for (auto r = running_.rbegin(); r != running_.rend(); ++r) moved.push_back(*r);
    for (Request& r : moved) {
      r.target = r.prompt + r.generated;
      r.in_cache = 0;
      r.cached = 0;
    }
    waiting_.clear();
    running_.clear();
    tokens_now_.clear();
    iterating_ = false;
    end_ = kIdle;
  }
  [[nodiscard]] bool empty() const { return waiting_.empty() && running_.empty(); }

  std::int64_t preemptions = 0;
  std::int64_t iterations = 0;
  long double last_end_s = 0;
  double busy_s = 0;

 private:
  [[nodiscard]] std::int64_t blocks(std::int64_t tokens) const {
    return (tokens + limits_.block_tokens - 1) / limits_.block_tokens;
  }
  [[nodiscard]] std::int64_t free_blocks() const {
    std::int64_t free = limits_.kv_blocks;
    for (const Request& r : running_) free -= blocks(in_memory(r, r.in_cache));
    return free;
  }
  [[nodiscard]] std::int64_t in_memory(const Request& r, std::int64_t tokens) const {
    if (!limits_.reserve_output) return tokens;
    return r.prompt + std::max<std::int64_t>(0, r.output - 1);
  }
  void preempt_last() {
    Request r = running_.back();
    running_.pop_back();
    tokens_now_.pop_back();
    r.target = r.prompt + r.generated;
    r.in_cache = 0;
    r.cached = 0;
    waiting_.push_front(r);
    ++preemptions;
  }
  /// Gives running_[i] room for `tokens` more, preempting from the back; false when it went itself.
  bool make_room(std::size_t i, std::int64_t tokens, bool& preempted) {
    while (i < running_.size()) {
      const Request& r = running_[i];
      const std::int64_t have = in_memory(r, r.in_cache);
      const std::int64_t then = in_memory(r, r.in_cache + tokens);
      if (blocks(then) - blocks(have) <= free_blocks()) return true;
      preempt_last();
      preempted = true;
    }
    return false;
  }

  void place_decodes(StepWork& work, std::int64_t& budget, bool& preempted) {
    for (std::size_t i = 0; i < running_.size(); ++i) {
      if (running_[i].in_prefill()) continue;
      if (!make_room(i, 1, preempted)) break;
      tokens_now_[i] = 1;
      running_[i].in_cache += 1;
      ++work.decode_sequences;
      work.context_tokens += running_[i].in_cache;
      budget -= limits_.decode_tokens;
    }
  }
  /// Whether what runs and a new request leave room for the expected part of the answers.
  [[nodiscard]] bool within_reserve(const Request& added) const {
    if (limits_.output_reserve <= 0 || running_.empty()) return true;
    std::int64_t tokens = added.target;
    std::int64_t left = std::max<std::int64_t>(0, added.output - added.generated);
    for (std::size_t i = 0; i < running_.size(); ++i) {
      const Request& r = running_[i];
      const bool decodes = r.target < r.prompt + r.generated;
      tokens += decodes ? r.prompt + r.generated - 1 : r.target;
      left += std::max<std::int64_t>(0, r.output - r.generated);
    }
    return static_cast<double>(tokens) +
               std::floor(limits_.output_reserve * static_cast<double>(left)) <=
           static_cast<double>(limits_.kv_blocks * limits_.block_tokens);
  }
  void place_prompts(StepWork& work, std::int64_t& budget, bool& preempted) {
    const auto place_chunk = [&](Request& r, std::int64_t& tokens) {
      tokens = std::min(budget, r.target - r.in_cache);
      const auto c = static_cast<double>(tokens);
      work.prefill_tokens += tokens;
      work.attention_pairs += c * (static_cast<double>(r.in_cache) + c / 2);
      r.in_cache += tokens;
      budget -= tokens;
    };
    for (std::size_t i = 0; i < running_.size(); ++i) {
      if (!running_[i].in_prefill() || tokens_now_[i] > 0) continue;
      const std::int64_t chunk = std::min(budget, running_[i].target - running_[i].in_cache);
      if (!make_room(i, chunk, preempted)) break;
      place_chunk(running_[i], tokens_now_[i]);
    }
    const auto most = static_cast<std::size_t>(
        std::min(limits_.max_sequences, limits_.token_budget / limits_.decode_tokens));
    while (!preempted && budget > 0 && running_.size() < most && !waiting_.empty()) {
      Request r = waiting_.front();
      r.in_cache = r.cached;
      const std::int64_t chunk = std::min(budget, r.target - r.in_cache);
      const bool whole = chunk == r.target - r.in_cache;
      if (limits_.whole_prompts && !whole && work.prefill_tokens > 0) break;
      if (blocks(in_memory(r, r.in_cache + chunk)) > free_blocks()) break;
      if (!within_reserve(r)) break;
      waiting_.pop_front();
      running_.push_back(r);
      tokens_now_.push_back(0);
      place_chunk(running_.back(), tokens_now_.back());
    }
  }

  void start_iteration() {
    const long double now = end_;
    tokens_now_.assign(running_.size(), 0);
    StepWork work;
    bool preempted = false;
    std::int64_t budget = limits_.token_budget;
    if (limits_.prefill_first) {
      place_prompts(work, budget, preempted);
      if (work.prefill_tokens == 0) place_decodes(work, budget, preempted);
    } else {
      place_decodes(work, budget, preempted);
      place_prompts(work, budget, preempted);
    }
    if (work.decode_sequences + work.prefill_tokens == 0) {
      end_ = kIdle;
      return;
    }
    const double duration = step_->step_s(work);
    busy_s += duration;
    end_ = now + duration;
    iterating_ = true;
  }

  void finish_iteration(std::vector<std::size_t>& finished) {
    if (iterating_) ++iterations;
    iterating_ = false;
    std::vector<Request> still_running;
    for (std::size_t i = 0; i < running_.size(); ++i) {
      Request& r = running_[i];
      if (tokens_now_[i] > 0 && !r.in_prefill()) {
        if (r.generated == 0) r.first_token_s = end_;
        ++r.generated;
        if (r.generated >= r.output) {
          complete(r);
          finished.push_back(r.index);
          continue;
        }
      }
      still_running.push_back(r);
    }
    running_ = still_running;
    tokens_now_.clear();
  }

  void complete(const Request& r) {
    RequestOutcome& o = (*outcomes_)[r.index];
    o.ttft_s = static_cast<double>(r.first_token_s - r.arrival_s) + step_->request_entry_s();
    o.end_to_end_s = static_cast<double>(end_ - r.arrival_s) + step_->request_entry_s();
    o.tpot_s = r.output > 1
                   ? static_cast<double>(end_ - r.first_token_s) / static_cast<double>(r.output - 1)
                   : 0;
    o.replica = id_;
    last_end_s = std::max(last_end_s, end_);
  }

  const StepModel* step_;
  EngineLimits limits_;
  std::int32_t id_;
  std::vector<RequestOutcome>* outcomes_;
  long double end_ = kIdle;
  bool iterating_ = false;
  std::vector<Request> running_;  // in order of admission
  std::vector<std::int64_t> tokens_now_;
  std::deque<Request> waiting_;
};

}  // namespace breakeven::serving::plain
