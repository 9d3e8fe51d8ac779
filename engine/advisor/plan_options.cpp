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
#include "engine/advisor/default_line.hpp"
#include "engine/advisor/fleet_search.hpp"
#include "engine/advisor/migration_lines.hpp"
#include "engine/advisor/option_choice.hpp"
#include "engine/advisor/owned_servers.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_model.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/decision/gates.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/unit_cost.hpp"
#include "engine/explain/figure.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {
namespace {

explain::Source to_source(const catalog::Source& source) {
  return {source.text, source.date, source.place};
}

int commitment_months(catalog::Term term) {
  if (term == catalog::Term::reserved_1y) return 12;
  return term == catalog::Term::reserved_3y ? 36 : 0;
}

}  // namespace

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

double weight_bytes(const sizing::FleetPlan& plan) {
  return plan.replica.memory.weight_bytes * plan.replica.gpus();
}

/// The latency gate: the replay is the evidence.
decision::Gate latency_gate(const PlanContext& context, const sizing::FleetPlan& plan) {
  const serving::Objective& objective = context.question->objective;
  decision::Gate gate;
  gate.id = "latency";
  gate.title =
      "Latency objective with " + counted(context.question->redundancy, "replica") + " down";
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
  const catalog::GivenDefaults& defaults = *context.defaults;
  const PlanQuestion& question = *context.question;
  std::vector<economics::Line> lines;
  BREAKEVEN_TRY(std::vector<economics::Line> people, people_lines(defaults, question, gpus));
  BREAKEVEN_TRY(economics::Line underestimate, underestimate_line(defaults, question, people));
  BREAKEVEN_TRY(std::vector<economics::Line> on_call, on_call_lines(defaults, question, gpus));
  BREAKEVEN_TRY(std::vector<economics::Line> tooling, tooling_lines(defaults, question, gpus));
  BREAKEVEN_TRY(std::vector<economics::Line> operations,
                operations_lines(defaults, question, weights, context.requests_per_month,
                                 context.output_tokens_per_month));
  BREAKEVEN_TRY(std::vector<economics::Line> upkeep, upkeep_lines(defaults, question));
  BREAKEVEN_TRY(std::vector<economics::Line> migration,
                migration_lines(defaults, question, context.api_monthly));
  for (economics::Line& line : people) {
    line.trend = economics::Trend::salary;
    lines.push_back(std::move(line));
  }
  underestimate.in_run_rate = false;
  underestimate.trend = economics::Trend::salary;
  lines.push_back(std::move(underestimate));
  for (economics::Line& line : on_call) {
    line.in_run_rate = false;
    line.trend = economics::Trend::salary;
    lines.push_back(std::move(line));
  }
  for (economics::Line& line : tooling) lines.push_back(std::move(line));
  for (economics::Line& line : operations) {
    line.in_run_rate = false;
    line.follows_volume = line.id != "operations.storage";
    lines.push_back(std::move(line));
  }
  for (economics::Line& line : upkeep) lines.push_back(std::move(line));
  for (economics::Line& line : migration) lines.push_back(std::move(line));
  return lines;
}

Status total_up(const PlanContext& context, PlanOption& option) {
  const economics::Ledger& ledger = option.option.ledger;
  static constexpr Usd kMost = Usd::from_dollars(1'000'000'000'000);
  for (const economics::Line& line : ledger.lines) {
    if (line.usd <= kMost && line.usd >= -kMost) continue;
    return Error{ErrorCode::out_of_range,
                 "expected an amount of at most 1e12 USD, found " + line.usd.display(0) + " for " +
                     line.title,
                 ledger.option_id + "." + line.id};
  }
  option.recurring = ledger.recurring();
  option.one_offs = ledger.one_offs();
  option.fully_loaded = ledger.fully_loaded(context.question->horizon_months);
  BREAKEVEN_TRY(option.per_million_tokens,
                economics::per_million_tokens(option.fully_loaded, context.tokens_per_month));
  return {};
}

Result<economics::Line> rent_line(const PlanContext& context, const catalog::GpuOffer& offer,
                                  int instances) {
  const std::int64_t all = std::int64_t{instances} * context.question->regions;
  economics::Line rent;
  rent.id = "gpu.rental";
  rent.title = counted(all, "instance") + " " + offer.instance + " (" + std::to_string(offer.gpus) +
               " x " + offer.accelerator + "), " + offer.region + ", always on at $" +
               offer.usd_per_hour.decimal() + "/h";
  rent.group = economics::Group::gpu;
  BREAKEVEN_TRY(rent.usd, economics::always_on_month(offer.usd_per_hour, all));
  rent.trend = economics::Trend::gpu_price;
  rent.price_fixed_months = commitment_months(offer.term);
  rent.source = to_source(offer.source);
  rent.note = offer.note;
  return rent;
}

namespace {

/// What spot adds to its rent: the load goes to the API while an interrupted replica comes back,
/// and to machines on demand while there is no spot instance.
Result<std::vector<economics::Line>> interruption_lines(const PlanContext& context,
                                                        const sizing::PricedFleet& fleet,
                                                        Usd rent) {
  constexpr double kDay_s = 86'400;
  BREAKEVEN_TRY(const catalog::Default* often,
                context.defaults->default_value("operations.spot_interruptions_per_day"));
  BREAKEVEN_TRY(const catalog::Default* recovery,
                context.defaults->default_value("operations.spot_recovery_s"));
  BREAKEVEN_TRY(const catalog::Default* missing,
                context.defaults->default_value("operations.spot_unavailable_share"));
  const Ranged down = product(product(ranged(*often), ranged(*recovery)), certain(1 / kDay_s));
  const auto at_most_all = [](Ranged r) {
    return Ranged{std::min(1.0, r.value), std::min(1.0, r.low), std::min(1.0, r.high)};
  };
  std::vector<economics::Line> lines;
  lines.push_back(default_line(
      "spot.interruptions", "API while an interrupted replica comes back", economics::Group::usage,
      product(at_most_all(down), certain(context.api_monthly.estimate())), {often, recovery}));
  lines.back().trend = economics::Trend::api_price;
  lines.back().follows_volume = true;
  // What the same machines cost on demand; the cheapest way to have them.
  std::vector<const catalog::GpuOffer*> offers;
  for (const catalog::GpuOffer& offer : context.catalog->offers()) {
    if (offer_filter(*context.question).allows(offer)) offers.push_back(&offer);
  }
  const sizing::CheapestOffer fallback =
      sizing::cheapest_offer(offers, fleet.offer->accelerator, catalog::Term::on_demand,
                             fleet.plan.replicas, fleet.plan.replica.gpus());
  if (fallback.offer != nullptr) {
    BREAKEVEN_TRY(const economics::Line on_demand,
                  rent_line(context, *fallback.offer, fallback.instances));
    const double more = std::max(0.0, (on_demand.usd - rent).estimate());
    lines.push_back(default_line(
        "spot.fallback", "On demand while no spot instance is to be had, beyond the rent",
        economics::Group::gpu, product(at_most_all(ranged(*missing)), certain(more)), {missing}));
    lines.back().trend = economics::Trend::gpu_price;
  }
  return lines;
}

}  // namespace

economics::FleetSteps steps_of(const sizing::PricedFleet& fleet, int regions) {
  const sizing::FleetPlan& plan = fleet.plan;
  const CapacityCurve curve(plan.replicas_needed, plan.replicas, plan.max_load_factor);
  // Never so few that today's load would need another number than the replay did.
  constexpr double kBarely = 1e-6;
  economics::FleetSteps steps;
  steps.load_units = std::max(1.0 / curve.load_per_replica(), plan.replicas_needed - 1 + kBarely);
  steps.copies = regions;
  steps.spare = plan.replicas - plan.replicas_needed;
  steps.units_per_machine = std::max(1, fleet.offer->gpus / plan.replica.gpus());
  steps.machines_per_unit = sizing::instances_for(1, plan.replica.gpus(), fleet.offer->gpus);
  return steps;
}

Result<PlanOption> rented_option(const PlanContext& context, const sizing::PricedFleet& fleet,
                                 std::size_t index) {
  PlanOption option;
  economics::Ledger& ledger = option.option.ledger;
  const catalog::GpuOffer& offer = *fleet.offer;
  const int regions = context.question->regions;
  switch (offer.term) {
    case catalog::Term::on_demand:
      ledger.kind = economics::OptionKind::rented_on_demand;
      break;
    case catalog::Term::spot:
      ledger.kind = economics::OptionKind::spot;
      break;
    default:
      ledger.kind = economics::OptionKind::reserved;
  }
  ledger.option_id = rented_id(offer.term);
  ledger.title = term_title(offer.term) + ": " + std::to_string(fleet.plan.replicas) +
                 " replicas of " + fleet.plan.replica.name() + " at " + offer.provider +
                 (regions > 1 ? ", in each of " + std::to_string(regions) + " regions" : "");
  BREAKEVEN_TRY(economics::Line rent, rent_line(context, offer, fleet.instances));
  rent.fleet = steps_of(fleet, regions);
  const Usd rent_usd = rent.usd;
  ledger.add(std::move(rent));
  if (offer.term == catalog::Term::spot) {
    BREAKEVEN_TRY(std::vector<economics::Line> interruptions,
                  interruption_lines(context, fleet, rent_usd));
    for (economics::Line& line : interruptions) ledger.add(std::move(line));
    option.may_win = names(*context.question, ledger.option_id);
    if (!option.may_win) {
      option.option.notes.push_back(
          "shown, not decided on: spot can be withdrawn; name rented.spot among the options to "
          "let it win");
    }
  }
  BREAKEVEN_TRY(std::vector<economics::Line> running,
                running_lines(context, fleet.gpus * regions, weight_bytes(fleet.plan)));
  for (economics::Line& line : running) ledger.add(std::move(line));
  option.option.gates.push_back(latency_gate(context, fleet.plan));
  add_licence_gate(*context.model, option);
  option.fleet = index;
  option.replicas = fleet.plan.replicas;
  BREAKEVEN_TRY(option.team_fte,
                team_fte(*context.defaults, *context.question, fleet.gpus * regions));
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
                  owned_lines(*context.defaults, plan.replica.config.accelerator->id, plan.replicas,
                              plan.replica.gpus(), context.question->regions));
    if (owned.servers == 0) continue;
    PlanOption option;
    economics::Ledger& ledger = option.option.ledger;
    ledger.option_id = "owned";
    ledger.kind = economics::OptionKind::owned;
    ledger.title = "Owned: " + counted(owned.servers, "server") + " of " +
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
    BREAKEVEN_TRY(option.team_fte, team_fte(*context.defaults, *context.question,
                                            owned.servers * owned.gpus_per_server));
    option.option.notes.push_back(
        "capital of " + Usd::from_dollars(static_cast<std::int64_t>(owned.capex.usd)).display(0) +
        " up front; servers take months to arrive");
    BREAKEVEN_CHECK_OK(total_up(context, option));
    if (!best.available || option.fully_loaded < best.fully_loaded) best = std::move(option);
  }
  return best;
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
