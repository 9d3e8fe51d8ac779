// The calculators beside the plan: check claim, finetune, scale.
#include <memory>

#include "apps/cli/commands.hpp"
#include "codec/figure_json.hpp"
#include "codec/siblings_json.hpp"
#include "service/siblings.hpp"

namespace breakeven::cli {
namespace {

using service::Sibling;

struct Options {
  std::string file;
  std::vector<std::string> values;  ///< one per field; empty = not given
  std::string figure;
};

Status run(const Context& context, Sibling sibling, const Options& options) {
  const auto fields = service::sibling_fields(sibling);
  siblings::Inputs inputs(fields);
  if (!options.file.empty()) {
    BREAKEVEN_TRY(inputs, service::read_inputs(sibling, options.file));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (options.values[i].empty()) continue;
    BREAKEVEN_CHECK_OK(inputs.set(fields[i].name, options.values[i], flag_of(fields[i])));
  }
  BREAKEVEN_TRY(const auto facts, service::load_sibling_facts(context.catalog_dir));
  BREAKEVEN_TRY(const auto answer, service::sibling_answer(sibling, inputs, facts));
  if (!options.figure.empty()) {
    const auto text = context.json_errors
                          ? codec::derivation_to_json(answer.sheet.figures(), options.figure)
                          : answer.sheet.figures().text(options.figure);
    if (!text.ok()) return text.error();
    return print(*text + (context.json_errors ? "\n" : ""));
  }
  return print(context.json_errors ? codec::answer_to_json(answer) + "\n"
                                   : service::sibling_text(answer));
}

std::string help_of(const siblings::Field& field) {
  std::string help(field.title);
  if (!field.unit.empty()) help += " [" + std::string(field.unit) + "]";
  if (!field.choices.empty()) help += " (" + std::string(field.choices) + ")";
  if (!field.initial.empty()) help += ", default " + std::string(field.initial);
  return help;
}

void declare(CLI::App& command, Context& context, Sibling sibling) {
  auto options = std::make_shared<Options>();
  const auto fields = service::sibling_fields(sibling);
  options->values.resize(fields.size());
  command.add_option("FILE", options->file, "The question as JSON; - is standard input");
  for (std::size_t i = 0; i < fields.size(); ++i) {
    command.add_option(flag_of(fields[i]), options->values[i], help_of(fields[i]))
        ->type_name("VALUE");
  }
  command.add_option("--explain", options->figure, "Print the derivation of this figure");
  command.add_flag("--json", context.json_errors, "Answer (and errors) as JSON");
  on_run(command, context,
         [&context, sibling, options] { return run(context, sibling, *options); });
}

const Command kSiblings(25, [](CLI::App& app, Context& context) {
  CLI::App* check = app.add_subcommand("check", "Checks what others have published");
  check->require_subcommand(1);
  CLI::App* claim = check->add_subcommand(
      "claim", "Does a published comparison follow from its own inputs, and which flaws has it?");
  claim->footer(
      "Example: breakeven check claim --gpu-count 4 --gpu-usd-per-gpu-hour 3.98 \\\n"
      "           --claims-gpu-usd-per-month 380");
  declare(*claim, context, Sibling::claim);
  CLI::App* finetune = app.add_subcommand(
      "finetune", "What fine-tuning costs, and after how many queries it is paid back");
  finetune->footer(
      "Example: breakeven finetune --data-documents 50000 --data-tokens-per-document 5000 \\\n"
      "           --training-usd-per-mtok 8");
  declare(*finetune, context, Sibling::finetune);
  CLI::App* scale = app.add_subcommand(
      "scale", "A bill at 10, 100 and 1000 times the volume, and month by month as it grows");
  scale->footer(
      "Example: breakeven scale --today-usd-per-month 400 --growth-per-month 30% \\\n"
      "           --budget-usd-per-year 120000");
  declare(*scale, context, Sibling::scale);
});

}  // namespace
}  // namespace breakeven::cli
