// breakeven backup, restore and doctor: the store of a server, kept and examined.
#include <memory>
#include <string>

#include "apps/cli/commands.hpp"
#include "codec/report_json.hpp"
#include "service/access_desk.hpp"
#include "service/report_text.hpp"
#include "service/store_care.hpp"

namespace breakeven::cli {
namespace {

// Not an error of the program: what it looked at is not in order.
constexpr int kUnhealthy = 1;

struct Options {
  std::string file;
  service::DoctorQuery query;
};

Instant now() { return service::AccessDesk::system_clocks().day(); }

Status show(const Context& context, const codec::Report& report) {
  return print(context.json_errors ? codec::report_to_json(report) : service::report_text(report));
}

Status backup(Context& context, const Options& options) {
  BREAKEVEN_TRY(const auto report,
                service::back_up_store(options.query.location, options.file, now()));
  return show(context, report);
}

Status restore(Context& context, const Options& options) {
  BREAKEVEN_TRY(const auto report,
                service::restore_store(options.query.location, options.file, now()));
  return show(context, report);
}

Status doctor(Context& context, const Options& options) {
  BREAKEVEN_TRY(const auto diagnosis, service::examine_store(options.query, now()));
  if (!diagnosis.healthy) context.exit_status = kUnhealthy;
  return show(context, diagnosis.report);
}

CLI::App& add(CLI::App& app, Context& context, const std::shared_ptr<Options>& options,
              const char* name, const char* help, Status (*body)(Context&, const Options&)) {
  CLI::App& command = *app.add_subcommand(name, help);
  command.add_option("--store", options->query.location,
                     "The store: a file or a postgres:// URL (default: the user's own)");
  command.add_flag("--json", context.json_errors, "Print one JSON object");
  on_run(command, context, [&context, options, body] { return body(context, *options); });
  return command;
}

void set_up(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& saved = add(app, context, options, "backup",
                        "Copy the store while it is used; the copy is checked", backup);
  saved.add_option("FILE", options->file,
                   "File, or folder for a file with the time in its name (default: backups/ beside "
                   "the store)");
  CLI::App& put_back =
      add(app, context, options, "restore",
          "Put a backup in the place of the store, which is kept beside it", restore);
  put_back.add_option("FILE", options->file, "A backup")->required();
  CLI::App& asked = add(app, context, options, "doctor",
                        "Examine the store; exit status 1 when something is wrong", doctor);
  asked.add_option("--backups", options->query.backups,
                   "Folder of backups (default: backups/ beside the store)");
  asked.add_flag("--repair", options->query.repair,
                 "Put the newest good backup in the place of a damaged store");
}

const Command kCommand(52, set_up);

}  // namespace
}  // namespace breakeven::cli
