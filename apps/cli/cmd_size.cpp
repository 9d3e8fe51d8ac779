// breakeven size: the cheapest fleets that hold an objective on a trace.
#include <cstdio>
#include <memory>

#include "apps/cli/commands.hpp"
#include "apps/cli/objective_options.hpp"
#include "apps/cli/serving_options.hpp"
#include "apps/cli/usage_options.hpp"
#include "service/catalog_store.hpp"
#include "service/plan.hpp"
#include "service/simulate.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  service::SizeRequest request;
  TrafficOptions traffic;
  ObjectiveOptions objective;
  FeatureOptions features;
  ElasticOptions elastic;
  std::string router = "least-outstanding-tokens";
  std::size_t threads = 0;
  bool details = false;
};

Status run(const Context& context, Options& options) {
  sizing::SizingOptions& sizing = options.request.options;
  BREAKEVEN_TRY(sizing.objective, options.objective.read());
  BREAKEVEN_TRY(sizing.elastic, options.elastic.read());
  options.request.features = options.features.read();
  options.request.trace = options.traffic.trace;
  BREAKEVEN_TRY(const auto exports, options.traffic.read());
  BREAKEVEN_TRY(sizing.router, service::parse_router(options.router));
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto coefficients, service::load_coefficients(context.catalog_dir));
  service::ThreadPool pool(options.threads);
  const auto sized = [&]() -> Result<codec::SizingReport> {
    if (!exports) return service::size(options.request, catalog, coefficients, pool);
    BREAKEVEN_TRY(const auto import, service::usage_trace(catalog.prices(), *exports));
    std::fputs(service::import_text(import).c_str(), stderr);
    options.request.trace = import.file;
    return service::size(import.trace, options.request, catalog, coefficients, pool);
  };
  BREAKEVEN_TRY(const codec::SizingReport report, sized());
  if (context.json_errors) {
    BREAKEVEN_TRY(const std::string json, codec::sizing_to_json(report));
    return print(json + "\n");
  }
  BREAKEVEN_TRY(const std::string text, service::sizing_text(report, options.details));
  return print(text);
}

const Command kSize(61, [](CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "size", "Find the cheapest GPU fleets that hold a latency objective on a trace");
  command->footer(
      "Example: breakeven size --trace examples/support-chat.csv.gz \\\n"
      "           --model llama-3.3-70b-instruct --ttft 2s --tpot 100ms --redundancy 1");
  auto options = std::make_shared<Options>();
  service::SizeRequest& r = options->request;
  options->traffic.declare(*command, "Request trace (see breakeven trace), or -");
  command->add_option("--model", r.model, "Open model of the catalogue")->required();
  command->add_option("--accelerator", r.accelerators,
                      "Only these accelerators (default: all that are offered)");
  command->add_option("--precision", r.precisions, "Only these weights: bf16, fp8, ...");
  command->add_option("--provider", r.providers,
                      "Only these providers (default: hyperscalers and neoclouds)");
  command->add_option("--term", r.terms, "Only these terms: on_demand, reserved_1y, ...");
  command->add_option("--engine", r.engine, "Serving engine")->capture_default_str();
  command
      ->add_option("--redundancy", r.options.redundancy,
                   "Replicas that may be down while the objective holds")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  command->add_option("--max-replicas", r.options.max_replicas, "Give up above this number")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  declare_router(*command, options->router);
  options->objective.declare(*command);
  options->features.declare(*command);
  options->elastic.declare(*command, false);
  command->add_option("--threads", options->threads, "Threads (default: one per core)");
  command->add_flag("--details", options->details, "Also list what was rejected, and why");
  command->add_flag("--json", context.json_errors, "Print one JSON object");
  on_run(*command, context, [&context, options] { return run(context, *options); });
});

}  // namespace
}  // namespace breakeven::cli
