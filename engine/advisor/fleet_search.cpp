#include "engine/advisor/fleet_search.hpp"

#include <algorithm>

#include "engine/serving/candidates.hpp"

namespace breakeven::advisor {
namespace {

std::int64_t longest_request(const traffic::Trace& trace) {
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    longest = std::max(longest, std::int64_t{trace.input_tokens[i]} + trace.output_tokens[i]);
  }
  return longest;
}

bool named(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& wanted) {
    return to_lower(wanted) == to_lower(name);
  });
}

}  // namespace

bool allowed(const PlanQuestion& question, const catalog::GpuOffer& offer) {
  if (!offer.rentable()) return false;
  if (!question.providers.empty()) return named(question.providers, offer.provider);
  return offer.provider_class == catalog::ProviderClass::hyperscaler ||
         offer.provider_class == catalog::ProviderClass::neocloud;
}

Result<FleetSearch> search_fleets(const PlanQuestion& question, const catalog::Catalog& catalog,
                                  const serving::Coefficients& coefficients,
                                  const catalog::OpenModel& model, Pool& pool) {
  FleetSearch search;
  search.longest_request_tokens = longest_request(*question.trace);

  std::vector<const catalog::Accelerator*> accelerators;
  for (const std::string& name : question.accelerators) {
    BREAKEVEN_TRY(const catalog::Accelerator* accelerator, catalog.accelerator(name));
    accelerators.push_back(accelerator);
  }
  sizing::SearchSpace space;
  for (const catalog::GpuOffer& offer : catalog.offers()) {
    if (offer.term != catalog::Term::on_demand || !allowed(question, offer)) continue;
    space.offers.push_back(&offer);
    BREAKEVEN_TRY(const catalog::Accelerator* accelerator, catalog.accelerator(offer.accelerator));
    const bool known =
        std::find(accelerators.begin(), accelerators.end(), accelerator) != accelerators.end();
    if (!known && question.accelerators.empty()) accelerators.push_back(accelerator);
  }
  serving::CandidateOptions options;
  options.context_tokens = search.longest_request_tokens;
  for (serving::Candidate& candidate : serving::candidate_configs(model, accelerators, options)) {
    if (!question.precisions.empty() &&
        !named(question.precisions, catalog::to_string(candidate.config.weights))) {
      continue;
    }
    const bool offered =
        std::any_of(space.offers.begin(), space.offers.end(), [&](const catalog::GpuOffer* offer) {
          return offer->accelerator == candidate.config.accelerator->id;
        });
    if (!offered) continue;
    if (!candidate.quality_note.empty()) {
      auto& notes = search.quality_notes;
      if (std::find(notes.begin(), notes.end(), candidate.quality_note) == notes.end()) {
        notes.push_back(candidate.quality_note);
      }
    }
    space.configs.push_back(candidate.config);
  }
  if (space.configs.empty()) {
    return Error{ErrorCode::infeasible,
                 "no offered accelerator holds " + model.id + " with a request of " +
                     std::to_string(search.longest_request_tokens) +
                     " tokens; allow other providers, accelerators or precisions",
                 {}};
  }
  sizing::SizingOptions sizing;
  sizing.objective = question.objective;
  sizing.redundancy = question.redundancy;
  sizing.ticker = question.ticker;
  BREAKEVEN_TRY(search.result, sizing::cheapest_fleets(*question.trace, space, sizing, coefficients, pool));
  return search;
}

std::optional<sizing::PricedFleet> cheapest_on_term(const std::vector<sizing::PricedFleet>& fleets,
                                                    const catalog::Catalog& catalog,
                                                    const PlanQuestion& question,
                                                    catalog::Term term) {
  std::optional<sizing::PricedFleet> best;
  std::optional<Usd> best_cost;
  for (const sizing::PricedFleet& fleet : fleets) {
    const std::string& accelerator = fleet.plan.replica.config.accelerator->id;
    for (const catalog::GpuOffer* offer : catalog.offers_for(accelerator, term)) {
      if (!allowed(question, *offer)) continue;
      sizing::PricedFleet priced = fleet;
      priced.offer = offer;
      priced.instances =
          sizing::instances_for(fleet.plan.replicas, fleet.plan.replica.gpus(), offer->gpus);
      priced.gpus = priced.instances * offer->gpus;
      priced.usd_per_hour_instance = offer->usd_per_hour;
      const auto cost = priced.usd_per_month();
      if (!cost) continue;
      if (!best_cost || *cost < *best_cost) {
        best_cost = *cost;
        best = std::move(priced);
      }
    }
  }
  return best;
}

}  // namespace breakeven::advisor
