// breakeven token create, list and revoke, and breakeven audit-log: who may use a server, and who did.
#include <memory>
#include <string>

#include "apps/cli/commands.hpp"
#include "codec/report_json.hpp"
#include "service/access_desk.hpp"
#include "service/report_text.hpp"
#include "service/server_records.hpp"
#include "service/token_admin.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  std::string store;
  service::TokenOrder order;
  std::string name_or_id;
  bool all = false;
  store::AuditFilter filter;
};

Status show(const Context& context, const Result<codec::Report>& report) {
  if (!report.ok()) return report.error();
  return print(context.json_errors ? codec::report_to_json(*report)
                                   : service::report_text(*report));
}

using Answer = Result<codec::Report> (*)(service::ServerRecords&, const Options&, Instant now);

Result<codec::Report> create(service::ServerRecords& records, const Options& options, Instant now) {
  return service::create_token(records, options.order, service::command_line_author(), now);
}
Result<codec::Report> list(service::ServerRecords& records, const Options& options, Instant now) {
  return service::list_tokens(records, options.all, now);
}
Result<codec::Report> revoke(service::ServerRecords& records, const Options& options, Instant now) {
  return service::revoke_token(records, options.name_or_id, service::command_line_author(), now);
}
Result<codec::Report> entries(service::ServerRecords& records, const Options& options,
                              Instant /*now*/) {
  return service::audit_log(records, options.filter);
}

CLI::App& add(CLI::App& parent, Context& context, const std::shared_ptr<Options>& options,
              const char* name, const char* help, Answer answer) {
  CLI::App& command = *parent.add_subcommand(name, help);
  command.add_option("--store", options->store,
                     "Store of the server: a file or a postgres:// URL (default: the user's own)");
  command.add_flag("--json", context.json_errors, "Print one JSON object");
  on_run(command, context, [&context, options, answer]() -> Status {
    BREAKEVEN_TRY(const auto records, service::open_records(options->store));
    return show(context, answer(*records, *options, service::AccessDesk::system_clocks().day()));
  });
  return command;
}

void set_up(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& token = *app.add_subcommand("token", "Tokens of a server: make, list, take back");
  token.require_subcommand(1);
  service::TokenOrder& order = options->order;
  CLI::App& made =
      add(token, context, options, "create", "Make a token; it is shown once, here", create);
  made.add_option("NAME", order.name, "Who or what it is for; the audit log shows it")->required();
  made.add_option("--scope", order.scope,
                  "read: ask and calculate; write: also upload, plan and save; admin: everything")
      ->check(CLI::IsMember({"read", "write", "admin"}))
      ->capture_default_str();
  made.add_option("--workspace", order.workspace, "Whose saved plans it sees")
      ->capture_default_str();
  made.add_option("--expires", order.expires, "Days (90d), a day (2027-03-31) or never")
      ->capture_default_str();
  made.add_option("--requests-per-minute", order.requests_per_minute,
                  "Requests a minute, to each server process (default: any number)");
  made.add_option("--plans-per-day", order.plans_per_day,
                  "Runs of plans a day (UTC), in all (default: any number)");
  CLI::App& listed = add(token, context, options, "list", "Live tokens, without secrets", list);
  listed.add_flag("--all", options->all, "Also expired ones and those taken back");
  CLI::App& gone = add(token, context, options, "revoke",
                       "Take a token back; servers refuse it a second later", revoke);
  gone.add_option("NAME", options->name_or_id, "Name or id of a live token")->required();

  CLI::App& log = add(app, context, options, "audit-log",
                      "Every write to a store: who, when, what, by which request", entries);
  log.add_option("--who", options->filter.who, "Only of this name");
  log.add_option("--action", options->filter.action, "Only this: token.create, plan.save, ...");
  log.add_option("--workspace", options->filter.workspace, "Only in this workspace");
  log.add_option("--before", options->filter.before, "Only entries with a smaller id")
      ->check(CLI::NonNegativeNumber);
  log.add_option("--limit", options->filter.limit, "Entries shown, newest first")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
      ->capture_default_str();
}

const Command kCommand(51, set_up);

}  // namespace
}  // namespace breakeven::cli
