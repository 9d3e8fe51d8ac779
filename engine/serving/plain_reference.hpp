// plain_reference.hpp — the scheduler rules written down once more, slowly, for tests and
// benchmarks.
//
// Shape    Executes every iteration of every replica with one vector entry per sequence and time as
//          a plain double. No jumps, no heaps, no aggregates: what simulate() must agree with.
//          Header-only and never linked into the product.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "engine/serving/fleet.hpp"
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

  void arrive(const Request& r) {
    waiting_.push_back(r);
    if (end_ == kIdle) end_ = r.arrival_s;
  }

  /// Runs every iteration that ends strictly before `at`.
  void advance_to(long double at, std::vector<std::size_t>& finished) {
    while (end_ < at) {
      finish_iteration(finished);
      start_iteration();
    }
  }

  [[nodiscard]] long double next_event() const { return end_; }
  /// Ends one iteration and begins the next; says when the boundary was.
  long double advance_one(std::vector<std::size_t>& finished) {
    const long double boundary = end_;
    finish_iteration(finished);
    start_iteration();
    return boundary;
  }

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
      --budget;
    }
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
    const auto most =
        static_cast<std::size_t>(std::min(limits_.max_sequences, limits_.token_budget));
    while (!preempted && budget > 0 && running_.size() < most && !waiting_.empty()) {
      Request r = waiting_.front();
      r.in_cache = r.cached;
      const std::int64_t chunk = std::min(budget, r.target - r.in_cache);
      const bool whole = chunk == r.target - r.in_cache;
      if (limits_.whole_prompts && !whole && work.prefill_tokens > 0) break;
      if (blocks(in_memory(r, r.in_cache + chunk)) > free_blocks()) break;
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
    ++iterations;
  }

  void finish_iteration(std::vector<std::size_t>& finished) {
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
  std::vector<Request> running_;  // in order of admission
  std::vector<std::int64_t> tokens_now_;
  std::deque<Request> waiting_;
};

/// What simulate() answers, as far as the tests compare it. The caller has validated its input.
inline SimulationResult simulate(const traffic::Trace& trace, const StepModel& step,
                                 const EngineLimits& limits, const SimulationOptions& options) {
  SimulationResult result;
  result.outcomes.resize(trace.size(), RequestOutcome{.replica = -1});
  std::vector<Replica> replicas;
  for (int r = 0; r < options.replicas; ++r)
    replicas.emplace_back(step, limits, r, result.outcomes);
  std::vector<std::int64_t> outstanding(replicas.size(), 0);
  std::vector<std::size_t> replica_of(trace.size(), 0);
  const std::int64_t answer = expected_answer_tokens(trace);
  const auto prompt = [&](std::size_t i) {
    return std::max<std::int64_t>(1, trace.input_tokens[i]);
  };
  std::size_t turn = 0;
  std::vector<std::size_t> finished;
  const auto arrival_of = [&](std::size_t i) {
    auto ns = trace.arrival_ns[i] - trace.arrival_ns[0];
    if (options.load_factor != 1.0) {
      ns = static_cast<std::int64_t>(static_cast<double>(ns) / options.load_factor + 0.5);
    }
    return static_cast<long double>(ns) / 1e9L;
  };
  const auto make_request = [&](std::size_t i, long double arrival_s) {
    Request r;
    r.index = i;
    r.arrival_s = arrival_s;
    r.prompt = prompt(i);
    r.output = trace.output_tokens[i];
    if (limits.prefix_cache && !trace.cached_tokens.empty()) {
      const std::int64_t hit = std::min<std::int64_t>(trace.cached_tokens[i], r.prompt - 1);
      r.cached = hit / limits.block_tokens * limits.block_tokens;
    }
    r.target = r.prompt;
    return r;
  };
  /// False when it can never fit.
  const auto hand_over = [&](const Request& r) {
    const std::size_t i = r.index;
    std::size_t to = turn;
    if (options.replicas > 1 && options.router == Router::least_outstanding_tokens) {
      to = static_cast<std::size_t>(std::min_element(outstanding.begin(), outstanding.end()) -
                                    outstanding.begin());
    } else if (options.router == Router::prefix_affinity && !trace.session.empty()) {
      to = static_cast<std::size_t>(replica_of_session(trace.session[i], options.replicas));
    } else {
      turn = (turn + 1) % replicas.size();
    }
    const std::int64_t peak = r.prompt + std::max<std::int64_t>(0, r.output - 1);
    ++result.requests;
    if ((peak + limits.block_tokens - 1) / limits.block_tokens > limits.kv_blocks) {
      ++result.rejected;
      return false;
    }
    result.input_tokens += trace.input_tokens[i];
    result.output_tokens += trace.output_tokens[i];
    result.cached_tokens += r.cached;
    replica_of[i] = to;
    outstanding[to] += r.prompt + answer;
    replicas[to].arrive(r);
    return true;
  };
  if (options.closed_loop_users > 0) {
    std::deque<long double> ready(static_cast<std::size_t>(options.closed_loop_users), 0.0L);
    std::size_t next = 0;
    while (true) {
      const auto first = std::min_element(
          replicas.begin(), replicas.end(),
          [](const Replica& a, const Replica& b) { return a.next_event() < b.next_event(); });
      const long double at = next < trace.size() && !ready.empty()
                                 ? std::max(ready.front(), arrival_of(next))
                                 : Replica::kIdle;
      if (at == Replica::kIdle && first->next_event() == Replica::kIdle) break;
      if (at <= first->next_event()) {
        if (hand_over(make_request(next++, at))) ready.pop_front();
        continue;
      }
      finished.clear();
      const long double boundary = first->advance_one(finished);
      for (const std::size_t done : finished) {
        outstanding[replica_of[done]] -= prompt(done) + answer;
        ready.push_back(boundary + step.request_entry_s());
      }
    }
  }
  for (std::size_t i = 0; i < trace.size() && options.closed_loop_users == 0; ++i) {
    const Request r = make_request(i, arrival_of(i));
    for (Replica& replica : replicas) {
      finished.clear();
      replica.advance_to(r.arrival_s, finished);
      for (const std::size_t done : finished)
        outstanding[replica_of[done]] -= prompt(done) + answer;
    }
    hand_over(r);
  }
  for (Replica& replica : replicas) {
    replica.advance_to(std::numeric_limits<long double>::max(), finished);
    result.preemptions += replica.preemptions;
    result.iterations += replica.iterations;
    result.busy_s += replica.busy_s;
    result.makespan_s = std::max(result.makespan_s,
                                 static_cast<double>(replica.last_end_s) + step.request_entry_s());
  }
  return result;
}

}  // namespace breakeven::serving::plain
