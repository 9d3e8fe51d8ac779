// api_levers.hpp — what the API in use could be made to cost, lever by lever.
//
// Units    USD per month of 730 h.
// Shape    Levers act in the order cache, routing, flex, batch, discount. `saving` is the lever
//          alone against the bill as it is; `saving_in_turn` what it takes off after those before
//          it, so that they add up to the difference of the two bills exactly. A share that nobody
//          declared is not assumed: the lever is listed with what it would save at most.
//          Routing takes its share first; flex and batch are shares of what stays. Cached tokens
//          are read operations.cache_reads_per_write times per write, where writes have a price.
// Sources  Prices of catalog/prices; effort: migration.lever_*_days.
// Errors   not_found for the easy model. A mode that the vendor does not sell makes its lever
//          unavailable; it is no error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/advisor/bill.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::advisor {

struct ApiLever {
  std::string id;  ///< "cache", "routing", "flex", "batch", "discount"
  std::string title;
  std::string input;  ///< the field of the question that declares the share
  double share = 0;   ///< as declared
  bool applied = false;
  std::string unavailable;  ///< why it cannot be had; empty when it can
  std::vector<std::string> preconditions;
  Usd saving;
  Usd saving_in_turn;
  /// Alone, for the whole traffic; empty where that has no meaning.
  std::optional<Usd> saving_at_most;
  economics::Line effort;  ///< once
};

struct ApiLevers {
  std::vector<ApiLever> levers;
  std::optional<MonthlyBill> bill;  ///< with all that are applied; empty when none is
};

[[nodiscard]] Result<ApiLevers> api_levers(const PlanQuestion& question,
                                           const catalog::Catalog& catalog,
                                           const catalog::GivenDefaults& defaults,
                                           const MonthlyBill& billed);

}  // namespace breakeven::advisor
