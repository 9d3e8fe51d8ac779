// candidates.hpp — the sensible ways to serve a model on a list of accelerators.
//
// Shape    Every configuration listed fits (weights and `context_tokens` of cache); the order is
//          that of the accelerators given, then precision, then tensor parallelism.
// Threads  Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/serving/replica_config.hpp"

namespace breakeven::serving {

struct CandidateOptions {
  std::int64_t context_tokens = 8192;  ///< longest request that must fit
  std::string engine = "vllm";
  /// Also weights quantised below what the publisher released (fp8 of a bf16 model, int4).
  bool quantised = true;
  /// Also four-bit weights of a model that was not released so; their quality loss is not measured
  /// here.
  bool four_bit = false;
};

struct Candidate {
  ReplicaConfig config;
  std::string quality_note;  ///< empty when the weights are as published
};

/// Configurations of `model` on `accelerators` that fit: native precision first, then quantised
/// ones; for each, the smallest tensor parallelism that fits and the powers of two above it, within
/// the scale-up domain and the node.
[[nodiscard]] std::vector<Candidate> candidate_configs(
    const catalog::OpenModel& model, const std::vector<const catalog::Accelerator*>& accelerators,
    const CandidateOptions& options = {});

/// What serving `model` with `weights` means for quality; empty when as published.
[[nodiscard]] std::string quality_note(const catalog::OpenModel& model, catalog::Precision weights);

}  // namespace breakeven::serving
