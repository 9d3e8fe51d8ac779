// replica_sim.hpp — one replica of the engine under continuous batching, event by event.
//
// Units    Ticks of 2^-60 s (sim_time.hpp), tokens, KV blocks.
// Shape    Between events the batch is constant and iteration j lasts d0 + g j ticks with
//          d0 = base(B) + s (S + B) and g = s B, so k iterations last k d0 + g k (k - 1) / 2. The
//          replica therefore *plans* the iterations up to its next own event (a completion or the
//          last free KV block) and an arrival cuts the plan at the first boundary at or after it.
//          Nothing is kept per sequence and step: B, S and the number of sequences at each position
//          inside a block are updated in O(1), completions wait in a calendar by iteration.
//          The rules are in replica_sim.cpp, the jumps over iterations in replica_jump.cpp.
// Sources  Scheduler rules of vLLM v1: docs/methodology/simulation.md lists them one by one.
// Threads  Single-threaded; replicas of one fleet share StepTimes and the Collector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/serving/collector.hpp"
#include "engine/serving/finish_calendar.hpp"
#include "engine/serving/request_table.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/serving/step_times.hpp"

namespace breakeven::serving {

/// A request that left a replica before its answer was complete.
struct Unfinished {
  Ticks first_token = 0;
  double ttft_s = 0;  ///< once it has a first token
  std::uint32_t request = 0;
  std::int32_t generated = 0;  ///< tokens of its answer that are sent already
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
  /// The same for one that another replica gave up: it goes to the front of the queue, and nothing
  /// of it is in the prefix cache here.
  void arrive_moved(const Unfinished& request, Ticks at);
  /// The replica is gone at `at` <= next_event(): the iteration under way is lost, what had not
  /// finished is appended to `moved` in the order in which it is to be handed over again, youngest
  /// first, and the replica is idle.
  void evacuate(Ticks at, std::vector<Unfinished>& moved);

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
  void execute_plan();
  void wake(Ticks at, bool next_in_line);
  void run_chunks(std::int64_t decoding);
  void show_steps(std::int64_t used_before, std::int64_t used_after) const;
  bool prefill_before_decode(bool& preempted);
  bool admit_next(std::int64_t& budget);
  bool continue_prefill(std::int32_t slot, std::int64_t& budget);
  void preempt_last();
  void plan_jump(bool stop_after_one);
  void cut_plan(Ticks at);
  [[nodiscard]] Ticks span(std::int64_t steps) const {
    return first_step_ * steps + growth_ * (steps * (steps - 1) / 2);
  }
  /// Blocks that the iterations of a plan after its first take.
  [[nodiscard]] std::int64_t block_growth(std::int64_t steps) const {
    if (reserve_output_) return 0;
    const std::int64_t more = steps - 1;
    std::int64_t growth = decoding_ * (more >> block_shift_);
    const std::int64_t rest = more & block_mask_;
    for (std::int64_t j = 1; j <= rest; ++j) growth += starting_block(iteration_ + j);
    return growth;
  }
  /// Decoding sequences that need a new block in an iteration.
  [[nodiscard]] std::int64_t starting_block(std::int64_t iteration) const {
    return at_position_[static_cast<std::size_t>(iteration & block_mask_)];
  }
  void finish_chunks();
  void complete(std::int32_t slot);
  /// Takes a sequence with `length` tokens in its cache out of the decoding ones.
  void leave_decoding(std::int64_t length) {
    --at_position_[static_cast<std::size_t>((iteration_ - length) & block_mask_)];
    context_ -= length;
    --decoding_;
    free_blocks_ += blocks(length);
  }
  [[nodiscard]] Unfinished unfinished(std::int32_t slot) const;
  [[nodiscard]] bool within_reserve(std::int64_t tokens, std::int64_t output_left) const;

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
  std::int64_t decode_tokens_;
  double output_reserve_;

  Ticks now_ = 0;
  Ticks end_ = kNever;
  Ticks first_step_ = 0;
  Ticks growth_ = 0;
  Ticks busy_from_ = 0;
  std::int64_t steps_ = 0;         ///< planned iterations; 0 = wake up only
  std::int64_t chunk_tokens_ = 0;  ///< of the planned iteration
  double chunk_pairs_ = 0;
  bool held_ = false;      ///< the planned iteration carries prompts only; decodes wait
  bool cuttable_ = false;  ///< who is next in line could be admitted at a boundary inside the plan

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
  FinishCalendar calendar_;
  std::vector<Chunk> chunks_;
  std::vector<Unfinished> preempted_;  ///< most recently preempted on top: first to come back
  std::vector<std::uint32_t> queue_;   ///< ring of requests not yet admitted
  std::size_t queue_mask_ = 0;
  std::size_t queue_head_ = 0;
  std::size_t queue_tail_ = 0;
  std::vector<std::uint32_t> finished_;
};

}  // namespace breakeven::serving
