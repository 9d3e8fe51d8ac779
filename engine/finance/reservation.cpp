#include "engine/finance/reservation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/in_range.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"

namespace breakeven::finance {

Result<ReservationAnswer> reservation(const Reservation& offer) {
  constexpr double kDearest = 1e9;
  BREAKEVEN_CHECK_OK(in_range("on_demand", offer.on_demand, 1e-9, kDearest));
  BREAKEVEN_CHECK_OK(in_range("reserved", offer.reserved, 0, kDearest));
  BREAKEVEN_CHECK_OK(in_range("upfront", offer.upfront, 0, 1e12));
  BREAKEVEN_CHECK_OK(in_range("term_months", offer.term_months, 1e-3, 1200));
  const double hours = offer.term_months * static_cast<double>(kHoursPerMonth);
  ReservationAnswer out;
  out.reserved_per_hour = offer.reserved + offer.upfront / hours;
  out.break_even_utilisation = out.reserved_per_hour / offer.on_demand;
  out.discount = 1 - out.break_even_utilisation;
  if (out.break_even_utilisation <= 1) {
    out.break_even_months = out.break_even_utilisation * offer.term_months;
  }
  return out;
}

Result<Commitment> best_commitment(const ReservationAnswer& answer, double on_demand,
                                   std::span<const double> demand) {
  if (demand.empty()) {
    return Error{ErrorCode::invalid_argument, "expected at least one hour, found none", "demand"};
  }
  for (std::size_t i = 0; i < demand.size(); ++i) {
    BREAKEVEN_CHECK_OK(in_range("demand/" + std::to_string(i), demand[i], 0, 1e9));
  }
  std::vector<double> falling(demand.begin(), demand.end());
  std::ranges::sort(falling, std::greater<>());
  const auto hours = static_cast<double>(falling.size());
  Commitment out;
  for (const double used : falling) out.all_on_demand += used * on_demand;
  // What one more instance saves falls with every instance, so the first that saves nothing ends it.
  const auto cost_of = [&](double n) {
    double overflow = 0;
    for (const double used : falling) overflow += std::max(0.0, used - n);
    return n * hours * answer.reserved_per_hour + overflow * on_demand;
  };
  std::int64_t low = 0;
  std::int64_t high = static_cast<std::int64_t>(std::ceil(falling.front()));
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const auto n = static_cast<double>(middle);
    const double cost = cost_of(n);
    if (cost - cost_of(n + 1) > 1e-12 * cost) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  out.instances = low;
  const auto n = static_cast<double>(low);
  out.cost = cost_of(n);
  if (low > 0) {
    double used = 0;
    for (const double d : falling) used += std::min(d, n);
    out.committed_use = used / (n * hours);
  }
  return out;
}

}  // namespace breakeven::finance
