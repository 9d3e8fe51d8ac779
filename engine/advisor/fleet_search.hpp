// fleet_search.hpp — which fleets can serve the open model on this trace, and what each term costs.
//
// Shape    Simulation is done once per configuration on its cheapest on-demand offer; the same fleet is
//          then priced on the offers of every other term, because a term changes the price and not the
//          physics.
// Errors   infeasible when no configuration fits or meets the objective: the message carries the reason of
//          every configuration that came closest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {

struct FleetSearch {
  sizing::SearchResult result;
  std::int64_t longest_request_tokens = 0;
  std::vector<std::string> quality_notes;  ///< of quantised weights among the candidates
};

/// Sizes every sensible configuration of `model` on the rentable offers that the question allows.
[[nodiscard]] Result<FleetSearch> search_fleets(const PlanQuestion& question,
                                                const catalog::Catalog& catalog,
                                                const serving::Coefficients& coefficients,
                                                const catalog::OpenModel& model, Pool& pool);

/// The cheapest of `fleets` when its machines are bought at `term`; nothing when no allowed provider
/// offers that term for any of the accelerators.
[[nodiscard]] std::optional<sizing::PricedFleet> cheapest_on_term(
    const std::vector<sizing::PricedFleet>& fleets, const catalog::Catalog& catalog,
    const PlanQuestion& question, catalog::Term term);

/// Whether the question allows this offer (provider named, or a class that sells machines with terms).
[[nodiscard]] bool allowed(const PlanQuestion& question, const catalog::GpuOffer& offer);

}  // namespace breakeven::advisor
