#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "apps/cli/commands.hpp"
#include "codec/catalog_json.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/describe.hpp"
#include "service/catalog_query.hpp"
#include "service/catalog_store.hpp"
#include "service/catalog_text.hpp"

namespace breakeven::cli {
namespace {

constexpr std::size_t kSearchLimit = 25;

struct Options {
  std::string kind;
  std::vector<std::string> words;
  std::string name;
  std::string directory;
  std::size_t limit = kSearchLimit;
};

Status list(const Context& context, const Options& options) {
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  if (options.kind.empty()) {
    const auto kinds = service::catalog_kinds(catalog);
    return print(context.json_errors ? codec::kinds_to_json(kinds) : service::kinds_text(kinds));
  }
  BREAKEVEN_TRY(const auto records, catalog::describe(catalog, options.kind));
  return print(context.json_errors ? codec::records_to_json(records)
                                   : service::list_text(options.kind, records));
}

Status search(const Context& context, const Options& options) {
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  std::string text;
  for (const std::string& word : options.words) text += (text.empty() ? "" : " ") + word;
  const auto records = service::catalog_search(catalog, text, options.limit);
  if (records.empty()) {
    return Error{ErrorCode::not_found, "no fact matches \"" + text + "\"", {}};
  }
  return print(context.json_errors ? codec::records_to_json(records)
                                   : service::search_text(records));
}

Status explain(const Context& context, const Options& options) {
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  BREAKEVEN_TRY(const auto records, service::catalog_explain(catalog, options.name));
  return print(context.json_errors ? codec::records_to_json(records)
                                   : service::explain_text(records));
}

Status validate(Context& context, const Options& options) {
  const std::string& named = options.directory.empty() ? context.catalog_dir : options.directory;
  BREAKEVEN_TRY(const std::string directory, service::find_catalog_dir(named));
  BREAKEVEN_TRY(const auto mistakes, service::catalog_mistakes(directory));
  std::string text;
  for (const Error& mistake : mistakes) text += mistake.text() + "\n";
  text += directory + ": " +
          (mistakes.empty() ? "no mistakes"
                            : std::to_string(mistakes.size()) +
                                  (mistakes.size() == 1 ? " mistake" : " mistakes")) +
          "\n";
  BREAKEVEN_CHECK_OK(print(context.json_errors ? codec::mistakes_to_json(mistakes) : text));
  if (!mistakes.empty()) {
    context.exit_status = error_info(ErrorCode::parse_error).exit_status;
  }
  return {};
}

void set_up(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      *app.add_subcommand("catalog", "List, search, explain and validate the catalogue of facts");
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* help, auto body) -> CLI::App& {
    CLI::App& sub = *command.add_subcommand(name, help);
    sub.add_flag("--json", context.json_errors, "Answer in JSON; money as decimal strings");
    on_run(sub, context, [&context, options, body] { return body(context, *options); });
    return sub;
  };
  add("list", "Kinds of facts, or every fact of one kind", list)
      .add_option("kind", options->kind,
                  "prices, models, accelerators, offers, defaults, quality, compliance, hosted");
  CLI::App& find = add("search", "Facts in which all the words occur, best first", search);
  find.add_option("text", options->words, "Words to look for")->required();
  find.add_option("--limit", options->limit, "At most this many")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  add("explain", "Every field of a fact with unit, source, date and place", explain)
      .add_option("name", options->name, "A model, accelerator, offer, default, regime, ...")
      ->required();
  add("validate", "Check every row of a catalogue folder; exit status 4 when there are mistakes",
      validate)
      .add_option("directory", options->directory, "Folder (default: the one in use)");
}

const Command kCommand(60, set_up);

}  // namespace
}  // namespace breakeven::cli
