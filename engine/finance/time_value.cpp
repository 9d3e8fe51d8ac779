#include "engine/finance/time_value.hpp"

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/civil_time.hpp"
#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::finance {

double period_rate(double rate_per_year, double periods_per_year) {
  return det_expm1(det_log1p(rate_per_year) / periods_per_year);
}

double monthly_rate(double rate_per_year) { return period_rate(rate_per_year, 12); }

double annual_rate(double rate, double periods_per_year) {
  return det_expm1(det_log1p(rate) * periods_per_year);
}

double npv(double rate, std::span<const double> flows) {
  // Horner from the far end: no power is taken and small terms are added first.
  double value = 0;
  const double factor = 1 / (1 + rate);
  for (auto flow = flows.rbegin(); flow != flows.rend(); ++flow) value = (value + *flow) * factor;
  return value;
}

Status check_rate(std::string_view field, double rate) {
  if (rate > -1 && std::isfinite(rate)) return {};
  return Error{ErrorCode::out_of_range, "expected a rate above -1, found " + shortest(rate),
               std::string(field)};
}

Result<double> finite(std::string_view what, double value) {
  if (std::isfinite(value)) return value;
  return Error{ErrorCode::out_of_range, "expected a result below 1e308, found more",
               std::string(what)};
}

Result<double> xnpv(double rate_per_year, std::span<const DatedFlow> flows) {
  BREAKEVEN_CHECK_OK(check_rate("rate", rate_per_year));
  const double log_factor = det_log1p(rate_per_year) / kDaysPerYear;
  double value = 0;
  for (const DatedFlow& flow : flows) {
    const std::int32_t days = flow.date.days - flows.front().date.days;
    if (days < 0) {
      return Error{ErrorCode::out_of_range,
                   "expected no date before the first, " + flows.front().date.iso() + ", found " +
                       flow.date.iso(),
                   "dates"};
    }
    value += flow.amount * det_exp(-log_factor * days);
  }
  return finite("xnpv", value);
}

Result<double> payment(const Annuity& a) {
  BREAKEVEN_CHECK_OK(check_rate("rate", a.rate));
  if (!(a.periods > 0 && std::isfinite(a.periods))) {
    return Error{ErrorCode::out_of_range,
                 "expected more than 0 periods, found " + shortest(a.periods), "nper"};
  }
  if (a.rate == 0) return finite("pmt", -(a.pv + a.fv) / a.periods);
  // Discounted to now, so that a long loan does not overflow.
  const double log_growth = a.periods * det_log1p(a.rate);
  const double discount = det_exp(-log_growth);
  const double paid_off = -det_expm1(-log_growth);
  const double due = a.due == Due::begin ? 1 + a.rate : 1;
  return finite("pmt", -(a.pv + a.fv * discount) * a.rate / (paid_off * due));
}

Result<double> straight_line(double cost, double salvage, double life) {
  if (!(life > 0 && std::isfinite(life))) {
    return Error{ErrorCode::out_of_range, "expected a life above 0, found " + shortest(life),
                 "life"};
  }
  return finite("sln", (cost - salvage) / life);
}

}  // namespace breakeven::finance
