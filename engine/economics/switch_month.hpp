// switch_month.hpp — when to leave the API: the best month, and what waiting for it is worth.
//
// Units    USD per month as doubles (projections); months from 0 = now.
// Shape    Switching in month s pays the API until then; from s on the fleet, everything else that
//          running it takes, the one-offs counted from s, and the API for the traffic that has not
//          moved yet. A commitment freezes the GPU price of month s for its term; afterwards the market
//          price of the month applies. NPV is against never switching, flow 0 discounted by one month.
//          Every month is answered, in O(months): all parts are prefix sums of discounted amounts.
//          Waiting is worth max(0, best) - max(0, now): the best month against having to decide
//          today, never negative.
// Sources  An option that need not be exercised has no negative value: Dixit and Pindyck, Investment
//          under Uncertainty, 1994, ch. 2; here without uncertainty. Worked: API 10, 20, .. 60, fleet
//          35: month 3 (test: SwitchMonth.*, which also tries every month by hand).
#pragma once

#include <optional>
#include <vector>

namespace breakeven::economics {

/// All series as long as `api_usd`; a shorter one ends in zeros.
struct SwitchProblem {
  std::vector<double> api_usd;      ///< if all traffic stays
  std::vector<double> other_usd;    ///< people, tooling: if the fleet runs
  std::vector<double> fleet_usd;    ///< at today's GPU price, with the units of that month
  std::vector<double> gpu_price;    ///< factor on today's; empty = stays
  int committed_months = 0;         ///< GPU price fixed for so long after the switch
  std::vector<double> one_off_usd;  ///< k months after the switch
  /// Share of the traffic moved k months after the switch; 1 beyond the last.
  std::vector<double> moved;
  double discount_rate_per_year = 0;
};

struct SwitchPlan {
  std::vector<double> npv_usd;  ///< of switching in each month
  std::optional<int> month;     ///< the best, the earliest on a tie; null = stay
  double best_npv_usd = 0;      ///< 0 = stay
  double value_of_waiting_usd = 0;
};
[[nodiscard]] SwitchPlan plan_switch(const SwitchProblem& problem);

/// 1/n, 2/n, ..: traffic that moves evenly over `months`; empty for 0 months: all at once.
[[nodiscard]] std::vector<double> even_ramp(int months);

}  // namespace breakeven::economics
