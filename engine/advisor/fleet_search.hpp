// fleet_search.hpp — which fleets can serve the open model on this trace, and what each term costs.
//
// Shape    Every sensible configuration of the model on every accelerator that an allowed provider
//          rents, sized once and priced per term (sizing/sizing.hpp).
// Errors   infeasible when no configuration fits or meets the objective: the message carries the
//          first reasons. not_found for an accelerator, provider or precision that the catalogue
//          lacks.
#pragma once

#include <string>
#include <vector>

#include "engine/advisor/plan_question.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/offer_filter.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {

struct FleetSearch {
  sizing::SearchResult result;
  std::vector<std::string> quality_notes;  ///< of quantised weights among the verified fleets
  /// Whole replicas on accelerators that a vendor runs, cheapest first, verified on the whole
  /// trace; no capacity table. Empty when none is wanted or sold.
  std::vector<sizing::PricedFleet> dedicated;
};

/// `among`: only these offers, and no dedicated endpoint; null: all that the question allows.
[[nodiscard]] Result<FleetSearch> search_fleets(
    const PlanQuestion& question, const catalog::Catalog& catalog,
    const serving::Coefficients& coefficients, const catalog::OpenModel& model, Pool& pool,
    const std::vector<const catalog::GpuOffer*>* among = nullptr);

/// The offers a plan may use (docs/decisions/0010-offers-a-plan-may-use.md).
[[nodiscard]] catalog::OfferFilter offer_filter(const PlanQuestion& question);

}  // namespace breakeven::advisor
