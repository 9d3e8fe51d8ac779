// breakeven size: the cheapest fleets that hold an objective on a trace, of one model or of all that
// are good enough.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

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
  std::optional<double> min_quality;
  std::string benchmark;
};

Status run_front(const Context& context, const service::FrontRequest& request,
                 const traffic::Trace& trace, const catalog::Catalog& catalog,
                 const serving::Coefficients& coefficients, Pool& pool) {
  BREAKEVEN_TRY(const codec::FrontReport report,
                service::cost_latency_front(trace, request, catalog, coefficients, pool));
  if (context.json_errors) {
    BREAKEVEN_TRY(const std::string json, codec::front_to_json(report));
    return print(json + "\n");
  }
  BREAKEVEN_TRY(const std::string text, service::front_text(report));
  return print(text);
}

Status run(const Context& context, Options& options) {
  sizing::SizingOptions& sizing = options.request.options;
  BREAKEVEN_TRY(sizing.objective, options.objective.read());
  BREAKEVEN_TRY(sizing.elastic, options.elastic.read());
  options.request.features = options.features.read();
  options.request.trace = options.traffic.trace;
  if (options.request.model.empty() != options.min_quality.has_value())
    return Error{ErrorCode::invalid_argument,
                 "expected either --model or --min-quality, found " +
                     std::string(options.min_quality ? "both" : "neither"),
                 "--model"};
  BREAKEVEN_TRY(sizing.router, service::parse_router(options.router));
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto coefficients, service::load_coefficients(context.catalog_dir));
  BREAKEVEN_TRY(const auto exports, options.traffic.read());
  service::NamedTrace trace;
  if (exports) {
    BREAKEVEN_TRY(auto import, service::usage_trace(catalog.prices(), *exports));
    std::fputs(service::import_text(import).c_str(), stderr);
    trace = {std::move(import.file), std::move(import.trace)};
  } else {
    BREAKEVEN_TRY(trace, service::read_named_trace(options.request.trace));
  }
  options.request.trace = trace.name;
  service::ThreadPool pool(options.threads);
  if (options.min_quality)
    return run_front(context, {options.request, *options.min_quality, options.benchmark},
                     trace.trace, catalog, coefficients, pool);
  BREAKEVEN_TRY(const codec::SizingReport report,
                service::size(trace.trace, options.request, catalog, coefficients, pool));
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
      "           --model llama-3.3-70b-instruct --ttft 2s --tpot 100ms --redundancy 1\n"
      "         breakeven size --trace examples/support-chat.csv.gz --min-quality 50");
  auto options = std::make_shared<Options>();
  service::SizeRequest& r = options->request;
  options->traffic.declare(*command, "Request trace (see breakeven trace), or -");
  command->add_option("--model", r.model, "Open model of the catalogue");
  command
      ->add_option("--min-quality", options->min_quality,
                   "Instead of a model: every model that scores at least this; prints the\n"
                   "fleets of which none is both cheaper and faster")
      ->check(CLI::Range(-1e6, 1e6));
  command->add_option("--benchmark", options->benchmark,
                      "Of --min-quality (default: LiveBench global)");
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
