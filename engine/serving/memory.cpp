#include "engine/serving/memory.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/serving/weights.hpp"

namespace breakeven::serving {
namespace {

using catalog::OpenModel;
using catalog::Precision;

constexpr double kCompressedTokensPerEntry = 4;
constexpr double kGigabyte = 1e9;
constexpr double kGpuMemoryOfLargeClass = 70.0 * 1024 * 1024 * 1024;

double kv_value_bytes(Precision kv_cache) {
  return kv_cache == Precision::fp8 || kv_cache == Precision::int8 ? 1.0 : 2.0;
}

/// DeepSeek's index keys are FP8 with a scale per block, MiniMax's 16-bit.
double index_key_bytes(const OpenModel& m) {
  constexpr double kScaleBytes = 4;
  constexpr double kScaleBlock = 128;
  const double width = m.index_head_dim;
  return m.is_mla() ? width + kScaleBytes * std::ceil(width / kScaleBlock) : 2.0 * width;
}

std::string gigabytes(double bytes) {
  const auto tenths = static_cast<std::int64_t>(std::llround(bytes / kGigabyte * 10));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GB";
}

/// What would help: the smallest parallelism of this accelerator at which the same request fits.
std::string what_fits(const ReplicaConfig& config, std::int64_t tokens) {
  ReplicaConfig wider = config;
  for (int tp = config.tensor_parallel * 2; tp <= largest_tensor_parallel(*config.accelerator);
       tp *= 2) {
    wider.tensor_parallel = tp;
    if (account_memory(wider).kv_tokens >= tokens)
      return "; " + std::to_string(tp) + " of these accelerators are the fewest that hold it";
  }
  return "; no tensor parallelism up to " +
         std::to_string(largest_tensor_parallel(*config.accelerator)) +
         " holds it: take more memory per accelerator, fewer bits per weight or a shorter context";
}

std::string place_of(const ReplicaConfig& config) {
  return config.model->id + " " + std::string(to_string(config.weights)) + " on " +
         config.accelerator->id + " x" + std::to_string(config.tensor_parallel);
}

/// What the engine does of its own accord on this accelerator.
EngineLimits engine_limits(const ReplicaConfig& config) {
  const catalog::Accelerator& accelerator = *config.accelerator;
  EngineLimits limits;
  if (config.engine == "trtllm") {
    limits.max_sequences = 2048;
    limits.reserve_output = true;
    limits.whole_prompts = true;
    return limits;
  }
  const bool a100 = accelerator.compute_capability == "8.0";
  const bool large = accelerator.memory_bytes >= kGpuMemoryOfLargeClass && !a100;
  limits.prefill_first = config.engine == "sglang";
  limits.token_budget = large || limits.prefill_first ? 8192 : 2048;
  limits.max_sequences = large ? 1024 : 256;
  return limits;
}

/// What the engine's own share of memory means: vLLM's is of the whole board, activations included;
/// SGLang's is of the board for weights and cache alone; TensorRT-LLM's is of what weights and
/// activations leave.
double usable_bytes(const ReplicaConfig& config, const MemoryFit& fit) {
  const double share = config.memory_utilisation;
  const double taken = fit.weight_bytes + fit.activation_bytes;
  if (config.engine == "trtllm") return taken + share * (fit.memory_bytes - taken);
  const double granted = share * fit.memory_bytes;
  if (config.engine == "sglang") return std::min(granted + fit.activation_bytes, fit.memory_bytes);
  return granted;
}

}  // namespace

KvFootprint kv_footprint(const OpenModel& m, Precision kv_cache, int tensor_parallel) {
  const double bytes = kv_value_bytes(kv_cache);
  const bool short_window =
      m.sliding_window_layers > 0 && m.sliding_window_tokens <= kShortWindowTokens;
  const int split = m.is_mla() ? 1 : std::max(1, std::min(tensor_parallel, m.kv_heads));
  const double window_layer_bytes = 2.0 * m.kv_heads * m.head_dim * bytes / split;
  KvFootprint kv;
  if (m.kv_bytes_per_token_bf16 > 0) {
    kv.bytes_per_token = static_cast<double>(m.kv_bytes_per_token_bf16) / 2.0 * bytes / split;
  } else if (m.attention == "csa-compressed") {
    kv.bytes_per_token =
        m.layers * (m.head_dim + m.qk_rope_head_dim) * bytes / kCompressedTokensPerEntry;
  }
  if (!short_window) kv.bytes_per_token += m.sliding_window_layers * window_layer_bytes;
  kv.index_bytes_per_token = m.index_layers * index_key_bytes(m);
  kv.bytes_per_token += kv.index_bytes_per_token;
  kv.state_bytes_per_sequence =
      m.linear_layers * 2.0 * m.hidden * kStateWidth * 2.0 / tensor_parallel;
  kv.bytes_per_sequence = kv.state_bytes_per_sequence;
  if (short_window)
    kv.bytes_per_sequence +=
        static_cast<double>(m.sliding_window_layers) * m.sliding_window_tokens * window_layer_bytes;
  return kv;
}

EngineLimits default_limits(const ReplicaConfig& config) {
  EngineLimits limits = engine_limits(config);
  const SchedulerRules& rules = config.scheduler;
  limits.token_budget = rules.token_budget.value_or(limits.token_budget);
  limits.max_sequences = rules.max_sequences.value_or(limits.max_sequences);
  limits.prefill_first = rules.prefill_first.value_or(limits.prefill_first);
  limits.reserve_output = rules.reserve_output.value_or(limits.reserve_output);
  limits.whole_prompts = rules.whole_prompts.value_or(limits.whole_prompts);
  limits.output_reserve = rules.output_reserve.value_or(limits.output_reserve);
  limits.decode_tokens = 1 + config.speculation.draft_tokens;
  return limits;
}

double activation_bytes(const ReplicaConfig& config, const EngineLimits& limits) {
  const OpenModel& m = *config.model;
  const double tokens = static_cast<double>(limits.token_budget);
  const double ffn =
      m.is_moe() ? static_cast<double>(m.moe_ffn) * m.experts_per_token + m.shared_expert_ffn
                 : static_cast<double>(m.dense_ffn);
  // Residual, normalised input, attention input and output, and the gate and up products of one
  // layer.
  const double layer_bytes = tokens * 2.0 * (6.0 * m.hidden + 2.0 * ffn / config.tensor_parallel);
  // Logits of every sequence in 32 bit, and their sorted copy.
  const double sampling_bytes =
      static_cast<double>(limits.max_sequences) * m.vocabulary * 4.0 * 2.0;
  const double runtime_bytes = (config.tensor_parallel > 1 ? 1.5 : 1.0) * kGigabyte;
  return layer_bytes + sampling_bytes + runtime_bytes;
}

int largest_tensor_parallel(const catalog::Accelerator& accelerator) {
  return std::min(16, std::max({1, accelerator.scale_up_domain, accelerator.node_gpus}));
}

MemoryFit account_memory(const ReplicaConfig& config) {
  const KvFootprint kv = kv_footprint(*config.model, config.kv_cache, config.tensor_parallel);
  MemoryFit fit;
  fit.memory_bytes = config.accelerator->memory_bytes;
  fit.weight_bytes = weight_bytes_per_gpu(*config.model, config.weights, config.tensor_parallel,
                                          config.data_parallel);
  fit.activation_bytes = activation_bytes(config, default_limits(config));
  fit.usable_bytes = usable_bytes(config, fit);
  fit.kv_bytes_per_token = kv.bytes_per_token;
  fit.kv_bytes_per_sequence = kv.bytes_per_sequence;
  const double spread = kv.bytes_per_token + kv.bytes_per_sequence / kReferenceContextTokens;
  const double free_bytes = fit.usable_bytes - fit.weight_bytes - fit.activation_bytes;
  fit.kv_tokens = spread > 0 ? static_cast<std::int64_t>(std::floor(free_bytes / spread)) : 0;
  return fit;
}

Result<MemoryFit> fit_memory(const ReplicaConfig& config, std::int64_t context_tokens) {
  const MemoryFit fit = account_memory(config);
  const std::int64_t needed_tokens = std::max(context_tokens, EngineLimits{}.block_tokens);
  if (fit.kv_tokens >= needed_tokens) return fit;
  const double cache =
      static_cast<double>(needed_tokens) *
      (fit.kv_bytes_per_token + fit.kv_bytes_per_sequence / kReferenceContextTokens);
  const double needed = fit.weight_bytes + fit.activation_bytes + cache;
  return Error{ErrorCode::infeasible,
               "needs " + gigabytes(needed) + " per accelerator (" + gigabytes(fit.weight_bytes) +
                   " weights, " + gigabytes(fit.activation_bytes) + " activations and runtime, " +
                   gigabytes(cache) + " cache for " + std::to_string(needed_tokens) +
                   " tokens), but " + gigabytes(fit.usable_bytes) + " of " +
                   gigabytes(fit.memory_bytes) + " are usable" + what_fits(config, needed_tokens),
               place_of(config)};
}

}  // namespace breakeven::serving
