// conditions.hpp — how a published benchmark ran its engines: what its rows do not repeat.
//
// Shape    One row of catalog/benchmark_conditions.csv per (source, engine, accelerator, model);
//          `when` limits it further: clauses such as "users>=16 tp<8 date>=2026-04-08", all of which
//          must hold. "*" matches anything, a model matches by the beginning of its name after the
//          slash, an accelerator by the beginning of its id, any case. Later rows override earlier
//          ones, field by field; an empty field changes nothing.
// Sources  The benchmarks' own launch scripts and READMEs, named per row.
// Threads  Pure.
// Errors   parse_error with file:line:column.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::calibration {

struct Conditions {
  std::optional<catalog::Precision> kv_cache;
  double token_budget = 0;        ///< max_num_batched_tokens; 0 = the engine's default
  double max_sequences = 0;       ///< max_num_seqs; 0 = the engine's default
  double memory_share = 0;        ///< gpu_memory_utilization; 0 = the engine's default
  double shortest_share = 1;      ///< lengths are uniform in [share x L, L]
  double requests_per_user = 10;  ///< length of a closed-loop run
  double seconds = 600;           ///< length of an open-loop run
  double cached_tokens = 0;       ///< beginning of every prompt that all requests share
  double first_of_user = 0;       ///< requests at the start of each user left out of the statistics
  double wait_iterations = 0;     ///< a request waits so many iterations before it may join
  double batch_wait = 0;          ///< prompts wait so many iterations for others to join them
  double users = 0;               ///< of an open loop: nobody sends before the last answer; 0 = any
  double client_s = 0;            ///< TTFT that client and network add to the engine's own
  double overhead_factor = 1;     ///< ReplicaConfig::overhead_factor
  double stall_s = 0;             ///< the first full prompt batch waits for kernels to be compiled
  /// 1: the source's inter-token latency is end-to-end time / output tokens.
  double itl_is_end_to_end = 0;
};

/// What a condition may depend on; `model` as written in the run's row.
struct RunFacts {
  std::string_view source;
  std::string_view engine;
  std::string_view accelerator;
  std::string_view model;
  std::string_view precision;  ///< as written
  std::string_view date;       ///< ISO, possibly without day or month; compared as text
  double users = 0;            ///< or requests at once, or requests per second
  double input = 0;
  double output = 0;
  double tensor_parallel = 1;
  double data_parallel = 1;
  double expert_parallel = 1;
};

/// One comparison of a `when`: a number or a text of the run against a constant.
struct Clause {
  enum class Operator : std::uint8_t { equal, less, at_most, more, at_least };
  std::size_t fact = 0;  ///< index into the names that conditions.cpp knows
  Operator op = Operator::equal;
  double number = 0;
  std::string text;  ///< of precision and date
};

struct ConditionRule {
  std::string source;
  std::string engine;
  std::string accelerator;
  std::string model;
  std::vector<Clause> when;
  std::optional<catalog::Precision> kv_cache;
  static constexpr std::size_t kNumbers = 15;
  std::array<std::optional<double>, kNumbers> numbers;  ///< in the order of Conditions
};

[[nodiscard]] Result<std::vector<ConditionRule>> read_conditions(std::string_view csv,
                                                                 const std::string& name);

/// What the rules say about one run.
[[nodiscard]] Conditions conditions_for(const std::vector<ConditionRule>& rules,
                                        const RunFacts& run);

}  // namespace breakeven::calibration
