#include "engine/advisor/plan_brief.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "engine/advisor/api_levers.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/advisor/quality.hpp"
#include "engine/decision/brief.hpp"
#include "engine/decision/gates.hpp"
#include "engine/decision/rungs.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {
namespace {

decision::BriefOption brief_of(const PlanOption& option) {
  decision::BriefOption brief;
  brief.id = option.option.ledger.option_id;
  brief.title = option.option.ledger.title;
  brief.fully_loaded = option.fully_loaded;
  brief.recurring = option.recurring;
  brief.one_offs = option.one_offs;
  if (option.against_api) {
    brief.npv_usd = option.against_api->npv_usd;
    brief.payback_month = option.against_api->payback_month;
  }
  return brief;
}

decision::BriefFleet brief_of(const sizing::PricedFleet& fleet, std::size_t index) {
  decision::BriefFleet brief;
  const sizing::FleetPlan& plan = fleet.plan;
  brief.figures = "fleet." + std::to_string(index + 1);
  brief.configuration = plan.replica.name();
  brief.provider = fleet.offer->provider;
  brief.replicas_needed = plan.replicas_needed;
  brief.replicas = plan.replicas;
  brief.gpus = fleet.gpus;
  brief.utilisation = plan.delivered_utilisation;
  brief.ttft_s = plan.at_needed.ttft_at_objective_s;
  brief.tpot_s = plan.at_needed.tpot_at_objective_s;
  brief.measured = plan.replica.measured;
  return brief;
}

void own_option(const PlanAnswer& a, decision::BriefFacts& f) {
  if (!a.best_self_host) return;
  const PlanOption& own = a.options[*a.best_self_host];
  f.own = brief_of(own);
  if (own.fleet) f.fleet = brief_of(a.fleets.fleets[*own.fleet], *own.fleet);
  for (const economics::Line& line : own.option.ledger.lines) {
    if (line.group != economics::Group::people || line.once_in) continue;
    f.people += line.usd;
    f.people_figures.push_back("option." + f.own->id + "." + line.id);
  }
  if (!f.people_figures.empty()) f.people_figures.push_back("option." + f.own->id + ".recurring");
  for (const decision::Gate& gate : own.option.gates) {
    if (gate.state == decision::GateState::fail) f.failed_gates.push_back(gate.title);
    if (gate.state == decision::GateState::unknown ||
        gate.state == decision::GateState::conditional) {
      f.open_gates.push_back(gate.title);
    }
  }
}

void best_lever(const PlanAnswer& a, decision::BriefFacts& f) {
  for (const ApiLever& lever : a.levers) {
    if (lever.applied || !lever.unavailable.empty() || lever.saving <= f.lever_saving) continue;
    f.lever = lever.title;
    f.lever_saving = lever.saving;
    f.lever_effort = lever.effort.usd;
  }
}

void volume(const PlanAnswer& a, decision::BriefFacts& f) {
  if (!a.volume) return;
  f.tokens_today = a.volume->tokens_today;
  f.permanent_tokens = a.volume->answer.permanent;
  f.never = a.volume->answer.never;
}

void quality(const PlanAnswer& a, decision::BriefFacts& f) {
  for (const QualityGap& gap : a.quality) {
    ++f.benchmarks;
    if (gap.gap() >= 0) continue;
    ++f.behind;
    if (gap.gap() >= f.worst_gap) continue;
    f.worst_gap = gap.gap();
    f.worst_benchmark = gap.benchmark;
  }
}

}  // namespace

decision::BriefFacts brief_facts(const PlanQuestion& question, const PlanAnswer& a) {
  decision::BriefFacts f;
  f.verdict = a.verdict.sentence;
  if (a.figures->find("verdict.saving").ok()) f.verdict_figures.emplace_back("verdict.saving");
  f.api_bill = a.api.value;
  f.horizon_months = question.horizon_months;
  for (const decision::Rung& rung : a.rungs) {
    if (!rung.evaluated) continue;
    if (rung.id == decision::kRungRunRate) f.run_rate = rung.difference;
    if (rung.id == decision::kRungFullyLoaded) f.fully_loaded = rung.difference;
  }
  f.probability = a.verdict.probability;
  for (const PlanOption& option : a.options) {
    const bool ruled_out = std::ranges::any_of(option.option.gates, [](const decision::Gate& gate) {
      return gate.state == decision::GateState::fail;
    });
    if (!option.available || !option.may_win || ruled_out) continue;
    f.cheapest = brief_of(option);
    f.cheapest_is_today = option.option.ledger.kind == economics::OptionKind::api_as_billed;
    break;  // cheapest first
  }
  own_option(a, f);
  best_lever(a, f);
  volume(a, f);
  quality(a, f);
  f.drivers = a.verdict.drivers;
  f.nearest_flip = a.verdict.nearest_flip;
  f.objective_ttft_s = question.objective.ttft_s;
  f.objective_tpot_s = question.objective.tpot_s;
  f.percentile = question.objective.percentile;
  if (a.hybrid) f.hybrid_mixed = a.hybrid->mixed();
  return f;
}

}  // namespace breakeven::advisor
