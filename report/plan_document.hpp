// plan_document.hpp — the report of a plan: a page for the CFO, one for the CTO, an appendix.
//
// Units    USD, to the cent; lines of a ledger are rounded so that they add up to their total.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/plan_summary.hpp"
#include "report/document.hpp"
#include "report/plan_changes.hpp"

namespace breakeven::report {

/// A situation with a known answer, computed again with the program that made the report.
struct ReplayedCase {
  std::string title;
  std::string api;  ///< USD a month, as shown
  std::string self_host;
  std::string popular;  ///< what is usually said about it
  std::string verdict;  ///< what comes out
};

/// What a report has beside the plan itself.
struct PlanExtras {
  std::optional<PlanChanges> changes;  ///< against the previous version
  std::vector<ReplayedCase> cases;
};

[[nodiscard]] Document plan_document(const codec::PlanSummary& plan, const PlanExtras& extras = {});

/// Every line of every option, exact: option, line, group, when, usd, low, high, kind, source.
[[nodiscard]] std::string plan_csv(const codec::PlanSummary& plan);

/// Every recurring line of today's API bill and of the best option of one's own as charges of one
/// month, in the columns of FOCUS 1.2. BillingPeriodStart is the first of the month of `as_of`.
[[nodiscard]] std::string plan_focus(const codec::PlanSummary& plan);

}  // namespace breakeven::report
