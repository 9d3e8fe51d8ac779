#include "engine/economics/ledger.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/det_math.hpp"
#include "engine/base/money.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/growth.hpp"

namespace breakeven::economics {

std::string_view to_string(OptionKind kind) {
  switch (kind) {
    case OptionKind::api_as_billed:
      return "api_as_billed";
    case OptionKind::api_optimised:
      return "api_optimised";
    case OptionKind::hosted_open_weights:
      return "hosted_open_weights";
    case OptionKind::dedicated_endpoint:
      return "dedicated_endpoint";
    case OptionKind::rented_on_demand:
      return "rented_on_demand";
    case OptionKind::reserved:
      return "reserved";
    case OptionKind::owned:
      return "owned";
    case OptionKind::spot:
      return "spot";
    case OptionKind::provisioned_throughput:
      return "provisioned_throughput";
    case OptionKind::managed_compliant:
      return "managed_compliant";
    case OptionKind::hybrid:
      break;
  }
  return "hybrid";
}

bool is_self_hosted(OptionKind kind) {
  return kind == OptionKind::rented_on_demand || kind == OptionKind::reserved ||
         kind == OptionKind::owned || kind == OptionKind::spot;
}

std::string_view to_string(Group group) {
  switch (group) {
    case Group::usage:
      return "usage";
    case Group::gpu:
      return "gpu";
    case Group::hardware:
      return "hardware";
    case Group::facility:
      return "facility";
    case Group::people:
      return "people";
    case Group::tooling:
      return "tooling";
    case Group::storage:
      return "storage";
    case Group::egress:
      return "egress";
    case Group::evaluation:
      return "evaluation";
    case Group::quality:
      return "quality";
    case Group::migration:
      return "migration";
    case Group::parallel_run:
      return "parallel_run";
    case Group::other:
      break;
  }
  return "other";
}

std::int64_t FleetSteps::units(double volume) const {
  const double needed = std::ceil(load_units * volume - 1e-9);  // 1e-9: 0.6 x (1 / 0.6) is one unit
  const std::int64_t bought = std::max<std::int64_t>(1, static_cast<std::int64_t>(needed)) + spare;
  return (bought + units_per_machine - 1) / units_per_machine * machines_per_unit * copies;
}

Usd Ledger::run_rate() const {
  Usd total;
  for (const Line& line : lines) {
    if (!line.once_in && line.in_run_rate) total += line.usd;
  }
  return total;
}

Usd Ledger::recurring() const {
  Usd total;
  for (const Line& line : lines) {
    if (!line.once_in) total += line.usd;
  }
  return total;
}

Usd Ledger::one_offs() const {
  Usd total;
  for (const Line& line : lines) {
    if (line.once_in) total += line.usd;
  }
  return total;
}

Usd Ledger::fully_loaded(int horizon_months) const {
  const Int128 spread = divide_half_even(one_offs().femto(), std::max(1, horizon_months));
  return recurring() + Usd::from_femto(spread);
}

Usd Ledger::group_total(Group group) const {
  Usd total;
  for (const Line& line : lines) {
    if (!line.once_in && line.group == group) total += line.usd;
  }
  return total;
}

double trend_per_year(const Outlook& outlook, Trend trend) {
  switch (trend) {
    case Trend::api_price:
      return outlook.api_trend_per_year;
    case Trend::gpu_price:
      return outlook.gpu_trend_per_year;
    case Trend::salary:
      return outlook.salary_trend_per_year;
    case Trend::none:
      break;
  }
  return 0;
}

Projection project(const Ledger& ledger, const Outlook& outlook) {
  const auto months = static_cast<std::size_t>(std::max(0, outlook.horizon_months));
  Projection out;
  out.recurring_usd.assign(months, 0);
  out.one_off_usd.assign(months, 0);
  out.volume = volumes({outlook.growth_per_month, outlook.growth_ceiling, outlook.launches},
                       outlook.horizon_months);
  for (const Line& line : ledger.lines) {
    const double usd = line.usd.estimate();
    if (line.once_in) {
      const auto when = static_cast<std::size_t>(std::max(0, *line.once_in));
      if (when < months) out.one_off_usd[when] += usd;
      continue;
    }
    const double step = det_pow(1 + trend_per_year(outlook, line.trend), 1.0 / 12);
    const double units_today = line.fleet ? static_cast<double>(line.fleet->units(1)) : 1;
    double market = 1;
    for (std::size_t m = 0; m < months; ++m) {
      const int month = static_cast<int>(m);
      if (m > 0) market *= step;
      // A commitment keeps today's price; whoever renews it pays what the market has come to.
      const double price = month < line.price_fixed_months ? 1.0 : market;
      if (month < line.first_month || (line.last_month && month > *line.last_month)) continue;
      double amount = usd * price;
      if (line.follows_volume) amount *= out.volume[m];
      if (line.fleet) {
        amount *= static_cast<double>(line.fleet->units(out.volume[m])) / units_today;
      }
      out.recurring_usd[m] += amount;
    }
  }
  out.total_usd.resize(months);
  for (std::size_t m = 0; m < months; ++m) {
    out.total_usd[m] = out.recurring_usd[m] + out.one_off_usd[m];
  }
  return out;
}

Result<Usd> always_on_month(Price usd_per_hour, std::int64_t instances) {
  if (instances < 0 || instances > 1'000'000'000) {
    return Error{ErrorCode::out_of_range,
                 "expected 0 to 1e9 instances, found " + std::to_string(instances), "instances"};
  }
  return cost(instances * kHoursPerMonth, usd_per_hour);
}

}  // namespace breakeven::economics
