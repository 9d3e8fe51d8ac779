#include "codec/backtest_json.hpp"

#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "codec/cost_records.hpp"
#include "codec/finance_fields.hpp"
#include "codec/finance_functions.hpp"
#include "engine/base/text.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kFields{
    FinanceField{"bills", "actual actuals", "a list of records", "", "what was paid"},
    FinanceField{"usage", "", "a list of records", "", "for how much"},
    FinanceField{"budget", "plan planned", "a list of records", "", "else the period before"},
    FinanceField{"forecast", "bands", "a list of bands", "", "scored against what was paid"},
    FinanceField{"level", "", "share", "0.8", "how often the bands claim to hold"}};

Status add_record(const Json& json, BacktestPart part, const std::string& place,
                  finance::BacktestQuestion& question) {
  if (part == BacktestPart::forecast) {
    auto band = band_of(json);
    if (!band) return error_within(band.error(), place);
    question.forecast.push_back(std::move(*band));
    return {};
  }
  auto record = past_record_of(json);
  if (!record) return error_within(record.error(), place);
  record->place = place;
  (part == BacktestPart::budget ? question.budget : question.actual).push_back(std::move(*record));
  return {};
}

Status add_list(const Json& list, BacktestPart part, const std::string& place,
                finance::BacktestQuestion& question) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    BREAKEVEN_CHECK_OK(add_record(list[i], part, place + "/" + std::to_string(i), question));
  }
  return {};
}

Status add_question(const Json& json, const std::string& place,
                    finance::BacktestQuestion& question) {
  auto read = FinanceFields::read(json, kFields);
  if (!read) return error_within(read.error(), place);
  const FinanceFields& f = *read;
  constexpr std::array<std::pair<const char*, BacktestPart>, 4> kLists{
      {{"bills", BacktestPart::actual},
       {"usage", BacktestPart::actual},
       {"budget", BacktestPart::budget},
       {"forecast", BacktestPart::forecast}}};
  for (const auto& [name, part] : kLists) {
    if (!f.has(name)) continue;
    auto list = f.list(name);
    if (!list) return error_within(list.error(), place);
    BREAKEVEN_CHECK_OK(add_list(**list, part, place + f.place(name), question));
  }
  auto level = f.number("level", question.level);
  if (!level) return error_within(level.error(), place);
  question.level = *level;
  return {};
}

/// A record has a period; a question has lists.
bool is_record(const Json& json) {
  return json.contains("period") || json.contains("month") || json.contains("date");
}

Status add_lines(std::string_view text, BacktestPart part, const std::string& file,
                 finance::BacktestQuestion& question) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    const std::string place = file + ":" + std::to_string(number);
    auto json = parse_strict_json(line);
    if (!json) return Error{json.error().code, json.error().message, place};
    BREAKEVEN_CHECK_OK(add_record(*json, part, place, question));
  }
  return {};
}

}  // namespace

Status add_backtest_json(std::string_view text, BacktestPart part, const std::string& file,
                         finance::BacktestQuestion& question) {
  auto whole = parse_strict_json(text);
  if (!whole) {
    const std::string_view first = trim(text).substr(0, trim(text).find('\n'));
    if (first.starts_with('{') && parse_strict_json(first).ok()) {
      return add_lines(text, part, file, question);
    }
    return error_within(whole.error(), file);
  }
  if (whole->is_array()) return add_list(*whole, part, file + ":", question);
  if (is_record(*whole)) return add_record(*whole, part, file + ":", question);
  if (part == BacktestPart::actual) return add_question(*whole, file + ":", question);
  return Error{ErrorCode::parse_error, "expected a list of records, or one record per line", file};
}

Status add_backtest_row(const std::vector<std::pair<std::string, std::string>>& fields,
                        BacktestPart part, const std::string& place,
                        finance::BacktestQuestion& question) {
  Json json = Json::object();
  for (const auto& [name, value] : fields) {
    if (!value.empty()) json[name] = value;
  }
  return add_record(json, part, place, question);
}

std::string backtest_to_json(const finance::Backtest& answer) {
  Json out{{"compared_with", answer.against_budget ? "budget" : "period before"}};
  out.update(variance_row_json(answer.variance.all));
  out["periods"] = Json::array();
  for (const finance::VarianceRow& row : answer.variance.periods) {
    Json one{{"period", row.period}};
    one.update(variance_row_json(row));
    out["periods"].push_back(std::move(one));
  }
  out["bands"] = Json::array();
  for (const finance::BandResult& b : answer.bands) {
    out["bands"].push_back({{"period", b.band.period},
                            {"low", b.band.low},
                            {"middle", maybe_json(b.band.middle)},
                            {"high", b.band.high},
                            {"actual", b.actual.fixed(2)},
                            {"inside", b.inside}});
  }
  out["coverage"] = answer.coverage ? coverage_json(*answer.coverage) : Json(nullptr);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::string> backtest_answer(std::string_view text) {
  BREAKEVEN_TRY(const Json json, parse_strict_json(text));
  finance::BacktestQuestion question;
  BREAKEVEN_CHECK_OK(add_question(json, "", question));
  BREAKEVEN_TRY(const finance::Backtest answer, finance::backtest(question));
  return backtest_to_json(answer);
}

}  // namespace breakeven::codec
