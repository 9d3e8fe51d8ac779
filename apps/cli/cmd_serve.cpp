#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/cli/commands.hpp"
#include "apps/http/api.hpp"
#include "apps/http/mcp_route.hpp"
#include "apps/http/server.hpp"
#include "apps/http/static_site.hpp"
#include "apps/http/use_cases.hpp"
#include "apps/mcp/server.hpp"
#include "engine/base/text.hpp"
#include "service/plan_shelf.hpp"
#include "service/registry_daily.hpp"
#include "service/thread_pool.hpp"
#include "service/token_admin.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  http::ServerOptions server;
  std::string web;
  std::string store;
  std::string tokens;
  std::vector<std::string> proxies;
  std::string proxy_header = "X-Forwarded-User";
  std::string proxy_scope = "write";
  std::string log = "none";
  bool registry_daily = false;
  std::string registry_at = "04:17";
};

/// A pass over the ledger that the pages show, once a day until the object goes.
Result<std::unique_ptr<service::DailyRuns>> daily_runs(const Context& context,
                                                       const Options& options,
                                                       std::shared_ptr<store::Ledger> ledger) {
  BREAKEVEN_TRY(const auto at, service::parse_time_of_day(options.registry_at));
  BREAKEVEN_TRY(auto opened, service::Registry::open(
                                 {options.store, context.catalog_dir, {}, std::move(ledger)}));
  const auto registry = std::make_shared<service::Registry>(std::move(opened));
  return std::make_unique<service::DailyRuns>(
      at, [registry] { return registry->now(); },
      [registry](const std::function<bool()>& cancelled) {
        service::CrawlQuery query;
        query.cancelled = cancelled;
        const auto pass = service::daily_pass(*registry, query);
        if (cancelled()) return;
        std::fprintf(stderr, "%s\n", service::daily_line(pass).c_str());
      });
}

Status set_up_gate(Options& options) {
  http::GateOptions& gate = options.server.gate;
  if (!options.tokens.empty()) {
    BREAKEVEN_TRY(gate.tokens, http::Tokens::load(options.tokens));
  }
  for (const std::string& proxy : options.proxies) {
    BREAKEVEN_TRY(auto network, http::Network::parse(proxy));
    gate.proxy.from.push_back(std::move(network));
  }
  gate.proxy.header = to_lower(options.proxy_header);
  BREAKEVEN_TRY(gate.proxy.scope, service::parse_scope(options.proxy_scope));
  return {};
}

/// A door that nobody has a key for is a mistake.
Status expect_a_key(const http::GateOptions& gate, service::ServerRecords* records) {
  if (!gate.require_tokens || !gate.tokens.empty() || !gate.proxy.from.empty()) return {};
  if (records == nullptr) {
    return Error{ErrorCode::io_error, "the user's own store cannot be written: name one (--store)",
                 "--require-tokens"};
  }
  BREAKEVEN_TRY(const bool any, service::has_live_token(*records));
  if (any) return {};
  return Error{ErrorCode::not_found,
               "the store has no live token: make one with breakeven token create NAME --store " +
                   records->database->place(),
               "--require-tokens"};
}

Status serve(const Context& context, Options& options) {
  BREAKEVEN_TRY(options.server.log, http::parse_log_format(options.log));
  BREAKEVEN_CHECK_OK(set_up_gate(options));
  const auto pool = std::make_shared<service::ThreadPool>();
  BREAKEVEN_TRY(auto use_cases, http::live_use_cases(context.catalog_dir, pool, options.store));
  BREAKEVEN_TRY(const std::string folder, http::find_web_folder(options.web));
  http::StaticSite site = http::StaticSite::missing();
  if (!folder.empty()) {
    BREAKEVEN_TRY(site, http::StaticSite::load(folder));
  }
  std::unique_ptr<service::DailyRuns> daily;
  if (options.registry_daily) {
    BREAKEVEN_TRY(daily, daily_runs(context, options, use_cases.registry->ledger()));
  }
  BREAKEVEN_CHECK_OK(expect_a_key(options.server.gate, use_cases.records.get()));
  options.server.gate.desk = use_cases.desk;
  mcp::Engine engine;
  engine.facts = use_cases.facts;
  engine.quick = use_cases.calculator;
  engine.siblings = use_cases.sibling_facts;
  engine.registry = use_cases.registry;
  engine.plans = std::make_shared<service::PlanShelf>(engine.facts, BREAKEVEN_VERSION);
  engine.pool = pool;
  http::Api api(std::move(use_cases), std::move(site));
  engine.traces = api.traces();
  BREAKEVEN_TRY(auto assistant, mcp::Server::make(std::move(engine), {}));
  http::Router router = api.router();
  http::add_mcp_route(router, std::move(assistant), options.server.gate.desk);
  BREAKEVEN_TRY(const auto server, http::Server::open(options.server, std::move(router)));
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
  command
      .add_option("--address", options->server.address,
                  "Address to listen on; beyond this machine only with tokens or a proxy")
      ->capture_default_str();
  command.add_option("--tokens", options->tokens,
                     "File with NAME SHA256 per line: /api, /mcp and /metrics want one of them");
  command.add_flag("--require-tokens", options->server.gate.require_tokens,
                   "/api, /mcp and /metrics want a token of the store (breakeven token create)");
  command.add_option("--trust-proxy", options->proxies,
                     "Address or network of a proxy whose header names the user; may be repeated");
  command.add_option("--proxy-user-header", options->proxy_header, "That header")
      ->capture_default_str();
  command.add_option("--proxy-scope", options->proxy_scope, "What users of the proxy may do")
      ->check(CLI::IsMember({"read", "write", "admin"}))
      ->capture_default_str();
  command.add_option("--proxy-admin", options->server.gate.proxy.admins,
                     "User of the proxy who may do everything; may be repeated");
  command
      .add_option("--max-connections", options->server.max_connections,
                  "Connections at a time; needs as many open files")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str();
  command.add_option("--allow-host", options->server.hosts,
                     "Name by which others reach this server (Host header); may be repeated");
  command.add_option("--log-format", options->log, "One line per answer on stderr")
      ->check(CLI::IsMember({"none", "text", "json"}))
      ->capture_default_str();
  command.add_option("--web", options->web, "Folder with the built web app (default: find it)");
  command.add_option("--store", options->store,
                     "Price ledger: a file or a postgres:// URL (default: the user's own)");
  command.add_flag("--registry-daily", options->registry_daily,
                   "Read the price sources over the network and audit, once a day");
  command.add_option("--registry-at", options->registry_at, "Time of day of that, UTC")
      ->check(checked(service::parse_time_of_day, "HH:MM"))
      ->capture_default_str();
  on_run(command, context, [&context, options] { return serve(context, *options); });
}

const Command kCommand(50, set_up);

}  // namespace
}  // namespace breakeven::cli
