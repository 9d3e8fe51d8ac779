// cash_flow.hpp — the difference between two options as an investment.
//
// Units    USD per month as doubles (projections). Month 0 is now.
// Shape    flow[m] = cost of the reference (the API) - cost of the candidate, in month m.
// Sources  engine/finance holds NPV, IRR and payback and their conventions. The first flow is
//          discounted by one month.
#pragma once

#include <optional>
#include <vector>

#include "engine/finance/irr.hpp"

namespace breakeven::economics {

/// What comes of switching at month 0.
struct Comparison {
  std::vector<double> flow_usd;  ///< reference - candidate, by month
  std::vector<double> cumulative_usd;
  /// First month (1 = after one month) with cumulative >= 0; null = never.
  std::optional<int> payback_month;
  std::optional<int> discounted_payback_month;
  double npv_usd = 0;
  finance::Irr irr;      ///< per month
  double total_usd = 0;  ///< undiscounted gain over the horizon
};
[[nodiscard]] Comparison compare(const std::vector<double>& reference_usd,
                                 const std::vector<double>& candidate_usd,
                                 double discount_rate_per_year);

/// The month at which to switch: switching in month s pays the reference before s, then the
/// candidate's one-offs and its recurring cost (switch_month.hpp has the general case).
struct SwitchMonth {
  std::optional<int> month;  ///< null = never within the horizon
  double npv_usd = 0;        ///< against staying
};
[[nodiscard]] SwitchMonth best_switch_month(const std::vector<double>& reference_usd,
                                            const std::vector<double>& candidate_recurring_usd,
                                            const std::vector<double>& candidate_one_off_usd,
                                            double discount_rate_per_year);

}  // namespace breakeven::economics
