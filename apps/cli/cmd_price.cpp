#include <memory>

#include "apps/cli/commands.hpp"
#include "service/catalog_store.hpp"
#include "service/price.hpp"
#include "service/registry.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  std::string model;
  std::vector<std::string> compare;
  std::string stream;
  std::string mode;
  bool batch = false;
  std::string at;
  std::string known;
  std::string store;
  std::string calls_per_day = "1";
  service::QuoteRequest request;
};

Status run(const Context& context, Options& options) {
  BREAKEVEN_TRY(const auto catalog, service::load_catalog(context.catalog_dir));
  if (!options.stream.empty()) {
    return service::price_stream(catalog.prices(), options.stream, print);
  }
  if (options.model.empty()) {
    return Error{ErrorCode::invalid_argument, "expected --model VENDOR/MODEL or --jsonl FILE",
                 "price"};
  }
  service::QuoteRequest request = options.request;
  request.models = {options.model};
  request.models.insert(request.models.end(), options.compare.begin(), options.compare.end());
  if (options.batch) request.mode = catalog::Mode::batch;
  if (!options.mode.empty()) {
    BREAKEVEN_TRY(request.mode, catalog::parse_mode(options.mode));
  }
  if (options.batch && request.mode != catalog::Mode::batch) {
    return Error{ErrorCode::invalid_argument, "expected --batch or --mode, found both", "price"};
  }
  if (!options.at.empty()) {
    BREAKEVEN_TRY(request.at, Instant::parse(options.at));
  }
  BREAKEVEN_TRY(request.calls_per_day, Rational::parse(options.calls_per_day));
  if (request.calls_per_day.numerator() < 0) {
    return Error{ErrorCode::out_of_range, "expected zero or more", "--calls-per-day"};
  }
  if (!options.known.empty()) {
    // The ledger answers as of then: a month that was closed keeps its bill.
    BREAKEVEN_TRY(const Instant known, Instant::parse(options.known));
    BREAKEVEN_TRY(const auto registry,
                  service::Registry::open({options.store, context.catalog_dir, {}}));
    const catalog::PriceBook book = registry.book(known);
    if (!request.at) request.at = known;
    BREAKEVEN_TRY(const auto answer, service::quote(book, request));
    return print(context.json_errors ? service::quote_json(answer) : service::quote_text(answer));
  }
  BREAKEVEN_TRY(const auto answer, service::quote(catalog.prices(), request));
  return print(context.json_errors ? service::quote_json(answer) : service::quote_text(answer));
}

void set_up(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("price", "The exact API price of a call, or of a stream");
  auto options = std::make_shared<Options>();
  service::QuoteRequest& r = options->request;
  command->add_option("--model", options->model, "VENDOR/MODEL, or a name a cloud gives it");
  command->add_option("--input", r.input_tokens, "Tokens of the prompt, cached ones included");
  command->add_option("--cached", r.cached_tokens, "Prompt tokens read from the cache");
  command->add_option("--cache-write", r.cache_write_tokens,
                      "Prompt tokens written to the cache for five minutes");
  command->add_option("--cache-write-1h", r.cache_write_1h_tokens,
                      "Prompt tokens written to the cache for an hour");
  command->add_option("--output", r.output_tokens, "Tokens of the answer, reasoning included");
  command->add_option("--reasoning", r.reasoning_tokens,
                      "Tokens of reasoning that --output does not include");
  command->add_option("--web-searches", r.web_searches, "Web searches of the call");
  command->add_flag("--batch", options->batch, "Through the batch API");
  command->add_option("--mode", options->mode, "standard, batch, flex, priority or fast");
  command->add_option("--residency", r.residency, "Place of processing, such as us or eu");
  command->add_option("--at,--effective", options->at,
                      "Time of the call (default: the newest fact)");
  command->add_option("--known", options->known,
                      "Prices as the registry knew them then (default: as the catalogue has them)");
  command->add_option("--store", options->store, "Ledger of --known (default: the user's own)");
  command->add_option("--calls-per-day", options->calls_per_day, "Calls like this one a day");
  command->add_option("--compare", options->compare, "Other models, separated by commas")
      ->delimiter(',');
  command->add_option("--jsonl", options->stream,
                      "Price a stream of JSON lines: a file, or - for standard input");
  command->add_flag("--json", context.json_errors, "Answer as JSON");
  on_run(*command, context, [&context, options] { return run(context, *options); });
}

const Command kCommand(20, set_up);

}  // namespace
}  // namespace breakeven::cli
