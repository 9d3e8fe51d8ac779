// measured.hpp — serving runs somebody measured, in the terms of our model.
//
// Units    Seconds, tokens, tokens and requests per second.
// Shape    One row of the input per (configuration, metric), gathered by config_id in order of
//          appearance. No row is dropped: a run that cannot be predicted keeps its rows and says
//          why in `uncovered`, so that coverage can be counted.
// Sources  Any file with the columns of the measured-calibration layout; the columns are listed in
//          docs/formats/measured-runs.md. Conditions that a source states once for all its runs
//          (cache format, token budget ...) come from catalog/benchmark_conditions.csv.
// Threads  Pure. Runs point into the catalogue, which must outlive them.
// Errors   parse_error with file:line:column.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/calibration/conditions.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::calibration {

enum class Load : std::uint8_t {
  closed_loop,  ///< `level` users, each sends the next request after the answer
  open_loop,    ///< Poisson arrivals, `level` per second
  burst,        ///< `level` requests at once
  request_log   ///< arrivals and lengths of a log
};
[[nodiscard]] std::string_view to_string(Load load);

struct MeasuredMetric {
  std::string name;   ///< as written: "ttft_mean", "output_throughput"
  double value = 0;   ///< seconds, or per second
  std::string place;  ///< file:line:column
};

struct MeasuredRun {
  std::string id;
  std::string source;
  std::string version;  ///< of the engine
  std::string model;    ///< as written
  std::string gpu;      ///< as written
  bool aggregated = true;
  bool speculative = false;
  bool known = false;     ///< the catalogue has its model and its accelerator
  std::string uncovered;  ///< why it is not predicted; empty when it is
  /// Its tokens are faster than those of the same configuration at a quarter of its users, or by a
  /// third than those of the same engine version at no more users: it misstates its load, its tokens
  /// or that it speculates. Predicted and shown, in a set of its own, but not fitted.
  bool contradicted = false;
  serving::ReplicaConfig config;
  Load load = Load::closed_loop;
  double level = 0;
  double input_tokens = 0;   ///< nominal
  double output_tokens = 0;  ///< nominal
  int gpus = 1;              ///< of the whole deployment
  Conditions conditions;
  traffic::Trace log;  ///< of a request log
  std::vector<MeasuredMetric> metrics;
};

/// The name under which a metric is summarised: "ttft" and "ttft_mean" are one.
[[nodiscard]] std::string canonical_metric(std::string_view name);

/// A measured value by its canonical name.
[[nodiscard]] std::optional<double> measured_mean(const MeasuredRun& run, std::string_view metric);

/// Mean seconds per output token after the first: stated, or from end-to-end time and TTFT, or the
/// stated inter-token latency; 0 when none is.
[[nodiscard]] double measured_tpot_s(const MeasuredRun& run);

/// `name` is used in error places.
[[nodiscard]] Result<std::vector<MeasuredRun>> read_measured(
    std::string_view csv, const std::string& name, const catalog::Catalog& catalog,
    const std::vector<ConditionRule>& rules);

/// Whether a file is a request log (arrival_s, input_tokens, output_tokens, ttft_ms, tpot_ms,
/// e2e_ms, queue_ms) rather than a table of runs.
[[nodiscard]] bool is_request_log(std::string_view csv);

/// One run from a request log; what was measured are mean, p50, p90, p95 and p99 of TTFT, TPOT and
/// end-to-end time. The engine's limit on sequences is not in a log: the most that ran at once
/// stands in for it.
[[nodiscard]] Result<MeasuredRun> read_request_log(std::string_view csv, const std::string& name,
                                                   const serving::ReplicaConfig& config);

/// The load of a run as a trace. Arrivals of a closed loop are all zero: they follow from the
/// answers (SimulationOptions::closed_loop_users).
[[nodiscard]] traffic::Trace load_of(const MeasuredRun& run);

}  // namespace breakeven::calibration
