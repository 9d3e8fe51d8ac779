#include "service/backtest.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "codec/backtest_json.hpp"
#include "codec/report_json.hpp"
#include "engine/base/text.hpp"
#include "service/input_text.hpp"
#include "service/report_text.hpp"

namespace breakeven::service {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

Status add_csv(std::string_view text, codec::BacktestPart part, const std::string& file,
               finance::BacktestQuestion& question) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(text, file));
  for (const CsvTable::Row& row : table.rows()) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (std::size_t i = 0; i < table.header().size(); ++i) {
      fields.emplace_back(trim(table.header()[i]), trim(row.fields[i]));
    }
    BREAKEVEN_CHECK_OK(
        codec::add_backtest_row(fields, part, file + ":" + std::to_string(row.line), question));
  }
  return {};
}

Status add_files(const std::vector<std::string>& files, codec::BacktestPart part,
                 finance::BacktestQuestion& question) {
  for (const std::string& file : files) {
    BREAKEVEN_TRY(const std::string text, read_input_text(file, kMostBytes));
    const std::string_view start = trim(text);
    const bool json = start.starts_with('{') || start.starts_with('[');
    BREAKEVEN_CHECK_OK(json ? codec::add_backtest_json(text, part, file, question)
                            : add_csv(text, part, file, question));
  }
  return {};
}

codec::Value money(const Usd& amount) { return amount.fixed(2); }

std::vector<codec::Value> cells(const std::string& name, const finance::VarianceRow& row) {
  return {name,
          money(row.budget),
          money(row.actual),
          money(row.total()),
          money(row.price),
          money(row.volume),
          money(row.mix),
          money(row.capacity)};
}

codec::Table variances(const finance::Backtest& answer) {
  codec::Table table;
  table.title = std::string("Actual against ") +
                (answer.against_budget ? "the budget" : "the period before") +
                ", and why it differs (USD)";
  table.columns = {"period", answer.against_budget ? "budget" : "before",
                   "actual", "variance",
                   "price",  "volume",
                   "mix",    "capacity"};
  for (const finance::VarianceRow& row : answer.variance.periods) {
    table.rows.push_back(cells(row.period, row));
  }
  table.rows.push_back(cells("all", answer.variance.all));
  return table;
}

codec::Table bands(const finance::Backtest& answer) {
  codec::Table table;
  table.title = "Forecast bands (USD)";
  table.columns = {"period", "low", "high", "actual", "inside"};
  for (const finance::BandResult& b : answer.bands) {
    table.rows.push_back({b.band.period, fmt::format("{:.2f}", b.band.low),
                          fmt::format("{:.2f}", b.band.high), money(b.actual), b.inside});
  }
  return table;
}

std::string coverage_text(const finance::Coverage& c) {
  std::string text = fmt::format(
      "\n{} of {} bands held ({:.1f} %; they claim {:.1f} %); {} too low, {} too high. If they "
      "held "
      "as claimed, so few or fewer would hold in {:.1f} % of cases.\nMean width ${:.2f}, interval "
      "score {:.2f} (smaller is better)",
      c.inside, c.periods, 100 * c.share, 100 * c.level, c.above, c.below, 100 * c.chance_of_so_few,
      c.mean_width, c.interval_score);
  if (c.bias) text += fmt::format(", actual less the middle ${:.2f} on average", *c.bias);
  return text + ".\n";
}

}  // namespace

Result<finance::Backtest> backtest_files(const BacktestFiles& files) {
  finance::BacktestQuestion question;
  BREAKEVEN_CHECK_OK(add_files(files.actual, codec::BacktestPart::actual, question));
  BREAKEVEN_CHECK_OK(add_files(files.budget, codec::BacktestPart::budget, question));
  BREAKEVEN_CHECK_OK(add_files(files.forecast, codec::BacktestPart::forecast, question));
  question.level = files.level.value_or(question.level);
  return finance::backtest(question);
}

std::string backtest_text(const finance::Backtest& answer) {
  codec::Report report;
  report.tables.push_back(variances(answer));
  if (answer.coverage) report.tables.push_back(bands(answer));
  std::string text = report_text(report).substr(1);
  if (answer.coverage) text += coverage_text(*answer.coverage);
  return text;
}

}  // namespace breakeven::service
