#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "apps/cli/commands.hpp"
#include "apps/http/api.hpp"
#include "apps/http/server.hpp"
#include "apps/http/static_site.hpp"
#include "apps/http/use_cases.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  http::ServerOptions server;
  std::string web;
  std::string store;
};

Status serve(const Context& context, const Options& options) {
  BREAKEVEN_TRY(auto use_cases,
                http::live_use_cases(context.catalog_dir, std::make_shared<service::ThreadPool>(),
                                     options.store));
  BREAKEVEN_TRY(const std::string folder, http::find_web_folder(options.web));
  http::StaticSite site = http::StaticSite::missing();
  if (!folder.empty()) {
    BREAKEVEN_TRY(site, http::StaticSite::load(folder));
  }
  http::Api api(std::move(use_cases), std::move(site));
  BREAKEVEN_TRY(const auto server, http::Server::open(options.server, api.router()));
  BREAKEVEN_CHECK_OK(print("Breakeven is at " + server->url() + "/ (stop with Ctrl-C)\n"));
  server->run();
  return {};
}

void set_up(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      *app.add_subcommand("serve", "Serve the web app and the HTTP API on this machine");
  command.add_option("--port", options->server.port, "Port; 0 takes a free one")
      ->capture_default_str();
  command.add_option("--address", options->server.address, "Loopback address to listen on")
      ->capture_default_str();
  command.add_option("--web", options->web, "Folder with the built web app (default: find it)");
  command.add_option("--store", options->store,
                     "Price ledger: a file or a postgres:// URL (default: the user's own)");
  on_run(command, context, [&context, options] { return serve(context, *options); });
}

const Command kCommand(50, set_up);

}  // namespace
}  // namespace breakeven::cli
