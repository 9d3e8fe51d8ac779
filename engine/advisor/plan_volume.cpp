#include "engine/advisor/plan_volume.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_model.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/economics/break_even.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {
namespace {

/// The ends of the steps up to three times today's volume and a little beyond the last crossing.
Status chart_points(PlanVolume& volume) {
  constexpr std::int64_t kMaxSteps = 120;
  const economics::VolumeProblem& p = volume.problem;
  std::int64_t end = 3 * volume.tokens_today;
  if (volume.answer.permanent) end = std::max(end, *volume.answer.permanent / 4 * 5);
  const std::int64_t steps = end / p.step_capacity + 1;
  const std::int64_t stride = steps / kMaxSteps + 1;
  std::vector<std::int64_t> at{0};
  for (std::int64_t k = stride; k <= steps; k += stride) {
    const std::int64_t edge = k * p.step_capacity;
    if (edge >= end) break;
    at.push_back(edge);
    at.push_back(edge + 1);
  }
  at.push_back(end);
  for (const std::int64_t tokens : at) {
    BREAKEVEN_TRY(const Usd api, economics::api_cost_at(p, tokens));
    BREAKEVEN_TRY(const Usd own, economics::self_host_cost_at(p, tokens));
    volume.points.push_back({tokens, api, own});
  }
  return {};
}

/// Break-even in volume of the best fleet on rented instances against the option `api`.
Result<PlanVolume> volume_against(const PlanContext& context, const PlanAnswer& a,
                                  const PlanModel& model, const PlanOption& api) {
  const PlanOption& own = a.options[a.best_self_host.value_or(0)];
  const sizing::PricedFleet& fleet = fleet_of(a, own);
  PlanVolume volume;
  volume.tokens_today = context.tokens_per_month;
  BREAKEVEN_TRY(const Usd instance,
                economics::always_on_month(fleet.offer->usd_per_hour, context.question->regions));
  const PlanModel& m = model;
  const double replica_tokens =
      m.curve.load_per_replica() * static_cast<double>(context.tokens_per_month);
  const int per_instance = m.replicas_per_instance;
  economics::VolumeProblem& p = volume.problem;
  p.api_usd = api.recurring;
  p.api_units = context.tokens_per_month;
  p.step_usd = instance * (per_instance > 0 ? 1 : m.instances_per_replica);
  p.step_capacity = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(std::llround(replica_tokens * std::max(1, per_instance))));
  volume.instances_per_step = per_instance > 0 ? 1 : m.instances_per_replica;
  volume.spare_steps =
      per_instance > 0 ? (m.redundancy + per_instance - 1) / per_instance : m.redundancy;
  Usd rent;
  for (const economics::Line& line : own.option.ledger.lines) {
    if (line.id == "gpu.rental") rent += line.usd;
  }
  // What changing to the API costs once does not follow volume either: it stands on the other side.
  p.fixed_usd = std::max(Usd(), own.fully_loaded - rent + p.step_usd * volume.spare_steps -
                                    (api.fully_loaded - api.recurring));
  volume.step = std::to_string(per_instance > 0 ? 1 : m.instances_per_replica) + " x " +
                fleet.offer->instance + " (" + std::to_string(fleet.offer->gpus) + " x " +
                fleet.offer->accelerator + ") at " + fleet.offer->provider + ", " +
                counted(std::max(1, per_instance), "replica");
  BREAKEVEN_TRY(volume.answer, economics::break_even_volume(p));
  for (const std::int64_t tokens : volume.answer.crossings) {
    BREAKEVEN_TRY(const economics::VolumePlace place, economics::place_of(p, tokens));
    volume.crossings.push_back(place);
  }
  BREAKEVEN_CHECK_OK(chart_points(volume));
  return volume;
}

}  // namespace

Status find_volume(const PlanContext& context, PlanAnswer& a) {
  if (!a.best_self_host || !a.model || a.model->instance <= 0) return {};
  const auto billed = std::find_if(a.options.begin(), a.options.end(), [](const PlanOption& o) {
    return o.option.ledger.kind == economics::OptionKind::api_as_billed;
  });
  const PlanModel& model = *a.model;
  BREAKEVEN_TRY(a.volume, volume_against(context, a, model, *billed));
  const PlanOption& best = a.options[a.best_api];
  // Units bought by the hour are no line through zero.
  if (best.option.ledger.kind == economics::OptionKind::api_as_billed || best.steps) return {};
  BREAKEVEN_TRY(a.volume_best, volume_against(context, a, model, best));
  return {};
}

}  // namespace breakeven::advisor
