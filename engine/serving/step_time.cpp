#include "engine/serving/step_time.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/det_math.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/memory.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/weights.hpp"

namespace breakeven::serving {
namespace {

using catalog::Accelerator;
using catalog::OpenModel;
using catalog::Precision;

constexpr std::int64_t kDecodeTable = 1024;
constexpr std::size_t kStreamingTable = 8192;
constexpr double kAllTouched = 1e-9;  ///< share of untouched experts that counts as none
constexpr double kActivationBytes = 2;
constexpr double kGraphTokens = 512;  ///< usual largest batch of captured graphs

std::size_t index_of(RateClass rate) { return static_cast<std::size_t>(rate); }

RateClass storage_class(Precision p) {
  switch (p) {
    case Precision::fp16:
    case Precision::bf16:
      return RateClass::bits16;
    case Precision::fp8:
    case Precision::int8:
      return RateClass::bits8;
    case Precision::nvfp4:
    case Precision::mxfp4:
    case Precision::int4:
      break;
  }
  return RateClass::bits4;
}

struct Arithmetic {
  RateClass rate = RateClass::bits16;
  double flops = 0;
};

/// The format in which matrices stored as `p` are multiplied, and its data-sheet rate.
Arithmetic arithmetic_of(const Accelerator& a, Precision p) {
  const Arithmetic wide{RateClass::bits16, a.bf16_flops};
  switch (p) {
    case Precision::fp16:
    case Precision::bf16:
    case Precision::int4:
      return wide;  // int4 is a storage format: multiplied after widening
    case Precision::fp8:
      return a.fp8_flops > 0 ? Arithmetic{RateClass::bits8, a.fp8_flops} : wide;
    case Precision::int8:
      return a.int8_ops > 0 ? Arithmetic{RateClass::bits8, a.int8_ops} : wide;
    // MXFP4 weights meet 8-bit activations where there is 4-bit hardware, 16-bit ones elsewhere.
    case Precision::mxfp4:
      return a.fp4_flops > 0 && a.fp8_flops > 0 ? Arithmetic{RateClass::bits8, a.fp8_flops} : wide;
    case Precision::nvfp4:
      break;
  }
  return a.fp4_flops > 0 ? Arithmetic{RateClass::bits4, a.fp4_flops} : wide;
}

/// Whose own 8-bit checkpoints have a scale per block of 128: natively, or beside the 16-bit ones
/// (Qwen from its third generation on, GLM 5). What NVIDIA, Meta and Mistral publish has one scale
/// per matrix.
bool publishes_blocks(const OpenModel& m) {
  return m.native_weights.find("block") != std::string::npos ||
         m.family.find("Qwen 3") != std::string::npos ||
         m.family.find("GLM 5") != std::string::npos;
}

/// How much faster than in blocks 8-bit matrices with one scale each are multiplied.
constexpr double kOneScale = 1.25;

/// How fast experts are multiplied beside the coefficient of their arithmetic, from the MoE operator
/// tables. The tensor cores apply the scales of NVFP4 and MXFP4, the kernel those of 8-bit blocks:
/// a third of the share of the peak. int4 is widened by the ordinary cores, which takes about as
/// long on every generation: half the rate of 16 bit on an H100.
double expert_kernel(const Accelerator& a, Precision p, RateClass arithmetic) {
  constexpr double kOwnScales = 3;
  constexpr double kWideningFlops = 0.5 * 989.4e12;
  if (p == Precision::int4) return std::min(1.0, kWideningFlops / a.bf16_flops);
  const bool own_scales = storage_class(p) == RateClass::bits4 && arithmetic != RateClass::bits16;
  return own_scales ? kOwnScales : 1.0;
}

/// One direction of the link that a replica of this size talks over, bytes per second.
double link_bytes_per_s(const Accelerator& a, int gpus) {
  const bool scale_up = a.scale_up_bytes_per_s > 0 && gpus <= a.scale_up_domain;
  if (scale_up) return a.scale_up_bytes_per_s / 2;
  constexpr double kSlowestPcie = 16e9;
  return a.pcie_bytes_per_s > 0 ? a.pcie_bytes_per_s : kSlowestPcie;
}

void add_attention_work(const ReplicaConfig& config, StepPhysics& p) {
  const OpenModel& m = *config.model;
  const Accelerator& a = *config.accelerator;
  const double tp = config.tensor_parallel;
  const bool short_window =
      m.sliding_window_layers > 0 && m.sliding_window_tokens <= kShortWindowTokens;
  double full_layers = m.full_attention_layers;
  if (full_layers + m.sliding_window_layers <= 0) full_layers = m.layers - m.linear_layers;
  if (!short_window) full_layers += m.sliding_window_layers;

  const KvFootprint kv = kv_footprint(m, config.kv_cache, config.tensor_parallel);
  p.kv_8bit = storage_class(config.kv_cache) == RateClass::bits8;
  const double sparse_share = m.sparse_layers / std::max(full_layers, 1.0);
  const double all_read = kv.bytes_per_token - kv.index_bytes_per_token;
  p.kv_token_s = all_read * (1.0 - sparse_share) / a.memory_bytes_per_s;
  p.index_token_s = kv.index_bytes_per_token / a.memory_bytes_per_s;
  // A constant state is read and written in every step, a window and what is chosen only read.
  p.kv_sequence_s = (kv.bytes_per_sequence + kv.state_bytes_per_sequence +
                     all_read * sparse_share * m.sparse_tokens) /
                    a.memory_bytes_per_s;

  const double heads = m.query_heads / tp;
  const double pair_flops =
      m.is_mla() ? 2.0 * heads * (m.qk_nope_head_dim + m.qk_rope_head_dim + m.v_head_dim)
                 : 4.0 * heads * m.head_dim;
  // In the latent space every head multiplies the whole entry.
  const double latent_flops =
      m.is_mla() ? 2.0 * heads * (2.0 * m.kv_lora_rank + m.qk_rope_head_dim) : pair_flops;
  p.pair_s = pair_flops * full_layers / a.bf16_flops;
  if (short_window)
    p.bounded_pairs_s =
        pair_flops * m.sliding_window_layers * m.sliding_window_tokens / a.bf16_flops;
  // Decay, outer product, addition and reading of a state of 2 h x kStateWidth values.
  constexpr double kStateFlops = 8;
  p.bounded_pairs_s +=
      m.linear_layers * kStateFlops * 2.0 * m.hidden * kStateWidth / (tp * a.bf16_flops);
  if (m.is_mla())
    p.kv_token_compute_s = latent_flops * (full_layers - m.sparse_layers) / a.bf16_flops;
  if (m.sparse_layers == 0) return;
  p.sparse_tokens = m.sparse_tokens;
  p.sparse_pair_s = pair_flops * m.sparse_layers / a.bf16_flops;
  p.chosen_pair_s = latent_flops * m.sparse_layers / a.bf16_flops;
  const double index_flops = 2.0 * m.index_heads * m.index_head_dim * m.index_layers;
  p.index_pair_s = index_flops / (a.fp8_flops > 0 ? a.fp8_flops : a.bf16_flops);
  if (m.is_mla()) p.kv_sequence_compute_s = p.chosen_pair_s * m.sparse_tokens;
}

}  // namespace

StepPhysics step_physics(const ReplicaConfig& config) {
  const OpenModel& m = *config.model;
  const Accelerator& a = *config.accelerator;
  const double tp = config.tensor_parallel;
  const WeightValues w = count_weights(m);
  const PrecisionRecipe recipe = precision_recipe(m, config.weights);
  const double kv_split = m.kv_heads > 0 ? std::min(config.tensor_parallel, m.kv_heads) : tp;
  StepPhysics p;
  p.overhead_factor = config.overhead_factor;

  const auto stream = [&](std::array<double, kRateClasses>& to, double values, Precision format) {
    to[index_of(storage_class(format))] += values * bytes_per_value(format) / a.memory_bytes_per_s;
  };
  const bool blocks = publishes_blocks(m);
  const auto compute = [&](std::array<double, kRateClasses>& to, double values, Precision format) {
    const Arithmetic arithmetic = arithmetic_of(a, format);
    const bool one_scale =
        format == Precision::fp8 && arithmetic.rate == RateClass::bits8 && !blocks;
    to[index_of(arithmetic.rate)] +=
        2.0 * values / (arithmetic.flops * (one_scale ? kOneScale : 1.0));
  };
  const double attention =
      (w.attention_sharded + w.other) / tp + w.attention_kv / kv_split + w.attention_replicated;
  stream(p.dense_stream_s, attention, recipe.attention);
  stream(p.dense_stream_s, w.ffn / tp, recipe.ffn);
  stream(p.dense_stream_s, w.router + w.output_head / tp, recipe.rest);
  const double ranks = config.data_parallel;
  stream(p.expert_stream_s, w.routed_experts / (tp * ranks), recipe.experts);
  compute(p.dense_compute_s, attention, recipe.attention);
  compute(p.dense_compute_s, w.ffn / tp, recipe.ffn);
  compute(p.dense_compute_s, w.router, recipe.rest);
  p.head_compute_s = 2.0 * w.output_head / tp / a.bf16_flops;
  if (m.is_moe()) {
    const double active_share = std::min(1.0, static_cast<double>(m.experts_per_token) / m.experts);
    p.experts = m.experts;
    const int spread =
        std::clamp(config.expert_parallel, 1, config.tensor_parallel * config.data_parallel);
    // Copied out once per chosen expert, multiplied twice, weighted and added up again.
    constexpr double kExpertPasses = 6;
    p.expert_move_s = kExpertPasses * kActivationBytes * m.moe_layers * m.experts_per_token *
                      m.hidden / (spread * a.memory_bytes_per_s);
    p.expert_touches = static_cast<double>(m.moe_layers) * m.experts / spread;
    // The tokens of all ranks meet the same experts.
    for (int rank = 0; rank < config.data_parallel; ++rank)
      p.idle_expert_share *= 1.0 - active_share;
    const Arithmetic arithmetic = arithmetic_of(a, recipe.experts);
    p.expert_compute_s[index_of(arithmetic.rate)] =
        2.0 * w.routed_experts / tp * active_share /
        (arithmetic.flops * expert_kernel(a, recipe.experts, arithmetic.rate));
  }
  add_attention_work(config, p);
  // Two norms, two residuals, the inputs and outputs of attention and FFN.
  constexpr double kLayerPasses = 10;
  p.activation_move_s =
      kLayerPasses * kActivationBytes * m.layers * m.hidden / a.memory_bytes_per_s;
  p.layers = m.layers;
  if (m.is_moe()) p.moe_layers = m.moe_layers;
  const Precision bulk = m.is_moe() ? recipe.experts : recipe.ffn;
  const auto quantised = [&](Precision format) {
    return arithmetic_of(a, format).rate != RateClass::bits16;
  };
  // Two of the four inputs of a layer are attention's, which some recipes leave at 16 bit.
  if (quantised(bulk)) p.quantised_layers = m.layers * (quantised(recipe.attention) ? 1.0 : 0.5);
  if (m.is_mla()) p.latent_layers = m.full_attention_layers;
  // Scoring and choosing launch about as many small kernels as latent attention does.
  p.latent_layers += m.index_layers;
  // Squares, their sum over all heads, its root, the product, for queries and keys: half as many.
  constexpr double kWideNorm = 0.5;
  p.latent_layers += kWideNorm * m.wide_norm_layers;
  if (config.tensor_parallel > 1) {
    p.collectives = 2.0 * m.layers + m.wide_norm_layers;
    p.hops =
        static_cast<double>(std::bit_width(static_cast<unsigned>(config.tensor_parallel) - 1U));
    p.link_token_s = 2.0 * m.layers * 2.0 * (tp - 1) / tp * m.hidden * kActivationBytes /
                     link_bytes_per_s(a, config.tensor_parallel);
  }
  if (config.data_parallel > 1 && m.is_moe()) {
    // Each token goes to its experts in 8 bit and comes back in 16, to at most one GPU each.
    const int gpus = config.tensor_parallel * config.data_parallel;
    const double copies = std::min(m.experts_per_token, gpus - 1);
    constexpr double kBytesThereAndBack = 3;
    p.collectives += 2.0 * m.moe_layers;
    p.hops = static_cast<double>(std::bit_width(static_cast<unsigned>(gpus) - 1U));
    p.link_token_s +=
        m.moe_layers * copies * m.hidden * kBytesThereAndBack / link_bytes_per_s(a, gpus);
  }
  return p;
}

StepTerms::StepTerms(const StepPhysics& p, const StepCoefficients& c) {
  const std::array<PrecisionRates, kRateClasses> rates = {c.bits16, c.bits8, c.bits4};
  for (std::size_t i = 0; i < kRateClasses; ++i) {
    dense_stream_s += p.dense_stream_s[i] / rates[i].stream;
    const bool four_bit = i == index_of(RateClass::bits4);
    expert_stream_s +=
        p.expert_stream_s[i] / (rates[i].stream * (four_bit ? c.expert_stream_4 : c.expert_stream));
    const bool wide = i == index_of(RateClass::bits16);
    const double expert_compute = wide ? c.expert_compute_16 : c.expert_compute;
    token_compute_s +=
        (p.dense_compute_s[i] + p.expert_compute_s[i] / expert_compute) / rates[i].compute;
  }
  expert_stream_s += p.expert_touches * c.expert_touch_s;
  idle_expert_share = p.experts > 0 ? p.idle_expert_share : 1.0;
  head_compute_s = p.head_compute_s / c.bits16.compute;
  const double kv_read = p.kv_8bit ? c.kv_read_8 : c.kv_read;
  // Index keys are kept in 8 bit, whatever the cache.
  context_token_s = std::max(p.kv_token_s / kv_read, p.kv_token_compute_s / c.attention) +
                    std::max(p.index_token_s / c.kv_read_8, p.index_pair_s / c.attention);
  sequence_s =
      c.sequence_s + std::max(p.kv_sequence_s / kv_read, p.kv_sequence_compute_s / c.attention);
  pair_s = (p.pair_s + p.index_pair_s) / c.attention;
  sparse_tokens = p.sparse_tokens;
  sparse_pair_s = p.sparse_pair_s / c.attention;
  chosen_pair_s = p.chosen_pair_s / c.attention;
  prefill_token_s = p.bounded_pairs_s / c.attention;
  token_s = p.link_token_s / c.link + p.expert_move_s / c.expert_move +
            p.activation_move_s / c.activation_move;
  constant_s = p.overhead_factor * (p.layers * c.layer_s + p.latent_layers * c.latent_layer_s +
                                    p.moe_layers * c.moe_layer_s +
                                    p.quantised_layers * c.quant_layer_s + c.step_s) +
               p.collectives * p.hops * c.allreduce_s;
  prefill_launch_s = p.overhead_factor * p.layers * c.prefill_layer_s;
  entry_s = c.entry_s;
}

double StepTerms::attention_saving_s(double prefill_tokens, double attention_pairs) const {
  if (sparse_tokens <= 0 || attention_pairs <= 0) return 0;
  const double reach = sparse_tokens * prefill_tokens;
  const double chosen = 2 * attention_pairs <= reach
                            ? attention_pairs
                            : reach - reach * reach / (4 * attention_pairs);
  return std::max(0.0, attention_pairs * sparse_pair_s - chosen * chosen_pair_s);
}

double StepTerms::stream_s(double tokens) const {
  if (expert_stream_s <= 0) return dense_stream_s;
  return dense_stream_s + expert_stream_s * (1.0 - det_pow(idle_expert_share, tokens));
}

double StepTerms::base_s(double decode_sequences, double prefill_tokens, double streaming_s) const {
  const double tokens = decode_sequences + prefill_tokens;
  const double sampled = decode_sequences + (prefill_tokens > 0 ? 1.0 : 0.0);
  const double compute_s = tokens * token_compute_s + sampled * head_compute_s;
  const auto fourth = [](double x) { return (x * x) * (x * x); };
  double sum = fourth(streaming_s) + fourth(compute_s);
  // Outside a CUDA graph the host launches every kernel, while the device works on earlier ones;
  // graphs cover small batches.
  if (prefill_tokens > 0)
    sum += fourth(prefill_launch_s * prefill_tokens / (prefill_tokens + kGraphTokens));
  return std::sqrt(std::sqrt(sum)) + tokens * token_s + prefill_tokens * prefill_token_s +
         decode_sequences * sequence_s + constant_s;
}

RooflineStepTime::RooflineStepTime(const StepTerms& terms) : terms_(terms) {
  streaming_s_.push_back(terms_.stream_s(0));
  if (terms_.expert_stream_s > 0) {
    double untouched = 1;
    while (streaming_s_.size() < kStreamingTable && untouched > kAllTouched) {
      untouched *= terms_.idle_expert_share;
      streaming_s_.push_back(terms_.dense_stream_s + terms_.expert_stream_s * (1.0 - untouched));
    }
  }
  decode_s_.reserve(kDecodeTable + 1);
  for (std::int64_t b = 0; b <= kDecodeTable; ++b) {
    const std::size_t i = std::min(static_cast<std::size_t>(b), streaming_s_.size() - 1);
    decode_s_.push_back(terms_.base_s(static_cast<double>(b), 0, streaming_s_[i]));
  }
}

double RooflineStepTime::base_s(std::int64_t decode_sequences, std::int64_t prefill_tokens) const {
  if (prefill_tokens == 0 && decode_sequences <= kDecodeTable)
    return decode_s_[static_cast<std::size_t>(decode_sequences)];
  const std::size_t i = std::min(static_cast<std::size_t>(decode_sequences + prefill_tokens),
                                 streaming_s_.size() - 1);
  return terms_.base_s(static_cast<double>(decode_sequences), static_cast<double>(prefill_tokens),
                       streaming_s_[i]);
}

}  // namespace breakeven::serving
