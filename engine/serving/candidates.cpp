#include "engine/serving/candidates.hpp"

#include <string>
#include <vector>

#include "engine/catalog/facts.hpp"
#include "engine/serving/memory.hpp"
#include "engine/serving/replica_config.hpp"

namespace breakeven::serving {
namespace {

using catalog::Accelerator;
using catalog::OpenModel;
using catalog::Precision;

bool four_bit(Precision p) {
  return p == Precision::nvfp4 || p == Precision::mxfp4 || p == Precision::int4;
}
bool sixteen_bit(Precision p) { return p == Precision::bf16 || p == Precision::fp16; }

std::vector<Precision> precisions(const OpenModel& m, const Accelerator& a,
                                  const CandidateOptions& options) {
  std::vector<Precision> out{m.native_precision};
  if (!options.quantised) return out;
  if (sixteen_bit(m.native_precision) && a.fp8_flops > 0) out.push_back(Precision::fp8);
  if (options.four_bit && !four_bit(m.native_precision))
    out.push_back(a.fp4_flops > 0 && a.vendor == "NVIDIA" ? Precision::nvfp4 : Precision::int4);
  return out;
}

}  // namespace

std::string quality_note(const OpenModel& model, Precision weights) {
  if (weights == model.native_precision || sixteen_bit(weights)) return {};
  const std::string format(to_string(weights));
  if (four_bit(weights))
    return format + " weights are not as published (" +
           std::string(to_string(model.native_precision)) +
           "): expect a measurable quality loss and check it on your own tasks";
  return format + " weights are quantised from the published " +
         std::string(to_string(model.native_precision)) +
         ": the loss is usually within noise, check it on your own tasks";
}

std::vector<Candidate> candidate_configs(const OpenModel& model,
                                         const std::vector<const Accelerator*>& accelerators,
                                         const CandidateOptions& options) {
  std::vector<Candidate> out;
  if (model.query_heads <= 0 || model.layers <= 0) return out;
  if (model.max_context_tokens > 0 && options.context_tokens > model.max_context_tokens) return out;
  for (const Accelerator* accelerator : accelerators) {
    for (const Precision weights : precisions(model, *accelerator, options)) {
      for (int tp = 1; tp <= largest_tensor_parallel(*accelerator) && model.query_heads % tp == 0;
           tp *= 2) {
        ReplicaConfig config;
        config.model = &model;
        config.accelerator = accelerator;
        config.weights = weights;
        config.tensor_parallel = tp;
        config.engine = options.engine;
        if (account_memory(config).kv_tokens < options.context_tokens) continue;
        out.push_back({config, quality_note(model, weights)});
      }
    }
  }
  return out;
}

}  // namespace breakeven::serving
