// usage_options.hpp — the options of commands that read usage exports.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "apps/cli/commands.hpp"
#include "service/usage_traffic.hpp"

namespace breakeven::cli {

/// --store FILE, or --PREFIXstore.
void declare_usage_store(CLI::App& command, std::string& store, const std::string& prefix);

/// The commands about what was imported, below `usage`.
void add_usage_store_commands(CLI::App& usage, Context& context);

/// How files are read: names of columns, cached tokens, rejects that are listed.
struct UsageReadingOptions {
  service::UsageRequest request;
  std::string cached = "as-source";

  /// `prefix` stands before the options' names ("usage-" beside options of a plan).
  void declare(CLI::App& command, const std::string& prefix);
  [[nodiscard]] Result<service::UsageRequest> read() const;
};

/// How traffic is made of them.
struct UsageLoadOptions {
  UsageReadingOptions reading;
  usage::LoadOptions load;
  std::string model;
  std::optional<double> burstiness;
  std::optional<double> answer_tokens;
  double max_rejected = 0.01;

  void declare(CLI::App& command, const std::string& prefix);
  [[nodiscard]] Result<service::UsageTrafficRequest> read() const;
};

/// --trace FILE or --usage FILE...: exactly one of the two.
struct TrafficOptions {
  std::string trace;
  UsageLoadOptions usage;

  void declare(CLI::App& command, const std::string& trace_help);
  /// Nothing when a trace is given.
  [[nodiscard]] Result<std::optional<service::UsageTrafficRequest>> read() const;
};

}  // namespace breakeven::cli
