#include "codec/plan_json.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "codec/plan_futures_json.hpp"
#include "codec/reliability_json.hpp"
#include "engine/advisor/plan_brief.hpp"
#include "engine/economics/leaving.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

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
                {"kind", catalog::to_string(p.kind)},
                {"rule", p.rule.empty() ? Json(nullptr) : Json(p.rule)},
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
              {"calibration", p.replica.calibration},
              {"reliability", reliability_json(p.replica, p.at_needed)}};
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
  j["may_win"] = o.may_win;
  j["fleet"] = o.fleet ? Json(*o.fleet) : Json(nullptr);
  j["replicas"] = o.replicas > 0 ? Json(o.replicas) : Json(nullptr);
  j["recurring_usd_month"] = o.recurring.decimal();
  j["one_offs_usd"] = o.one_offs.decimal();
  j["fully_loaded_usd_month"] = o.fully_loaded.decimal();
  j["usd_per_million_tokens"] = o.per_million_tokens.decimal();
  j["usd_per_finished_task"] =
      o.per_finished_task ? Json(o.per_finished_task->decimal()) : Json(nullptr);
  const economics::Leaving leaving = economics::cost_of_leaving(ledger);
  j["leaving"] = Json{{"committed_months", leaving.committed_months},
                      {"committed_usd", leaving.committed.decimal()},
                      {"sunk_usd", leaving.sunk.decimal()}};
  if (o.against_api) {
    const economics::Comparison& c = *o.against_api;
    j["against_api"] = Json{{"payback_month", maybe(c.payback_month)},
                            {"discounted_payback_month", maybe(c.discounted_payback_month)},
                            {"npv_usd", c.npv_usd},
                            {"irr_status", finance::to_string(c.irr.status())},
                            {"irr_per_month", maybe(c.irr.nearest(0))},
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
                {"note", l.note},
                {"settings", l.settings}};
  });
  j["gates"] = list(o.option.gates, [](const decision::Gate& g) {
    return Json{{"id", g.id},
                {"title", g.title},
                {"topic", decision::to_string(g.topic)},
                {"state", decision::to_string(g.state)},
                {"condition", g.condition},
                {"strength", decision::to_string(g.strength)},
                {"expires", g.expires.empty() ? Json(nullptr) : Json(g.expires)},
                {"evidence", source_json(g.evidence)}};
  });
  j["feasible"] = o.feasibility.feasible;
  j["unconfirmed"] = o.feasibility.unconfirmed;
  j["notes"] = o.option.notes;
  return j;
}

Json constraint_json(const advisor::ConstraintReport& r) {
  const auto usd = [](const std::optional<Usd>& v) {
    return v ? Json(v->decimal()) : Json(nullptr);
  };
  const auto named = [](const std::string& id) { return id.empty() ? Json(nullptr) : Json(id); };
  return Json{{"name", r.asked.name},
              {"title", r.title},
              {"dimension", decision::to_string(r.topic)},
              {"strength", decision::to_string(r.asked.strength)},
              {"price_usd_month", usd(r.price.usd)},
              {"price_alone_usd_month", usd(r.price.alone)},
              {"cheapest_with", named(r.price.with)},
              {"cheapest_without", named(r.price.without)},
              {"removed", r.price.removed},
              {"unconfirmed", r.price.unconfirmed},
              {"obtain", r.obtain}};
}

Json lever_json(const advisor::ApiLever& l) {
  return Json{{"id", l.id},
              {"title", l.title},
              {"input", l.input},
              {"share", l.share},
              {"applied", l.applied},
              {"unavailable", l.unavailable.empty() ? Json(nullptr) : Json(l.unavailable)},
              {"preconditions", l.preconditions},
              {"saving_usd_month", l.saving.decimal()},
              {"saving_in_turn_usd_month", l.saving_in_turn.decimal()},
              {"saving_at_most_usd_month",
               l.saving_at_most ? Json(l.saving_at_most->decimal()) : Json(nullptr)},
              {"effort_usd", l.effort.usd.decimal()},
              {"effort_low_usd", l.effort.low ? Json(l.effort.low->decimal()) : Json(nullptr)},
              {"effort_high_usd", l.effort.high ? Json(l.effort.high->decimal()) : Json(nullptr)},
              {"effort", l.effort.title}};
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
  j["crossings_at"] = list(v.crossings, [](const economics::VolumePlace& at) {
    return Json{{"tokens", at.volume},
                {"api_usd_month", at.api_usd.decimal()},
                {"utilisation", at.utilisation}};
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
  return Json{{"benchmark", gap.benchmark}, {"api", side(*gap.api)},
              {"open", side(*gap.open)},    {"gap", gap.gap()},
              {"noise", gap.noise},         {"told_apart", gap.told_apart()}};
}

Json score_json(const std::optional<advisor::ModelScore>& score) {
  if (!score) return nullptr;
  return Json{
      {"score", score->score},
      {"noise", score->noise},
      {"on", score->on},
      {"source", source_json({score->source.text, score->source.date, score->source.place})}};
}

Json shortlist_json(const advisor::ModelShortlist& shortlist) {
  const auto model_json = [](const advisor::ShortlistedModel& one) {
    const catalog::OpenModel& m = *one.model;
    return Json{{"model", m.id},
                {"developer", m.developer},
                {"licence", m.licence},
                {"commercial_use", m.commercial_use},
                {"licence_verified", m.licence_verified},
                {"total_parameters", m.total_parameters},
                {"active_parameters", m.active_parameters},
                {"context_tokens", m.max_context_tokens},
                {"released", m.released},
                {"score", score_json(one.score)},
                {"hosted_at", one.hosts},
                {"source", source_json({m.source.text, m.source.date, m.source.place})}};
  };
  return Json{{"api", score_json(shortlist.api)}, {"models", list(shortlist.models, model_json)}};
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
                            {"difference_usd_month", quantiles_json(u.fully_loaded)},
                            {"npv_usd", quantiles_json(u.npv)}};
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

Json brief_json(const std::vector<decision::BriefSentence>& brief) {
  return list(brief, [](const decision::BriefSentence& s) {
    return Json{{"id", s.id}, {"text", s.text}, {"figures", s.figures}};
  });
}

/// The question as asked, with the names that were found.
Json question_json(advisor::PlanQuestion q, const advisor::PlanAnswer& a) {
  q.api_model = a.api.model;
  q.open_model = a.open_model;
  return Json::parse(plan_question_to_json(q));
}

}  // namespace

std::string plan_answer_to_json(const advisor::PlanQuestion& question, const advisor::PlanAnswer& a,
                                const std::string& version) {
  Json j;
  j["version"] = version;
  j["question"] = question_json(question, a);
  j["verdict"] = verdict_json(a.verdict);
  const decision::BriefFacts facts = advisor::brief_facts(question, a);
  j["briefs"]["cfo"] = brief_json(decision::cfo_brief(facts));
  j["briefs"]["cto"] = brief_json(decision::cto_brief(facts));
  j["pairs"] = list(a.pairs, [&](const advisor::PlanAnswer::Pair& p) {
    const auto id = [&](std::size_t i) { return a.options[i].option.ledger.option_id; };
    const decision::PairVerdict& v = p.verdict;
    return Json{{"first", id(p.first)},
                {"second", id(p.second)},
                {"cheaper", v.cheaper == decision::Cheaper::neither ? Json(nullptr)
                            : v.cheaper == decision::Cheaper::first ? Json(id(p.first))
                                                                    : Json(id(p.second))},
                {"difference_usd_month", v.difference.decimal()},
                {"share", v.share},
                {"payback_months", maybe(v.payback_months)},
                {"sentence", v.sentence}};
  });
  j["rungs"] = rungs_json(a.rungs);
  j["traffic"] = traffic_json(a);
  j["api"] = bill_json(a.api);
  j["api_optimised"] = a.api_optimised ? bill_json(*a.api_optimised) : Json(nullptr);
  j["levers"] = list(a.levers, lever_json);
  j["hosted"] = list(a.hosted, bill_json);
  j["quality"] = list(a.quality, quality_json);
  j["shortlist"] = shortlist_json(a.shortlist);
  j["constraints"] = list(a.constraints, constraint_json);
  j["options"] = list(a.options, option_json);
  j["best_self_host"] = a.best_self_host ? Json(*a.best_self_host) : Json(nullptr);
  j["best_api"] = a.best_api;
  j["fleets"] = list(a.fleets.fleets, fleet_json);
  j["pareto"] = a.fleets.pareto;
  j["rejected"] = a.fleets.rejected;
  if (a.hybrid) {
    j["hybrid"] = Json{{"fleet", a.hybrid_fleet},
                       {"base", a.hybrid_base},
                       {"best", a.hybrid->best},
                       {"mixed", a.hybrid->mixed()}};
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
  add_futures(a, j);
  j["figures"] = figures_json(*a.figures);
  j["warnings"] = a.warnings;
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace breakeven::codec
