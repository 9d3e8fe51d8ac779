// breakeven simulate: one fleet replays a trace.
#include <memory>

#include "apps/cli/commands.hpp"
#include "apps/cli/objective_options.hpp"
#include "apps/cli/serving_options.hpp"
#include "service/catalog_store.hpp"
#include "service/simulate.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  service::SimulateRequest request;
  ObjectiveOptions objective;
  FeatureOptions features;
  ElasticOptions elastic;
  PoolOptions pools;
  std::string window = "1s";
  std::string router = "least-outstanding-tokens";
};

Status run(const Context& context, Options& options) {
  serving::SimulationOptions& simulation = options.request.options;
  BREAKEVEN_TRY(simulation.objective, options.objective.read());
  BREAKEVEN_TRY(simulation.router, service::parse_router(options.router));
  BREAKEVEN_TRY(simulation.elastic, options.elastic.read());
  BREAKEVEN_TRY(simulation.disaggregation, options.pools.read());
  BREAKEVEN_TRY(options.request.timeline.window_s, service::parse_duration_s(options.window));
  options.request.features = options.features.read();
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto coefficients, service::load_coefficients(context.catalog_dir));
  BREAKEVEN_TRY(const auto report, service::simulate(options.request, catalog, coefficients));
  return print(context.json_errors ? codec::simulation_to_json(report) + "\n"
                                   : service::simulation_text(report));
}

const Command kSimulate(60, [](CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("simulate", "Replay a trace on a simulated GPU fleet");
  command->footer(
      "Example: breakeven simulate --trace examples/support-chat.csv.gz \\\n"
      "           --model llama-3.3-70b-instruct --accelerator H100-SXM --tp 4 --replicas 2");
  auto options = std::make_shared<Options>();
  service::SimulateRequest& r = options->request;
  command->add_option("--trace", r.trace, "Request trace (see breakeven trace), or -")->required();
  command->add_option("--model", r.model, "Open model of the catalogue")->required();
  command->add_option("--accelerator", r.accelerator, "Accelerator of the catalogue")->required();
  command->add_option("--tp", r.tensor_parallel,
                      "GPUs of one replica (default: the fewest that fit)");
  command->add_option("--precision", r.precision, "Weights: bf16, fp8, ... (default: published)");
  command->add_option("--engine", r.engine, "Serving engine")->capture_default_str();
  command->add_option("--replicas", r.options.replicas, "Replicas behind the router")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  declare_router(*command, options->router);
  command->add_option("--load-factor", r.options.load_factor, "Speeds arrivals up by this factor")
      ->check(CLI::Range(1e-3, 1e6))
      ->capture_default_str();
  options->objective.declare(*command);
  options->features.declare(*command);
  options->elastic.declare(*command, true);
  options->pools.declare(*command, r.network_gbit_per_s);
  command->add_option(
      "--timeline", r.timeline.files,
      "Write batch, queue and KV cache over time: FILE.json (Chrome trace, Perfetto) "
      "or FILE.csv; may be given twice");
  command->add_option("--timeline-window", options->window, "Length of a window of the timeline")
      ->capture_default_str();
  command->add_flag("--json", context.json_errors, "Print one JSON object");
  on_run(*command, context, [&context, options] { return run(context, *options); });
});

}  // namespace
}  // namespace breakeven::cli
