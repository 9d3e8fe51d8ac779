// serving_options.hpp — the flags that say how replicas serve and how a fleet changes, the same on
// simulate and size.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/result.hpp"
#include "engine/serving/disaggregation.hpp"
#include "engine/serving/elasticity.hpp"
#include "service/simulate.hpp"

namespace breakeven::cli {

/// Speculation, parallelism and scheduler rules. Objects must outlive the parse.
class FeatureOptions {
 public:
  void declare(CLI::App& command);
  [[nodiscard]] service::ServingFeatures read() const;

 private:
  int draft_tokens_ = 0;
  double acceptance_ = serving::Speculation{}.acceptance;
  std::optional<double> draft_cost_;
  int data_parallel_ = 1;
  int expert_parallel_ = 1;
  std::optional<std::int64_t> token_budget_;
  std::optional<std::int64_t> max_sequences_;
  std::string prompts_;
  std::string admission_;
  std::optional<double> output_reserve_;
};

/// Autoscaling, schedule and spot interruptions.
class ElasticOptions {
 public:
  /// `with_spot`: also the flags of interruptions.
  void declare(CLI::App& command, bool with_spot);
  /// Nothing when no flag asks for a fleet that changes.
  [[nodiscard]] Result<std::optional<serving::Elasticity>> read() const;

 private:
  double target_ = 0;
  int least_ = 1;
  std::string interval_ = "15s";
  std::string delay_ = "300s";
  std::string cold_start_ = "100s";
  std::string schedule_;
  std::string trace_start_ = "mon";
  double interruptions_ = 0;
  std::string notice_ = "120s";
  int on_demand_ = 0;
  std::uint64_t seed_ = 1;
};

/// Two pools.
class PoolOptions {
 public:
  void declare(CLI::App& command, double& network_gbit_per_s);
  [[nodiscard]] Result<std::optional<serving::Disaggregation>> read() const;

 private:
  int prefill_replicas_ = 0;
  std::string hand_over_ = "168ms";
};

}  // namespace breakeven::cli
