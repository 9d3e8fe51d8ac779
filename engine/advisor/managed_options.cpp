#include "engine/advisor/managed_options.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/advisor/migration_lines.hpp"
#include "engine/advisor/option_choice.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/explain/figure.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {
namespace {

PlanOption unavailable(const char* id, const char* title, economics::OptionKind kind,
                       std::string reason) {
  PlanOption option;
  option.available = false;
  option.option.ledger.option_id = id;
  option.option.ledger.title = title;
  option.option.ledger.kind = kind;
  option.reason = std::move(reason);
  return option;
}

/// Prompt tokens of the busiest minute, an answer token counted `output_weight` times.
double busiest_minute(const traffic::Trace& trace, double output_weight) {
  constexpr std::int64_t kMinute_ns = 60'000'000'000;
  double most = 0;
  double now = 0;
  std::int64_t minute = -1;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const std::int64_t at = trace.arrival_ns[i] / kMinute_ns;
    if (at != minute) now = 0;
    minute = at;
    now += trace.input_tokens[i] + output_weight * trace.output_tokens[i];
    most = std::max(most, now);
  }
  return most;
}

}  // namespace

Result<PlanOption> dedicated_option(const PlanContext& context,
                                    const std::vector<sizing::PricedFleet>& endpoints) {
  constexpr auto kKind = economics::OptionKind::dedicated_endpoint;
  if (endpoints.empty()) {
    return unavailable(kDedicated, "Dedicated endpoint", kKind,
                       "no vendor of the catalogue runs an accelerator on which the model holds "
                       "the objective");
  }
  const sizing::PricedFleet& fleet = endpoints.front();
  const catalog::GpuOffer& offer = *fleet.offer;
  const int regions = context.question->regions;
  PlanOption option;
  economics::Ledger& ledger = option.option.ledger;
  ledger.option_id = kDedicated;
  ledger.kind = kKind;
  ledger.title = "Dedicated endpoint: " + counted(fleet.plan.replicas, "replica") + " of " +
                 fleet.plan.replica.name() + " at " + offer.provider;
  economics::Line rent;
  rent.id = "endpoint.rental";
  rent.title = counted(std::int64_t{fleet.instances} * regions, "unit") + " of " + offer.instance +
               ", always on at $" + offer.usd_per_hour.decimal() + "/h";
  rent.group = economics::Group::gpu;
  BREAKEVEN_TRY(rent.usd, economics::always_on_month(offer.usd_per_hour,
                                                     std::int64_t{fleet.instances} * regions));
  rent.trend = economics::Trend::gpu_price;
  rent.fleet = steps_of(fleet, regions);
  rent.kind = explain::Kind::simulated;
  rent.source = {offer.source.text, offer.source.date, offer.source.place};
  rent.note = offer.note;
  ledger.add(std::move(rent));
  BREAKEVEN_TRY(std::vector<economics::Line> change,
                model_switch_lines(*context.defaults, *context.question));
  for (economics::Line& line : change) ledger.add(std::move(line));
  option.option.gates.push_back(latency_gate(context, fleet.plan));
  option.replicas = fleet.plan.replicas;
  option.subjects = {{"api:" + to_lower(offer.provider.substr(0, offer.provider.find(' ')))}};
  option.steps = {fleet.plan.replicas_needed, context.question->redundancy, true};
  BREAKEVEN_CHECK_OK(total_up(context, option));
  return option;
}

Result<PlanOption> provisioned_option(const PlanContext& context) {
  constexpr auto kKind = economics::OptionKind::provisioned_throughput;
  const PlanQuestion& q = *context.question;
  if (!q.provisioned) {
    return unavailable(kProvisioned, "Provisioned throughput", kKind,
                       "no vendor publishes a price of a unit that the catalogue could cite; give "
                       "the one you were quoted (--provisioned)");
  }
  const ProvisionedUnit& unit = *q.provisioned;
  const double peak = busiest_minute(*q.trace, unit.output_weight);
  const double wanted = std::ceil(peak / unit.tokens_per_minute);
  constexpr double kMostUnits = 1e8;
  if (!(wanted <= kMostUnits)) {
    return unavailable(
        kProvisioned, "Provisioned throughput", kKind,
        "the busiest minute needs " + shortest(wanted) + " units, more than anybody sells");
  }
  const std::int64_t over =
      std::max<std::int64_t>(0, static_cast<std::int64_t>(wanted) - unit.min_units);
  const std::int64_t steps = (over + unit.step_units - 1) / unit.step_units;
  const std::int64_t units = unit.min_units + steps * unit.step_units;
  PlanOption option;
  economics::Ledger& ledger = option.option.ledger;
  ledger.option_id = kProvisioned;
  ledger.kind = kKind;
  ledger.title = "Provisioned throughput: " + counted(units, "unit") + " for " + q.api_model;
  economics::Line rent;
  rent.id = "provisioned.units";
  rent.title = counted(units, "unit") + " for a busiest minute of " + shortest(std::round(peak)) +
               " tokens, always on";
  rent.group = economics::Group::usage;
  BREAKEVEN_TRY(rent.usd, mul_div(unit.usd_per_hour, units * kHoursPerMonth * q.regions, 1));
  rent.trend = economics::Trend::api_price;
  rent.price_fixed_months = unit.commitment_months;
  rent.source = {"given", "", "--provisioned"};
  rent.kind = explain::Kind::assumed;
  rent.fleet = economics::FleetSteps{peak / unit.tokens_per_minute, q.regions};
  ledger.add(std::move(rent));
  option.steps = {static_cast<int>(units), 0, false};
  if (unit.commitment_months > 0) {
    option.option.notes.push_back("committed for " + counted(unit.commitment_months, "month"));
  }
  BREAKEVEN_CHECK_OK(total_up(context, option));
  return option;
}

}  // namespace breakeven::advisor
