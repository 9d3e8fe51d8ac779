#include "engine/economics/cash_flow.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/det_math.hpp"

namespace breakeven::economics {

double monthly_rate(double rate_per_year) { return det_pow(1 + rate_per_year, 1.0 / 12) - 1; }

double npv(double rate_per_period, const std::vector<double>& flows) {
  // Horner from the far end: no power is taken and small terms are added first.
  double value = 0;
  const double factor = 1 / (1 + rate_per_period);
  for (auto flow = flows.rbegin(); flow != flows.rend(); ++flow) value = (value + *flow) * factor;
  return value;
}

std::string_view to_string(IrrStatus status) {
  switch (status) {
    case IrrStatus::unique:
      return "unique";
    case IrrStatus::multiple:
      return "multiple";
    case IrrStatus::none:
      break;
  }
  return "none";
}

Irr irr(const std::vector<double>& flows) {
  // A grid that is fine near zero and coarse far away; then bisection in every bracket.
  constexpr int kSteps = 2'000;
  const auto rate_at = [](int i) {
    const double x = -1 + 2.0 * i / kSteps;  // -1 .. 1
    return x < 0 ? -0.99 * x * x : 10 * x * x * x;
  };
  Irr out;
  int roots = 0;
  double below = rate_at(0);
  double at_below = npv(below, flows);
  for (int i = 1; i <= kSteps; ++i) {
    const double above = rate_at(i);
    const double at_above = npv(above, flows);
    if ((at_below < 0) != (at_above < 0) && std::isfinite(at_below) && std::isfinite(at_above)) {
      double low = below;
      double high = above;
      for (int k = 0; k < 100; ++k) {
        const double middle = 0.5 * (low + high);
        if ((npv(middle, flows) < 0) == (at_below < 0)) {
          low = middle;
        } else {
          high = middle;
        }
      }
      const double root = 0.5 * (low + high);
      ++roots;
      if (!out.rate_per_period || std::fabs(root) < std::fabs(*out.rate_per_period)) {
        out.rate_per_period = root;
      }
    }
    below = above;
    at_below = at_above;
  }
  const bool mixed = std::ranges::any_of(flows, [](double f) { return f < 0; }) &&
                     std::ranges::any_of(flows, [](double f) { return f > 0; });
  if (!mixed || roots == 0) return Irr{};
  out.status = roots == 1 ? IrrStatus::unique : IrrStatus::multiple;
  return out;
}

namespace {

std::optional<int> first_recovered(const std::vector<double>& flows, double rate) {
  double factor = 1;
  double sum = 0;
  for (std::size_t m = 0; m < flows.size(); ++m) {
    factor /= 1 + rate;
    sum += flows[m] * factor;
    if (sum >= 0) return static_cast<int>(m) + 1;
  }
  return std::nullopt;
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
  const double rate = monthly_rate(discount_rate_per_year);
  out.payback_month = first_recovered(out.flow_usd, 0);
  out.discounted_payback_month = first_recovered(out.flow_usd, rate);
  out.npv_usd = npv(rate, out.flow_usd);
  out.irr = irr(out.flow_usd);
  out.total_usd = sum;
  return out;
}

SwitchMonth best_switch_month(const std::vector<double>& reference_usd,
                              const std::vector<double>& candidate_recurring_usd,
                              const std::vector<double>& candidate_one_off_usd,
                              double discount_rate_per_year) {
  const std::size_t months = std::min(
      {reference_usd.size(), candidate_recurring_usd.size(), candidate_one_off_usd.size()});
  const double rate = monthly_rate(discount_rate_per_year);
  SwitchMonth best;
  for (std::size_t s = 0; s < months; ++s) {
    std::vector<double> flows(months, 0);
    for (std::size_t m = s; m < months; ++m) {
      flows[m] = reference_usd[m] - candidate_recurring_usd[m] - candidate_one_off_usd[m - s];
    }
    const double value = npv(rate, flows);
    if (value > best.npv_usd) {
      best.npv_usd = value;
      best.month = static_cast<int>(s);
    }
  }
  return best;
}

}  // namespace breakeven::economics
