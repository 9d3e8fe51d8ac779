// speculation.hpp — step times with speculative decoding.
//
// Units    Seconds; tokens.
// Shape    A real iteration drafts g tokens per sequence and verifies B (g + 1) at once; with
//          acceptance p per position it keeps
//
//              AL = 1 + p + p^2 + .. + p^g = (1 - p^(g+1)) / (1 - p)
//
//          of them per sequence. The simulator counts one token per sequence and iteration, so an
//          iteration here is a share of a real one that leaves time and tokens per second as they
//          are:
//
//              t_d(B)    = base(B (g+1), 0) - g B c_seq + g d base(B, 0)
//              t(B, 0)   = t_d(B) / AL
//              t(B, P)   = base(B (g+1), P) - g B c_seq + g d base(B, 0) - t_d(B) (1 - 1 / AL)
//
//          d: a draft token's time as a share of a plain decode iteration; c_seq is the host's cost
//          per sequence, which verification does not multiply. Cached context is read once per
//          real iteration, so a token reads 1 / AL of it. A mixed iteration is charged what the
//          prompt adds to a real one: work is conserved, and a first token appears up to
//          (1 - 1 / AL) t_d early.
//          Worked: p = 0.7, g = 3: AL = 2.533 (test: AcceptedLength). Speculation pays while
//          t_d(B) < AL t(B), which ends as B (g + 1) tokens become compute-bound.
// Sources  Leviathan et al., "Fast inference from transformers via speculative decoding", ICML
//          2023, eq. 1. d of one drafting layer and the output head (EAGLE, MTP): draft_share().
// Threads  Immutable.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/serving/step_time.hpp"

namespace breakeven::serving {

/// AL: tokens per sequence and real iteration. 0 <= p <= 1.
[[nodiscard]] double accepted_length(int draft_tokens, double acceptance);

/// d of a draft of one layer and the output head, by weights read: (W_layers / L + W_head) / W.
[[nodiscard]] double draft_share(const catalog::OpenModel& model);

/// Fails with invalid_argument: draft_tokens 1 to 16, acceptance 0 to 1, draft_cost 0 to 1.
[[nodiscard]] Status check(const Speculation& speculation);

class SpeculativeStepTime final : public StepModel {
 public:
  /// `draft_cost` is d.
  SpeculativeStepTime(std::shared_ptr<const RooflineStepTime> target, int draft_tokens,
                      double acceptance, double draft_cost);
  [[nodiscard]] double base_s(std::int64_t decode_sequences,
                              std::int64_t prefill_tokens) const override;
  [[nodiscard]] double s_per_context_token() const override;
  [[nodiscard]] double s_per_attention_pair() const override;
  [[nodiscard]] double attention_saving_s(double prefill_tokens,
                                          double attention_pairs) const override;
  [[nodiscard]] double request_entry_s() const override;

 private:
  /// A real iteration without its context and attention terms.
  [[nodiscard]] double real_s(std::int64_t decode_sequences, std::int64_t prefill_tokens) const;

  std::shared_ptr<const RooflineStepTime> target_;
  int draft_tokens_;
  double draft_cost_;
  double accepted_;
};

}  // namespace breakeven::serving
