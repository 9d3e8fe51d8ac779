// memory.hpp — KV cache and working memory of one GPU of a replica.
//
// Units    Bytes per GPU; tokens.
// Shape    KV per token and GPU: GQA 2 n_kv d_h b L_full / min(TP, n_kv); MLA (r_kv + d_rope) b
//          L_full, held whole by every rank; layers with a short window (<= kShortWindowTokens) or
//          a constant state cost a fixed amount per sequence instead, layers with a longer window
//          count as full ones. Compressed attention (csa-compressed): one shared head d_h wide, one
//          entry per 4 tokens, the smallest published ratio for all layers, which over-states the
//          cache about twofold. Sparse attention stores everything, and an index key per token and
//          scoring layer on every rank: d_i bytes and a 4-byte scale per 128 of them beside a latent
//          cache, 2 d_i bytes beside another. Linear or state-space layers: 2 h x 128 values of 2 bytes per layer
//          and sequence.
//          KV tokens = (u M - weights - activations) / (per token + per sequence / 4096): the fixed
//          part is spread over a context of 4096 tokens.
//          Worked, 16 bit, one GPU: Llama-3.1-8B 131 072 B per token; Llama-3.1-70B 327 680;
//          Qwen3-32B 262 144; DeepSeek-V3 70 272; gpt-oss-120b 73 728 before windowing, of which
//          half grows; DeepSeek-V3.2 78 324, of which 8 052 are index keys (test: KvBytesPerToken).
// Sources  Published configurations; vLLM's memory accounting (gpu_memory_utilization 0.9, profile
//          run).
#pragma once

#include <cstdint>

#include "engine/serving/replica_config.hpp"

namespace breakeven::serving {

inline constexpr int kShortWindowTokens = 1024;
inline constexpr double kStateWidth = 128;  ///< per inner channel of gated delta nets and Mamba-2
inline constexpr double kReferenceContextTokens = 4096;

/// What one GPU keeps of the attention cache, without regard to capacity.
struct KvFootprint {
  double bytes_per_token = 0;           ///< layers whose cache grows with the context
  double index_bytes_per_token = 0;     ///< of that, index keys of sparse attention
  double bytes_per_sequence = 0;        ///< full windows and constant states
  double state_bytes_per_sequence = 0;  ///< of that, constant states only
};
[[nodiscard]] KvFootprint kv_footprint(const catalog::OpenModel& model, catalog::Precision kv_cache,
                                       int tensor_parallel);

/// Scheduler rules and defaults of the engine on this accelerator: vLLM v1 takes 8192 tokens and
/// 1024 sequences with 70 GiB or more (A100 excepted), else 2048 and 256; SGLang computes prompts
/// first, 8192 tokens at a time; TensorRT-LLM takes 8192 tokens and 2048 sequences, whole prompts,
/// and sets the whole answer aside; then ReplicaConfig::scheduler and speculation. kv_blocks is
/// left 0.
[[nodiscard]] EngineLimits default_limits(const ReplicaConfig& config);

/// Activations, sampling buffers, communicator and runtime context of one GPU.
[[nodiscard]] double activation_bytes(const ReplicaConfig& config, const EngineLimits& limits);

/// Memory whether it fits or not; kv_tokens <= 0 then.
[[nodiscard]] MemoryFit account_memory(const ReplicaConfig& config);

/// The largest tensor parallelism this accelerator offers: its scale-up domain or node, at most 16.
[[nodiscard]] int largest_tensor_parallel(const catalog::Accelerator& accelerator);

}  // namespace breakeven::serving
