// measured.hpp — serving runs somebody measured, in the terms of our model.
//
// Units    Seconds, tokens, tokens per second.
// Shape    One row of the input per (configuration, metric), gathered by config_id. Kept are
//          aggregated runs without speculative decoding, with tensor parallelism only (expert
//          parallelism inside the same group counts as such), of a model and an accelerator that
//          the catalogue knows. Runs that are short against their ramp are kept for checking, not
//          for the fit. A run that is faster than the same configuration at a quarter of its users
//          contradicts it and is dropped.
// Errors   A malformed file is an error; a run that cannot be used is dropped and counted by
//          reason.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/serving/replica_config.hpp"

namespace breakeven::calibrate {

enum class Load : std::uint8_t { closed_loop, open_loop, burst };

struct MeasuredRun {
  std::string id;
  std::string source;
  std::string version;
  serving::ReplicaConfig config;
  Load load = Load::closed_loop;
  double level = 0;  ///< users, requests per second, or requests at once
  double input_tokens = 0;
  double output_tokens = 0;
  double tpot_s = 0;               ///< mean; > 0
  double ttft_s = 0;               ///< mean; 0 = not measured
  double output_tokens_per_s = 0;  ///< 0 = not measured
  bool steady = true;  ///< long enough to be described by a steady state: used for the fit
  std::int64_t token_budget = 0;   ///< 0 = the engine's default
  std::int64_t max_sequences = 0;  ///< 0 = the engine's default
};

struct MeasuredRuns {
  std::vector<MeasuredRun> runs;
  std::map<std::string, int> dropped;  ///< reason -> configurations
};

/// `catalog` must outlive the runs, which point into it.
[[nodiscard]] Result<MeasuredRuns> read_measured(std::string_view csv, const std::string& name,
                                                 const catalog::Catalog& catalog);

}  // namespace breakeven::calibrate
