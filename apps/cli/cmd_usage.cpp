// breakeven usage: what API usage exports hold.
#include <memory>
#include <string>

#include "apps/cli/commands.hpp"
#include "codec/usage_json.hpp"
#include "service/catalog_store.hpp"
#include "service/usage.hpp"

namespace breakeven::cli {
namespace {

struct ImportOptions {
  service::UsageRequest request;
  std::string cached = "as-source";
  bool dry_run = false;
};

Result<usage::Convention> parse_convention(const std::string& text) {
  if (text == "as-source") return usage::Convention::as_source;
  if (text == "inside") return usage::Convention::inclusive;
  if (text == "outside") return usage::Convention::exclusive;
  return Error{ErrorCode::invalid_argument, "expected as-source, inside or outside", "--cached"};
}

void declare_reading(CLI::App& command, ImportOptions& options) {
  command.add_option("FILE", options.request.files, "Usage exports, or - for standard input")
      ->required();
  command.add_option("--mapping", options.request.mapping,
                     "JSON file that names the columns of files of no known format");
  command
      .add_option("--cached", options.cached,
                  "Whether input tokens contain cached ones where a source leaves it open: "
                  "as-source, inside or outside")
      ->check(checked(parse_convention, "CONVENTION"))
      ->capture_default_str();
  command
      .add_option("--max-rejects", options.request.max_rejections,
                  "Rejected records shown per file; all are counted")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
}

Status run_import(const Context& context, ImportOptions& options) {
  if (!options.dry_run) {
    return Error{ErrorCode::unsupported,
                 "expected --dry-run: this build reports what files hold and stores nothing",
                 "usage import"};
  }
  BREAKEVEN_TRY(options.request.cached, parse_convention(options.cached));
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const usage::ImportReport report,
                service::import_usage(catalog.prices(), options.request));
  BREAKEVEN_CHECK_OK(print(context.json_errors ? codec::usage_report_to_json(report) + "\n"
                                               : service::usage_text(report)));
  return service::all_read(report);
}

void add_import(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "import", "Read usage exports: records, rejects, duplicates, tokens and cost by class");
  command->footer(
      "Formats are found by content: OpenAI, Anthropic, Gemini, Google Cloud, Azure, Bedrock, AWS\n"
      "and FOCUS bills, DeepSeek, LiteLLM, Langfuse, Helicone, OpenRouter, Portkey, "
      "OpenTelemetry,\n"
      "vLLM, SGLang and TGI metrics, gateway logs, request traces; CSV or JSON, gzip or zstd.\n"
      "A file that cannot be read to its end fails the command (exit status 4) after the report.\n"
      "docs/formats/usage-import.md says what is read from which field.\n"
      "Example: breakeven usage import --dry-run spend_logs.json usage.csv.gz");
  auto options = std::make_shared<ImportOptions>();
  declare_reading(*command, *options);
  command->add_flag("--dry-run", options->dry_run, "Report and store nothing");
  command->add_flag("--json", context.json_errors,
                    "Print one JSON object (docs/formats/usage-import.md)");
  on_run(*command, context, [&context, options] { return run_import(context, *options); });
}

const Command kUsage(45, [](CLI::App& app, Context& context) {
  auto* usage = app.add_subcommand("usage", "Read API usage exports of vendors and gateways");
  usage->require_subcommand(1);
  add_import(*usage, context);
});

}  // namespace
}  // namespace breakeven::cli
