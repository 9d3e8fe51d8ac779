// commands.hpp — how a subcommand joins the program.
//
// Shape    Each apps/cli/cmd_NAME.cpp defines one `const Command` with static storage; main()
//          collects them. A command declares its options on its own CLI::App and sets a callback
//          that stores the exit status in Context::exit_status. Commands parse, call service/ and
//          print; they compute nothing.
// Errors   Usage errors exit 2; others exit with error_info(code).exit_status
//          (docs/guides/exit-codes.md).
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::cli {

/// What every command shares.
struct Context {
  std::string catalog_dir;  ///< --catalog; empty = find it
  /// Bound to a command's --json: errors go to stderr as one JSON object.
  bool json_errors = false;
  int exit_status = 0;
};

/// Registers a command when constructed; commands are listed by `order`.
class Command {
 public:
  using Setup = void (*)(CLI::App& app, Context& context);
  Command(int order, Setup setup);
  static const std::vector<std::pair<int, Setup>>& all();

 private:
  static std::vector<std::pair<int, Setup>>& registry();
};

/// Prints the error to stderr and stores its exit status.
void fail(Context& context, const Error& error);

/// Runs `body` (a function returning Status) when the subcommand is chosen, and reports its error.
void on_run(CLI::App& command, Context& context, std::function<Status()> body);

/// Writes text to stdout, all of it; a closed pipe or a full disk becomes an io_error.
[[nodiscard]] Status print(std::string_view text);

/// A CLI11 validator that accepts what `parse` accepts and shows its message otherwise.
template <class Parse>
CLI::Validator checked(Parse parse, std::string type_name) {
  return CLI::Validator(
      [parse](std::string& text) {
        const auto result = parse(text);
        return result.ok() ? std::string() : result.error().text();
      },
      std::move(type_name));
}

}  // namespace breakeven::cli
