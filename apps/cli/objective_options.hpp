// objective_options.hpp — the flags that name a latency objective, the same on every command.
//
// Units    Durations as text with a unit (2s, 100ms, 50us); the share in percent.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "engine/base/result.hpp"
#include "engine/serving/simulation.hpp"

namespace breakeven::cli {

/// Where --ttft, --tpot and --percentile are kept until they are read.
struct ObjectiveOptions {
  std::string ttft = "2s";
  std::string tpot = "100ms";
  double percentile = serving::Objective{}.percentile;

  /// Declares the flags on `command`; this object must outlive the parse.
  void declare(CLI::App& command);
  [[nodiscard]] Result<serving::Objective> read() const;
};

/// Declares --router; service::parse_router reads it.
void declare_router(CLI::App& command, std::string& router);

}  // namespace breakeven::cli
