#include "engine/economics/cash_flow.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "engine/economics/switch_month.hpp"
#include "engine/finance/irr.hpp"
#include "engine/finance/payback.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::economics {

namespace {

/// Counted from the end of the month that has the first flow.
std::optional<int> months_until(const std::vector<double>& flows, double rate) {
  const auto period = finance::payback(flows, rate).period;
  return period ? std::optional<int>(*period + 1) : std::nullopt;
}

}  // namespace

Comparison compare(const std::vector<double>& reference_usd,
                   const std::vector<double>& candidate_usd, double discount_rate_per_year) {
  Comparison out;
  const std::size_t months = std::min(reference_usd.size(), candidate_usd.size());
  double sum = 0;
  for (std::size_t m = 0; m < months; ++m) {
    out.flow_usd.push_back(reference_usd[m] - candidate_usd[m]);
    sum += out.flow_usd.back();
    out.cumulative_usd.push_back(sum);
  }
  const double rate = finance::monthly_rate(discount_rate_per_year);
  out.payback_month = months_until(out.flow_usd, 0);
  out.discounted_payback_month = months_until(out.flow_usd, rate);
  out.npv_usd = finance::npv(rate, out.flow_usd);
  if (auto irr = finance::irr(out.flow_usd)) out.irr = std::move(*irr);
  out.total_usd = sum;
  return out;
}

SwitchMonth best_switch_month(const std::vector<double>& reference_usd,
                              const std::vector<double>& candidate_recurring_usd,
                              const std::vector<double>& candidate_one_off_usd,
                              double discount_rate_per_year) {
  SwitchProblem problem;
  problem.api_usd = reference_usd;
  problem.other_usd = candidate_recurring_usd;
  problem.one_off_usd = candidate_one_off_usd;
  problem.discount_rate_per_year = discount_rate_per_year;
  const SwitchPlan plan = plan_switch(problem);
  return {plan.month, plan.best_npv_usd};
}

}  // namespace breakeven::economics
