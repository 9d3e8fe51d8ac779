#include "engine/advisor/plan_rungs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/advisor/task_cost.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/decision/rungs.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/owned.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {
namespace {

using economics::OptionKind;

/// Rent of exactly the GPUs that the load needs, with no spare and no whole-node rounding.
Result<Usd> bare_rent(const sizing::PricedFleet& fleet) {
  BREAKEVEN_TRY(const Usd one, economics::always_on_month(fleet.offer->usd_per_hour, 1));
  return mul_div(one, std::int64_t{fleet.plan.replicas_needed} * fleet.plan.replica.gpus(),
                 fleet.offer->gpus);
}

/// usd / share, the share in parts per million.
Result<Usd> per_share(Usd usd, double share) {
  return mul_div(usd, 1'000'000, std::max<std::int64_t>(1, std::llround(share * 1e6)));
}

}  // namespace

Status climb(const PlanQuestion& q, PlanAnswer& a) {
  if (!a.best_self_host) return {};
  const PlanOption& own = a.options[*a.best_self_host];
  const economics::Ledger& ledger = own.option.ledger;
  const Usd api = a.api.value;
  decision::Ladder ladder;
  Usd bare = hardware_of(ledger);
  const bool rented = ledger.kind != OptionKind::owned;
  if (rented) {
    BREAKEVEN_TRY(bare, bare_rent(fleet_of(a, own)));
  }
  const Usd run_rate = ledger.run_rate();
  const sizing::FleetPlan& plan = fleet_of(a, own).plan;
  ladder.step(decision::kRungRunRate, "Run rate", api, run_rate - hardware_of(ledger) + bare,
              "API bill against " + counted(plan.replicas_needed, "replica") +
                  " without spare, people and tooling as first estimated");
  ladder.step(decision::kRungCapacity, "Capacity-corrected", api, run_rate,
              "whole machines and " +
                  counted(plan.replicas - plan.replicas_needed, "spare replica") + ": " +
                  std::to_string(plan.replicas) + " in all");
  const PlanOption& billed = *std::find_if(a.options.begin(), a.options.end(), [](const auto& o) {
    return o.option.ledger.kind == OptionKind::api_as_billed;
  });
  ladder.step(decision::kRungFullyLoaded, "Fully loaded", billed.fully_loaded, own.fully_loaded,
              "people beyond the estimate, storage, logs, migration and dual running over " +
                  std::to_string(q.horizon_months) + " months");
  const auto api_finished = finished_share(q, false);
  const auto own_finished = finished_share(q, true);
  if (api_finished && own_finished) {
    // Cost of as many finished tasks as there are requests: each side divided by its share.
    BREAKEVEN_TRY(const Usd per_api, per_share(billed.fully_loaded, *api_finished));
    BREAKEVEN_TRY(const Usd per_own, per_share(own.fully_loaded, *own_finished));
    ladder.step(decision::kRungPerTask, "Per successful task", per_api, per_own,
                "both sides for as many finished tasks as there are requests; finished are " +
                    chance(*api_finished) + " and " + chance(*own_finished));
  } else {
    ladder.missing(decision::kRungPerTask, "Per successful task",
                   "the success rate of both models on your tasks (--api-success, --open-success)");
  }
  const PlanOption& best = a.options[a.best_api];
  if (best.option.ledger.kind == OptionKind::api_as_billed && a.hosted.empty() &&
      !a.api_optimised) {
    ladder.missing(
        decision::kRungBestApi, "Against the best API",
        "a hosted price of the open model, or the share that can wait for batch (--batch-share)");
  } else {
    ladder.step(decision::kRungBestApi, "Against the best API", best.fully_loaded, own.fully_loaded,
                best.option.ledger.title);
  }
  if (a.uncertainty) {
    BREAKEVEN_TRY(const Usd median, economics::to_cents({a.uncertainty->fully_loaded.p50}));
    BREAKEVEN_TRY(const Usd low, economics::to_cents({a.uncertainty->fully_loaded.p10}));
    BREAKEVEN_TRY(const Usd high, economics::to_cents({a.uncertainty->fully_loaded.p90}));
    ladder.step(decision::kRungUncertainty, "Under uncertainty (median)", best.fully_loaded,
                best.fully_loaded - median,
                "difference from " + low.display(0) + " (P10) to " + high.display(0) +
                    " (P90); self-hosting cheaper in " +
                    chance(a.uncertainty->probability_cheaper) + " of " +
                    std::to_string(a.uncertainty->paths) + " paths");
  } else {
    ladder.missing(decision::kRungUncertainty, "Under uncertainty", "paths above 0 (--paths)");
  }
  a.rungs = ladder.rungs();
  return {};
}

}  // namespace breakeven::advisor
