// breakeven usage import and stats: what API usage exports hold, and the traffic in them.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "apps/cli/commands.hpp"
#include "apps/cli/usage_options.hpp"
#include "apps/cli/usage_progress.hpp"
#include "codec/usage_json.hpp"
#include "service/catalog_store.hpp"
#include "service/thread_pool.hpp"
#include "service/usage_store.hpp"
#include "service/usage_traffic.hpp"

namespace breakeven::cli {
namespace {

constexpr const char* kFormats =
    "Formats are found by content: OpenAI, Anthropic, Gemini, Google Cloud, Azure, Bedrock, AWS\n"
    "and FOCUS bills, DeepSeek, LiteLLM, Langfuse, Helicone, OpenRouter, Portkey, OpenTelemetry,\n"
    "vLLM, SGLang and TGI metrics, gateway logs, request traces; CSV, JSON or Parquet, gzip or "
    "zstd.\n"
    "docs/formats/usage-import.md says what is read from which field.\n";

struct ImportOptions {
  UsageReadingOptions reading;
  bool dry_run = false;
  std::string name = "main";
};

Status run_import(const Context& context, const ImportOptions& options) {
  BREAKEVEN_TRY(auto request, options.reading.read());
  service::ThreadPool pool;
  request.pool = &pool;
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  std::optional<UsageProgressLine> line(std::in_place);
  request.progress = [&](const service::UsageProgress& progress) { line->show(progress); };
  BREAKEVEN_TRY(const usage::ImportReport report,
                options.dry_run ? service::import_usage(catalog.prices(), request)
                                : service::store_usage(catalog.prices(), request, options.name));
  line.reset();
  BREAKEVEN_CHECK_OK(print(context.json_errors ? codec::usage_report_to_json(report) + "\n"
                                               : service::usage_text(report)));
  return service::all_read(report);
}

void add_import(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "import", "Read and store usage exports: records, rejects, repeats, tokens and cost");
  command->footer(std::string(kFormats) +
                  "Importing again stores only what is new. A file that cannot be read to its end "
                  "fails the\ncommand (exit status 4) after the report; its complete records are "
                  "stored.\n"
                  "Example: breakeven usage import --name march spend_logs.json usage.csv.gz\n"
                  "         breakeven plan --usage store:march ...");
  auto options = std::make_shared<ImportOptions>();
  command
      ->add_option("FILE", options->reading.request.files, "Usage exports, or - for standard input")
      ->required();
  options->reading.declare(*command, "");
  command
      ->add_option("--max-rejects", options->reading.request.max_rejections,
                   "Rejected records shown per file; all are counted")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  command->add_option("--name", options->name, "What to call it: store:NAME reads it again")
      ->capture_default_str();
  command->add_flag("--dry-run", options->dry_run, "Report and store nothing");
  command->add_flag("--json", context.json_errors,
                    "Print one JSON object (docs/formats/usage-import.md)");
  on_run(*command, context, [&context, options] { return run_import(context, *options); });
}

Status run_stats(const Context& context, const UsageLoadOptions& options) {
  BREAKEVEN_TRY(auto request, options.read());
  service::ThreadPool pool;
  request.files.pool = &pool;
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const service::UsageTraffic traffic,
                service::usage_traffic(catalog.prices(), request));
  return print(context.json_errors ? service::usage_stats_json(traffic) + "\n"
                                   : service::usage_stats_text(traffic));
}

void add_stats(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "stats", "The traffic in usage exports: lengths, bursts, peaks, cost by day, key and team");
  command->footer(std::string(kFormats) +
                  "Requests are taken as they are; sums over buckets become arrivals, and the band "
                  "over\nseveral seeds is shown (docs/methodology/usage-arrivals.md).\n"
                  "Example: breakeven usage stats gateway.jsonl.gz");
  auto options = std::make_shared<UsageLoadOptions>();
  command
      ->add_option("FILE", options->reading.request.files,
                   "Usage exports, - for standard input, or store:NAME")
      ->required();
  options->declare(*command, "");
  command->add_flag("--json", context.json_errors,
                    "Print one JSON object (docs/formats/usage-import.md)");
  on_run(*command, context, [&context, options] { return run_stats(context, *options); });
}

const Command kUsage(45, [](CLI::App& app, Context& context) {
  auto* usage = app.add_subcommand("usage", "Read API usage exports of vendors and gateways");
  usage->require_subcommand(1);
  add_import(*usage, context);
  add_stats(*usage, context);
  add_usage_store_commands(*usage, context);
});

}  // namespace
}  // namespace breakeven::cli
