#include "engine/advisor/plan_uncertainty.hpp"

#include <algorithm>
#include <cstdint>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_futures.hpp"
#include "engine/advisor/plan_model.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/growth.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/uncertainty.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {

using economics::OptionKind;

Status model_uncertainty(const PlanContext& context, PlanAnswer& a, Pool& pool) {
  if (!a.best_self_host) return {};
  const PlanQuestion& q = *context.question;
  const PlanOption& own = a.options[*a.best_self_host];
  const economics::Ledger& ledger = own.option.ledger;
  const sizing::PricedFleet& fleet = fleet_of(a, own);
  PlanModel m;
  const PlanOption& other = a.options[a.best_api];
  m.api = other.recurring.estimate();
  if (other.steps) {
    const double units = other.steps->needed + other.steps->spare;
    m.api_step = m.api / units;
    m.api = 0;
    m.api_curve = CapacityCurve(other.steps->needed, other.steps->needed, 1.0);
    m.api_spare = other.steps->spare;
    m.api_step_is_gpus = other.steps->simulated;
    for (const economics::Line& line : other.option.ledger.lines) {
      m.api_price_fixed_months = std::max(m.api_price_fixed_months, line.price_fixed_months);
    }
  }
  m.api_once = a.options[a.best_api].one_offs.estimate();
  Usd unpublished;
  for (const economics::Line& line : a.options[a.best_api].option.ledger.lines) {
    if (line.low && !line.once_in) unpublished += line.usd - *line.low;
  }
  if (m.api > 0) m.api_known_share = 1.0 - unpublished.estimate() / m.api;
  m.curve =
      CapacityCurve(fleet.plan.replicas_needed, fleet.plan.replicas, fleet.plan.max_load_factor);
  m.redundancy = fleet.plan.replicas - fleet.plan.replicas_needed;
  if (ledger.kind == OptionKind::owned) {
    m.fixed = hardware_of(ledger).estimate();
  } else {
    BREAKEVEN_TRY(const Usd instance,
                  economics::always_on_month(fleet.offer->usd_per_hour, q.regions));
    m.instance = instance.estimate();
    m.replicas_per_instance = fleet.offer->gpus / fleet.plan.replica.gpus();
    m.instances_per_replica =
        sizing::instances_for(1, fleet.plan.replica.gpus(), fleet.offer->gpus);
    for (const economics::Line& line : ledger.lines) {
      if (line.id == "gpu.rental") m.fleet_price_fixed_months = line.price_fixed_months;
    }
  }
  double beyond = 0;
  for (const economics::Line& line : ledger.lines) {
    const double usd = line.usd.estimate();
    if (line.once_in) {
      (line.id == "migration.dual_running" ? m.dual_running : m.migration_work) += usd;
    } else if (line.id == "people.underestimate") {
      beyond += usd;
    } else if (line.group == economics::Group::people && line.id != "people.on_call") {
      m.people += usd;
    } else if (line.follows_volume) {
      m.operations += usd;
    } else if (line.group != economics::Group::gpu && line.group != economics::Group::hardware &&
               line.group != economics::Group::facility) {
      m.tooling += usd;
    } else if (line.id == "spot.fallback") {
      m.fixed += usd;
    }
  }
  if (m.people > 0) m.people_factor = 1.0 + beyond / m.people;
  m.growth_per_month = q.growth_per_month.value_or(0);
  m.growth_ceiling = q.growth_ceiling.value_or(0);
  m.launch_factor = economics::launch_factors(q.launches, q.horizon_months);
  m.ramp_months = q.ramp_months;
  m.api_trend_per_year = q.api_price_trend_per_year;
  m.gpu_trend_per_year = q.gpu_price_trend_per_year;
  m.discount_rate_per_year = q.discount_rate_per_year;
  m.horizon_months = q.horizon_months;
  a.model = m;
  BREAKEVEN_TRY(a.drivers,
                plan_drivers(*context.defaults, m, fleet.plan.replica.error_p10,
                             fleet.plan.replica.error_p90, q.growth_per_month.has_value()));
  BREAKEVEN_TRY(a.correlations, plan_correlations(*context.defaults));
  const economics::Model model = [&m](const double* drivers) { return m.outcome(drivers); };
  if (q.paths > 0) {
    BREAKEVEN_TRY(a.uncertainty,
                  economics::simulate(a.drivers, model, static_cast<std::uint64_t>(q.paths), q.seed,
                                      pool, a.correlations));
  }
  BREAKEVEN_TRY(a.tornado, economics::tornado(a.drivers, model));
  a.flips = economics::flip_points(a.drivers, model, economics::Difference::fully_loaded);
  return {};
}

}  // namespace breakeven::advisor
