#include "codec/quick_json.hpp"

#include <nlohmann/json.hpp>

#include "codec/figure_value.hpp"
#include "codec/json_object.hpp"
#include "engine/economics/owned.hpp"

namespace breakeven::codec {

using Json = nlohmann::ordered_json;
using advisor::QuickAnswer;

namespace {

constexpr std::size_t kMaxRequestBytes = 65'536;

Json money(Usd amount) { return amount.decimal(); }
/// Projections carry cents: more digits would pretend.
Json money(UsdEstimate amount) {
  const auto cents = economics::to_cents(amount);
  return cents ? Json(cents->fixed(2)) : Json(nullptr);
}
template <class T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json inputs_json(const advisor::QuickInputs& inputs) {
  Json out = Json::object();
  for (const advisor::QuickField& field : advisor::quick_fields()) {
    const std::string text = quick_field_text(inputs, field);
    if (std::holds_alternative<bool advisor::QuickInputs::*>(field.member)) {
      out[std::string(field.name)] = text == "true";
    } else {
      out[std::string(field.name)] = text;
    }
  }
  return out;
}

Json line_json(const economics::Line& line) {
  Json out{{"id", line.id},
           {"title", line.title},
           {"group", economics::to_string(line.group)},
           {line.once_in ? "usd_once" : "usd_month", money(line.usd)}};
  if (line.low) out["low_usd"] = money(*line.low);
  if (line.high) out["high_usd"] = money(*line.high);
  out["kind"] = explain::to_string(line.kind);
  out["source"] = {
      {"text", line.source.text}, {"date", line.source.date}, {"place", line.source.place}};
  if (!line.note.empty()) out["note"] = line.note;
  return out;
}

Json ledger_json(const economics::Ledger& ledger) {
  Json out = Json::array();
  for (const economics::Line& line : ledger.lines) out.push_back(line_json(line));
  return out;
}

Json verdict_json(const decision::Verdict& v) {
  return {{"kind", decision::to_string(v.kind)},
          {"title", v.title},
          {"sentence", v.sentence},
          {"amount_usd_month", money(v.amount)},
          {"saving_usd_month", money(v.saving)},
          {"saving_share", optional_json(v.saving_share)},
          {"probability", optional_json(v.probability)},
          {"drivers", v.drivers},
          {"nearest_flip", v.nearest_flip}};
}

Json rungs_json(const std::vector<decision::Rung>& rungs) {
  Json out = Json::array();
  for (const decision::Rung& rung : rungs) {
    Json one{{"id", rung.id}, {"title", rung.title}, {"evaluated", rung.evaluated}};
    if (rung.evaluated) {
      one["api_usd_month"] = money(rung.api);
      one["self_host_usd_month"] = money(rung.self_host);
      one["difference_usd_month"] = money(rung.difference);
      one["delta_usd_month"] = rung.delta ? money(*rung.delta) : Json(nullptr);
    }
    one["note"] = rung.note;
    out.push_back(std::move(one));
  }
  return out;
}

Json payback_json(const QuickAnswer& a) {
  return {{"one_off_low_usd", money(a.one_off_low)},
          {"one_off_high_usd", money(a.one_off_high)},
          {"months_low", optional_json(a.verdict.payback.months_low)},
          {"months_high", optional_json(a.verdict.payback.months_high)},
          {"month", optional_json(a.comparison.payback_month)},
          {"discounted_month", optional_json(a.comparison.discounted_payback_month)},
          {"npv_usd", money(UsdEstimate{a.comparison.npv_usd})},
          {"irr_per_month", optional_json(a.comparison.irr.nearest(0))},
          {"irr_status", finance::to_string(a.comparison.irr.status())},
          {"best_switch_month", optional_json(a.switch_month.month)},
          {"best_switch_npv_usd", money(UsdEstimate{a.switch_month.npv_usd})}};
}

double share(const QuickAnswer& a, std::int64_t volume) {
  return static_cast<double>(volume) / static_cast<double>(a.volume_today);
}

Json crossing_json(const QuickAnswer& a, std::int64_t volume, bool opens) {
  const auto api = economics::api_cost_at(a.volume_problem, volume);
  return {{"volume_share", share(a, volume)},
          {"api_usd_month", api ? Json(api->fixed(2)) : Json(nullptr)},
          {"self_host_wins_from_here", opens}};
}

Json break_even_json(const QuickAnswer& a) {
  const economics::BreakEven& b = a.volume;
  Json crossings = Json::array();
  bool opens = true;
  for (const std::int64_t at : b.crossings) {
    crossings.push_back(crossing_json(a, at, opens));
    opens = !opens;
  }
  Json windows = Json::array();
  for (const economics::Window& w : b.windows) {
    windows.push_back(
        {{"from_share", share(a, w.from)}, {"to_share", share(a, w.to)}, {"fleets", w.steps}});
  }
  return {{"spend_usd_month", money(a.self_host.run_rate())},
          {"volume_crossings", std::move(crossings)},
          {"windows", std::move(windows)},
          {"permanent", b.permanent ? crossing_json(a, *b.permanent, true) : Json(nullptr)},
          {"never", b.never.empty() ? Json(nullptr) : Json{{"inequality", b.never}}},
          {"utilisation", optional_json(a.utilisation_break_even)}};
}

Json staircase_json(const QuickAnswer& a) {
  Json points = Json::array();
  for (const advisor::ChartPoint& p : a.chart) {
    points.push_back({{"volume_share", p.volume_share},
                      {"api_usd_month", p.api.fixed(2)},
                      {"self_host_usd_month", p.self_host.fixed(2)},
                      {"low_usd_month", p.low.fixed(2)},
                      {"high_usd_month", p.high.fixed(2)}});
  }
  return {{"fleet_serves_share", share(a, a.volume_problem.step_capacity)},
          {"fixed_usd_month", money(a.volume_problem.fixed_usd)},
          {"fleet_usd_month", money(a.volume_problem.step_usd)},
          {"points", std::move(points)}};
}

Json cash_json(const QuickAnswer& a) {
  Json out = Json::array();
  for (const advisor::CashPoint& p : a.cash) {
    out.push_back({{"month", p.month},
                   {"api_usd", money(p.api)},
                   {"self_host_usd", money(p.self_host)},
                   {"cumulative_usd", money(p.cumulative)},
                   {"cumulative_low_usd", money(p.cumulative_low)},
                   {"cumulative_high_usd", money(p.cumulative_high)}});
  }
  return out;
}

Json flips_json(const QuickAnswer& a) {
  Json out = Json::array();
  for (const advisor::QuickFlip& f : a.flips) {
    out.push_back(
        {{"driver", f.driver},
         {"title", f.title},
         {"unit", f.unit},
         {"now", f.now},
         {"value", f.value},
         {"difference_at_flip_usd", f.difference_at_flip.usd},
         {"basis", f.basis == economics::Difference::run_rate ? "run_rate" : "fully_loaded"},
         {"in_range", f.in_range}});
  }
  return out;
}

Json tornado_json(const QuickAnswer& a) {
  Json out = Json::array();
  for (const economics::TornadoBar& bar : a.tornado) {
    const economics::Driver& driver = a.drivers[bar.driver];
    out.push_back({{"driver", driver.id},
                   {"title", driver.title},
                   {"unit", driver.unit},
                   {"low", bar.low_value},
                   {"high", bar.high_value},
                   {"difference_at_low_usd_month", money(UsdEstimate{bar.at_low_usd})},
                   {"difference_at_high_usd_month", money(UsdEstimate{bar.at_high_usd})}});
  }
  return out;
}

Json uncertainty_json(const QuickAnswer& a, QuickDetail detail) {
  const economics::Uncertainty& u = a.uncertainty;
  Json drivers = Json::array();
  for (const economics::Driver& d : a.drivers) {
    if (detail == QuickDetail::live) break;
    drivers.push_back({{"driver", d.id},
                       {"title", d.title},
                       {"shape", economics::to_string(d.distribution.shape)},
                       {"parameters", d.distribution.parameters},
                       {"evidence", d.evidence.text},
                       {"date", d.evidence.date},
                       {"place", d.evidence.place}});
  }
  return {{"p10", money(UsdEstimate{u.fully_loaded.p10})},
          {"p50", money(UsdEstimate{u.fully_loaded.p50})},
          {"p90", money(UsdEstimate{u.fully_loaded.p90})},
          {"mean", money(UsdEstimate{u.fully_loaded.mean})},
          {"probability", u.probability_cheaper},
          {"probability_run_rate", u.probability_run_rate_cheaper},
          {"npv_p10", money(UsdEstimate{u.npv.p10})},
          {"npv_p50", money(UsdEstimate{u.npv.p50})},
          {"npv_p90", money(UsdEstimate{u.npv.p90})},
          {"paths", u.paths},
          {"seed", u.seed},
          {"drivers", std::move(drivers)}};
}

Json sizing_json(const advisor::SizingReading& s) {
  return {{"asked", s.asked},
          {"peak_factor", s.peak_factor},
          {"if_peak",
           {{"self_host_usd_month", money(s.self_host_if_peak)},
            {"difference_usd_month", money(s.difference_if_peak)}}},
          {"if_mean",
           {{"self_host_usd_month", money(s.self_host_if_mean)},
            {"difference_usd_month", money(s.difference_if_mean)}}},
          {"gpu_flip_if_mean_usd_month",
           s.gpu_flip_if_mean ? money(*s.gpu_flip_if_mean) : Json(nullptr)}};
}

Json case_json(const advisor::WorkedCase& worked) {
  return {{"id", worked.id},
          {"tab", worked.tab},
          {"popular_claim", worked.popular_claim},
          {"assumption", worked.assumption},
          {"source", worked.source},
          {"source_date", worked.source_date}};
}

Result<std::uint64_t> whole(const Json& value, const char* name, std::uint64_t low,
                            std::uint64_t high) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() < low ||
      value.get<std::uint64_t>() > high) {
    return Error{ErrorCode::out_of_range,
                 "expected a whole number from " + std::to_string(low) + " to " +
                     std::to_string(high) + ", found " +
                     value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 60),
                 "/" + std::string(name)};
  }
  return value.get<std::uint64_t>();
}

Result<std::string> field_text(const Json& value, const std::string& name) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number()) return value.dump();
  return Error{
      ErrorCode::parse_error,
      "expected a decimal string, a number or a boolean, found " + std::string(value.type_name()),
      "/" + name};
}

}  // namespace

Result<QuickRequest> quick_request_from_json(std::string_view text,
                                             const std::vector<advisor::WorkedCase>& cases) {
  if (text.size() > kMaxRequestBytes) {
    return Error{ErrorCode::resource_limit,
                 "expected at most " + std::to_string(kMaxRequestBytes) + " bytes, found " +
                     std::to_string(text.size()),
                 "request"};
  }
  BREAKEVEN_TRY(const Json body, json_object(text, "request"));
  QuickRequest request;
  if (const auto id = body.find("case"); id != body.end()) {
    BREAKEVEN_TRY(request.case_id, field_text(*id, "case"));
    BREAKEVEN_TRY(const advisor::WorkedCase* const worked, find_case(cases, request.case_id));
    request.inputs = worked->inputs;
  }
  for (const auto& [name, value] : body.items()) {
    if (name == "case") continue;
    if (name == "paths") {
      BREAKEVEN_TRY(request.options.paths, whole(value, "paths", 100, 1'000'000));
      continue;
    }
    if (name == "seed") {
      BREAKEVEN_TRY(request.options.seed, whole(value, "seed", 0, UINT64_MAX));
      continue;
    }
    if (name == "detail") {
      if (value != "full" && value != "live") {
        return Error{ErrorCode::parse_error, "expected full or live", "/detail"};
      }
      request.detail = value == "live" ? QuickDetail::live : QuickDetail::full;
      continue;
    }
    BREAKEVEN_TRY(const std::string given, field_text(value, name));
    if (const Status set = set_quick_field(request.inputs, name, given); !set) {
      return Error{set.error().code, set.error().message, "/" + name};
    }
  }
  return request;
}

std::string quick_answer_to_json(const QuickAnswer& a, const explain::FigureGraph& figures,
                                 const advisor::WorkedCase* worked, int indent,
                                 QuickDetail detail) {
  // Assigned one by one: an initializer list would copy every part.
  Json out = Json::object();
  out["schema"] = "breakeven/quick-answer/1";
  out["inputs"] = inputs_json(a.inputs);
  out["verdict"] = verdict_json(a.verdict);
  out["rungs"] = rungs_json(a.rungs);
  out["ledger"]["api"] = ledger_json(a.api);
  out["ledger"]["self_host"] = ledger_json(a.self_host);
  out["totals"] = {{"api_usd_month", money(a.api.run_rate())},
                   {"self_host_usd_month", money(a.self_host.run_rate())},
                   {"difference_usd_month", money(a.verdict.saving)}};
  out["sizing"] = sizing_json(a.sizing);
  out["payback"] = payback_json(a);
  out["break_even"] = break_even_json(a);
  out["staircase"] = staircase_json(a);
  out["cash"] = cash_json(a);
  out["flip_points"] = flips_json(a);
  out["tornado"] = tornado_json(a);
  out["uncertainty"] = uncertainty_json(a, detail);
  out["thumb_rules"] = Json::array();
  for (const advisor::ThumbRule& rule : a.thumb_rules) {
    out["thumb_rules"].push_back(
        {{"id", rule.id}, {"rule", rule.rule}, {"yours", rule.yours}, {"verdict", rule.verdict}});
  }
  if (worked != nullptr) {
    out["case"] = case_json(*worked);
    out["case"]["what_is_true"] = advisor::case_truth(*worked, a);
  }
  out["figures"] = figures_json(figures);
  out["warnings"] = a.warnings;
  return out.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string quick_setup_to_json(const std::vector<advisor::WorkedCase>& cases, int indent) {
  Json out{{"cases", Json::array()}, {"fields", Json::array()}};
  for (const advisor::WorkedCase& worked : cases) {
    Json one = case_json(worked);
    one["inputs"] = inputs_json(worked.inputs);
    out["cases"].push_back(std::move(one));
  }
  for (const advisor::QuickField& field : advisor::quick_fields()) {
    out["fields"].push_back({{"name", field.name},
                             {"flag", field.flag},
                             {"title", field.title},
                             {"unit", field.unit},
                             {"low", field.low},
                             {"high", field.high},
                             {"initial", field.initial},
                             {"more", field.more}});
  }
  return out.dump(indent);
}

}  // namespace breakeven::codec
