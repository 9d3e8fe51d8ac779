#include "codec/plan_json.hpp"

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/base/text.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

Error expected(const std::string& pointer, std::string_view what, const Json& found) {
  std::string shown = found.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 60);
  return Error{ErrorCode::invalid_argument, "expected " + std::string(what) + ", found " + shown,
               pointer};
}

/// A number, or a decimal in a string.
Result<double> number(const Json& value, const std::string& pointer) {
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) {
    auto parsed = parse_double(value.get_ref<const std::string&>());
    if (parsed) return *parsed;
  }
  return expected(pointer, "a number", value);
}

Result<std::string> text(const Json& value, const std::string& pointer) {
  if (!value.is_string()) return expected(pointer, "a string", value);
  return value.get<std::string>();
}

Result<std::vector<std::string>> texts(const Json& value, const std::string& pointer) {
  if (!value.is_array()) return expected(pointer, "a list of strings", value);
  std::vector<std::string> list;
  for (std::size_t i = 0; i < value.size(); ++i) {
    BREAKEVEN_TRY(std::string item, text(value[i], pointer + "/" + std::to_string(i)));
    list.push_back(std::move(item));
  }
  return list;
}

using Setter = std::function<Status(advisor::PlanQuestion&, const Json&, const std::string&)>;

Setter real(double advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(q.*field, number(v, at));
    return {};
  };
}

Setter maybe_real(std::optional<double> advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    if (v.is_null()) return {};
    BREAKEVEN_TRY(q.*field, number(v, at));
    return {};
  };
}

Setter whole(int advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(const double x, number(v, at));
    if (!(x >= -1e9 && x <= 1e9) || x != static_cast<double>(static_cast<int>(x))) {
      return expected(at, "a whole number", v);
    }
    q.*field = static_cast<int>(x);
    return {};
  };
}

Setter string_list(std::vector<std::string> advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(q.*field, texts(v, at));
    return {};
  };
}

Setter objective(double serving::Objective::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(q.objective.*field, number(v, at));
    return {};
  };
}

const std::map<std::string, Setter>& setters() {
  using Q = advisor::PlanQuestion;
  static const std::map<std::string, Setter> table{
      {"api_model",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         BREAKEVEN_TRY(q.api_model, text(v, at));
         return {};
       }},
      {"open_model",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         BREAKEVEN_TRY(q.open_model, text(v, at));
         return {};
       }},
      {"as_of",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         BREAKEVEN_TRY(const std::string t, text(v, at));
         auto instant = Instant::parse(t);
         if (!instant) return Error{instant.error().code, instant.error().message, at};
         q.as_of = *instant;
         return {};
       }},
      {"tooling_usd_month",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         if (v.is_null()) return {};
         BREAKEVEN_TRY(const std::string t, text(v, at));
         auto usd = Usd::parse(t);
         if (!usd) return Error{usd.error().code, usd.error().message, at};
         if (*usd < Usd()) return expected(at, "an amount of zero or more", v);
         q.tooling_per_month = *usd;
         return {};
       }},
      {"must_self_host",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         if (!v.is_boolean()) return expected(at, "true or false", v);
         q.must_self_host = v.get<bool>();
         return {};
       }},
      {"seed",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         if (!v.is_number_unsigned()) return expected(at, "a whole number from 0", v);
         q.seed = v.get<std::uint64_t>();
         return {};
       }},
      {"span_s", maybe_real(&Q::span_s)},
      {"cache_share", maybe_real(&Q::api_cache_share)},
      {"batch_share", real(&Q::api_batch_share)},
      {"ttft_s", objective(&serving::Objective::ttft_s)},
      {"tpot_s", objective(&serving::Objective::tpot_s)},
      {"percentile", objective(&serving::Objective::percentile)},
      {"redundancy", whole(&Q::redundancy)},
      {"accelerators", string_list(&Q::accelerators)},
      {"providers", string_list(&Q::providers)},
      {"precisions", string_list(&Q::precisions)},
      {"horizon_months", whole(&Q::horizon_months)},
      {"discount_rate_per_year", real(&Q::discount_rate_per_year)},
      {"growth_per_month", maybe_real(&Q::growth_per_month)},
      {"api_price_trend_per_year", real(&Q::api_price_trend_per_year)},
      {"gpu_price_trend_per_year", real(&Q::gpu_price_trend_per_year)},
      {"ml_engineer_fte", maybe_real(&Q::ml_engineer_fte)},
      {"sre_fte", maybe_real(&Q::sre_fte)},
      {"underestimate_factor", maybe_real(&Q::underestimate_factor)},
      {"migration_engineer_months", maybe_real(&Q::migration_engineer_months)},
      {"parallel_run_months", maybe_real(&Q::parallel_run_months)},
      {"api_success_rate", maybe_real(&Q::api_success_rate)},
      {"open_success_rate", maybe_real(&Q::open_success_rate)},
      {"paths", whole(&Q::paths)},
  };
  return table;
}

// ---- Answer -------------------------------------------------------------------------------------

template <class T, class F>
Json list(const std::vector<T>& items, F one) {
  Json out = Json::array();
  for (const T& item : items) out.push_back(one(item));
  return out;
}

Json maybe(const std::optional<std::int64_t>& v) { return v ? Json(*v) : Json(nullptr); }
Json maybe(const std::optional<double>& v) { return v ? Json(*v) : Json(nullptr); }
Json maybe(const std::optional<int>& v) { return v ? Json(*v) : Json(nullptr); }

Json source_json(const explain::Source& s) {
  return Json{{"text", s.text}, {"date", s.date}, {"place", s.place}};
}

Json percentiles(const traffic::Percentiles& p) {
  return Json{{"mean", p.mean}, {"p50", p.p50}, {"p95", p.p95}, {"p99", p.p99}, {"max", p.max}};
}

Json latency(const serving::LatencyPercentiles& p) {
  return Json{{"mean", p.mean}, {"p50", p.p50}, {"p90", p.p90},
              {"p95", p.p95},   {"p99", p.p99}, {"max", p.max}};
}

Json traffic_json(const advisor::PlanAnswer& a) {
  Json j{{"trace", a.trace_name},
         {"requests", a.traffic.requests},
         {"span_s", a.traffic.span_s},
         {"months_factor", a.months},
         {"requests_per_month", a.requests_per_month},
         {"input_tokens_per_month", a.input_tokens_per_month},
         {"output_tokens_per_month", a.output_tokens_per_month},
         {"input", percentiles(a.traffic.input)},
         {"output", percentiles(a.traffic.output)},
         {"interarrival_cv", a.traffic.interarrival_cv}};
  j["peak_to_mean"] = list(a.traffic.peak_to_mean, [](const traffic::PeakToMean& p) {
    return Json{{"window_s", p.window_s}, {"peak", p.peak}, {"p99", p.p99}};
  });
  return j;
}

Json bill_json(const advisor::MonthlyBill& bill) {
  Json j{{"model", bill.model},
         {"usd_month", bill.value.decimal()},
         {"low_usd_month", bill.low.decimal()},
         {"high_usd_month", bill.high.decimal()}};
  j["parts"] = list(bill.parts, [](const advisor::BillPart& p) {
    return Json{{"unit", p.unit},
                {"tokens_in_trace", p.tokens},
                {"rate_usd", p.rate.decimal()},
                {"rate_per", p.rate.unit_size},
                {"usd_month", p.usd.decimal()},
                {"source", source_json({p.source.text, p.source.date, p.source.place})}};
  });
  j["cannot_serve"] = bill.cannot_serve.empty() ? Json(nullptr) : Json(bill.cannot_serve);
  j["warnings"] = bill.warnings;
  return j;
}

Json fleet_json(const sizing::PricedFleet& f) {
  const sizing::FleetPlan& p = f.plan;
  const auto month = f.usd_per_month();
  return Json{{"configuration", p.replica.name()},
              {"accelerator", p.replica.config.accelerator->id},
              {"precision", catalog::to_string(p.replica.config.weights)},
              {"tensor_parallel", p.replica.gpus()},
              {"provider", f.offer->provider},
              {"offer", f.offer->id},
              {"term", catalog::to_string(f.offer->term)},
              {"region", f.offer->region},
              {"usd_per_instance_hour", f.offer->usd_per_hour.decimal()},
              {"replicas_needed", p.replicas_needed},
              {"replicas", p.replicas},
              {"instances", f.instances},
              {"gpus", f.gpus},
              {"usd_month", month ? Json(month->decimal()) : Json(nullptr)},
              {"delivered_utilisation", p.delivered_utilisation},
              {"max_load_factor", p.max_load_factor},
              {"binding", sizing::to_string(p.binding)},
              {"ttft_s", p.at_needed.ttft_at_objective_s},
              {"tpot_s", p.at_needed.tpot_at_objective_s},
              {"ttft", latency(p.at_needed.ttft)},
              {"tpot", latency(p.at_needed.tpot)},
              {"mean_kv_use", p.at_needed.mean_kv_use},
              {"busy_by_hour", p.at_fleet.busy_by_hour},
              {"step_time_error_p10", p.replica.error_p10},
              {"step_time_error_p90", p.replica.error_p90},
              {"measured", p.replica.measured},
              {"calibration", p.replica.calibration}};
}

Json option_json(const advisor::PlanOption& o) {
  const economics::Ledger& ledger = o.option.ledger;
  Json j{{"id", ledger.option_id},
         {"title", ledger.title},
         {"kind", economics::to_string(ledger.kind)},
         {"available", o.available}};
  if (!o.available) {
    j["reason"] = o.reason;
    return j;
  }
  j["fleet"] = o.fleet ? Json(*o.fleet) : Json(nullptr);
  j["replicas"] = o.fleet ? Json(o.replicas) : Json(nullptr);
  j["recurring_usd_month"] = o.recurring.decimal();
  j["one_offs_usd"] = o.one_offs.decimal();
  j["fully_loaded_usd_month"] = o.fully_loaded.decimal();
  j["usd_per_million_tokens"] = o.per_million_tokens.decimal();
  if (o.against_api) {
    const economics::Comparison& c = *o.against_api;
    j["against_api"] = Json{{"payback_month", maybe(c.payback_month)},
                            {"discounted_payback_month", maybe(c.discounted_payback_month)},
                            {"npv_usd", c.npv_usd},
                            {"irr_status", economics::to_string(c.irr.status)},
                            {"irr_per_month", maybe(c.irr.rate_per_period)},
                            {"total_usd", c.total_usd},
                            {"cumulative_usd", c.cumulative_usd}};
  }
  j["lines"] = list(ledger.lines, [](const economics::Line& l) {
    return Json{{"id", l.id},
                {"title", l.title},
                {"group", economics::to_string(l.group)},
                {l.once_in ? "usd_once" : "usd_month", l.usd.decimal()},
                {"low_usd", l.low ? Json(l.low->decimal()) : Json(nullptr)},
                {"high_usd", l.high ? Json(l.high->decimal()) : Json(nullptr)},
                {"in_run_rate", l.in_run_rate},
                {"kind", explain::to_string(l.kind)},
                {"source", source_json(l.source)},
                {"note", l.note}};
  });
  j["gates"] = list(o.option.gates, [](const decision::Gate& g) {
    return Json{{"id", g.id},
                {"title", g.title},
                {"topic", decision::to_string(g.topic)},
                {"state", decision::to_string(g.state)},
                {"condition", g.condition},
                {"evidence", source_json(g.evidence)}};
  });
  j["notes"] = o.option.notes;
  return j;
}

Json volume_json(const advisor::PlanVolume& v) {
  Json j{{"tokens_today", v.tokens_today},
         {"step", v.step},
         {"step_usd_month", v.problem.step_usd.decimal()},
         {"step_capacity_tokens", v.problem.step_capacity},
         {"fixed_usd_month", v.problem.fixed_usd.decimal()},
         {"first", maybe(v.answer.first)},
         {"permanent", maybe(v.answer.permanent)},
         {"never", v.answer.never.empty() ? Json(nullptr) : Json(v.answer.never)},
         {"crossings", v.answer.crossings},
         {"windows_truncated", v.answer.windows_truncated}};
  j["windows"] = list(v.answer.windows, [](const economics::Window& w) {
    return Json{{"from", w.from}, {"to", w.to}, {"steps", w.steps}};
  });
  j["points"] = list(v.points, [](const advisor::PlanVolume::Point& p) {
    return Json{{"tokens", p.tokens},
                {"api_usd_month", p.api.decimal()},
                {"self_host_usd_month", p.self_host.decimal()}};
  });
  return j;
}

Json verdict_json(const decision::Verdict& v) {
  return Json{{"kind", decision::to_string(v.kind)},
              {"title", v.title},
              {"sentence", v.sentence},
              {"amount_usd_month", v.amount.decimal()},
              {"saving_usd_month", v.saving.decimal()},
              {"probability", maybe(v.probability)},
              {"payback",
               {{"months_low", maybe(v.payback.months_low)},
                {"months_high", maybe(v.payback.months_high)}}},
              {"drivers", v.drivers},
              {"nearest_flip", v.nearest_flip}};
}

Json quality_json(const advisor::QualityGap& gap) {
  const auto side = [](const catalog::QualityScore& s) {
    return Json{{"run", s.model},
                {"score", s.score},
                {"kind", s.kind},
                {"source", source_json({s.source.text, s.source.date, s.source.place})}};
  };
  return Json{{"benchmark", gap.benchmark},
              {"api", side(*gap.api)},
              {"open", side(*gap.open)},
              {"gap", gap.gap()}};
}

Json rungs_json(const std::vector<decision::Rung>& rungs) {
  return list(rungs, [](const decision::Rung& r) {
    Json j{{"id", r.id}, {"title", r.title}, {"evaluated", r.evaluated}};
    if (r.evaluated) {
      j["api_usd_month"] = r.api.decimal();
      j["self_host_usd_month"] = r.self_host.decimal();
      j["difference_usd_month"] = r.difference.decimal();
      j["delta_usd_month"] = r.delta ? Json(r.delta->decimal()) : Json(nullptr);
    }
    j["note"] = r.note;
    return j;
  });
}

Json quantiles(const economics::Quantiles& q) {
  return Json{{"p10", q.p10}, {"p50", q.p50}, {"p90", q.p90}, {"mean", q.mean}};
}

void add_uncertainty(const advisor::PlanAnswer& a, Json& j) {
  j["drivers"] = list(a.drivers, [](const economics::Driver& d) {
    return Json{{"id", d.id},
                {"title", d.title},
                {"unit", d.unit},
                {"base", d.base},
                {"evidence", source_json(d.evidence)}};
  });
  if (a.uncertainty) {
    const economics::Uncertainty& u = *a.uncertainty;
    j["uncertainty"] = Json{{"paths", u.paths},
                            {"seed", u.seed},
                            {"probability_self_host_cheaper", u.probability_cheaper},
                            {"difference_usd_month", quantiles(u.fully_loaded)},
                            {"npv_usd", quantiles(u.npv)}};
  } else {
    j["uncertainty"] = nullptr;
  }
  j["tornado"] = list(a.tornado, [&](const economics::TornadoBar& b) {
    const economics::Driver& d = a.drivers[b.driver];
    return Json{{"driver", d.id},
                {"title", d.title},
                {"unit", d.unit},
                {"low_value", b.low_value},
                {"high_value", b.high_value},
                {"at_low_usd_month", b.at_low_usd},
                {"at_high_usd_month", b.at_high_usd}};
  });
  j["flip_points"] = list(a.flips, [&](const economics::FlipPoint& f) {
    const economics::Driver& d = a.drivers[f.driver];
    return Json{{"driver", d.id}, {"title", d.title}, {"unit", d.unit},
                {"now", d.base},  {"value", f.value}, {"difference_at_flip_usd", f.difference_usd}};
  });
}

Json figures_json(const explain::FigureGraph& graph) {
  Json j = Json::object();
  for (const explain::Figure& f : graph.figures()) {
    Json one{{"title", f.title},     {"value", explain::to_decimal(f.value)},
             {"unit", f.unit},       {"kind", explain::to_string(f.kind)},
             {"formula", f.formula}, {"inputs", f.inputs}};
    if (f.low) one["low"] = explain::to_decimal(*f.low);
    if (f.high) one["high"] = explain::to_decimal(*f.high);
    if (!f.sources.empty()) {
      Json sources = Json::array();
      for (const explain::Source& s : f.sources) sources.push_back(source_json(s));
      one["sources"] = std::move(sources);
    }
    if (!f.note.empty()) one["note"] = f.note;
    j[f.name] = std::move(one);
  }
  return j;
}

Json question_json(const advisor::PlanQuestion& q, const advisor::PlanAnswer& a) {
  return Json{{"api_model", a.api.model},
              {"open_model", a.open_model},
              {"as_of", q.as_of.iso()},
              {"cache_share", maybe(q.api_cache_share)},
              {"batch_share", q.api_batch_share},
              {"ttft_s", q.objective.ttft_s},
              {"tpot_s", q.objective.tpot_s},
              {"percentile", q.objective.percentile},
              {"redundancy", q.redundancy},
              {"horizon_months", q.horizon_months},
              {"discount_rate_per_year", q.discount_rate_per_year},
              {"growth_per_month", maybe(q.growth_per_month)},
              {"api_price_trend_per_year", q.api_price_trend_per_year},
              {"gpu_price_trend_per_year", q.gpu_price_trend_per_year},
              {"must_self_host", q.must_self_host},
              {"paths", q.paths},
              {"seed", q.seed}};
}

}  // namespace

Result<advisor::PlanQuestion> plan_question_from_json(std::string_view json) {
  const Json body = Json::parse(json, nullptr, false);
  if (body.is_discarded()) {
    return Error{ErrorCode::parse_error, "expected a JSON object, found text that is not JSON",
                 "/"};
  }
  if (!body.is_object()) return expected("/", "a JSON object", body);
  advisor::PlanQuestion question;
  std::vector<std::string> names;
  for (const auto& [name, setter] : setters()) names.push_back(name);
  for (const auto& [name, value] : body.items()) {
    const std::string pointer = "/" + name;
    const auto setter = setters().find(name);
    if (setter == setters().end()) return not_found("field of a plan", name, names, pointer);
    BREAKEVEN_CHECK_OK(setter->second(question, value, pointer));
  }
  for (const auto& [name, given] : {std::pair{"api_model", !question.api_model.empty()},
                                    std::pair{"open_model", !question.open_model.empty()}}) {
    if (!given) {
      return Error{ErrorCode::invalid_argument, "expected the name of a model, found nothing",
                   std::string("/") + name};
    }
  }
  return question;
}

std::string plan_answer_to_json(const advisor::PlanQuestion& question, const advisor::PlanAnswer& a,
                                const std::string& version) {
  Json j;
  j["version"] = version;
  j["question"] = question_json(question, a);
  j["verdict"] = verdict_json(a.verdict);
  j["rungs"] = rungs_json(a.rungs);
  j["traffic"] = traffic_json(a);
  j["api"] = bill_json(a.api);
  j["api_optimised"] = a.api_optimised ? bill_json(*a.api_optimised) : Json(nullptr);
  j["hosted"] = list(a.hosted, bill_json);
  j["quality"] = list(a.quality, quality_json);
  j["options"] = list(a.options, option_json);
  j["best_self_host"] = a.best_self_host ? Json(*a.best_self_host) : Json(nullptr);
  j["best_api"] = a.best_api;
  j["fleets"] = list(a.fleets.fleets, fleet_json);
  j["pareto"] = a.fleets.pareto;
  j["rejected"] = a.fleets.rejected;
  if (a.hybrid) {
    j["hybrid"] =
        Json{{"fleet", a.hybrid_fleet}, {"best", a.hybrid->best}, {"mixed", a.hybrid->mixed()}};
    j["hybrid"]["points"] = list(a.hybrid->points, [](const economics::HybridPoint& p) {
      return Json{{"replicas", p.replicas},
                  {"self_host_usd_month", p.self_host_usd.decimal()},
                  {"overflow_usd_month", p.overflow_usd.decimal()},
                  {"total_usd_month", p.total().decimal()}};
    });
  } else {
    j["hybrid"] = nullptr;
  }
  j["volume"] = a.volume ? volume_json(*a.volume) : Json(nullptr);
  j["volume_best"] = a.volume_best ? volume_json(*a.volume_best) : Json(nullptr);
  add_uncertainty(a, j);
  j["figures"] = figures_json(*a.figures);
  j["warnings"] = a.warnings;
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace breakeven::codec
