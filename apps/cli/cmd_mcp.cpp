// breakeven mcp: the same engine for an AI assistant, on standard input and output.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/cli/commands.hpp"
#include "apps/mcp/server.hpp"
#include "apps/mcp/stdio.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  std::vector<std::string> traces;
  std::string store;
};

Status serve(const Context& context, const Options& options) {
  BREAKEVEN_TRY(auto traces, service::named_traces(options.traces));
  BREAKEVEN_TRY(auto engine,
                mcp::load_engine(context.catalog_dir, options.store,
                                 std::make_shared<service::ThreadPool>(), std::move(traces)));
  BREAKEVEN_TRY(const auto server, mcp::Server::make(std::move(engine), {}));
  return mcp::serve_stdio(*server, stdin, stdout);
}

const Command kMcp(51, [](CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand(
      "mcp", "Serve an AI assistant on standard input and output (Model Context Protocol)");
  command.footer(
      "Put it into the assistant's list of servers: command \"breakeven\", arguments [\"mcp\"].\n"
      "breakeven serve offers the same at /mcp. docs/formats/mcp.md lists the tools.\n"
      "Example: breakeven mcp --trace march=requests.csv.gz");
  command.add_option("--trace", options->traces,
                     "NAME=FILE: a trace that the assistant may ask about; may be repeated");
  command.add_option("--store", options->store,
                     "Price ledger: a file or a postgres:// URL (default: the user's own)");
  on_run(command, context, [&context, options] { return serve(context, *options); });
});

}  // namespace
}  // namespace breakeven::cli
