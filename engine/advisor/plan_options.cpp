#include "engine/advisor/plan_options.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/bill.hpp"
#include "engine/advisor/cost_lines.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/decision/gates.hpp"
#include "engine/economics/hybrid.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/unit_cost.hpp"
#include "engine/explain/figure.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {
namespace {

explain::Source to_source(const catalog::Source& source) {
  return {source.text, source.date, source.place};
}

int commitment_months(catalog::Term term) {
  if (term == catalog::Term::reserved_1y) return 12;
  return term == catalog::Term::reserved_3y ? 36 : 0;
}

std::string term_title(catalog::Term term) {
  switch (term) {
    case catalog::Term::on_demand:
      return "Rented on demand";
    case catalog::Term::reserved_1y:
      return "Reserved for 1 year";
    case catalog::Term::reserved_3y:
      return "Reserved for 3 years";
    case catalog::Term::spot:
      return "Spot";
    case catalog::Term::capacity_block:
      break;
  }
  return "Capacity block";
}

std::string plural(int n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

double weight_bytes(const sizing::FleetPlan& plan) {
  return plan.replica.memory.weight_bytes * plan.replica.gpus();
}

/// The latency gate: the replay is the evidence.
decision::Gate latency_gate(const PlanContext& context, const sizing::FleetPlan& plan) {
  const serving::Objective& objective = context.question->objective;
  decision::Gate gate;
  gate.id = "latency";
  gate.title =
      "Latency objective with " + plural(context.question->redundancy, "replica") + " down";
  gate.topic = decision::GateTopic::latency;
  gate.state = plan.at_needed.objective_met ? decision::GateState::pass : decision::GateState::fail;
  gate.condition = "TTFT " + shortest(objective.ttft_s) + " s and TPOT " +
                   shortest(objective.tpot_s * 1000) + " ms at " + shortest(objective.percentile) +
                   " %";
  gate.evidence = {"replay of the trace; " + plan.replica.calibration, "",
                   "docs/methodology/step-time.md"};
  return gate;
}

/// The licence, for whoever runs the weights himself; nothing when it allows commercial use.
void add_licence_gate(const catalog::OpenModel& model, PlanOption& option) {
  if (model.commercial_use) return;
  decision::Gate gate;
  gate.id = "policy.licence";
  gate.title = "Licence of " + model.id;
  gate.topic = decision::GateTopic::policy;
  gate.state = decision::GateState::conditional;
  gate.condition = model.licence + (model.licence_verified
                                        ? " does not allow commercial use without an agreement"
                                        : " could not be verified to allow commercial use");
  gate.evidence = to_source(model.source);
  option.option.gates.push_back(std::move(gate));
}

}  // namespace

PlanOption api_option(const MonthlyBill& bill, economics::OptionKind kind, std::string id,
                      std::string title) {
  PlanOption option;
  option.option.ledger.option_id = std::move(id);
  option.option.ledger.title = std::move(title);
  option.option.ledger.kind = kind;
  for (std::size_t i = 0; i < bill.parts.size(); ++i) {
    const BillPart& part = bill.parts[i];
    economics::Line line;
    line.id = "usage." + std::to_string(i + 1) + "." + part.unit;
    std::replace(line.id.begin(), line.id.end(), ' ', '_');
    line.title = "Tokens: " + part.unit;
    line.group = economics::Group::usage;
    line.usd = part.usd;
    if (part.low < part.usd) {
      line.low = part.low;
      line.high = part.usd;
    }
    line.trend = economics::Trend::api_price;
    line.follows_volume = true;
    line.kind = bill.exact() ? explain::Kind::exact : explain::Kind::estimated;
    line.source = to_source(part.source);
    option.option.ledger.add(std::move(line));
  }
  option.option.notes = bill.warnings;
  return option;
}

Result<std::vector<economics::Line>> running_lines(const PlanContext& context, int gpus,
                                                   double weights) {
  const catalog::Catalog& catalog = *context.catalog;
  const PlanQuestion& question = *context.question;
  std::vector<economics::Line> lines;
  BREAKEVEN_TRY(std::vector<economics::Line> people, people_lines(catalog, question, gpus));
  BREAKEVEN_TRY(economics::Line underestimate, underestimate_line(catalog, question, people));
  BREAKEVEN_TRY(std::vector<economics::Line> tooling, tooling_lines(catalog, question, gpus));
  BREAKEVEN_TRY(std::vector<economics::Line> operations,
                operations_lines(catalog, weights, context.requests_per_month,
                                 context.output_tokens_per_month));
  BREAKEVEN_TRY(std::vector<economics::Line> migration,
                migration_lines(catalog, question, context.api_monthly));
  for (economics::Line& line : people) {
    line.trend = economics::Trend::salary;
    lines.push_back(std::move(line));
  }
  underestimate.in_run_rate = false;
  underestimate.trend = economics::Trend::salary;
  lines.push_back(std::move(underestimate));
  for (economics::Line& line : tooling) lines.push_back(std::move(line));
  for (economics::Line& line : operations) {
    line.in_run_rate = false;
    line.follows_volume = line.id != "operations.storage";
    lines.push_back(std::move(line));
  }
  for (economics::Line& line : migration) {
    line.in_run_rate = false;
    line.once_in = 0;
    lines.push_back(std::move(line));
  }
  return lines;
}

Status total_up(const PlanContext& context, PlanOption& option) {
  const economics::Ledger& ledger = option.option.ledger;
  option.recurring = ledger.recurring();
  option.one_offs = ledger.one_offs();
  option.fully_loaded = ledger.fully_loaded(context.question->horizon_months);
  BREAKEVEN_TRY(option.per_million_tokens,
                economics::per_million_tokens(option.fully_loaded, context.tokens_per_month));
  return {};
}

Result<PlanOption> rented_option(const PlanContext& context, const sizing::PricedFleet& fleet,
                                 std::size_t index) {
  PlanOption option;
  economics::Ledger& ledger = option.option.ledger;
  const catalog::GpuOffer& offer = *fleet.offer;
  ledger.kind = offer.term == catalog::Term::on_demand ? economics::OptionKind::rented_on_demand
                                                       : economics::OptionKind::reserved;
  ledger.option_id = "rented." + std::string(catalog::to_string(offer.term));
  ledger.title = term_title(offer.term) + ": " + std::to_string(fleet.plan.replicas) +
                 " replicas of " + fleet.plan.replica.name() + " at " + offer.provider;
  economics::Line rent;
  rent.id = "gpu.rental";
  rent.title = plural(fleet.instances, "instance") + " " + offer.instance + " (" +
               std::to_string(offer.gpus) + " x " + offer.accelerator + "), " + offer.region +
               ", always on at $" + offer.usd_per_hour.decimal() + "/h";
  rent.group = economics::Group::gpu;
  BREAKEVEN_TRY(rent.usd, economics::always_on_month(offer.usd_per_hour, fleet.instances));
  rent.trend = economics::Trend::gpu_price;
  rent.price_fixed_months = commitment_months(offer.term);
  rent.source = to_source(offer.source);
  rent.note = offer.note;
  ledger.add(std::move(rent));
  BREAKEVEN_TRY(std::vector<economics::Line> running,
                running_lines(context, fleet.gpus, weight_bytes(fleet.plan)));
  for (economics::Line& line : running) ledger.add(std::move(line));
  option.option.gates.push_back(latency_gate(context, fleet.plan));
  add_licence_gate(*context.model, option);
  option.fleet = index;
  option.replicas = fleet.plan.replicas;
  BREAKEVEN_CHECK_OK(total_up(context, option));
  return option;
}

Result<PlanOption> owned_option(const PlanContext& context, const sizing::SearchResult& fleets) {
  PlanOption best;
  best.available = false;
  best.option.ledger.option_id = "owned";
  best.option.ledger.title = "Owned servers";
  best.option.ledger.kind = economics::OptionKind::owned;
  best.reason = "the catalogue has no server price for the accelerators of the feasible fleets";
  for (std::size_t i = 0; i < fleets.fleets.size(); ++i) {
    const sizing::FleetPlan& plan = fleets.fleets[i].plan;
    BREAKEVEN_TRY(OwnedServers owned,
                  owned_lines(*context.catalog, plan.replica.config.accelerator->id, plan.replicas,
                              plan.replica.gpus()));
    if (owned.servers == 0) continue;
    PlanOption option;
    economics::Ledger& ledger = option.option.ledger;
    ledger.option_id = "owned";
    ledger.kind = economics::OptionKind::owned;
    ledger.title = "Owned: " + plural(owned.servers, "server") + " of " +
                   std::to_string(owned.gpus_per_server) + " x " +
                   plan.replica.config.accelerator->id + ", " + std::to_string(plan.replicas) +
                   " replicas of " + plan.replica.name();
    for (economics::Line& line : owned.monthly) ledger.add(std::move(line));
    BREAKEVEN_TRY(
        std::vector<economics::Line> running,
        running_lines(context, owned.servers * owned.gpus_per_server, weight_bytes(plan)));
    for (economics::Line& line : running) ledger.add(std::move(line));
    option.option.gates.push_back(latency_gate(context, plan));
    add_licence_gate(*context.model, option);
    option.fleet = i;
    option.replicas = plan.replicas;
    option.option.notes.push_back(
        "capital of " + Usd::from_dollars(static_cast<std::int64_t>(owned.capex.usd)).display(0) +
        " up front; servers take months to arrive");
    BREAKEVEN_CHECK_OK(total_up(context, option));
    if (!best.available || option.fully_loaded < best.fully_loaded) best = std::move(option);
  }
  return best;
}

namespace {

/// The requests that overflow, as a trace of their own with the same span.
traffic::Trace overflow_trace(const traffic::Trace& trace, const sizing::CapacityPoint& point) {
  traffic::Trace rest;
  rest.name = trace.name;
  rest.span_ns = trace.span_ns;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (!point.overflows(i)) continue;
    rest.arrival_ns.push_back(trace.arrival_ns[i]);
    rest.input_tokens.push_back(trace.input_tokens[i]);
    rest.output_tokens.push_back(trace.output_tokens[i]);
    if (!trace.cached_tokens.empty()) rest.cached_tokens.push_back(trace.cached_tokens[i]);
  }
  return rest;
}

}  // namespace

Result<HybridPlan> hybrid_option(const PlanContext& context, const sizing::PricedFleet& fleet,
                                 std::size_t index, const MonthlyBill& overflow, Usd pure_api,
                                 Usd pure_self_host) {
  const PlanQuestion& question = *context.question;
  const sizing::FleetPlan& plan = fleet.plan;
  BillOptions bill_options;
  bill_options.as_of = question.as_of;
  bill_options.cache_share = question.api_cache_share;

  BREAKEVEN_TRY(const catalog::Default* availability,
                context.catalog->default_value("operations.node_availability"));
  BREAKEVEN_TRY(
      const Rational down,
      Rational::make(static_cast<std::int64_t>(std::llround((1.0 - availability->value) * 1e6)),
                     1'000'000));

  HybridPlan hybrid;
  std::vector<economics::HybridPoint> points;
  std::vector<economics::Ledger> ledgers;
  for (const sizing::CapacityPoint& point : plan.capacity) {
    economics::HybridPoint p;
    p.replicas = point.replicas;
    economics::Ledger ledger;
    ledger.kind = economics::OptionKind::hybrid;
    if (point.replicas == 0) {
      p.overflow_usd = pure_api;
    } else {
      if (point.overflow_requests > 0) {
        BREAKEVEN_TRY(const MonthlyBill rest,
                      monthly_bill(*context.catalog, overflow.model,
                                   overflow_trace(*question.trace, point), bill_options));
        p.overflow_usd = rest.value;
      }
      // While a replica is down its share goes to the API as well: the API is the spare.
      BREAKEVEN_TRY(const Usd outage, scale(overflow.value - p.overflow_usd, down));
      p.overflow_usd += outage;
      const int instances =
          sizing::instances_for(point.replicas, plan.replica.gpus(), fleet.offer->gpus);
      economics::Line rent;
      rent.id = "gpu.rental";
      rent.title = plural(instances, "instance") + " " + fleet.offer->instance + ", always on";
      rent.group = economics::Group::gpu;
      BREAKEVEN_TRY(rent.usd, economics::always_on_month(fleet.offer->usd_per_hour, instances));
      rent.trend = economics::Trend::gpu_price;
      rent.price_fixed_months = commitment_months(fleet.offer->term);
      rent.source = to_source(fleet.offer->source);
      ledger.add(std::move(rent));
      BREAKEVEN_TRY(std::vector<economics::Line> running,
                    running_lines(context, instances * fleet.offer->gpus, weight_bytes(plan)));
      for (economics::Line& line : running) ledger.add(std::move(line));
      economics::Line api;
      api.id = "usage.overflow";
      api.title = "Overflow and outages at " + overflow.model;
      api.group = economics::Group::usage;
      api.usd = p.overflow_usd;
      api.trend = economics::Trend::api_price;
      api.follows_volume = true;
      api.kind = explain::Kind::simulated;
      if (!overflow.parts.empty()) api.source = to_source(overflow.parts.front().source);
      ledger.add(std::move(api));
      p.self_host_usd = ledger.fully_loaded(question.horizon_months) - p.overflow_usd;
    }
    points.push_back(p);
    ledgers.push_back(std::move(ledger));
  }
  // The pure fleet with its spare replicas ends the list: the mix is never dearer than it.
  economics::HybridPoint pure;
  pure.replicas = std::max(plan.replicas, points.empty() ? 0 : points.back().replicas + 1);
  pure.self_host_usd = pure_self_host;
  points.push_back(pure);
  ledgers.emplace_back();
  BREAKEVEN_TRY(hybrid.answer, economics::cheapest_hybrid(points));

  // The cheapest true mix, shown as an option even when a pure one wins.
  std::size_t best = 1;
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    if (points[i].total() < points[best].total()) best = i;
  }
  PlanOption& option = hybrid.option;
  option.option.ledger = std::move(ledgers[best]);
  option.option.ledger.option_id = "hybrid";
  option.option.ledger.kind = economics::OptionKind::hybrid;
  option.option.ledger.title = "Hybrid: " + plural(points[best].replicas, "replica") + " of " +
                               plan.replica.name() + " at " + fleet.offer->provider +
                               ", peaks and outages at " + overflow.model;
  option.fleet = index;
  option.replicas = points[best].replicas;
  add_licence_gate(*context.model, option);
  BREAKEVEN_CHECK_OK(total_up(context, option));
  return hybrid;
}

Usd hardware_of(const economics::Ledger& ledger) {
  return ledger.group_total(economics::Group::gpu) +
         ledger.group_total(economics::Group::hardware) +
         ledger.group_total(economics::Group::facility);
}

const sizing::PricedFleet& fleet_of(const PlanAnswer& answer, const PlanOption& own) {
  return answer.fleets.fleets[own.fleet.value_or(0)];
}

}  // namespace breakeven::advisor
