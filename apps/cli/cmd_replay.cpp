// breakeven replay: a dossier computed again.
#include <memory>

#include "apps/cli/commands.hpp"
#include "apps/cli/plan_progress.hpp"
#include "service/dossier.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::cli {
namespace {

/// The dossier was read, and comes out differently: the findings are the answer.
constexpr int kDiffers = 1;

Status run(Context& context, const std::string& file) {
  service::ThreadPool pool;
  auto progress = std::make_unique<PlanProgress>();
  const auto replay = service::replay_dossier(file, BREAKEVEN_VERSION, pool,
                                              [&](const char* name) { progress->stage(name); });
  progress.reset();
  if (!replay) return replay.error();
  if (!replay->holds()) context.exit_status = kDiffers;
  return print(context.json_errors ? replay->answer : service::replay_text(*replay));
}

const Command kReplay(22, [](CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "replay", "Compute the plan of a dossier again, offline, and compare every byte");
  command->footer(
      "Example: breakeven plan export --dossier plan.tar.gz --trace examples/support-chat.csv.gz "
      "\\\n"
      "           --api anthropic/claude-sonnet-4-6 --model qwen3-32b\n"
      "         breakeven replay plan.tar.gz\n"
      "Exit status 1: it comes out differently, and what differs is printed.");
  auto file = std::make_shared<std::string>();
  command->add_option("FILE", *file, "Output of breakeven plan export --dossier, or -")->required();
  command->add_flag("--json", context.json_errors, "Print the answer as it is computed now");
  on_run(*command, context, [&context, file] { return run(context, *file); });
});

}  // namespace
}  // namespace breakeven::cli
