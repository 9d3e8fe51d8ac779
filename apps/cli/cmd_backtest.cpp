// breakeven backtest: why past bills differ from what was expected, and whether forecasts held.
#include <memory>

#include "apps/cli/commands.hpp"
#include "codec/backtest_json.hpp"
#include "service/backtest.hpp"

namespace breakeven::cli {
namespace {

Status run(const Context& context, const service::BacktestFiles& files) {
  BREAKEVEN_TRY(const auto answer, service::backtest_files(files));
  return print(context.json_errors ? codec::backtest_to_json(answer)
                                   : service::backtest_text(answer));
}

const Command kBacktest(26, [](CLI::App& app, Context& context) {
  auto files = std::make_shared<service::BacktestFiles>();
  auto usage = std::make_shared<std::vector<std::string>>();
  CLI::App& command = *app.add_subcommand(
      "backtest",
      "Why past bills differ: price, volume, mix, capacity; and whether forecasts held");
  command
      .add_option(
          "FILE", files->actual,
          "Bills (and usage): period, item, kind, volume, cost as CSV or JSON; - is standard "
          "input")
      ->required();
  command.add_option("--usage", *usage, "Usage in files of its own: period, item, volume");
  command.add_option("--budget", files->budget,
                     "What was planned, likewise (default: each period is compared with the one "
                     "before)");
  command.add_option("--forecast", files->forecast,
                     "Bands to score: period, low, high and perhaps middle");
  command
      .add_option("--level", files->level, "Share of the periods that the bands claim to hold in")
      ->type_name("SHARE");
  command.add_flag("--json", context.json_errors, "Answer (and errors) as JSON");
  command.footer(
      "Example: breakeven backtest examples/backtest/bills.csv \\\n"
      "           --usage examples/backtest/usage.csv --forecast examples/backtest/forecast.csv\n"
      "docs/formats/backtest.md describes the files.");
  on_run(command, context, [&context, files, usage] {
    files->actual.insert(files->actual.end(), usage->begin(), usage->end());
    return run(context, *files);
  });
});

}  // namespace
}  // namespace breakeven::cli
