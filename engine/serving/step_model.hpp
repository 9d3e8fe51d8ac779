// step_model.hpp — the seam between physics and simulation: how long one engine iteration takes.
//
// Units    Seconds, bytes, tokens.
// Shape    One iteration carries B decoding sequences whose contexts sum to S tokens, and at most a
//          handful of prefill chunks with P new tokens in all and Q token pairs of attention work
//          (Q = sum over chunks of c * (context_before + c / 2)). The time is
//
//              t(B, S, P, Q) = base(B, P) + s_per_context_token * S + s_per_attention_pair * Q
//                              - attention_saving(P, Q)
//
//          base() is any function, and so is what prompts save by attending to chosen tokens only;
//          S enters linearly, which is what lets the simulator jump over many iterations in closed
//          form: with B fixed and P = 0 each iteration adds B to S.
// Sources  shared serving facts B.2, written out with its coefficients in step_time.hpp.
// Threads  Immutable after construction; safe to share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace breakeven::serving {

/// The work of one iteration.
struct StepWork {
  std::int64_t decode_sequences = 0;  ///< B
  std::int64_t context_tokens = 0;    ///< S: cached tokens that the decoding sequences read
  std::int64_t prefill_tokens = 0;    ///< P
  double attention_pairs = 0;         ///< Q
};

class StepModel {
 public:
  virtual ~StepModel() = default;
  /// Seconds of an iteration without its context and attention terms; B, P >= 0, B + P > 0.
  [[nodiscard]] virtual double base_s(std::int64_t decode_sequences,
                                      std::int64_t prefill_tokens) const = 0;
  [[nodiscard]] virtual double s_per_context_token() const = 0;
  [[nodiscard]] virtual double s_per_attention_pair() const = 0;
  /// Seconds that P prompt tokens with Q pairs take less than s_per_attention_pair() * Q; 0 unless
  /// layers choose what they attend to.
  [[nodiscard]] virtual double attention_saving_s(double /*prefill_tokens*/,
                                                  double /*attention_pairs*/) const {
    return 0;
  }
  /// Seconds added once per request before its first token (tokenise, HTTP, scheduling entry).
  [[nodiscard]] virtual double request_entry_s() const = 0;

  [[nodiscard]] double step_s(const StepWork& w) const {
    return base_s(w.decode_sequences, w.prefill_tokens) +
           s_per_context_token() * static_cast<double>(w.context_tokens) +
           s_per_attention_pair() * w.attention_pairs -
           attention_saving_s(static_cast<double>(w.prefill_tokens), w.attention_pairs);
  }
};

/// The engine's scheduler limits and rules (continuous batching; the defaults are vLLM v1's).
struct EngineLimits {
  std::int64_t token_budget = 8192;  ///< max_num_batched_tokens per iteration
  std::int64_t max_sequences = 256;  ///< max_num_seqs
  std::int64_t block_tokens = 16;    ///< tokens per KV block
  std::int64_t kv_blocks = 0;        ///< blocks that fit beside the weights; > 0
  bool prefix_cache = true;          ///< use Trace::cached_tokens where the trace knows them
  /// Prompts are computed in iterations of their own, before decoding goes on (SGLang).
  bool prefill_first = false;
  /// Admission sets aside the cache of the whole answer, so nothing is ever preempted
  /// (TensorRT-LLM's GUARANTEED_NO_EVICT).
  bool reserve_output = false;
  /// A prompt joins an iteration that carries another prompt only if it fits as a whole
  /// (TensorRT-LLM without chunked context).
  bool whole_prompts = false;
  /// Of the budget that a decoding sequence takes: 1, and the draft tokens of speculation.
  std::int64_t decode_tokens = 1;
  /// Share of the answers still to come that admission keeps free for what runs, 0 to 1 (SGLang's
  /// new-token ratio; 0 admits as long as the prompt itself fits).
  double output_reserve = 0;

  /// The most sequences that can run at once.
  [[nodiscard]] std::int64_t most_sequences() const {
    const std::int64_t of_budget = token_budget / decode_tokens;
    return max_sequences < of_budget ? max_sequences : of_budget;
  }
};

/// A service-level objective on percentiles over the whole trace.
struct Objective {
  double ttft_s = 2.0;     ///< time to first token
  double tpot_s = 0.1;     ///< time per output token after the first, per request
  double percentile = 95;  ///< share of requests (in %) that must meet each limit
};

}  // namespace breakeven::serving
