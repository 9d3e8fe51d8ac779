#include "engine/serving/replica_sim.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/serving/collector.hpp"
#include "engine/serving/request_table.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/serving/step_times.hpp"

namespace breakeven::serving {

namespace {

constexpr std::int64_t kInPrefill = -1;  // Sequence::finish before decoding starts

}  // namespace

ReplicaSim::ReplicaSim(std::int32_t id, const EngineLimits& limits, const RequestTable& requests,
                       StepTimes& times, Collector& collector)
    : requests_(&requests),
      times_(&times),
      collector_(&collector),
      id_(id),
      token_budget_(limits.token_budget),
      max_sequences_(limits.most_sequences()),
      total_blocks_(limits.kv_blocks),
      block_mask_(limits.block_tokens - 1),
      block_shift_(std::countr_zero(static_cast<std::uint64_t>(limits.block_tokens))),
      prefill_first_(limits.prefill_first),
      reserve_output_(limits.reserve_output),
      whole_prompts_(limits.whole_prompts),
      decode_tokens_(limits.decode_tokens),
      output_reserve_(limits.output_reserve),
      free_blocks_(limits.kv_blocks),
      least_free_(limits.kv_blocks),
      at_position_(static_cast<std::size_t>(limits.block_tokens), 0) {}

void ReplicaSim::enqueue(std::uint32_t request) {
  if (queue_tail_ - queue_head_ == queue_.size()) {
    std::vector<std::uint32_t> larger(std::max<std::size_t>(16, queue_.size() * 2));
    for (std::size_t i = queue_head_; i != queue_tail_; ++i) {
      larger[i & (larger.size() - 1)] = queue_[i & queue_mask_];
    }
    queue_.swap(larger);
    queue_mask_ = queue_.size() - 1;
  }
  queue_[queue_tail_++ & queue_mask_] = request;
}

void ReplicaSim::arrive(std::uint32_t request, Ticks at) {
  const bool next_in_line = !anyone_waiting();
  enqueue(request);
  ++in_flight_;
  backlog_ += requests_->prompt(request) - requests_->cached(request);
  wake(at, next_in_line);
}

void ReplicaSim::arrive_moved(const Unfinished& request, Ticks at) {
  preempted_.push_back(request);
  ++in_flight_;
  backlog_ += std::int64_t{requests_->prompt(request.request)} + request.generated;
  wake(at, true);
}

/// Somebody joined the queue. Behind others, who could not be admitted, nothing changes.
void ReplicaSim::wake(Ticks at, bool next_in_line) {
  if (end_ == kNever) {
    end_ = at;
    busy_from_ = at;
    steps_ = 0;
    cuttable_ = false;
  } else if (cuttable_ && next_in_line) {
    cut_plan(at);
    cuttable_ = false;  // the plan now ends at the first boundary at which this request can join
  }
}

void ReplicaSim::step() {
  finished_.clear();
  if (steps_ > 0) {
    execute_plan();
  } else {
    now_ = end_;
  }
  schedule();
}

void ReplicaSim::execute_plan() {
  const std::int64_t used_before = total_blocks_ - free_blocks_;
  if (steps_ > 1) free_blocks_ -= block_growth(steps_);
  least_free_ = std::min(least_free_, free_blocks_);
  const std::int64_t used_after = total_blocks_ - free_blocks_;
  if (collector_->observer != nullptr) [[unlikely]]
    show_steps(used_before, used_after);
  collector_->add_work(end_ - now_, decoding_, 0.5 * static_cast<double>(used_before + used_after));
  now_ = end_;
  executed_ += steps_;
  if (!held_) {
    iteration_ += steps_;
    context_ += steps_ * decoding_;
    calendar_.take(iteration_, [this](std::int32_t slot) {
      const Sequence& s = sequences_[static_cast<std::size_t>(slot)];
      leave_decoding(std::int64_t{s.prompt} + s.output - 1);
      complete(slot);
    });
  }
  held_ = false;
  if (!chunks_.empty()) finish_chunks();
}

void ReplicaSim::complete(std::int32_t slot) {
  const Sequence& s = sequences_[static_cast<std::size_t>(slot)];
  collector_->finish(s.request, s.output, s.ttft_s, s.first_token, now_, id_);
  finished_.push_back(s.request);
  --in_flight_;
  unlink(slot);
}

void ReplicaSim::finish_chunks() {
  for (const Chunk& chunk : chunks_) {
    Sequence& s = sequences_[static_cast<std::size_t>(chunk.slot)];
    if (s.done < s.target) {
      partial_ = chunk.slot;
      continue;
    }
    if (s.generated == 0) {
      s.first_token = now_;
      s.ttft_s = collector_->ttft_s(requests_->sent(s.request), now_);
    }
    const std::int32_t generated = s.generated + 1;
    if (generated >= s.output) {
      free_blocks_ += blocks(s.target);
      complete(chunk.slot);
      continue;
    }
    s.finish = iteration_ + (s.output - generated);
    ++at_position_[static_cast<std::size_t>((iteration_ - s.target) & block_mask_)];
    ++decoding_;
    context_ += s.target;
    calendar_.add(s.finish, chunk.slot);
  }
  chunks_.clear();
}

/// Plans an iteration of prompts only, if there is one to run.
bool ReplicaSim::prefill_before_decode(bool& preempted) {
  std::int64_t budget = token_budget_;
  if (partial_ >= 0) {
    const std::int32_t slot = partial_;
    partial_ = -1;
    if (!continue_prefill(slot, budget)) {
      preempt_last();
      preempted = true;
    }
  }
  while (!preempted && budget > 0 && running_ < max_sequences_ && anyone_waiting()) {
    if (!admit_next(budget)) break;
  }
  if (chunks_.empty()) return false;
  held_ = true;
  run_chunks(0);
  return true;
}

void ReplicaSim::schedule() {
  bool preempted = false;
  if (prefill_first_ && prefill_before_decode(preempted)) return;
  const auto needed = [this] { return reserve_output_ ? 0 : starting_block(iteration_); };
  while (needed() > free_blocks_) [[unlikely]] {
    preempt_last();
    preempted = true;
  }
  free_blocks_ -= needed();
  std::int64_t budget = token_budget_ - decoding_ * decode_tokens_;
  if (partial_ >= 0) {
    const std::int32_t slot = partial_;
    partial_ = -1;
    if (!continue_prefill(slot, budget)) {
      preempt_last();
      preempted = true;
    }
  }
  if (!preempted && !prefill_first_) {
    while (budget > 0 && running_ < max_sequences_ && anyone_waiting()) {
      if (!admit_next(budget)) break;
    }
  }
  if (!chunks_.empty()) {
    run_chunks(decoding_);
  } else if (decoding_ > 0) {
    plan_jump(preempted);
  } else {
    end_ = kNever;
    cuttable_ = false;
    collector_->add_busy(busy_from_, now_);
  }
}

bool ReplicaSim::continue_prefill(std::int32_t slot, std::int64_t& budget) {
  Sequence& s = sequences_[static_cast<std::size_t>(slot)];
  const auto tokens = static_cast<std::int32_t>(std::min<std::int64_t>(budget, s.target - s.done));
  const std::int64_t need = reserve_output_ ? 0 : blocks(s.done + tokens) - blocks(s.done);
  if (need > free_blocks_) return false;
  free_blocks_ -= need;
  budget -= tokens;
  backlog_ -= tokens;
  s.done += tokens;
  chunks_.push_back({slot, tokens});
  return true;
}

/// Whether what runs and a new request of `tokens` leave room for the expected part of the answers.
bool ReplicaSim::within_reserve(std::int64_t tokens, std::int64_t output_left) const {
  std::int64_t left = output_left;
  for (std::int32_t slot = last_; slot >= 0;) {
    const Sequence& s = sequences_[static_cast<std::size_t>(slot)];
    if (s.finish == kInPrefill) {
      tokens += s.target;
      left += std::max(0, s.output - s.generated);
    } else {
      left += s.finish - iteration_;
    }
    slot = s.previous;
  }
  const double reserved = std::floor(output_reserve_ * static_cast<double>(left));
  return static_cast<double>(context_ + tokens) + reserved <=
         static_cast<double>(total_blocks_ << block_shift_);
}

bool ReplicaSim::admit_next(std::int64_t& budget) {
  const bool resumed = !preempted_.empty();
  const std::uint32_t request = resumed ? preempted_.back().request : queue_front();
  const std::int32_t generated = resumed ? preempted_.back().generated : 0;
  const std::int32_t prompt = requests_->prompt(request);
  const std::int32_t target = prompt + generated;
  // What was preempted is computed again in full: its memory was needed, so the cache lost it too.
  const std::int32_t done = resumed ? 0 : requests_->cached(request);
  const auto tokens = static_cast<std::int32_t>(std::min<std::int64_t>(budget, target - done));
  if (whole_prompts_ && tokens < target - done && !chunks_.empty()) return false;
  const std::int64_t need =
      blocks(reserve_output_ ? requests_->peak_tokens(request) : std::int64_t{done} + tokens);
  if (need > free_blocks_) return false;
  const std::int32_t output = requests_->output(request);
  if (output_reserve_ > 0 && running_ > 0 &&
      !within_reserve(target, std::max(0, output - generated)))
    return false;

  Ticks first_token = 0;
  double ttft_s = 0;
  if (resumed) {
    first_token = preempted_.back().first_token;
    ttft_s = preempted_.back().ttft_s;
    preempted_.pop_back();
  } else {
    ++queue_head_;
  }
  free_blocks_ -= need;
  budget -= tokens;
  backlog_ -= tokens;
  const std::int32_t slot = new_slot();
  sequences_[static_cast<std::size_t>(slot)] = {.first_token = first_token,
                                                .ttft_s = ttft_s,
                                                .finish = kInPrefill,
                                                .request = request,
                                                .prompt = prompt,
                                                .output = output,
                                                .generated = generated,
                                                .target = target,
                                                .done = done + tokens,
                                                .previous = last_,
                                                .next = -1};
  if (last_ >= 0) sequences_[static_cast<std::size_t>(last_)].next = slot;
  last_ = slot;
  ++running_;
  chunks_.push_back({slot, tokens});
  return true;
}

/// What becomes of a running sequence that has to leave.
Unfinished ReplicaSim::unfinished(std::int32_t slot) const {
  const Sequence& s = sequences_[static_cast<std::size_t>(slot)];
  const std::int64_t generated =
      s.finish == kInPrefill ? s.generated : s.output - (s.finish - iteration_);
  return {s.first_token, s.ttft_s, s.request, static_cast<std::int32_t>(generated)};
}

void ReplicaSim::preempt_last() {
  const std::int32_t slot = last_;
  const Sequence& s = sequences_[static_cast<std::size_t>(slot)];
  const Unfinished left = unfinished(slot);
  if (s.finish == kInPrefill) {
    free_blocks_ += blocks(s.done);
    backlog_ += s.done;
    if (partial_ == slot) partial_ = -1;
  } else {
    calendar_.remove(s.finish, slot);
    leave_decoding(std::int64_t{s.prompt} + left.generated - 1);
    backlog_ += s.prompt + left.generated;
  }
  preempted_.push_back(left);
  ++preemptions_;
  unlink(slot);
}

void ReplicaSim::evacuate(Ticks at, std::vector<Unfinished>& moved) {
  finished_.clear();
  if (end_ == kNever) return;
  if (steps_ > 0 && now_ < at) {
    // Iterations that ended before `at` count; the one under way does not.
    if (steps_ > 1) cut_plan(at);
    if (steps_ > 1) {
      --steps_;
      end_ = now_ + span(steps_);
      step();
    }
  }
  for (std::size_t i = queue_tail_; i != queue_head_; --i)
    moved.push_back({.request = queue_[(i - 1) & queue_mask_]});
  moved.insert(moved.end(), preempted_.begin(), preempted_.end());
  for (std::int32_t slot = last_; slot >= 0; slot = last_) {
    moved.push_back(unfinished(slot));
    unlink(slot);
  }
  collector_->add_busy(busy_from_, at);
  calendar_ = {};
  iteration_ = 0;
  std::fill(at_position_.begin(), at_position_.end(), 0);
  queue_head_ = queue_tail_ = 0;
  preempted_.clear();
  chunks_.clear();
  finished_.clear();
  partial_ = -1;
  decoding_ = context_ = in_flight_ = backlog_ = 0;
  free_blocks_ = total_blocks_;
  held_ = cuttable_ = false;
  steps_ = 0;
  now_ = at;
  end_ = kNever;
}

std::int32_t ReplicaSim::new_slot() {
  if (free_slot_ >= 0) {
    const std::int32_t slot = free_slot_;
    free_slot_ = sequences_[static_cast<std::size_t>(slot)].next;
    return slot;
  }
  sequences_.emplace_back();
  return static_cast<std::int32_t>(sequences_.size() - 1);
}

void ReplicaSim::unlink(std::int32_t slot) {
  Sequence& s = sequences_[static_cast<std::size_t>(slot)];
  if (s.previous >= 0) sequences_[static_cast<std::size_t>(s.previous)].next = s.next;
  if (s.next >= 0) {
    sequences_[static_cast<std::size_t>(s.next)].previous = s.previous;
  } else {
    last_ = s.previous;
  }
  s.next = free_slot_;
  free_slot_ = slot;
  --running_;
}

void ReplicaSim::report() const {
  collector_->preemptions += preemptions_;
  collector_->iterations += executed_;
  collector_->peak_blocks = std::max(collector_->peak_blocks, total_blocks_ - least_free_);
}

}  // namespace breakeven::serving
