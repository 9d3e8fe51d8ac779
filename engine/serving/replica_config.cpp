#include "engine/serving/replica_config.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/memory.hpp"
#include "engine/serving/speculation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/serving/step_time.hpp"

namespace breakeven::serving {
namespace {

constexpr int kMostGpus = 256;

Status check_config(const ReplicaConfig& config) {
  if (config.model == nullptr || config.accelerator == nullptr)
    return Error{ErrorCode::invalid_argument, "expected a model and an accelerator, found none",
                 "replica"};
  const catalog::OpenModel& m = *config.model;
  const catalog::Accelerator& a = *config.accelerator;
  const bool cache_known = kv_footprint(m, config.kv_cache, 1).bytes_per_token > 0;
  if (m.layers <= 0 || m.hidden <= 0 || m.query_heads <= 0 || !cache_known)
    return Error{ErrorCode::unsupported,
                 "the catalogue does not know the layers of this architecture, so its speed cannot "
                 "be computed",
                 m.id};
  if (a.memory_bytes <= 0 || a.memory_bytes_per_s <= 0 || a.bf16_flops <= 0)
    return Error{ErrorCode::unsupported,
                 "the catalogue lacks memory, bandwidth or 16-bit rate of this accelerator", a.id};
  const int tp = config.tensor_parallel;
  const int largest = largest_tensor_parallel(a);
  if (tp < 1 || tp > largest || !std::has_single_bit(static_cast<unsigned>(tp)))
    return Error{ErrorCode::invalid_argument,
                 "expected a tensor parallelism that is a power of two up to " +
                     std::to_string(largest) + " on " + a.id + ", found " + std::to_string(tp),
                 "tensor_parallel"};
  if (m.query_heads % tp != 0)
    return Error{ErrorCode::invalid_argument,
                 "expected a tensor parallelism that divides the " + std::to_string(m.query_heads) +
                     " attention heads of " + m.id + ", found " + std::to_string(tp),
                 "tensor_parallel"};
  if (config.data_parallel < 1 || config.gpus() > kMostGpus)
    return Error{ErrorCode::invalid_argument,
                 "expected at least one data-parallel rank and at most " +
                     std::to_string(kMostGpus) + " GPUs in one replica, found " +
                     std::to_string(config.data_parallel) + " ranks of " + std::to_string(tp),
                 "data_parallel"};
  const int spread = config.expert_parallel;
  if (spread < 1 || (spread > 1 && (!m.is_moe() || config.gpus() % spread != 0)))
    return Error{ErrorCode::invalid_argument,
                 m.is_moe() ? "expected an expert parallelism that divides the " +
                                  std::to_string(config.gpus()) + " GPUs of the replica, found " +
                                  std::to_string(spread)
                            : "expected 1: " + m.id + " has no experts to spread",
                 "expert_parallel"};
  return config.speculation.on() ? check(config.speculation) : Status{};
}

/// The step model of `terms`, with speculation where the configuration has it.
std::shared_ptr<const StepModel> step_model(const ReplicaConfig& config, const StepTerms& terms) {
  auto target = std::make_shared<const RooflineStepTime>(terms);
  const Speculation& s = config.speculation;
  if (!s.on()) return target;
  return std::make_shared<const SpeculativeStepTime>(
      std::move(target), s.draft_tokens, s.acceptance,
      s.draft_cost.value_or(draft_share(*config.model)));
}

}  // namespace

std::string Replica::name() const {
  std::string name = config.accelerator->id + " x" + std::to_string(config.gpus()) + " " +
                     std::string(to_string(config.weights));
  if (config.data_parallel > 1) name += " dp" + std::to_string(config.data_parallel);
  if (config.expert_parallel > 1) name += " ep" + std::to_string(config.expert_parallel);
  if (config.speculation.on()) name += " +" + std::to_string(config.speculation.draft_tokens);
  return name;
}

Result<Replica> make_replica(const ReplicaConfig& config, std::int64_t context_tokens,
                             const Coefficients& coefficients) {
  BREAKEVEN_CHECK_OK(check_config(config));
  const catalog::OpenModel& m = *config.model;
  if (m.max_context_tokens > 0 && context_tokens > m.max_context_tokens)
    return Error{ErrorCode::infeasible,
                 "expected requests within the model's context of " +
                     std::to_string(m.max_context_tokens) + " tokens, found one of " +
                     std::to_string(context_tokens),
                 m.id};
  Replica replica;
  replica.config = config;
  BREAKEVEN_TRY(replica.memory, fit_memory(config, context_tokens));
  BREAKEVEN_TRY(const CoefficientChoice choice,
                coefficients.set_for(*config.accelerator, config.engine));
  replica.limits = default_limits(config);
  replica.limits.kv_blocks = replica.memory.kv_tokens / replica.limits.block_tokens;
  const double state =
      kv_footprint(m, config.kv_cache, config.tensor_parallel).state_bytes_per_sequence;
  if (state > 0) {
    const double room =
        replica.memory.usable_bytes - replica.memory.weight_bytes - replica.memory.activation_bytes;
    replica.limits.max_sequences = std::clamp(static_cast<std::int64_t>(room / state),
                                              std::int64_t{1}, replica.limits.max_sequences);
  }
  replica.step = step_model(config, StepTerms(step_physics(config), choice.values));
  replica.errors = coefficients.errors();
  replica.error_p10 = choice.values.error_p10;
  replica.error_p90 = choice.values.error_p90;
  replica.measured = choice.measured;
  replica.calibration = choice.note;
  return replica;
}

}  // namespace breakeven::serving
