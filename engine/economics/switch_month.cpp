#include "engine/economics/switch_month.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/finance/time_value.hpp"

namespace breakeven::economics {
namespace {

/// Sums of the first 0, 1, .. n discounted amounts.
std::vector<double> running_sums(const std::vector<double>& amounts,
                                 const std::vector<double>& discount) {
  std::vector<double> sums(discount.size() + 1, 0);
  for (std::size_t m = 0; m < discount.size(); ++m) {
    sums[m + 1] = sums[m] + (m < amounts.size() ? amounts[m] * discount[m] : 0.0);
  }
  return sums;
}

}  // namespace

std::vector<double> even_ramp(int months) {
  std::vector<double> ramp;
  for (int k = 1; k <= months; ++k) ramp.push_back(static_cast<double>(k) / (months + 1));
  return ramp;
}

SwitchPlan plan_switch(const SwitchProblem& p) {
  const std::size_t months = p.api_usd.size();
  const double factor = 1 / (1 + finance::monthly_rate(p.discount_rate_per_year));
  std::vector<double> discount(months);
  double power = 1;
  for (double& d : discount) d = power *= factor;
  const auto price_in = [&](std::size_t m) {
    return m < p.gpu_price.size() ? p.gpu_price[m] : 1.0;
  };
  std::vector<double> at_market(std::min(months, p.fleet_usd.size()));
  for (std::size_t m = 0; m < at_market.size(); ++m) at_market[m] = p.fleet_usd[m] * price_in(m);

  const auto api = running_sums(p.api_usd, discount);
  const auto other = running_sums(p.other_usd, discount);
  const auto fleet = running_sums(p.fleet_usd, discount);
  const auto market = running_sums(at_market, discount);
  const auto one_off = running_sums(p.one_off_usd, discount);

  SwitchPlan out;
  out.npv_usd.resize(months);
  const auto committed = static_cast<std::size_t>(std::max(0, p.committed_months));
  for (std::size_t s = 0; s < months; ++s) {
    const std::size_t end = std::min(months, s + committed);
    double value = api[months] - api[s] - (other[months] - other[s]);
    value -= price_in(s) * (fleet[end] - fleet[s]) + market[months] - market[end];
    // One-offs start with the switch: those of month 0, discounted by s months more.
    value -= one_off[months - s] * (s == 0 ? 1.0 : discount[s - 1]);
    for (std::size_t k = 0; k < p.moved.size() && s + k < months; ++k) {
      value -= p.api_usd[s + k] * discount[s + k] * (1 - p.moved[k]);
    }
    out.npv_usd[s] = value;
    if (value > out.best_npv_usd) {
      out.best_npv_usd = value;
      out.month = static_cast<int>(s);
    }
  }
  const double now = months == 0 ? 0.0 : std::max(0.0, out.npv_usd.front());
  out.value_of_waiting_usd = out.best_npv_usd - now;
  return out;
}

}  // namespace breakeven::economics
