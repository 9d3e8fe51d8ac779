// breakeven calibrate: how far the simulator is from measured serving runs.
#include <memory>

#include "apps/cli/commands.hpp"
#include "codec/calibration_json.hpp"
#include "engine/calibration/fit.hpp"
#include "engine/calibration/range.hpp"
#include "service/calibrate.hpp"
#include "service/catalog_store.hpp"
#include "service/simulate.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  service::CalibrateRequest request;
  bool rows = false;
  std::string leave_out = "model";
  std::string out;
  std::string errors;
  std::string date;
};

Status print_evaluation(const Context& context, const calibration::Evaluation& evaluation,
                        bool rows) {
  return print(context.json_errors ? codec::evaluation_to_json(evaluation) + "\n"
                                   : service::evaluation_text(evaluation, rows));
}

Status run_evaluate(const Context& context, Options& options) {
  options.request.catalog_dir = context.catalog_dir;
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto coefficients, service::load_coefficients(context.catalog_dir));
  BREAKEVEN_TRY(const auto runs, service::read_runs(options.request, catalog));
  BREAKEVEN_TRY(const auto bands, service::load_error_bands(context.catalog_dir));
  service::ThreadPool pool;
  return print_evaluation(context, service::evaluate(runs, coefficients, bands, pool),
                          options.rows);
}

Status run_cross_validate(const Context& context, Options& options) {
  options.request.catalog_dir = context.catalog_dir;
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto start, service::load_start_values(context.catalog_dir));
  BREAKEVEN_TRY(const auto runs, service::read_runs(options.request, catalog));
  service::ThreadPool pool;
  const auto calibrated = calibration::calibrate(runs, start, pool);
  const auto leave_out = options.leave_out == "gpu" ? calibration::LeaveOut::accelerator
                                                    : calibration::LeaveOut::model;
  return print_evaluation(context, calibration::cross_validate(runs, calibrated, leave_out, pool),
                          options.rows);
}

Status run_fit(const Context& context, Options& options) {
  options.request.catalog_dir = context.catalog_dir;
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto start, service::load_start_values(context.catalog_dir));
  BREAKEVEN_TRY(const auto runs, service::read_runs(options.request, catalog));
  service::ThreadPool pool;
  const service::Refit refit = service::refit(runs, start, options.date, pool);
  if (!options.out.empty())
    BREAKEVEN_CHECK_OK(service::write_file(options.out, refit.coefficients_csv));
  if (!options.errors.empty())
    BREAKEVEN_CHECK_OK(service::write_file(options.errors, refit.errors_csv));
  return print_evaluation(context, refit.left_out, options.rows);
}

Status run_range(const Context& context, Options& options) {
  options.request.catalog_dir = context.catalog_dir;
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto start, service::load_start_values(context.catalog_dir));
  BREAKEVEN_TRY(const auto runs, service::read_runs(options.request, catalog));
  return print(calibration::ranges_csv(
      calibration::ranges_of(calibration::runs_to_fit(runs, start)), options.date));
}

void add_input(CLI::App& command, Context& context, Options& options) {
  service::CalibrateRequest& r = options.request;
  command.add_option("FILE", r.file, "Measured runs (docs/formats/measured-runs.md)")->required();
  command.add_flag("--rows", options.rows, "Print every row, not the summary alone");
  command.add_flag("--json", context.json_errors, "Print one JSON object: rows and summary");
}

void add_evaluate(CLI::App& calibrate, Context& context) {
  auto* command = calibrate.add_subcommand(
      "evaluate", "Simulate every measured run of a file and print the errors");
  command->footer(
      "Each run is simulated under its own load: closed loop, Poisson arrivals, burst or log.\n"
      "FILE may be a request log, whose name or options then say what was measured.\n"
      "Example: breakeven calibrate evaluate runs.csv --json");
  auto options = std::make_shared<Options>();
  add_input(*command, context, *options);
  service::CalibrateRequest& r = options->request;
  command->add_option("--model", r.model, "What a request log measured (default: its file name)");
  command->add_option("--accelerator", r.accelerator, "On what (default: its file name)");
  command->add_option("--tp", r.tensor_parallel, "On how many (default: the fewest that fit)");
  command->add_option("--precision", r.precision, "Weights (default: as published)");
  command->add_option("--engine", r.engine, "Serving engine of a request log")
      ->capture_default_str();
  on_run(*command, context, [&context, options] { return run_evaluate(context, *options); });
}

void add_cross_validate(CLI::App& calibrate, Context& context) {
  auto* command = calibrate.add_subcommand(
      "cross-validate", "Refit without each model or GPU in turn, predict it, print the errors");
  command->footer("Example: breakeven calibrate cross-validate runs.csv --leave-out gpu");
  auto options = std::make_shared<Options>();
  add_input(*command, context, *options);
  command->add_option("--leave-out", options->leave_out, "model or gpu")
      ->check(CLI::IsMember({"model", "gpu"}))
      ->capture_default_str();
  on_run(*command, context, [&context, options] { return run_cross_validate(context, *options); });
}

void add_fit(CLI::App& calibrate, Context& context) {
  auto* command = calibrate.add_subcommand(
      "fit", "Refit the coefficients and error bands, and print the left-out errors");
  command->footer(
      "Without --out and --errors it only prints.\n"
      "Example: breakeven calibrate fit runs.csv --date 2026-11-21 \\\n"
      "           --out catalog/serving_coefficients.csv --errors catalog/serving_errors.csv");
  auto options = std::make_shared<Options>();
  add_input(*command, context, *options);
  command->add_option("--date", options->date, "Written beside the fitted values")->required();
  command->add_option("--out", options->out, "Where to write the coefficients");
  command->add_option("--errors", options->errors, "Where to write the error bands");
  on_run(*command, context, [&context, options] { return run_fit(context, *options); });
}

void add_range(CLI::App& calibrate, Context& context) {
  auto* command = calibrate.add_subcommand(
      "range", "Print what the runs of a fit cover: outside of it predictions are extrapolated");
  command->footer(
      "Example: breakeven calibrate range runs.csv --date 2026-11-21 > catalog/serving_range.csv");
  auto options = std::make_shared<Options>();
  command->add_option("FILE", options->request.file, "Measured runs")->required();
  command->add_option("--date", options->date, "Written beside the figures")->required();
  on_run(*command, context, [&context, options] { return run_range(context, *options); });
}

const Command kCalibrate(65, [](CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("calibrate", "Measure the simulator against measured runs, and refit it");
  command->require_subcommand(1);
  add_evaluate(*command, context);
  add_cross_validate(*command, context);
  add_fit(*command, context);
  add_range(*command, context);
});

}  // namespace
}  // namespace breakeven::cli
