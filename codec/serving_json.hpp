// serving_json.hpp — simulated and sized fleets as JSON.
//
// Units    In every key: _s seconds, _tokens tokens; money is a decimal string of USD.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/serving/replica_config.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/sizing/front.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::codec {

/// One replay, with what is needed to read it.
struct SimulationReport {
  std::string trace;
  serving::Replica replica;
  std::string quality_note;  ///< empty when the weights are as published
  serving::SimulationOptions options;
  serving::SimulationResult result;
  std::vector<std::string> timeline_files;  ///< written beside the report
};

/// One search for fleets. The offers it points to belong to the catalogue.
struct SizingReport {
  std::string trace;
  std::string model;
  std::int64_t requests = 0;
  double span_s = 0;
  sizing::SearchSpace space;
  sizing::SizingOptions options;
  sizing::SearchResult search;
};

/// One search for the cost-latency front. Models and offers belong to the catalogue.
struct FrontReport {
  struct Model {
    const catalog::OpenModel* model = nullptr;
    double score = 0;
  };
  std::string trace;
  std::int64_t requests = 0;
  double span_s = 0;
  double min_quality = 0;
  std::string benchmark;
  std::vector<Model> models;  ///< that score at least min_quality
  std::int64_t without_score = 0;
  sizing::SearchSpace space;
  sizing::SizingOptions options;
  sizing::FrontResult search;
  /// Of a model of the search; 0 for another.
  [[nodiscard]] double score_of(const catalog::OpenModel* model) const;
};

/// {"trace":..,"replica":{..},"options":{..},"result":{"ttft_s":{"p50":..},..}}
[[nodiscard]] std::string simulation_to_json(const SimulationReport& report);

/// {"trace":..,"model":..,"objective":{..},"fleets":[{"config":..,"offer":..,"usd_per_month":"..",
/// "capacity":[..]}],"pareto":[0,..],"screened":[..],"rejected":[..]}
[[nodiscard]] Result<std::string> sizing_to_json(const SizingReport& report);

/// {"trace":..,"benchmark":..,"min_quality":..,"models":[{"model":..,"score":..}],
/// "objective":{..},"configurations":{"all":..,"bounded":..},"front":[{"replica":{..},"score":..,
/// "usd_per_month":"..","end_to_end_p95_s":..}]}
[[nodiscard]] Result<std::string> front_to_json(const FrontReport& report);

}  // namespace breakeven::codec
