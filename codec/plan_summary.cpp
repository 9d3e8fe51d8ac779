#include "codec/plan_summary.hpp"

#include "codec/json_reader.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;
using Reader = JsonReader;

constexpr std::size_t kMaxBytes = 64U << 20U;
constexpr const char* kAbout = " (a report is made of the output of breakeven plan --json)";

explain::Source source_of(const Reader& at) {
  return {at["text"].text(), at["date"].text(), at["place"].text()};
}

std::optional<Usd> maybe_usd(const Reader& at, const char* key) {
  const auto found = at.find(key);
  return found ? std::optional(found->usd()) : std::nullopt;
}

std::optional<double> maybe_number(const Reader& at, const char* key) {
  const auto found = at.find(key);
  return found ? std::optional(found->number()) : std::nullopt;
}

SummaryLine line_of(const Reader& at) {
  SummaryLine line;
  line.id = at["id"].text();
  line.title = at["title"].text();
  line.group = at["group"].text();
  line.once = at.find("usd_once").has_value();
  line.usd = at[line.once ? "usd_once" : "usd_month"].usd();
  line.low = maybe_usd(at, "low_usd");
  line.high = maybe_usd(at, "high_usd");
  line.kind = at["kind"].text();
  line.source = source_of(at["source"]);
  return line;
}

SummaryOption option_of(const Reader& at) {
  SummaryOption option;
  option.id = at["id"].text();
  option.title = at["title"].text();
  option.kind = at["kind"].text();
  option.available = at["available"].yes();
  if (!option.available) {
    option.reason = at["reason"].text();
    return option;
  }
  if (const auto fleet = at.find("fleet")) option.fleet = static_cast<std::size_t>(fleet->whole());
  option.recurring = at["recurring_usd_month"].usd();
  option.one_offs = at["one_offs_usd"].usd();
  option.fully_loaded = at["fully_loaded_usd_month"].usd();
  option.per_million_tokens = at["usd_per_million_tokens"].usd();
  if (const auto investment = at.find("against_api")) {
    option.npv_usd = maybe_number(*investment, "npv_usd");
    option.irr_per_month = maybe_number(*investment, "irr_per_month");
    if (const auto month = investment->find("payback_month")) option.payback_month = month->whole();
    option.cumulative_usd = (*investment)["cumulative_usd"].numbers();
  }
  if (const auto leaving = at.find("leaving")) {
    option.leaving = {(*leaving)["committed_months"].whole(), (*leaving)["committed_usd"].usd(),
                      (*leaving)["sunk_usd"].usd()};
  }
  for (const Reader& line : at["lines"].list()) option.lines.push_back(line_of(line));
  for (const Reader& gate : at["gates"].list()) {
    option.gates.push_back({gate["title"].text(), gate["state"].text(), gate["condition"].text(),
                            source_of(gate["evidence"])});
  }
  return option;
}

std::vector<decision::BriefSentence> brief_of(const Reader& at) {
  std::vector<decision::BriefSentence> out;
  for (const Reader& sentence : at.list()) {
    decision::BriefSentence one{sentence["id"].text(), sentence["text"].text(), {}};
    for (const Reader& figure : sentence["figures"].list()) one.figures.push_back(figure.text());
    out.push_back(std::move(one));
  }
  return out;
}

SummaryFleet fleet_of(const Reader& at) {
  return {at["configuration"].text(),
          at["provider"].text(),
          at["offer"].text(),
          at["replicas"].whole(),
          at["replicas_needed"].whole(),
          at["gpus"].whole(),
          at["delivered_utilisation"].number(),
          at["ttft_s"].number(),
          at["tpot_s"].number(),
          at["calibration"].text(),
          at["busy_by_hour"].numbers()};
}

SummaryFigure figure_of(const std::string& name, const Reader& at) {
  SummaryFigure figure;
  figure.name = name;
  figure.title = at["title"].text();
  figure.value = at["value"].text();
  figure.unit = at["unit"].text();
  figure.kind = at["kind"].text();
  figure.formula = at["formula"].text();
  figure.inputs = at["inputs"].texts();
  if (const auto low = at.find("low")) figure.low = low->text();
  if (const auto high = at.find("high")) figure.high = high->text();
  if (const auto sources = at.find("sources")) {
    for (const Reader& source : sources->list()) figure.sources.push_back(source_of(source));
  }
  return figure;
}

void money_of(const Reader& at, PlanSummary& s) {
  for (const Reader& rung : at["rungs"].list()) {
    SummaryRung one{rung["title"].text(), rung["evaluated"].yes(), {}, {}, {}, {}};
    if (one.evaluated) {
      one.api = rung["api_usd_month"].usd();
      one.self_host = rung["self_host_usd_month"].usd();
      one.difference = rung["difference_usd_month"].usd();
    }
    one.note = rung["note"].text();
    s.rungs.push_back(std::move(one));
  }
  for (const Reader& part : at["api"]["parts"].list()) {
    s.api_parts.push_back({part["unit"].text(), part["tokens_in_trace"].whole(),
                           part["rate_usd"].text(), part["usd_month"].usd(), part["kind"].text(),
                           source_of(part["source"])});
  }
  for (const Reader& option : at["options"].list()) s.options.push_back(option_of(option));
  if (const auto best = at.find("best_self_host")) {
    const auto index = static_cast<std::size_t>(best->whole());
    if (index < s.options.size()) s.best_self_host = index;
  }
}

/// "Growth, per month" of a driver's id.
std::string titled(const PlanSummary& s, const std::string& id) {
  for (const SummaryDriver& driver : s.drivers) {
    if (driver.id == id) return driver.title + ", " + driver.unit;
  }
  return id;
}

SummaryGrid grid_of(const Reader& at, const PlanSummary& s) {
  SummaryGrid grid;
  grid.x = titled(s, at["x"].text());
  grid.y = titled(s, at["y"].text());
  grid.x_values = at["x_values"].numbers();
  grid.y_values = at["y_values"].numbers();
  for (const Reader& row : at["difference_usd_month"].list()) {
    grid.difference_usd.push_back(row.numbers());
    if (grid.difference_usd.back().size() != grid.x_values.size()) {
      row.fail("a value for every value of x");
    }
  }
  if (grid.difference_usd.size() != grid.y_values.size()) {
    at["difference_usd_month"].fail("a row for every value of y");
  }
  return grid;
}

/// What answers of earlier versions do not have stays empty.
void futures_of(const Reader& at, PlanSummary& s) {
  if (const auto futures = at.find("futures")) {
    for (const Reader& month : (*futures)["cumulative_usd"].list()) {
      s.cash_p10.push_back(month["p10"].number());
      s.cash_p50.push_back(month["p50"].number());
      s.cash_p90.push_back(month["p90"].number());
    }
    const auto best_api = static_cast<std::size_t>(at["best_api"].whole());
    if (best_api < s.options.size()) s.cash_against = s.options[best_api].id;
  }
  if (const auto switching = at.find("switching")) {
    s.switch_npv = (*switching)["npv_usd"].numbers();
    if (const auto month = switching->find("month")) s.switch_month = month->whole();
  }
  for (const Reader& driver : at["drivers"].list()) {
    s.drivers.push_back({driver["id"].text(), driver["title"].text(), driver["unit"].text(),
                         driver["base"].number(), source_of(driver["evidence"])});
  }
  if (const auto grids = at.find("sensitivity_grids")) {
    for (const Reader& grid : grids->list()) s.grids.push_back(grid_of(grid, s));
  }
}

SummaryModel model_of(const Reader& at) {
  SummaryModel model;
  model.id = at["model"].text();
  model.licence = at["licence"].text();
  model.commercial_use = at["commercial_use"].yes();
  model.total_parameters = at["total_parameters"].number();
  model.active_parameters = at["active_parameters"].number();
  model.context_tokens = at["context_tokens"].whole();
  if (const auto score = at.find("score")) model.score = (*score)["score"].number();
  model.hosted_at = at["hosted_at"].texts();
  model.source = source_of(at["source"]);
  return model;
}

void choices_of(const Reader& at, PlanSummary& s) {
  if (const auto hybrid = at.find("hybrid")) {
    for (const Reader& point : (*hybrid)["points"].list()) {
      s.hybrid.push_back({point["replicas"].whole(), point["self_host_usd_month"].usd(),
                          point["overflow_usd_month"].usd(), point["total_usd_month"].usd()});
    }
    s.hybrid_best = static_cast<std::size_t>((*hybrid)["best"].whole());
  }
  if (const auto shortlist = at.find("shortlist")) {
    for (const Reader& model : (*shortlist)["models"].list())
      s.shortlist.push_back(model_of(model));
    if (const auto api = shortlist->find("api")) {
      s.api_score = (*api)["score"].number();
      s.score_on = (*api)["on"].text();
    }
  }
}

void risk_of(const Reader& at, PlanSummary& s) {
  for (const Reader& bar : at["tornado"].list()) {
    s.tornado.push_back({bar["title"].text(), bar["unit"].text(), bar["low_value"].number(),
                         bar["high_value"].number(), bar["at_low_usd_month"].number(),
                         bar["at_high_usd_month"].number()});
  }
  for (const Reader& flip : at["flip_points"].list()) {
    s.flips.push_back(
        {flip["title"].text(), flip["unit"].text(), flip["now"].number(), flip["value"].number()});
  }
  if (const auto risk = at.find("uncertainty")) {
    s.npv_p10_p90 = {(*risk)["npv_usd"]["p10"].number(), (*risk)["npv_usd"]["p90"].number()};
  }
}

}  // namespace

Result<PlanSummary> plan_summary_from_json(std::string_view text) {
  if (text.size() > kMaxBytes) {
    return Error{ErrorCode::resource_limit, "expected at most 64 MiB", "/"};
  }
  // Without exceptions: a broken file is an ordinary answer here.
  const Json body = Json::parse(text, nullptr, false);
  if (body.is_discarded()) {
    return Error{ErrorCode::parse_error, "expected the JSON answer of breakeven plan --json", "/"};
  }
  std::optional<Error> error;
  const Reader at(body, kAbout, error);
  PlanSummary s;
  s.version = at["version"].text();
  const Reader question = at["question"];
  s.api_model = question["api_model"].text();
  s.open_model = question["open_model"].text();
  s.as_of = question["as_of"].text();
  s.horizon_months = question["horizon_months"].whole();
  s.discount_rate = question["discount_rate_per_year"].number();
  for (const auto& [name, value] : question.members()) s.question.emplace_back(name, value.shown());
  s.trace = at["traffic"]["trace"].text();
  s.requests_per_month = at["traffic"]["requests_per_month"].whole();
  s.verdict_title = at["verdict"]["title"].text();
  s.verdict_sentence = at["verdict"]["sentence"].text();
  s.probability = maybe_number(at["verdict"], "probability");
  s.cfo = brief_of(at["briefs"]["cfo"]);
  s.cto = brief_of(at["briefs"]["cto"]);
  money_of(at, s);
  for (const Reader& fleet : at["fleets"].list()) s.fleets.push_back(fleet_of(fleet));
  for (const Reader& gap : at["quality"].list()) {
    s.quality.push_back({gap["benchmark"].text(), gap["api"]["score"].number(),
                         gap["open"]["score"].number(), gap["gap"].number(),
                         gap["open"]["source"]["date"].text()});
  }
  risk_of(at, s);
  futures_of(at, s);
  choices_of(at, s);
  for (const auto& [name, figure] : at["figures"].members()) {
    s.figures.push_back(figure_of(name, figure));
  }
  for (const Reader& warning : at["warnings"].list()) s.warnings.push_back(warning.text());
  if (error) return *error;
  if (s.horizon_months < 1) {
    return Error{ErrorCode::out_of_range, "expected at least 1 month", "/question/horizon_months"};
  }
  return s;
}

}  // namespace breakeven::codec
