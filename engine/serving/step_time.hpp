// step_time.hpp — how long one iteration of the engine takes: data sheet and few efficiencies.
//
// Units    Seconds, bytes, floating-point operations, tokens; per GPU of the replica.
// Shape    B decoding sequences, S tokens in their caches, P prefill tokens, Q attention pairs,
//          T = B + P, G = tensor parallelism:
//
//            t      = t_lin + t_kv + t_att + t_comm + L c_layer + c_step + c_seq B
//            t_w    = W_dense / (BW e_m) + N_exp(T) / E * W_experts / (BW e_m e_x)   weights read
//            N_exp  = E (1 - (1 - k / E)^T)                     distinct experts touched per layer
//            t_c    = 2 (T N_dense + T k / E N_experts + R N_head) / (F e_c)         multiply-adds
//            t_lin  = (t_w^4 + t_c^4)^(1/4)                                         smooth maximum
//            t_kv   = S KV / (BW e_kv) + B KV_sequence / (BW e_kv)
//            t_att  = Q 4 n_q/G d_h L_full / (F16 e_a) + P W 4 n_q/G d_h L_window / (F16 e_a)
//                     + P L_linear 8 (2 h / G) 128 / (F16 e_a)               updates of the states
//            t_comm = 2 L (a ceil(log2 G) + 2 (G-1)/G T h 2 / BW_link)             two all-reduces
//
//          R = B + 1 with prefill, B without (only sampled positions pass the output head). Each
//          group of matrices has the e_m of its storage format and the F e_c of the format it is
//          multiplied in: a format the accelerator does not multiply in natively is read in its own
//          size and multiplied in the next wider one. Multi-head latent attention reads the latent
//          cache once per rank but multiplies it for every query head: its t_kv is the larger of
//          the two. S and Q enter linearly. Worked: docs/methodology/step-time.md.
//
//          Sparse layers attend to K chosen tokens of the context. A decode reads K entries of the
//          cache per sequence (kernels gather K slots and mask what a short context leaves empty);
//          layers that score the context read and multiply one index key per token of it:
//            t_kv  += B K KV_sparse / (BW e_kv)
//                     + S max(index bytes / (BW e_kv8), 2 n_i d_i / (F8 e_a)) L_index
//            t_att += Q 2 n_i d_i L_index / (F8 e_a)
//                     - max(0, Q c_all - chosen(P, Q) c_chosen) L_sparse / (F16 e_a)
//            chosen = Q where 2 Q <= K P, else K P - K^2 P^2 / (4 Q)
//          chosen() is exact for whole prompts: contexts are even from 0 to 2 Q / P, and of each the
//          first K count. c_all, c_chosen are operations per pair; with latent attention the chosen
//          ones are multiplied in the latent space, which is dearer per pair, so that short prompts
//          attend to all. Worked, DeepSeek V3.2: test StepTime.SparseAttention.
// Sources  Roofline with measured efficiencies; operator tables and serving runs named per row in
//          catalog/serving_coefficients.csv.
// Threads  Immutable; base_s() is a table look-up for B <= 1024 without prefill, else two square
//          roots.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/serving/replica_config.hpp"
#include "engine/serving/step_model.hpp"

namespace breakeven::serving {

/// Formats that differ in efficiency.
enum class RateClass : std::uint8_t { bits16, bits8, bits4 };
inline constexpr std::size_t kRateClasses = 3;

/// What an iteration has to do on one GPU, in seconds at data-sheet rates: no fitted number in it.
struct StepPhysics {
  std::array<double, kRateClasses> dense_stream_s{};   ///< all dense weights, by storage format
  std::array<double, kRateClasses> expert_stream_s{};  ///< all routed experts
  std::array<double, kRateClasses> dense_compute_s{};  ///< per token, by arithmetic format
  std::array<double, kRateClasses> expert_compute_s{};
  double head_compute_s = 0;     ///< per sampled position
  double experts = 0;            ///< E; 0 for a dense model
  double idle_expert_share = 1;  ///< 1 - k / E
  double expert_touches = 0;     ///< experts of all layers that one GPU holds, in whole or in part
  double expert_move_s = 0;      ///< per token: copies to the experts of all layers and back
  double activation_move_s = 0;  ///< per token: activations of all layers through memory
  double overhead_factor = 1;
  double kv_token_s = 0;             ///< reading one token of cache
  double kv_token_compute_s = 0;     ///< multiplying it (latent attention)
  double kv_sequence_s = 0;          ///< windows, constant states, chosen tokens of one sequence
  double kv_sequence_compute_s = 0;  ///< multiplying the chosen ones (latent attention)
  bool kv_8bit = false;
  double pair_s = 0;           ///< one token pair of prefill attention
  double bounded_pairs_s = 0;  ///< per prefill token, layers with a short window or a state
  double index_token_s = 0;    ///< reading the index keys of one token of context
  double index_pair_s = 0;     ///< scoring one token of context for one other
  double sparse_tokens = 0;    ///< K; 0 when every layer attends to everything
  double sparse_pair_s = 0;    ///< of pair_s, layers that choose
  double chosen_pair_s = 0;    ///< one chosen pair in these layers
  double collectives = 0;      ///< all-reduces per iteration; 0 on one GPU
  double hops = 0;             ///< ceil(log2 G)
  double link_token_s = 0;     ///< per token, all collectives, at one direction of the link
  double layers = 0;
  double moe_layers = 0;
  double quantised_layers = 0;  ///< whose activations are brought to 8 or 4 bit
  double latent_layers =
      0;  ///< of these, with latent attention; an index counts again, a norm over
          ///< all heads half
};
[[nodiscard]] StepPhysics step_physics(const ReplicaConfig& config);

/// The formula with its coefficients applied; what the calibration evaluates.
struct StepTerms {
  double dense_stream_s = 0;
  double expert_stream_s = 0;
  double idle_expert_share = 1;
  double token_compute_s = 0;
  double head_compute_s = 0;
  double token_s = 0;          ///< per token in the batch, outside the smooth maximum
  double prefill_token_s = 0;  ///< per prefill token, outside the smooth maximum
  double sequence_s = 0;       ///< per decoding sequence, outside the smooth maximum
  double constant_s = 0;
  double prefill_launch_s = 0;  ///< launching an iteration with prompts; in the smooth maximum
  double context_token_s = 0;
  double pair_s = 0;
  double sparse_tokens = 0;
  double sparse_pair_s = 0;
  double chosen_pair_s = 0;
  double entry_s = 0;

  StepTerms() = default;
  StepTerms(const StepPhysics& physics, const StepCoefficients& coefficients);
  /// Seconds to stream the weights that `tokens` tokens touch.
  [[nodiscard]] double stream_s(double tokens) const;
  /// What prompts save by attending to chosen tokens (StepModel::attention_saving_s).
  [[nodiscard]] double attention_saving_s(double prefill_tokens, double attention_pairs) const;
  /// base_s with the streaming time given.
  [[nodiscard]] double base_s(double decode_sequences, double prefill_tokens,
                              double streaming_s) const;
  [[nodiscard]] double base_s(double decode_sequences, double prefill_tokens) const {
    return base_s(decode_sequences, prefill_tokens, stream_s(decode_sequences + prefill_tokens));
  }
};

/// StepTerms behind the simulator's interface, tabulated.
class RooflineStepTime final : public StepModel {
 public:
  explicit RooflineStepTime(const StepTerms& terms);
  [[nodiscard]] double base_s(std::int64_t decode_sequences,
                              std::int64_t prefill_tokens) const override;
  [[nodiscard]] double s_per_context_token() const override { return terms_.context_token_s; }
  [[nodiscard]] double s_per_attention_pair() const override { return terms_.pair_s; }
  [[nodiscard]] double attention_saving_s(double prefill_tokens,
                                          double attention_pairs) const override {
    return terms_.attention_saving_s(prefill_tokens, attention_pairs);
  }
  [[nodiscard]] double request_entry_s() const override { return terms_.entry_s; }
  [[nodiscard]] const StepTerms& terms() const { return terms_; }

 private:
  StepTerms terms_;
  std::vector<double> streaming_s_;  ///< by tokens, until every expert is touched
  std::vector<double> decode_s_;     ///< base_s(B, 0) by B
};

}  // namespace breakeven::serving
