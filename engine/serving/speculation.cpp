#include "engine/serving/speculation.hpp"

#include <cstdint>
#include <memory>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/input_range.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/step_time.hpp"
#include "engine/serving/weights.hpp"

namespace breakeven::serving {

double accepted_length(int draft_tokens, double acceptance) {
  double length = 1;
  double kept = 1;
  for (int i = 0; i < draft_tokens; ++i) {
    kept *= acceptance;
    length += kept;
  }
  return length;
}

double draft_share(const catalog::OpenModel& model) {
  const WeightValues w = count_weights(model);
  const double experts =
      model.is_moe() ? w.routed_experts * model.experts_per_token / model.experts : 0.0;
  const double layers = w.attention_sharded + w.attention_kv + w.attention_replicated + w.other +
                        w.ffn + w.router + experts;
  return (layers / model.layers + w.output_head) / (layers + w.output_head);
}

Status check(const Speculation& s) {
  constexpr std::int64_t kMostDrafts = 16;
  BREAKEVEN_CHECK_OK(
      in_range("speculation.draft_tokens", std::int64_t{s.draft_tokens}, 1, kMostDrafts));
  BREAKEVEN_CHECK_OK(in_range("speculation.acceptance", s.acceptance, 0.0, 1.0));
  if (!s.draft_cost) return {};
  return in_range("speculation.draft_cost", *s.draft_cost, 0.0, 1.0);
}

SpeculativeStepTime::SpeculativeStepTime(std::shared_ptr<const RooflineStepTime> target,
                                         int draft_tokens, double acceptance, double draft_cost)
    : target_(std::move(target)),
      draft_tokens_(draft_tokens),
      draft_cost_(draft_cost),
      accepted_(accepted_length(draft_tokens, acceptance)) {}

double SpeculativeStepTime::real_s(std::int64_t decode_sequences,
                                   std::int64_t prefill_tokens) const {
  const double once_per_sequence =
      static_cast<double>(decode_sequences) * draft_tokens_ * target_->terms().sequence_s;
  return target_->base_s(decode_sequences * (draft_tokens_ + 1), prefill_tokens) -
         once_per_sequence + draft_tokens_ * draft_cost_ * target_->base_s(decode_sequences, 0);
}

double SpeculativeStepTime::base_s(std::int64_t decode_sequences,
                                   std::int64_t prefill_tokens) const {
  if (decode_sequences == 0) return target_->base_s(0, prefill_tokens);
  const double decode_s = real_s(decode_sequences, 0);
  if (prefill_tokens == 0) return decode_s / accepted_;
  return real_s(decode_sequences, prefill_tokens) - decode_s * (1.0 - 1.0 / accepted_);
}

double SpeculativeStepTime::s_per_context_token() const {
  return target_->s_per_context_token() / accepted_;
}

double SpeculativeStepTime::s_per_attention_pair() const { return target_->s_per_attention_pair(); }

double SpeculativeStepTime::attention_saving_s(double prefill_tokens,
                                               double attention_pairs) const {
  return target_->attention_saving_s(prefill_tokens, attention_pairs);
}

double SpeculativeStepTime::request_entry_s() const { return target_->request_entry_s(); }

}  // namespace breakeven::serving
