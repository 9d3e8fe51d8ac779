#include <memory>

#include "apps/cli/commands.hpp"
#include "service/report.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  service::ReportRequest request;
  std::string format;
};

Status run(const Context& context, Options& options) {
  service::ReportRequest& request = options.request;
  BREAKEVEN_TRY(request.format, service::report_format(options.format, request.output));
  request.catalog_dir = context.catalog_dir;
  BREAKEVEN_TRY(const std::string text, service::report_file(request));
  return text.empty() ? Status() : print(text);
}

const Command kReport(21, [](CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("report", "A plan's answer as a report for a CFO and a CTO");
  command->footer(
      "Example: breakeven plan ... --json > plan.json; breakeven report plan.json -o plan.html");
  auto options = std::make_shared<Options>();
  command->add_option("FILE", options->request.answer, "Output of breakeven plan --json, or -")
      ->required();
  std::string names;
  for (const service::ReportFormat& format : service::report_formats()) {
    names += (names.empty() ? "" : ", ") + std::string(format.name);
  }
  command->add_option("--format", options->format,
                      names + " (default: by the name of the output, else html)");
  command->add_option("--previous", options->request.previous,
                      "An earlier answer of breakeven plan --json: the report says what changed");
  command->add_option("-o,--output", options->request.output,
                      "File to write (default: standard output)");
  command->add_flag("--json-errors", context.json_errors, "Errors as JSON");
  on_run(*command, context, [&context, options] { return run(context, *options); });
});

}  // namespace
}  // namespace breakeven::cli
