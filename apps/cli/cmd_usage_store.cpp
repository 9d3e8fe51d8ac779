// breakeven usage show, sql, export and delete: what was imported.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "apps/cli/commands.hpp"
#include "apps/cli/usage_options.hpp"
#include "codec/report_json.hpp"
#include "codec/usage_json.hpp"
#include "service/catalog_store.hpp"
#include "service/report_text.hpp"
#include "service/usage_store.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  std::string store;
  std::string set;
  std::string sql;
  std::string output;
  std::size_t most = 1'000;
  bool csv = false;
};

Status print_report(const Context& context, const codec::Report& report) {
  return print(context.json_errors ? codec::report_to_json(report) : service::report_text(report));
}

Status show(const Context& context, const Options& options) {
  if (options.set.empty()) {
    BREAKEVEN_TRY(const auto report, service::stored_usage(options.store));
    return print_report(context, report);
  }
  service::UsageRequest request;
  request.store = options.store;
  request.files = {"store:" + options.set};
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto report, service::import_usage(catalog.prices(), request));
  return print(context.json_errors ? codec::usage_report_to_json(report) + "\n"
                                   : service::usage_text(report));
}

Status sql(const Context& context, const Options& options) {
  if (options.csv) return service::select_usage_csv(options.store, options.sql, print);
  BREAKEVEN_TRY(const auto report, service::select_usage(options.store, options.sql, options.most));
  return print_report(context, report);
}

/// Writes to the file under a name of its own, which becomes the file when all of it is there.
Status write_output(const std::string& path, const std::function<Status(service::WriteText)>& all) {
  const std::string partial = path + ".partial-" + std::to_string(::getpid());
  std::ofstream file(partial, std::ios::binary);
  const auto failed = [&](const std::string& what) {
    std::remove(partial.c_str());
    return Error{ErrorCode::io_error, what, path};
  };
  if (!file) return failed("cannot write this file");
  const Status written = all([&](std::string_view text) -> Status {
    if (file.write(text.data(), static_cast<std::streamsize>(text.size()))) return {};
    return Error{ErrorCode::io_error, "cannot write this file", path};
  });
  file.close();
  if (!written) {
    std::remove(partial.c_str());
    return written;
  }
  if (!file || std::rename(partial.c_str(), path.c_str()) != 0) {
    return failed("cannot write this file");
  }
  return {};
}

Status export_csv(const Context& /*context*/, const Options& options) {
  std::int64_t left_out = 0;
  const auto all = [&](const service::WriteText& write) -> Status {
    BREAKEVEN_TRY(left_out, service::export_usage(options.store, options.set, write));
    return {};
  };
  BREAKEVEN_CHECK_OK(options.output.empty() ? all(print) : write_output(options.output, all));
  if (left_out > 0) {
    std::fprintf(stderr,
                 "breakeven: %lld records are no requests or buckets with a time (lines of bills, "
                 "counters, traces without a clock) and are not in the CSV\n",
                 static_cast<long long>(left_out));
  }
  return {};
}

Status forget(const Context& /*context*/, const Options& options) {
  BREAKEVEN_TRY(const std::int64_t gone, service::delete_usage(options.store, options.set));
  return print("forgot " + options.set + ": " + std::to_string(gone) + " records\n");
}

using Body = Status (*)(const Context&, const Options&);

CLI::App& add(CLI::App& usage, Context& context, const std::shared_ptr<Options>& options,
              const char* name, const char* help, Body body) {
  CLI::App* const command = usage.add_subcommand(name, help);
  declare_usage_store(*command, options->store, "");
  on_run(*command, context, [&context, options, body] { return body(context, *options); });
  return *command;
}

}  // namespace

void add_usage_store_commands(CLI::App& usage, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& shown = add(usage, context, options, "show",
                        "What is stored; with a NAME, its tokens and cost by class", show);
  shown.add_option("NAME", options->set, "A stored name");
  shown.add_flag("--json", context.json_errors, "Print one JSON object");
  CLI::App& asked =
      add(usage, context, options, "sql", "Answer a SELECT over the tables records and files", sql);
  asked.add_option("SELECT", options->sql, "One query; it can read the store and nothing else")
      ->required();
  asked.add_option("--limit", options->most, "Rows shown; --csv writes all")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str();
  auto* const csv = asked.add_flag("--csv", options->csv, "Print CSV");
  asked.add_flag("--json", context.json_errors, "Print one JSON object; values are exact texts")
      ->excludes(csv);
  asked.footer(
      "docs/formats/usage-store.md describes the tables.\n"
      "Example: breakeven usage sql \"SELECT model, sum(output) FROM records GROUP BY model\"");
  CLI::App& out = add(usage, context, options, "export",
                      "Requests and time buckets as CSV that usage import reads back", export_csv);
  out.add_option("NAME", options->set, "A stored name")->required();
  out.add_option("--output", options->output, "File to write (default: standard output)");
  CLI::App& gone =
      add(usage, context, options, "delete", "Forget what was imported under a name", forget);
  gone.add_option("NAME", options->set, "A stored name")->required();
}

}  // namespace breakeven::cli
