// breakeven calibrate: how far the simulator is from measured serving runs.
#include <memory>

#include "apps/cli/commands.hpp"
#include "codec/calibration_json.hpp"
#include "service/calibrate.hpp"
#include "service/catalog_store.hpp"
#include "service/simulate.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  service::CalibrateRequest request;
  bool rows = false;
};

Status run_evaluate(const Context& context, Options& options) {
  options.request.catalog_dir = context.catalog_dir;
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto coefficients, service::load_coefficients(context.catalog_dir));
  BREAKEVEN_TRY(const auto runs, service::read_runs(options.request, catalog));
  service::ThreadPool pool;
  const auto evaluation = service::evaluate(runs, coefficients, pool);
  return print(context.json_errors ? codec::evaluation_to_json(evaluation) + "\n"
                                   : service::evaluation_text(evaluation, options.rows));
}

void add_input(CLI::App& command, Context& context, Options& options) {
  service::CalibrateRequest& r = options.request;
  command
      .add_option("FILE", r.file, "Measured runs or a request log (docs/formats/measured-runs.md)")
      ->required();
  command.add_option("--model", r.model, "What a request log measured (default: its file name)");
  command.add_option("--accelerator", r.accelerator, "On what (default: its file name)");
  command.add_option("--tp", r.tensor_parallel, "On how many (default: the fewest that fit)");
  command.add_option("--precision", r.precision, "Weights (default: as published)");
  command.add_option("--engine", r.engine, "Serving engine of a request log")
      ->capture_default_str();
  command.add_flag("--rows", options.rows, "Print every row, not the summary alone");
  command.add_flag("--json", context.json_errors, "Print one JSON object: rows and summary");
}

const Command kCalibrate(65, [](CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("calibrate", "Measure the simulator against measured runs");
  command->require_subcommand(1);
  auto* evaluate = command->add_subcommand(
      "evaluate", "Simulate every measured run of a file and print the errors");
  evaluate->footer(
      "Each run is simulated under its own load: closed loop, Poisson arrivals, burst or log.\n"
      "Example: breakeven calibrate evaluate runs.csv --json");
  auto options = std::make_shared<Options>();
  add_input(*evaluate, context, *options);
  on_run(*evaluate, context, [&context, options] { return run_evaluate(context, *options); });
});

}  // namespace
}  // namespace breakeven::cli
