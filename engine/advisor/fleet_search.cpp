#include "engine/advisor/fleet_search.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/option_choice.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/offer_filter.hpp"
#include "engine/serving/candidates.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {
namespace {

Status check_precisions(const PlanQuestion& question) {
  using catalog::Precision;
  std::vector<std::string> known;
  for (const Precision precision :
       {Precision::fp16, Precision::bf16, Precision::fp8, Precision::int8, Precision::nvfp4,
        Precision::mxfp4, Precision::int4}) {
    known.emplace_back(catalog::to_string(precision));
  }
  for (const std::string& wanted : question.precisions) {
    if (!catalog::is_named(known, wanted))
      return not_found("precision", wanted, known, "precisions");
  }
  return {};
}

/// Refuses what no accelerator could change: an architecture that is not known, or a request that
/// is longer than the model can read.
Status check_model(const catalog::OpenModel& model, const traffic::Trace& trace) {
  if (!model.sizable()) {
    return Error{
        ErrorCode::unsupported,
        "the architecture of this model is not known (layers or KV cache), so no fleet can "
        "be simulated; its hosted prices are in breakeven price",
        model.id};
  }
  if (model.max_context_tokens <= 0) return {};
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const std::int64_t length = std::int64_t{trace.input_tokens[i]} + trace.output_tokens[i];
    if (length <= model.max_context_tokens) continue;
    return Error{ErrorCode::infeasible,
                 "request " + std::to_string(i + 1) + " has " + std::to_string(length) +
                     " tokens, prompt and answer, and " + model.id + " reads at most " +
                     std::to_string(model.max_context_tokens) +
                     ": choose a model with a longer context or leave such requests out",
                 trace.name};
  }
  return {};
}

/// Whole units of a dedicated endpoint that carry so many replicas.
int units_for(const catalog::GpuOffer& offer, int replicas, int gpus_per_replica) {
  const int gpus = replicas * gpus_per_replica;
  return (gpus + offer.gpus - 1) / offer.gpus;
}

struct Endpoint {
  std::size_t config = 0;
  const catalog::GpuOffer* offer = nullptr;
  int needed = 0;  ///< replicas as screened
  Int128 hourly = 0;
};

/// Per provider-run accelerator the configuration that looked cheapest in the search.
std::vector<Endpoint> endpoints_of(const PlanQuestion& question, const catalog::Catalog& catalog,
                                   const sizing::SearchSpace& space,
                                   const sizing::SearchResult& result) {
  std::vector<Endpoint> found;
  for (const sizing::ScreenedFleet& screened : result.screened) {
    const serving::ReplicaConfig& config = space.configs[screened.config];
    for (const catalog::GpuOffer* offer : catalog.dedicated_endpoints_for(config.accelerator->id)) {
      if (!question.providers.empty() && !catalog::is_named(question.providers, offer->provider)) {
        continue;
      }
      const int units = units_for(*offer, screened.replicas, config.tensor_parallel);
      found.push_back({screened.config, offer, screened.replicas - question.redundancy,
                       Int128{offer->usd_per_hour.nano_usd} * units});
    }
  }
  std::ranges::stable_sort(found, {}, &Endpoint::hourly);
  return found;
}

/// The cheapest dedicated endpoint, verified on the whole trace; the next when it fails there.
Result<std::vector<sizing::PricedFleet>> dedicated_fleets(const PlanQuestion& question,
                                                          const catalog::Catalog& catalog,
                                                          const sizing::SearchSpace& space,
                                                          const sizing::SizingOptions& sizing,
                                                          const sizing::SearchResult& result) {
  constexpr std::size_t kTried = 3;
  const std::vector<Endpoint> endpoints = endpoints_of(question, catalog, space, result);
  const std::int64_t longest = sizing::longest_request(*question.trace);
  std::vector<sizing::PricedFleet> fleets;
  for (std::size_t i = 0; i < std::min(kTried, endpoints.size()) && fleets.empty(); ++i) {
    const Endpoint& e = endpoints[i];
    const auto replica =
        serving::make_replica(space.configs[e.config], longest, *space.coefficients);
    if (!replica) continue;
    auto needed = sizing::replicas_needed(*question.trace, *replica, sizing, std::max(1, e.needed));
    if (!needed) continue;
    sizing::PricedFleet fleet;
    fleet.plan.replica = *replica;
    fleet.plan.replicas_needed = needed->replicas;
    fleet.plan.replicas = needed->replicas + question.redundancy;
    fleet.plan.binding = needed->binding;
    fleet.plan.at_needed = std::move(needed->at_needed);
    fleet.offer = e.offer;
    fleet.instances = units_for(*e.offer, fleet.plan.replicas, replica->gpus());
    fleet.gpus = fleet.instances * e.offer->gpus;
    fleet.usd_per_hour_instance = e.offer->usd_per_hour;
    fleets.push_back(std::move(fleet));
  }
  return fleets;
}

/// On demand always: what other options stand on is searched there too.
std::vector<catalog::Term> terms_of(const PlanQuestion& question) {
  std::vector<catalog::Term> terms{catalog::Term::on_demand};
  for (const catalog::Term term :
       {catalog::Term::reserved_1y, catalog::Term::reserved_3y, catalog::Term::spot}) {
    const bool base = term != catalog::Term::spot && wants(question, kHybrid);
    if (base || wants(question, rented_id(term))) terms.push_back(term);
  }
  return terms;
}

}  // namespace

catalog::OfferFilter offer_filter(const PlanQuestion& question) {
  return {question.providers, terms_of(question)};
}

Result<FleetSearch> search_fleets(const PlanQuestion& question, const catalog::Catalog& catalog,
                                  const serving::Coefficients& coefficients,
                                  const catalog::OpenModel& model, Pool& pool,
                                  const std::vector<const catalog::GpuOffer*>* among) {
  const catalog::OfferFilter filter = offer_filter(question);
  BREAKEVEN_CHECK_OK(filter.check(catalog.offers(), "providers"));
  BREAKEVEN_CHECK_OK(check_precisions(question));
  BREAKEVEN_CHECK_OK(check_model(model, *question.trace));
  FleetSearch search;
  std::vector<const catalog::Accelerator*> accelerators;
  for (const std::string& name : question.accelerators) {
    BREAKEVEN_TRY(const catalog::Accelerator* accelerator, catalog.accelerator(name));
    accelerators.push_back(accelerator);
  }
  sizing::SearchSpace space;
  space.coefficients = &coefficients;
  for (const catalog::GpuOffer& offer : catalog.offers()) {
    if (!filter.allows(offer)) continue;
    if (among != nullptr && std::ranges::find(*among, &offer) == among->end()) continue;
    space.offers.push_back(&offer);
    BREAKEVEN_TRY(const catalog::Accelerator* accelerator, catalog.accelerator(offer.accelerator));
    const bool listed =
        std::find(accelerators.begin(), accelerators.end(), accelerator) != accelerators.end();
    if (!listed && question.accelerators.empty()) accelerators.push_back(accelerator);
  }
  serving::CandidateOptions options;
  options.context_tokens = sizing::longest_request(*question.trace);
  std::vector<serving::Candidate> candidates =
      serving::candidate_configs(model, accelerators, options);
  std::erase_if(candidates, [&](const serving::Candidate& candidate) {
    const bool precision_wanted =
        question.precisions.empty() ||
        catalog::is_named(question.precisions, catalog::to_string(candidate.config.weights));
    const bool offered =
        std::any_of(space.offers.begin(), space.offers.end(), [&](const catalog::GpuOffer* offer) {
          return offer->accelerator == candidate.config.accelerator->id;
        });
    return !precision_wanted || !offered;
  });
  if (candidates.empty()) {
    return Error{ErrorCode::infeasible,
                 "no offered accelerator holds " + model.id + " with a request of " +
                     std::to_string(options.context_tokens) +
                     " tokens; allow other accelerators, providers or precisions",
                 {}};
  }
  space.configs.reserve(candidates.size());
  for (const serving::Candidate& candidate : candidates) space.configs.push_back(candidate.config);

  sizing::SizingOptions sizing;
  sizing.objective = question.objective;
  sizing.redundancy = question.redundancy;
  sizing.ticker = question.ticker;
  BREAKEVEN_TRY(search.result, sizing::cheapest_fleets(*question.trace, space, sizing, pool));
  for (const sizing::PricedFleet& fleet : search.result.fleets) {
    std::string note = serving::quality_note(model, fleet.plan.replica.config.weights);
    auto& notes = search.quality_notes;
    if (!note.empty() && std::find(notes.begin(), notes.end(), note) == notes.end()) {
      notes.push_back(std::move(note));
    }
  }
  if (among == nullptr && wants(question, kDedicated)) {
    BREAKEVEN_TRY(search.dedicated,
                  dedicated_fleets(question, catalog, space, sizing, search.result));
  }
  return search;
}

}  // namespace breakeven::advisor
