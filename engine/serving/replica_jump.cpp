// The part of ReplicaSim that knows how long iterations take and jumps over equal ones.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "engine/serving/collector.hpp"
#include "engine/serving/replica_sim.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/simulation.hpp"

namespace breakeven::serving {

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

void ReplicaSim::plan_jump(bool stop_after_one) {
  first_step_ =
      times_->decode(decoding_) + Ticks{times_->per_context_token()} * (context_ + decoding_);
  growth_ = Ticks{times_->per_context_token()} * decoding_;
  std::int64_t most = 1;
  if (!stop_after_one) {
    most = calendar_.earliest() - iteration_;
    if (!reserve_output_ && decoding_ * ((most >> block_shift_) + 1) > free_blocks_) {
      // The blocks of the first iteration are taken; find how many more iterations the rest feeds.
      const std::int64_t cycles = free_blocks_ / decoding_;
      std::int64_t rest = free_blocks_ - cycles * decoding_;
      std::int64_t more = cycles << block_shift_;
      for (std::int64_t j = iteration_ + 1;; ++j, ++more) {
        rest -= starting_block(j);
        if (rest < 0) break;
      }
      most = std::min(most, 1 + more);
    }
  }
  steps_ = most;
  end_ = now_ + span(most);
  cuttable_ = most > 1 && running_ < max_sequences_;
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

void ReplicaSim::show_steps(std::int64_t used_before, std::int64_t used_after) const {
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
       .held = held_,
       .replica = id_,
       .start_s = seconds_from_ticks(now_),
       .end_s = seconds_from_ticks(end_),
       .queued = waiting(),
       .blocks_at_start = used_before,
       .blocks_at_end = used_after});
}

}  // namespace breakeven::serving
