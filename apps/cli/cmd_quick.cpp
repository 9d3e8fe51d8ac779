#include <memory>

#include "apps/cli/commands.hpp"
#include "codec/figure_json.hpp"
#include "service/quick.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  std::vector<std::string> values;  ///< one per quick_fields(); empty = not given
  bool must_self_host = false;
  std::string case_id;
  std::string figure;
  std::uint64_t paths = economics::kDefaultPaths;
  std::uint64_t seed = 1;
};

Status answer(const Context& context, const Options& options) {
  BREAKEVEN_TRY(const auto calculator, service::load_quick_calculator(context.catalog_dir));
  codec::QuickRequest request;
  request.options.paths = options.paths;
  request.options.seed = options.seed;
  if (!options.case_id.empty()) {
    BREAKEVEN_TRY(const auto* const worked,
                  advisor::find_case(calculator.cases(), options.case_id));
    request.inputs = worked->inputs;
    request.case_id = options.case_id;
  }
  const auto& fields = advisor::quick_fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::string value = options.values[i];
    if (fields[i].name == "must_self_host") value = options.must_self_host ? "true" : "";
    if (value.empty()) continue;
    if (const Status set = set_quick_field(request.inputs, fields[i].name, value); !set) {
      return Error{set.error().code, set.error().message, std::string(fields[i].flag)};
    }
  }
  service::ThreadPool pool;
  BREAKEVEN_TRY(const auto reply, calculator.answer(request, pool));
  if (!options.figure.empty()) {
    if (context.json_errors) {
      BREAKEVEN_TRY(const std::string json,
                    codec::derivation_to_json(reply.figures, options.figure));
      return print(json + "\n");
    }
    BREAKEVEN_TRY(const std::string text, reply.figures.text(options.figure));
    return print(text);
  }
  if (context.json_errors) {
    return print(codec::quick_answer_to_json(reply.answer, reply.figures, reply.worked) + "\n");
  }
  return print(service::quick_text(reply));
}

void setup(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand(
      "quick", "The slider calculator: an API bill against GPU rent, people and tooling");
  const auto& fields = advisor::quick_fields();
  options->values.resize(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string flag(fields[i].flag);
    const std::string help = std::string(fields[i].title) + " [" + std::string(fields[i].unit) +
                             ", " + std::string(fields[i].low) + " to " +
                             std::string(fields[i].high) + ", default " +
                             std::string(fields[i].initial) + "]";
    if (fields[i].name == "must_self_host") {
      command.add_flag(flag, options->must_self_host, std::string(fields[i].title));
    } else {
      command.add_option(flag, options->values[i], help)->type_name("VALUE");
    }
  }
  command.add_option("--case", options->case_id,
                     "Start from a worked case: small, mid, large, consumer, regulated, bursty, "
                     "control");
  command.add_option("--paths", options->paths, "Simulated futures")
      ->check(CLI::Range(100, 1'000'000));
  command.add_option("--seed", options->seed, "Seed of the simulated futures");
  command.add_option("--explain", options->figure, "Print the derivation of this figure");
  command.add_flag("--json", context.json_errors, "Answer (and errors) as JSON");
  on_run(command, context, [&context, options] { return answer(context, *options); });
}

const Command kQuick{20, setup};

}  // namespace
}  // namespace breakeven::cli
