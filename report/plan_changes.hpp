// plan_changes.hpp — what differs between two versions of a plan: what went in, and what moved.
//
// Units    As in the answers: values are their texts; a difference is exact where both are amounts,
//          else of doubles.
// Shape    Inputs are the fields of the question and what the traffic came to; facts are figures
//          without inputs (prices, defaults, results of replays); totals are what the verdict is made
//          of; figures are all others. Each in the order of the later plan, what is gone at the end.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "codec/plan_summary.hpp"
#include "report/document.hpp"

namespace breakeven::report {

struct PlanChange {
  std::string name;  ///< field or figure
  std::string title;
  std::string unit;
  std::string before;  ///< "-" when it was not there
  std::string after;
  std::string difference;  ///< empty when it cannot be taken
};

struct PlanChanges {
  std::string verdict_before;
  std::string verdict_after;
  std::string version_before;
  std::string version_after;
  std::vector<PlanChange> inputs;
  std::vector<PlanChange> facts;
  std::vector<PlanChange> totals;
  std::vector<PlanChange> figures;
  std::size_t compared = 0;  ///< figures that both plans have

  /// Apart from the version of the program.
  [[nodiscard]] bool none() const {
    return inputs.empty() && facts.empty() && totals.empty() && figures.empty() &&
           verdict_before == verdict_after;
  }
};

[[nodiscard]] PlanChanges plan_changes(const codec::PlanSummary& before,
                                       const codec::PlanSummary& after);

/// For the appendix of a report.
[[nodiscard]] Section change_log(const PlanChanges& changes);

}  // namespace breakeven::report
