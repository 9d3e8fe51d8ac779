// replica_config.hpp — one way to serve a model: which accelerator, how many, at which precision.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/step_model.hpp"

namespace breakeven::serving {

struct PredictionErrors;

/// Draft tokens that are verified together (speculation.hpp).
struct Speculation {
  int draft_tokens = 0;     ///< g; 0 = none
  double acceptance = 0.7;  ///< p: probability that a draft token is kept, given those before it
  /// Time of a draft token / time of a plain decode iteration; nothing: a draft of one layer and the
  /// output head.
  std::optional<double> draft_cost;
  [[nodiscard]] bool on() const { return draft_tokens > 0; }
};

/// Scheduler rules other than the engine's own; what is not given stays as the engine has it.
struct SchedulerRules {
  std::optional<std::int64_t> token_budget;
  std::optional<std::int64_t> max_sequences;
  std::optional<bool> prefill_first;
  std::optional<bool> reserve_output;
  std::optional<bool> whole_prompts;
  std::optional<double> output_reserve;
};

struct ReplicaConfig {
  const catalog::OpenModel* model = nullptr;
  const catalog::Accelerator* accelerator = nullptr;
  catalog::Precision weights = catalog::Precision::bf16;
  catalog::Precision kv_cache = catalog::Precision::bf16;
  int tensor_parallel = 1;  ///< GPUs of one replica; power of two up to the scale-up domain
  std::string engine = "vllm";
  /// Data-parallel attention: so many ranks of tensor_parallel GPUs share the routed experts and run
  /// in lock step. Memory, limits and step time are those of one rank; n replicas are simulated as
  /// n x data_parallel ranks that share the requests.
  int data_parallel = 1;
  /// GPUs over which whole experts are spread; 1 = every GPU holds its share of each expert.
  int expert_parallel = 1;
  /// Launch and host overheads relative to the engine's usual ones (no CUDA graphs: several times).
  double overhead_factor = 1;
  double memory_utilisation = 0.9;  ///< share of the memory that the engine takes
  Speculation speculation = {};
  SchedulerRules scheduler = {};

  /// Of one replica, all its ranks.
  [[nodiscard]] int gpus() const { return tensor_parallel * data_parallel; }
};

/// Where the memory of one GPU of the replica goes, in bytes.
struct MemoryFit {
  double memory_bytes = 0;           ///< of one GPU, as the driver reports it
  double usable_bytes = 0;           ///< x gpu_memory_utilization
  double weight_bytes = 0;           ///< per GPU
  double activation_bytes = 0;       ///< per GPU
  double kv_bytes_per_token = 0;     ///< per GPU, of layers whose cache grows with the context
  double kv_bytes_per_sequence = 0;  ///< per GPU, window and constant-state layers (upper bound)
  std::int64_t kv_tokens = 0;  ///< tokens of KV cache that fit; <= 0 means the replica does not fit
};

/// A configuration made concrete: it fits, and its iterations can be timed.
struct Replica {
  ReplicaConfig config;
  MemoryFit memory;
  EngineLimits limits;
  std::shared_ptr<const StepModel> step;
  double error_p10 = 0.8;   ///< calibration: real time / predicted time, 10th percentile
  double error_p90 = 1.25;  ///< ... and 90th percentile
  bool measured = false;    ///< serving runs of this generation and engine stand behind the fit
  std::string calibration;  ///< whose measurements the step time rests on, one sentence
  std::shared_ptr<const PredictionErrors> errors;  ///< null when none are known
  [[nodiscard]] int gpus() const { return config.gpus(); }
  /// "H100-SXM x4 fp8"; "H100-SXM x8 fp8 dp2" where two ranks share the eight.
  [[nodiscard]] std::string name() const;
};

/// Fails with infeasible (names the bytes needed, the bytes there are and what would fit) when
/// weights, activations and the cache of one request of `context_tokens` do not fit. See
/// memory.hpp.
[[nodiscard]] Result<MemoryFit> fit_memory(const ReplicaConfig& config,
                                           std::int64_t context_tokens = 0);

/// Memory, calibrated step time and default limits for `config`. Needs `context_tokens` (the
/// longest request of the trace) to fit into the KV cache, and the parsed
/// catalog/serving_coefficients.csv.
[[nodiscard]] Result<Replica> make_replica(const ReplicaConfig& config, std::int64_t context_tokens,
                                           const Coefficients& coefficients);

}  // namespace breakeven::serving
