// time_value.hpp — what money later is worth now, by the conventions of spreadsheets.
//
// Units    Amounts in any one currency as doubles (projections, never bills). Rates as shares: 0.1 is
//          10 % a period. Money received is positive, money paid negative.
// Shape    NPV discounts the first flow by one period; a flow at time 0 is added outside. XNPV
//          counts days from the first date, over 365. PMT, PV and FV solve
//            pv (1+r)^n + pmt (1 + r due) ((1+r)^n - 1) / r + fv = 0.
// Sources  Function references of Excel and LibreOffice Calc. Worked: NPV(10 %; -10 000, 3 000,
//          4 200, 6 800) = 1 188.44; PMT(8 %/12; 10; 10 000) = -1 037.03; a rate of 12 % a year is
//          0.9488793 % a month (tests: TimeValue.*, and tests/golden/finance.csv by LibreOffice).
// Errors   out_of_range naming the field for a rate of -1 or less, no periods, a date before the
//          first, or a result that is no finite number.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"

namespace breakeven::finance {

/// (1 + rate_per_year)^(1 / periods_per_year) - 1. rate_per_year > -1.
[[nodiscard]] double period_rate(double rate_per_year, double periods_per_year);
[[nodiscard]] double monthly_rate(double rate_per_year);
/// The rate per year that so many periods at `rate` amount to: (1 + rate)^periods - 1.
[[nodiscard]] double annual_rate(double rate, double periods_per_year);

/// Of a rate above -1; see checked_rate() for one that somebody typed.
[[nodiscard]] double npv(double rate, std::span<const double> flows);

struct DatedFlow {
  Date date;
  double amount = 0;
};
inline constexpr double kDaysPerYear = 365;
[[nodiscard]] Result<double> xnpv(double rate_per_year, std::span<const DatedFlow> flows);

/// When a period's payment falls due: a spreadsheet's type 0 or 1.
enum class Due : std::uint8_t { end, begin };

struct Annuity {
  double rate = 0;
  double periods = 1;
  double pv = 0;
  double fv = 0;
  Due due = Due::end;
};
[[nodiscard]] Result<double> payment(const Annuity& annuity);

/// SLN: (cost - salvage) / life.
[[nodiscard]] Result<double> straight_line(double cost, double salvage, double life);

/// A rate above -1, or an error with `field` as its place.
[[nodiscard]] Status check_rate(std::string_view field, double rate);
/// `value`, or an error when it is not a finite number.
[[nodiscard]] Result<double> finite(std::string_view what, double value);

}  // namespace breakeven::finance
