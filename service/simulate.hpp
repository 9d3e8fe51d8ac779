// simulate.hpp — use cases of the command line and the server: replay a trace, size a fleet.
//
// Errors   not_found with near matches for names, out_of_range for numbers, infeasible when a
//          configuration does not fit or no fleet holds the objective, and those of the trace
//          reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/serving_json.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::service {

/// How replicas serve beyond model, chip and precision.
struct ServingFeatures {
  serving::Speculation speculation;
  serving::SchedulerRules scheduler;
  int data_parallel = 1;
  int expert_parallel = 1;
  void put_into(serving::ReplicaConfig& config) const;
};

/// Where simulate() writes what its replicas did over time, by the ending of each name.
struct TimelineRequest {
  std::vector<std::string> files;  ///< .csv or .json (Chrome trace)
  double window_s = 1;
};

struct SimulateRequest {
  std::string trace;  ///< path, or "-"
  std::string model;
  std::string accelerator;
  std::string precision;  ///< empty = as published
  std::string engine = "vllm";
  int tensor_parallel = 0;  ///< 0 = the fewest GPUs that hold the model and the longest request
  ServingFeatures features;
  /// With options.disaggregation: the network of one GPU, over which its part of the cache goes.
  double network_gbit_per_s = 400;
  TimelineRequest timeline;
  serving::SimulationOptions options;
};

struct SizeRequest {
  std::string trace;
  std::string model;
  std::string engine = "vllm";
  std::vector<std::string> accelerators;  ///< empty = every one that is offered
  std::vector<std::string> precisions;    ///< empty = as published and the usual quantised ones
  std::vector<std::string> providers;     ///< empty = hyperscalers and neoclouds
  std::vector<std::string> terms;         ///< empty = all
  ServingFeatures features;
  sizing::SizingOptions options;
};

/// The step-time coefficients of the catalogue that load_catalog(explicit_dir) reads, with what is
/// known about their errors.
[[nodiscard]] Result<serving::Coefficients> load_coefficients(const std::string& explicit_dir = {});
/// The same of the catalogue's files as texts; `place` is the folder in messages.
[[nodiscard]] Result<serving::Coefficients> coefficients_of(
    const std::vector<catalog::NamedText>& files, const std::string& place);

[[nodiscard]] Result<codec::SimulationReport> simulate(const SimulateRequest& request,
                                                       const catalog::Catalog& catalog,
                                                       const serving::Coefficients& coefficients);
/// The same on a trace in memory; `request.trace` is its name.
[[nodiscard]] Result<codec::SimulationReport> simulate(const traffic::Trace& trace,
                                                       const SimulateRequest& request,
                                                       const catalog::Catalog& catalog,
                                                       const serving::Coefficients& coefficients);

/// A trace and the name it was read under.
struct NamedTrace {
  std::string name;
  traffic::Trace trace;
};
/// `path`, or "-".
[[nodiscard]] Result<NamedTrace> read_named_trace(const std::string& path);

/// The report points into `catalog` and `coefficients`.
[[nodiscard]] Result<codec::SizingReport> size(const SizeRequest& request,
                                               const catalog::Catalog& catalog,
                                               const serving::Coefficients& coefficients,
                                               Pool& pool);
/// The same on a trace in memory; `request.trace` is its name.
[[nodiscard]] Result<codec::SizingReport> size(const traffic::Trace& trace,
                                               const SizeRequest& request,
                                               const catalog::Catalog& catalog,
                                               const serving::Coefficients& coefficients,
                                               Pool& pool);

/// All models at least so good, on every accelerator, precision and parallelism that is asked for.
struct FrontRequest {
  SizeRequest size;  ///< its model is not used; without terms: on demand
  double min_quality = 0;
  std::string benchmark;  ///< empty = the overall one
};
/// Models that the catalogue cannot simulate or has no score of are left out and counted.
[[nodiscard]] Result<codec::FrontReport> cost_latency_front(
    const traffic::Trace& trace, const FrontRequest& request, const catalog::Catalog& catalog,
    const serving::Coefficients& coefficients, Pool& pool);

/// "2s", "150ms", "30min", "24h", "7d", "1.5" (seconds). Greater than zero.
[[nodiscard]] Result<double> parse_duration_s(std::string_view text);
[[nodiscard]] Result<serving::Router> parse_router(std::string_view text);

/// For people.
[[nodiscard]] std::string simulation_text(const codec::SimulationReport& report);
[[nodiscard]] Result<std::string> front_text(const codec::FrontReport& report);
[[nodiscard]] Result<std::string> sizing_text(const codec::SizingReport& report, bool details);

}  // namespace breakeven::service
