#include <pthread.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "apps/cli/commands.hpp"
#include "codec/report_json.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "service/registry.hpp"
#include "service/registry_daily.hpp"
#include "service/report_text.hpp"

namespace breakeven::cli {
namespace {

// Not an error of the program: what it looked at is not in order.
constexpr int kAuditFailed = 1;

struct Options {
  service::RegistryPlace place;
  std::string now;
  std::string model;
  service::ChangesQuery changes;
  std::string since;
  bool atom = false;
  service::VerifyQuery verify;
  std::string date;
  std::string tolerance = "0.5%";
  service::CrawlQuery crawl;
  std::string at = "04:17";
  bool once = false;
  service::ImportQuery import;
  std::int64_t accept = 0;
  std::int64_t reject = 0;
  std::string reason;
  std::string format = "csv";
  std::string effective;
  std::string known;
};

Result<service::Registry> opened(const Context& context, const Options& options) {
  service::RegistryPlace place = options.place;
  place.catalog_dir = context.catalog_dir;
  if (!options.now.empty()) {
    BREAKEVEN_TRY(place.now, Instant::parse(options.now));
  }
  return service::Registry::open(place);
}

Status show(const Context& context, const Result<codec::Report>& report) {
  if (!report.ok()) return report.error();
  return print(context.json_errors ? codec::report_to_json(*report)
                                   : service::report_text(*report));
}

Status status(Context& context, Options& options) {
  BREAKEVEN_TRY(auto registry, opened(context, options));
  return show(context, registry.status());
}

Status history(Context& context, Options& options) {
  BREAKEVEN_TRY(auto registry, opened(context, options));
  return show(context, registry.history(options.model));
}

Status changes(Context& context, Options& options) {
  BREAKEVEN_TRY(auto registry, opened(context, options));
  if (!options.since.empty()) {
    BREAKEVEN_TRY(options.changes.since, Instant::parse(options.since));
  }
  if (options.atom) {
    BREAKEVEN_TRY(const std::string feed, registry.changes_atom(options.changes));
    return print(feed);
  }
  return show(context, registry.changes(options.changes));
}

Status inferred(Context& context, Options& options) {
  BREAKEVEN_TRY(auto registry, opened(context, options));
  return show(context, registry.inferred());
}

Status verify(Context& context, Options& options) {
  if (!options.verify.file.empty() && options.verify.registry.empty()) {
    return Error{ErrorCode::invalid_argument, "expected --registry FORMAT with --file",
                 "registry verify"};
  }
  if (!options.date.empty()) {
    BREAKEVEN_TRY(options.verify.date, Date::parse(options.date));
  }
  BREAKEVEN_TRY(options.verify.tolerance, Rational::parse(options.tolerance));
  BREAKEVEN_TRY(auto registry, opened(context, options));
  return show(context, registry.verify(options.verify));
}

Status review(Context& context, Options& options) {
  BREAKEVEN_TRY(auto registry, opened(context, options));
  std::optional<service::Decision> decision;
  if (options.accept != 0 && options.reject != 0) {
    return Error{ErrorCode::invalid_argument, "expected --accept or --reject, found both",
                 "registry review"};
  }
  if (options.accept != 0) decision = {options.accept, true, options.reason};
  if (options.reject != 0) decision = {options.reject, false, options.reason};
  return show(context, registry.review(decision));
}

Status audit(Context& context, Options& options) {
  BREAKEVEN_TRY(auto registry, opened(context, options));
  BREAKEVEN_TRY(const auto answer, registry.audit());
  BREAKEVEN_CHECK_OK(show(context, answer.report));
  if (!answer.passed) context.exit_status = kAuditFailed;
  return {};
}

Status crawl(Context& context, Options& options) {
  BREAKEVEN_TRY(auto registry, opened(context, options));
  return show(context, registry.crawl(options.crawl));
}

/// A pass now, or one a day until a signal comes. A pass that failed does not end the days.
Status daily(Context& context, Options& options) {
  BREAKEVEN_TRY(const auto at, service::parse_time_of_day(options.at));
  if (!options.once && !options.now.empty()) {
    return Error{ErrorCode::invalid_argument, "expected --once with --now", "registry daily"};
  }
  BREAKEVEN_TRY(auto registry, opened(context, options));
  if (options.once) {
    BREAKEVEN_TRY(const auto answer, service::daily_pass(registry, options.crawl));
    BREAKEVEN_CHECK_OK(show(context, answer.report));
    if (!answer.passed) context.exit_status = kAuditFailed;
    return {};
  }
  // Threads inherit the mask: the signals are left to sigwait().
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  const std::string first = service::next_run(registry.now(), at).iso();
  std::fprintf(stderr, "Next pass at %s (stop with Ctrl-C)\n", first.c_str());
  const service::DailyRuns runs(
      at, [&registry] { return registry.now(); },
      [&](const std::function<bool()>& cancelled) {
        service::CrawlQuery query = options.crawl;
        query.cancelled = cancelled;
        const auto answer = service::daily_pass(registry, query);
        const Status shown = answer.ok() ? show(context, answer->report) : Status(answer.error());
        if (!shown.ok()) std::fprintf(stderr, "breakeven: %s\n", shown.error().text().c_str());
      });
  int signal = 0;
  sigwait(&stops, &signal);
  return {};
}

Status import(Context& context, Options& options) {
  if (!options.date.empty()) {
    BREAKEVEN_TRY(options.import.date, Date::parse(options.date));
  }
  BREAKEVEN_TRY(auto registry, opened(context, options));
  return show(context, registry.import(options.import));
}

Status export_prices(Context& context, Options& options) {
  BREAKEVEN_TRY(auto registry, opened(context, options));
  Instant known = registry.now();
  Instant effective = registry.now();
  if (!options.known.empty()) {
    BREAKEVEN_TRY(known, Instant::parse(options.known));
  }
  if (!options.effective.empty()) {
    BREAKEVEN_TRY(effective, Instant::parse(options.effective));
  }
  BREAKEVEN_TRY(const std::string text, options.format == "csv"
                                            ? registry.export_csv(effective, known)
                                            : registry.export_litellm(effective, known));
  return print(text);
}

void set_up(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand(
      "registry", "The price registry: evidence, history, changes, cross-check, audit");
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* help, auto body) -> CLI::App& {
    CLI::App& sub = *command.add_subcommand(name, help);
    sub.add_option("--store", options->place.store,
                   "Ledger: a file or a postgres:// URL (default: the user's own)");
    sub.add_option("--now", options->now, "What the clock says (default: what it does say)");
    sub.add_flag("--json", context.json_errors, "Answer as JSON");
    on_run(sub, context, [&context, options, body] { return body(context, *options); });
    return sub;
  };
  add("status", "Vendors and when they were last verified; sources and their last run", status);
  add("history", "A model's prices, every change, and what an old budget is off by", history)
      .add_option("model", options->model, "VENDOR/MODEL, or a name a cloud gives it")
      ->required();
  CLI::App& log = add("changes", "The price changelog, newest first", changes);
  log.add_option("--book", options->changes.book,
                 "breakeven (default), a registry such as litellm, or all");
  log.add_option("--vendor", options->changes.vendor, "Of this vendor");
  log.add_option("--model", options->changes.model, "Of this model");
  log.add_option("--state", options->changes.state,
                 "applied, proposed, quarantined, rejected or cancelled");
  log.add_option("--since", options->since, "Known since this day or instant");
  log.add_option("--before", options->changes.before, "Only rows with a smaller number");
  log.add_option("--limit", options->changes.limit, "At most this many")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
      ->capture_default_str();
  log.add_flag("--atom", options->atom, "As an Atom feed");
  add("inferred", "What is inferred, by which rule, and how well each rule has predicted",
      inferred);
  CLI::App& check = add("verify", "Our book beside community registries, field by field", verify);
  check.add_option("--registry", options->verify.registry,
                   "One registry, such as litellm (default: every one in the ledger)");
  check.add_option("--file", options->verify.file, "A document of that registry instead");
  check.add_option("--date", options->date, "Day of the document (default: from its name)");
  check.add_option("--tolerance", options->tolerance, "Difference that is none, as 0.5%")
      ->capture_default_str();
  check.add_flag("--all", options->verify.all, "Show agreeing fields too");
  const auto reads_sources = [&options](CLI::App& sub) {
    sub.add_option("--source", options->crawl.sources, "Ids, by commas (default: every source)")
        ->delimiter(',');
    sub.add_option("--url", options->crawl.url, "In place of the one source's own address");
    sub.add_flag("--allow-private", options->crawl.allow_private_addresses,
                 "A source may be inside one's own network");
  };
  reads_sources(add("crawl", "Read price sources and record what they show", crawl));
  CLI::App& days = add("daily", "Read every source that is due and audit, once a day", daily);
  reads_sources(days);
  days.add_option("--at", options->at, "Time of day, UTC")
      ->check(checked(service::parse_time_of_day, "HH:MM"))
      ->capture_default_str();
  days.add_flag("--once", options->once, "One pass now; exit status 1 when the audit fails");
  CLI::App& decide = add("review", "What waits for a human; accept or reject a change", review);
  decide.add_option("--accept", options->accept, "Number of a change to put in force");
  decide.add_option("--reject", options->reject, "Number of a change to refuse");
  decide.add_option("--reason", options->reason, "Why; needed with --reject");
  add("audit", "Run every layer of the audit; exit status 1 when one fails", audit);
  CLI::App& in = add("import", "Record a document of a source from a file", import);
  in.add_option("file", options->import.file, "The document")->required();
  in.add_option("--source", options->import.source, "Id of its source, such as litellm")
      ->required();
  in.add_option("--date", options->date, "As if it had been read on this day (default: now)");
  CLI::App& out = add("export", "Prices as CSV, or in the format of LiteLLM", export_prices);
  out.add_option("--format", options->format, "csv or litellm")
      ->check(CLI::IsMember({"csv", "litellm"}))
      ->capture_default_str();
  out.add_option("--effective", options->effective, "In effect at (default: now)");
  out.add_option("--known", options->known, "As known at (default: now)");
}

const Command kCommand(65, set_up);

}  // namespace
}  // namespace breakeven::cli
