#include "engine/serving/replica_config.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/memory.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/serving/step_time.hpp"

namespace breakeven::serving {
namespace {

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
  return {};
}

}  // namespace

std::string Replica::name() const {
  return config.accelerator->id + " x" + std::to_string(config.tensor_parallel) + " " +
         std::string(to_string(config.weights));
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
  replica.step = std::make_shared<RooflineStepTime>(StepTerms(step_physics(config), choice.values));
  replica.error_p10 = choice.values.error_p10;
  replica.error_p90 = choice.values.error_p90;
  replica.measured = choice.measured;
  replica.calibration = choice.note;
  return replica;
}

}  // namespace breakeven::serving
