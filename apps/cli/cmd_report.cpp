#include <memory>

#include "apps/cli/commands.hpp"
#include "service/report.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  std::string file;
  std::string format;
  std::string output;
};

Status run(const Options& options) {
  BREAKEVEN_TRY(const auto format, service::report_format(options.format, options.output));
  BREAKEVEN_TRY(const std::string text, service::report_file(options.file, format, options.output));
  return text.empty() ? Status() : print(text);
}

const Command kReport(21, [](CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("report", "A plan's answer as a report for a CFO and a CTO");
  command->footer(
      "Example: breakeven plan ... --json > plan.json; breakeven report plan.json -o plan.html");
  auto options = std::make_shared<Options>();
  command->add_option("FILE", options->file, "Output of breakeven plan --json, or -")->required();
  std::string names;
  for (const service::ReportFormat& format : service::report_formats()) {
    names += (names.empty() ? "" : ", ") + std::string(format.name);
  }
  command->add_option("--format", options->format,
                      names + " (default: by the name of the output, else html)");
  command->add_option("-o,--output", options->output, "File to write (default: standard output)");
  command->add_flag("--json-errors", context.json_errors, "Errors as JSON");
  on_run(*command, context, [options] { return run(*options); });
});

}  // namespace
}  // namespace breakeven::cli
