#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "apps/cli/commands.hpp"
#include "apps/cli/completions.hpp"
#include "apps/cli/version.hpp"
#include "codec/error_json.hpp"

namespace breakeven::cli {

std::vector<std::pair<int, Command::Setup>>& Command::registry() {
  static std::vector<std::pair<int, Setup>> commands;
  return commands;
}

const std::vector<std::pair<int, Command::Setup>>& Command::all() { return registry(); }

Command::Command(int order, Setup setup) { registry().emplace_back(order, setup); }

void fail(Context& context, const Error& error) {
  const std::string text = context.json_errors ? codec::error_to_json(error) + "\n"
                                               : "breakeven: " + error.text() + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
  context.exit_status = error_info(error.code).exit_status;
}

void on_run(CLI::App& command, Context& context, std::function<Status()> body) {
  command.callback([&context, body = std::move(body)] {
    if (const Status status = body(); !status) fail(context, status.error());
  });
}

Status print(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return Error{ErrorCode::io_error,
                 std::string("cannot write the answer: ") + std::strerror(errno),
                 "standard output"};
  }
  return {};
}

namespace {

int run(int argc, char** argv) {
  CLI::App app{
      "Should we keep paying for an LLM API or host an open-weight model ourselves?\n"
      "Prices your traffic exactly, replays it on a simulated GPU fleet, and says the verdict\n"
      "with its probability and what would change it."};
  app.name("breakeven");
  app.require_subcommand(0, 1);
  app.set_help_all_flag("--help-all", "Show the help of every command");
  Context context;
  app.add_option("--catalog", context.catalog_dir,
                 "Folder with the facts (default: the one that came with the program)");
  bool version = false;
  app.add_flag("--version", version, "Show the version and the date of the newest fact");

  auto commands = Command::all();
  std::stable_sort(commands.begin(), commands.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [order, setup] : commands) setup(app, context);
  add_completions(app, context);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    fail(context, Error{ErrorCode::invalid_argument, message + " (see --help)", {}});
    return context.exit_status;
  }
  if (version) {
    const auto text = version_text(context.catalog_dir);
    const Status status = text ? print(*text) : Status(text.error());
    if (!status) fail(context, status.error());
  } else if (app.get_subcommands().empty()) {
    const Status status = print(app.help());
    if (!status) fail(context, status.error());
  }
  return context.exit_status;
}

}  // namespace
}  // namespace breakeven::cli

int main(int argc, char** argv) {
  // A reader that goes away (| head) is an ordinary write error, not a reason to die by signal.
  std::signal(SIGPIPE, SIG_IGN);
  return breakeven::cli::run(argc, argv);
}
