#include "engine/serving/replica_sim.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "engine/serving/latency_sketch.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

namespace {

constexpr int kSlotBits = 24;
constexpr std::uint64_t kSlotMask = (std::uint64_t{1} << kSlotBits) - 1;
constexpr std::int64_t kInPrefill = -1;  // Sequence::finish before decoding starts

}  // namespace

RequestTable::RequestTable(const traffic::Trace& trace, const EngineLimits& limits,
                           double load_factor)
    : arrival_ns_(trace.arrival_ns),
      input_(trace.input_tokens),
      output_(trace.output_tokens),
      session_(trace.session),
      block_mask_(static_cast<std::int32_t>(limits.block_tokens - 1)),
      unscaled_(load_factor == 1.0),
      load_factor_(load_factor) {
  if (limits.prefix_cache) cached_ = trace.cached_tokens;
  if (!arrival_ns_.empty()) first_ns_ = arrival_ns_.front();
}

std::int64_t RequestTable::scaled(std::int64_t ns) const {
  return static_cast<std::int64_t>(std::floor(static_cast<double>(ns) / load_factor_ + 0.5));
}

StepTimes::StepTimes(const StepModel& model, std::int64_t max_sequences)
    : model_(&model),
      decode_(static_cast<std::size_t>(max_sequences) + 1, Ticks{0}),
      per_pair_s_(model.s_per_attention_pair()),
      entry_s_(model.request_entry_s()) {
  const double per_context = model.s_per_context_token();
  constexpr double kLargestSlopeSeconds = 1e-2;
  const auto slope_ok = [](double s) { return s >= 0 && s <= kLargestSlopeSeconds; };
  sane_ = slope_ok(per_context) && slope_ok(per_pair_s_) && entry_s_ >= 0 && entry_s_ < 1e6;
  if (sane_)
    per_context_ = static_cast<std::int64_t>(std::floor(per_context * kTicksPerSecond + 0.5));
}

Collector::Collector(const Objective& objective, double entry_s, std::size_t requests,
                     bool keep_requests)
    : entry_s_(entry_s), ttft_limit_(objective.ttft_s), tpot_limit_(objective.tpot_s) {
  if (keep_requests) outcomes_.resize(requests, RequestOutcome{.replica = -1});
}

void Collector::add_busy(Ticks from, Ticks until) {
  if (until <= from) return;
  busy_s_ += seconds_from_ticks(until - from);
  constexpr Ticks kHour = Ticks{3600} << kTickBits;
  constexpr std::size_t kMostHours = 20'000;  // a longer replay keeps its first two years by hour
  auto hour = static_cast<std::size_t>(from / kHour);
  while (from < until && hour < kMostHours) {
    const Ticks stop = std::min(until, kHour * static_cast<Ticks>(hour + 1));
    if (busy_hours_.size() <= hour) busy_hours_.resize(hour + 1, 0.0);
    busy_hours_[hour] += seconds_from_ticks(stop - from);
    from = stop;
    ++hour;
  }
}

namespace {

LatencyPercentiles percentiles(const LatencySketch& sketch) {
  return {sketch.mean(),         sketch.percentile(50), sketch.percentile(90),
          sketch.percentile(95), sketch.percentile(99), sketch.max()};
}

// The sketch is exact to 0.025 %; the count within the limit is exact. Where they disagree about
// which side of the limit the percentile lies on, the count wins.
double on_the_counted_side(double value, double limit, bool within) {
  return within ? std::min(value, limit) : std::max(value, std::nextafter(limit, INFINITY));
}

}  // namespace

void Collector::fill(SimulationResult& result, const SimulationOptions& options,
                     const EngineLimits& limits) {
  const Objective& objective = options.objective;
  result.output_tokens = output_tokens_;
  result.preemptions = preemptions;
  result.iterations = iterations;
  result.makespan_s = seconds_from_ticks(last_end_) + (last_end_ > 0 ? entry_s_ : 0.0);
  result.busy_s = busy_s_;
  result.ttft = percentiles(ttft_);
  result.tpot = percentiles(tpot_);
  result.end_to_end = percentiles(end_to_end_);
  const auto holds = [&](const LatencySketch& sketch, std::int64_t within) {
    return sketch.count() == 0 || within >= nearest_rank(objective.percentile, sketch.count());
  };
  const bool ttft_ok = holds(ttft_, ttft_within_);
  const bool tpot_ok = holds(tpot_, tpot_within_);
  result.ttft_at_objective_s =
      on_the_counted_side(ttft_.percentile(objective.percentile), ttft_limit_, ttft_ok);
  result.tpot_at_objective_s =
      on_the_counted_side(tpot_.percentile(objective.percentile), tpot_limit_, tpot_ok);
  const std::int64_t all = ttft_.count() + result.rejected;
  result.share_meeting_objective =
      all > 0 ? static_cast<double>(both_within_) / static_cast<double>(all) : 0.0;
  result.objective_met = ttft_ok && tpot_ok && result.rejected == 0;
  if (busy_s_ > 0) {
    const auto blocks = static_cast<double>(limits.kv_blocks);
    result.mean_batch = sequence_seconds_ / busy_s_;
    result.mean_kv_use = block_seconds_ / (busy_s_ * blocks);
    result.peak_kv_use = static_cast<double>(peak_blocks) / blocks;
  }
  for (const double busy : busy_hours_) {
    constexpr double kHourSeconds = 3600;
    result.busy_by_hour.push_back(static_cast<float>(busy / (kHourSeconds * options.replicas)));
  }
  result.outcomes = std::move(outcomes_);
}

ReplicaSim::ReplicaSim(std::int32_t id, const EngineLimits& limits, const RequestTable& requests,
                       StepTimes& times, Collector& collector)
    : requests_(&requests),
      times_(&times),
      collector_(&collector),
      id_(id),
      token_budget_(limits.token_budget),
      max_sequences_(std::min(limits.max_sequences, limits.token_budget)),
      total_blocks_(limits.kv_blocks),
      block_mask_(limits.block_tokens - 1),
      block_shift_(std::countr_zero(static_cast<std::uint64_t>(limits.block_tokens))),
      prefill_first_(limits.prefill_first),
      reserve_output_(limits.reserve_output),
      whole_prompts_(limits.whole_prompts),
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
  enqueue(request);
  ++in_flight_;
  backlog_ += requests_->prompt(request) - requests_->cached(request);
  if (end_ == kNever) {
    end_ = at;
    busy_from_ = at;
    steps_ = 0;
    cuttable_ = false;
  } else if (cuttable_) {
    cut_plan(at);
    cuttable_ = false;  // the plan now ends at the first boundary at which this request can join
  }
}

void ReplicaSim::step() {
  finished_.clear();
  if (steps_ > 0) {
    if (collector_->observer != nullptr) [[unlikely]]
      show_steps();
    const std::int64_t used_before = total_blocks_ - free_blocks_;
    if (steps_ > 1) free_blocks_ -= block_growth(steps_);
    least_free_ = std::min(least_free_, free_blocks_);
    const std::int64_t used_after = total_blocks_ - free_blocks_;
    collector_->add_work(end_ - now_, decoding_,
                         0.5 * static_cast<double>(used_before + used_after));
    now_ = end_;
    executed_ += steps_;
    if (!held_) {
      iteration_ += steps_;
      context_ += steps_ * decoding_;
    }
    held_ = false;
    while (!heap_.empty() && static_cast<std::int64_t>(heap_.front() >> kSlotBits) <= iteration_) {
      const auto slot = static_cast<std::int32_t>(heap_.front() & kSlotMask);
      const auto due = static_cast<std::int64_t>(heap_.front() >> kSlotBits);
      pop_finish();
      // An entry of a sequence that was preempted since is out of date.
      const Sequence& s = sequences_[static_cast<std::size_t>(slot)];
      if (s.finish != due) continue;
      const std::int64_t length = std::int64_t{s.prompt} + s.output - 1;
      --at_position_[static_cast<std::size_t>((iteration_ - length) & block_mask_)];
      context_ -= length;
      --decoding_;
      free_blocks_ += blocks(length);
      complete(slot);
    }
    if (!chunks_.empty()) finish_chunks();
  } else {
    now_ = end_;
  }
  schedule();
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
      s.ttft_s = collector_->ttft_s(requests_->arrival(s.request), now_);
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
    push_finish(s.finish, chunk.slot);
  }
  chunks_.clear();
}

void ReplicaSim::show_steps() const {
  const auto steps = static_cast<double>(steps_);
  const auto batch = static_cast<double>(decoding_);
  const bool prompts = !chunks_.empty();
  collector_->observer->observe(
      {.steps = steps_,
       .decoding = decoding_,
       .waiting = in_flight_ - decoding_,
       .prefill_tokens = prompts ? chunk_tokens_ : 0,
       .attention_pairs = prompts ? chunk_pairs_ : 0,
       .context_tokens = held_ ? 0
                               : steps * (static_cast<double>(context_) + batch) +
                                     0.5 * batch * steps * (steps - 1),
       .held = held_});
}

void ReplicaSim::run_chunks(std::int64_t decoding) {
  std::int64_t tokens = 0;
  double pairs = 0;
  for (const Chunk& chunk : chunks_) {
    const Sequence& s = sequences_[static_cast<std::size_t>(chunk.slot)];
    const auto c = static_cast<double>(chunk.tokens);
    tokens += chunk.tokens;
    pairs += c * (static_cast<double>(s.done - chunk.tokens) + 0.5 * c);
  }
  steps_ = 1;
  cuttable_ = false;
  chunk_tokens_ = tokens;
  chunk_pairs_ = pairs;
  end_ = now_ + times_->prefill(decoding, tokens, pairs);
  if (decoding > 0) end_ += Ticks{times_->per_context_token()} * (context_ + decoding);
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
  const auto needed = [this] {
    return reserve_output_ ? 0 : at_position_[static_cast<std::size_t>(iteration_ & block_mask_)];
  };
  while (needed() > free_blocks_) [[unlikely]] {
    preempt_last();
    preempted = true;
  }
  free_blocks_ -= needed();
  std::int64_t budget = token_budget_ - decoding_;
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

void ReplicaSim::plan_jump(bool stop_after_one) {
  first_step_ =
      times_->decode(decoding_) + Ticks{times_->per_context_token()} * (context_ + decoding_);
  growth_ = Ticks{times_->per_context_token()} * decoding_;
  std::int64_t most = 1;
  if (!stop_after_one) {
    most = static_cast<std::int64_t>(heap_.front() >> kSlotBits) - iteration_;
    if (!reserve_output_ && decoding_ * ((most >> block_shift_) + 1) > free_blocks_) {
      // The blocks of the first iteration are taken; find how many more iterations the rest feeds.
      const std::int64_t cycles = free_blocks_ / decoding_;
      std::int64_t rest = free_blocks_ - cycles * decoding_;
      std::int64_t more = cycles << block_shift_;
      for (std::int64_t j = iteration_ + 1;; ++j, ++more) {
        rest -= at_position_[static_cast<std::size_t>(j & block_mask_)];
        if (rest < 0) break;
      }
      most = std::min(most, 1 + more);
    }
  }
  steps_ = most;
  end_ = now_ + span(most);
  cuttable_ = most > 1 && running_ < max_sequences_ && !anyone_waiting();
}

std::int64_t ReplicaSim::block_growth(std::int64_t steps) const {
  if (reserve_output_) return 0;
  const std::int64_t more = steps - 1;
  std::int64_t growth = decoding_ * (more >> block_shift_);
  const std::int64_t rest = more & block_mask_;
  for (std::int64_t j = 1; j <= rest; ++j) {
    growth += at_position_[static_cast<std::size_t>((iteration_ + j) & block_mask_)];
  }
  return growth;
}

void ReplicaSim::cut_plan(Ticks at) {
  const Ticks wait = at - now_;
  if (wait <= first_step_) {
    steps_ = 1;
    end_ = now_ + first_step_;
    return;
  }
  const double x = seconds_from_ticks(wait);
  const double d = seconds_from_ticks(first_step_);
  const double g = seconds_from_ticks(growth_);
  // Root of g/2 k^2 + (d - g/2) k = x in the form that does not cancel when g is small.
  const double half = d - 0.5 * g;
  const double root = 2.0 * x / (half + std::sqrt(half * half + 2.0 * g * x));
  auto k = static_cast<std::int64_t>(root);
  k = std::clamp<std::int64_t>(k, 1, steps_);
  Ticks reached = span(k);
  while (reached < wait && k < steps_) {
    reached += first_step_ + growth_ * k;
    ++k;
  }
  while (k > 1) {
    const Ticks before = reached - (first_step_ + growth_ * (k - 1));
    if (before < wait) break;
    reached = before;
    --k;
  }
  steps_ = k;
  end_ = now_ + reached;
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
                                                .output = requests_->output(request),
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

void ReplicaSim::preempt_last() {
  const std::int32_t slot = last_;
  const Sequence& s = sequences_[static_cast<std::size_t>(slot)];
  std::int32_t generated = s.generated;
  if (s.finish == kInPrefill) {
    free_blocks_ += blocks(s.done);
    backlog_ += s.done;
    if (partial_ == slot) partial_ = -1;
  } else {
    const std::int64_t remaining = s.finish - iteration_;
    const std::int64_t length = std::int64_t{s.prompt} + s.output - 1 - remaining;
    generated = static_cast<std::int32_t>(s.output - remaining);
    --at_position_[static_cast<std::size_t>((iteration_ - length) & block_mask_)];
    context_ -= length;
    --decoding_;
    free_blocks_ += blocks(length);
    backlog_ += s.prompt + generated;
  }
  preempted_.push_back({s.first_token, s.ttft_s, s.request, generated});
  ++preemptions_;
  unlink(slot);
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
  s.finish = kInPrefill;  // whatever the heap still says about this slot is out of date
  s.next = free_slot_;
  free_slot_ = slot;
  --running_;
}

void ReplicaSim::push_finish(std::int64_t iteration, std::int32_t slot) {
  heap_.push_back((static_cast<std::uint64_t>(iteration) << kSlotBits) |
                  static_cast<std::uint64_t>(slot));
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
}

void ReplicaSim::pop_finish() {
  std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
  heap_.pop_back();
}

void ReplicaSim::report() const {
  collector_->preemptions += preemptions_;
  collector_->iterations += executed_;
  collector_->peak_blocks = std::max(collector_->peak_blocks, total_blocks_ - least_free_);
}

}  // namespace breakeven::serving
