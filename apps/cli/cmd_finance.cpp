#include <memory>

#include "apps/cli/commands.hpp"
#include "codec/finance_fields.hpp"
#include "codec/finance_json.hpp"
#include "engine/base/text.hpp"
#include "service/finance.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  std::string_view function;
  std::string path;
  bool lines = false;
  std::vector<std::pair<std::string, std::string>> values;  ///< one per field; empty = not given
};

Status run(const Options& options) {
  std::vector<std::pair<std::string, std::string>> given;
  for (const auto& field : options.values) {
    if (!field.second.empty()) given.push_back(field);
  }
  if (given.empty()) {
    const std::string path = options.path.empty() ? "-" : options.path;
    const auto batch = options.lines ? service::Batch::lines : service::Batch::detect;
    return service::finance_stream(options.function, path, batch, print);
  }
  if (!options.path.empty() || options.lines) {
    return Error{ErrorCode::invalid_argument, "expected a file or options, found both",
                 std::string(options.function)};
  }
  BREAKEVEN_TRY(const std::string answer,
                codec::finance_answer(options.function, codec::finance_request(given)));
  return print(answer + "\n");
}

std::string flag_of(std::string_view name) {
  std::string flag = "--" + std::string(name);
  for (char& c : flag) {
    if (c == '_') c = '-';
  }
  return flag;
}

std::string help_of(const codec::FinanceField& field) {
  std::string help(field.help);
  const auto add = [&help](std::string_view text) {
    if (text.empty()) return;
    help += help.empty() ? "" : "; ";
    help += text;
  };
  add(field.unit);
  if (!field.fallback.empty()) add("default " + std::string(field.fallback));
  return help;
}

void setup(CLI::App& app, Context& context) {
  CLI::App& finance = *app.add_subcommand(
      "finance",
      "NPV, IRR, payback, loans, owned and reserved hardware, break-evens: JSON in and "
      "out (docs/formats/finance.md)");
  finance.require_subcommand(0, 1);
  auto unknown = std::make_shared<std::string>();
  finance.add_option("FUNCTION", *unknown, "One of the functions below");
  on_run(finance, context, [&finance, unknown]() -> Status {
    if (!finance.get_subcommands().empty()) return {};
    std::vector<std::string> names;
    for (const codec::FinanceHelp& function : codec::finance_functions()) {
      names.emplace_back(function.name);
    }
    return not_found("finance function", *unknown, names, "finance");
  });
  for (const codec::FinanceHelp& function : codec::finance_functions()) {
    auto options = std::make_shared<Options>();
    options->function = function.name;
    CLI::App& command =
        *finance.add_subcommand(std::string(function.name), std::string(function.title));
    command.add_option("FILE", options->path,
                       "Request as a JSON object, or one per line; - or nothing: standard input");
    command.add_flag("--jsonl", options->lines, "One request per line, one answer per line");
    command.add_flag("--json", context.json_errors, "Errors as JSON");
    options->values.resize(function.fields.size());
    for (std::size_t i = 0; i < function.fields.size(); ++i) {
      const codec::FinanceField& field = function.fields[i];
      options->values[i].first = field.name;
      command.add_option(flag_of(field.name), options->values[i].second, help_of(field))
          ->type_name("VALUE");
    }
    on_run(command, context, [options] { return run(*options); });
  }
}

const Command kFinance{25, setup};

}  // namespace
}  // namespace breakeven::cli
