// replica_sim.hpp — one replica of the engine under continuous batching, event by event.
//
// Units    Ticks of 2^-60 s (sim_time.hpp), tokens, KV blocks.
// Shape    Between events the batch is constant and iteration j lasts d0 + g j ticks with
//          d0 = base(B) + s (S + B) and g = s B, so k iterations last k d0 + g k (k - 1) / 2. The
//          replica therefore *plans* the iterations up to its next own event (a completion or the
//          last free KV block) and an arrival cuts the plan at the first boundary at or after it.
//          Nothing is kept per sequence and step: B, S and the number of sequences at each position
//          inside a block are updated in O(1), completions wait in a heap keyed by iteration.
// Sources  Scheduler rules of vLLM v1: docs/methodology/simulation.md lists them one by one.
// Threads  Single-threaded; replicas of one fleet share StepTimes and the Collector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/serving/latency_sketch.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

/// The requests of a trace as the engine sees them.
class RequestTable {
 public:
  RequestTable(const traffic::Trace& trace, const EngineLimits& limits, double load_factor);

  [[nodiscard]] std::size_t size() const { return arrival_ns_.size(); }
  /// From the trace's first arrival, inter-arrival times divided by the load factor.
  [[nodiscard]] std::int64_t arrival_ns(std::size_t i) const {
    const std::int64_t ns = arrival_ns_[i] - first_ns_;
    return unscaled_ ? ns : scaled(ns);
  }
  [[nodiscard]] Ticks arrival(std::size_t i) const {
    return issued_.empty() ? ticks_from_ns(arrival_ns(i)) : issued_[i];
  }
  /// Makes arrivals those of a closed loop, to be told one by one with issue().
  void close_loop() { issued_.resize(size(), Ticks{0}); }
  void issue(std::size_t i, Ticks at) { issued_[i] = at; }
  /// An empty prompt still costs one token of prefill.
  [[nodiscard]] std::int32_t prompt(std::size_t i) const { return input_[i] > 0 ? input_[i] : 1; }
  [[nodiscard]] std::int32_t input(std::size_t i) const { return input_[i]; }
  [[nodiscard]] std::int32_t output(std::size_t i) const { return output_[i]; }
  /// Prompt tokens found in the prefix cache: whole blocks, and never the last prompt token.
  [[nodiscard]] std::int32_t cached(std::size_t i) const {
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
  std::vector<Ticks> issued_;  ///< closed loop: when each request reached the engine
  std::int64_t first_ns_ = 0;
  std::int32_t block_mask_ = 15;
  bool unscaled_ = true;
  double load_factor_ = 1;
};

/// Step times in ticks; decode-only base times are remembered.
class StepTimes {
 public:
  StepTimes(const StepModel& model, std::int64_t max_sequences);

  [[nodiscard]] Ticks decode(std::int64_t sequences) {
    Ticks& known = decode_[static_cast<std::size_t>(sequences)];
    if (known == 0) [[unlikely]]
      known = checked(model_->base_s(sequences, 0));
    return known;
  }
  [[nodiscard]] Ticks prefill(std::int64_t sequences, std::int64_t tokens, double pairs) {
    return checked(model_->base_s(sequences, tokens) + per_pair_s_ * pairs);
  }
  [[nodiscard]] std::int64_t per_context_token() const { return per_context_; }
  [[nodiscard]] double entry_s() const { return entry_s_; }
  /// False once the model returned something that is not a duration in (0, 1e6] s.
  [[nodiscard]] bool sane() const { return sane_; }

 private:
  [[nodiscard]] Ticks checked(double seconds) {
    if (seconds > 0 && seconds <= 1e6) [[likely]] {
      const Ticks t = ticks_from_seconds(seconds);
      return t > 0 ? t : 1;
    }
    sane_ = false;
    return Ticks{1} << 50;
  }

  const StepModel* model_;
  std::vector<Ticks> decode_;
  std::int64_t per_context_ = 0;
  double per_pair_s_ = 0;
  double entry_s_ = 0;
  bool sane_ = true;
};

/// Where finished requests and time-weighted sums of all replicas go.
class Collector {
 public:
  Collector(const Objective& objective, double entry_s, std::size_t requests, bool keep_requests);

  [[nodiscard]] double ttft_s(Ticks arrival, Ticks first) const {
    return seconds_from_ticks(first - arrival) + entry_s_;
  }
  void finish(std::uint32_t request, std::int32_t output, double ttft, Ticks first, Ticks end,
              std::int32_t replica) {
    const double decode = seconds_from_ticks(end - first);
    const double e2e = ttft + decode;
    bool within = ttft <= ttft_limit_;
    ttft_within_ += within ? 1 : 0;
    ttft_.add(ttft);
    end_to_end_.add(e2e);
    double tpot = 0;
    if (output > 1) {
      tpot = decode / static_cast<double>(output - 1);
      tpot_.add(tpot);
      const bool steady = tpot <= tpot_limit_;
      tpot_within_ += steady ? 1 : 0;
      within = within && steady;
    }
    both_within_ += within ? 1 : 0;
    output_tokens_ += output;
    if (end > last_end_) last_end_ = end;
    if (!outcomes_.empty()) outcomes_[request] = {ttft, tpot, e2e, replica};
  }
  void add_work(Ticks duration, std::int64_t sequences, double blocks_in_use) {
    const double s = seconds_from_ticks(duration);
    sequence_seconds_ += s * static_cast<double>(sequences);
    block_seconds_ += s * blocks_in_use;
  }
  void add_busy(Ticks from, Ticks until);
  [[nodiscard]] bool missed_for_certain(std::int64_t most_ttft, std::int64_t most_tpot) const {
    return ttft_.count() - ttft_within_ > most_ttft || tpot_.count() - tpot_within_ > most_tpot;
  }

  /// Writes everything it knows into `result`, whose `rejected` is already set; call once.
  void fill(SimulationResult& result, const SimulationOptions& options, const EngineLimits& limits);

  std::int64_t preemptions = 0;
  std::int64_t iterations = 0;
  std::int64_t peak_blocks = 0;
  StepObserver* observer = nullptr;

 private:
  double entry_s_;
  double ttft_limit_;
  double tpot_limit_;
  std::int64_t ttft_within_ = 0;
  std::int64_t tpot_within_ = 0;
  std::int64_t both_within_ = 0;
  std::int64_t output_tokens_ = 0;
  double sequence_seconds_ = 0;
  double block_seconds_ = 0;
  double busy_s_ = 0;
  Ticks last_end_ = 0;
  LatencySketch ttft_;
  LatencySketch tpot_;
  LatencySketch end_to_end_;
  std::vector<double> busy_hours_;
  std::vector<RequestOutcome> outcomes_;
};

class ReplicaSim {
 public:
  ReplicaSim(std::int32_t id, const EngineLimits& limits, const RequestTable& requests,
             StepTimes& times, Collector& collector);

  /// Time of the last boundary.
  [[nodiscard]] Ticks now() const { return now_; }
  /// Time of the next boundary at which something happens; kNever when idle.
  [[nodiscard]] Ticks next_event() const { return end_; }
  /// Carries out what is planned up to next_event() and plans on.
  void step();
  /// Everything strictly before `at`; arrivals at `at` still join a boundary at `at`.
  void advance_to(Ticks at) {
    while (end_ < at) step();
  }
  /// Hands over a request at its arrival. Needs next_event() >= at and a request that fits.
  void arrive(std::uint32_t request, Ticks at);

  /// Whether a request with `peak_tokens` can ever be served.
  [[nodiscard]] bool fits(std::int64_t peak_tokens) const {
    return blocks(peak_tokens) <= total_blocks_;
  }

  /// Requests handed over and not finished, waiting ones included.
  [[nodiscard]] std::int64_t in_flight() const { return in_flight_; }
  /// Prompt tokens of waiting requests and of the unfinished chunk.
  [[nodiscard]] std::int64_t prefill_backlog() const { return backlog_; }
  [[nodiscard]] std::int64_t waiting() const {
    return static_cast<std::int64_t>(queue_tail_ - queue_head_ + preempted_.size());
  }
  [[nodiscard]] std::int64_t decoding() const { return decoding_; }
  [[nodiscard]] std::int64_t context_tokens() const { return context_; }
  [[nodiscard]] std::int64_t free_blocks() const { return free_blocks_; }
  /// Adds what has been counted since construction to the collector; call once, when idle.
  void report() const;
  /// Requests that finished in the last step(), for routers that count outstanding work.
  [[nodiscard]] std::span<const std::uint32_t> finished() const { return finished_; }

 private:
  struct Sequence {
    Ticks first_token;
    double ttft_s;
    std::int64_t finish;  ///< iteration count after which it is complete (decoding only)
    std::uint32_t request;
    std::int32_t prompt;
    std::int32_t output;
    std::int32_t generated;  ///< tokens emitted when its current prefill began
    std::int32_t target;     ///< tokens to be in the cache when its prefill is complete
    std::int32_t done;       ///< of them so far
    std::int32_t previous;   ///< neighbours in order of admission
    std::int32_t next;
  };
  struct Preempted {
    Ticks first_token;
    double ttft_s;
    std::uint32_t request;
    std::int32_t generated;
  };
  struct Chunk {
    std::int32_t slot;
    std::int32_t tokens;
  };

  [[nodiscard]] std::int64_t blocks(std::int64_t tokens) const {
    return (tokens + block_mask_) >> block_shift_;
  }
  [[nodiscard]] bool anyone_waiting() const {
    return queue_head_ != queue_tail_ || !preempted_.empty();
  }
  void enqueue(std::uint32_t request);
  [[nodiscard]] std::uint32_t queue_front() const { return queue_[queue_head_ & queue_mask_]; }
  [[nodiscard]] std::int32_t new_slot();
  void unlink(std::int32_t slot);
  void schedule();
  void run_chunks(std::int64_t decoding);
  void show_steps() const;
  bool prefill_before_decode(bool& preempted);
  bool admit_next(std::int64_t& budget);
  bool continue_prefill(std::int32_t slot, std::int64_t& budget);
  void preempt_last();
  void plan_jump(bool stop_after_one);
  void cut_plan(Ticks at);
  [[nodiscard]] Ticks span(std::int64_t steps) const {
    return first_step_ * steps + growth_ * (steps * (steps - 1) / 2);
  }
  [[nodiscard]] std::int64_t block_growth(std::int64_t steps) const;
  void finish_chunks();
  void complete(std::int32_t slot);
  void push_finish(std::int64_t iteration, std::int32_t slot);
  void pop_finish();

  const RequestTable* requests_;
  StepTimes* times_;
  Collector* collector_;
  std::int32_t id_;

  std::int64_t token_budget_;
  std::int64_t max_sequences_;
  std::int64_t total_blocks_;
  std::int64_t block_mask_;
  int block_shift_;
  bool prefill_first_;
  bool reserve_output_;
  bool whole_prompts_;

  Ticks now_ = 0;
  Ticks end_ = kNever;
  Ticks first_step_ = 0;
  Ticks growth_ = 0;
  Ticks busy_from_ = 0;
  std::int64_t steps_ = 0;         ///< planned iterations; 0 = wake up only
  std::int64_t chunk_tokens_ = 0;  ///< of the planned iteration
  double chunk_pairs_ = 0;
  bool held_ = false;      ///< the planned iteration carries prompts only; decodes wait
  bool cuttable_ = false;  ///< an arrival could be admitted at a boundary inside the plan

  std::int64_t iteration_ = 0;  ///< clock of the decodes: stands still while they wait
  std::int64_t executed_ = 0;   ///< iterations of any kind
  std::int64_t decoding_ = 0;   ///< B
  std::int64_t context_ = 0;    ///< S before the next iteration
  std::int64_t running_ = 0;
  std::int64_t free_blocks_;
  std::int64_t least_free_;
  std::int64_t in_flight_ = 0;
  std::int64_t backlog_ = 0;
  std::int64_t preemptions_ = 0;
  std::int32_t partial_ = -1;  ///< the one sequence whose prefill is unfinished
  std::int32_t last_ = -1;
  std::int32_t free_slot_ = -1;

  std::vector<std::int64_t> at_position_;  ///< decoding sequences by (iteration - length) mod block
  std::vector<Sequence> sequences_;
  std::vector<std::uint64_t> heap_;  ///< (finish iteration << 24 | slot), least on top
  std::vector<Chunk> chunks_;
  std::vector<Preempted> preempted_;  ///< most recently preempted on top: first to come back
  std::vector<std::uint32_t> queue_;  ///< ring of requests not yet admitted
  std::size_t queue_mask_ = 0;
  std::size_t queue_head_ = 0;
  std::size_t queue_tail_ = 0;
  std::vector<std::uint32_t> finished_;
};

}  // namespace breakeven::serving
