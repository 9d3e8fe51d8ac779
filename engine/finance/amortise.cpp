#include "engine/finance/amortise.hpp"

#include <cmath>
#include <string>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::finance {
namespace {

constexpr Int128 kFemtoPerCent = kFemtoPerUsd / 100;
constexpr Int128 kRateUnit = 1'000'000'000'000'000'000;  // 1e18

Error out_of_range(std::string_view field, std::string_view expected, const std::string& found) {
  return Error{ErrorCode::out_of_range, "expected " + std::string(expected) + ", found " + found,
               std::string(field)};
}

Status check(const Loan& loan) {
  const Usd most = Usd::from_dollars(1'000'000'000'000);
  if (loan.principal <= Usd() || loan.principal > most) {
    return out_of_range("principal", "above 0 to 1e12", loan.principal.decimal());
  }
  if (loan.principal.femto() % kFemtoPerCent != 0) {
    return out_of_range("principal", "whole cents", loan.principal.decimal());
  }
  if (loan.balloon < Usd() || loan.balloon > most) {
    return out_of_range("balloon", "0 to 1e12", loan.balloon.decimal());
  }
  if (loan.balloon.femto() % kFemtoPerCent != 0) {
    return out_of_range("balloon", "whole cents", loan.balloon.decimal());
  }
  if (!(loan.rate >= 0 && loan.rate <= 1)) {
    return out_of_range("rate", "0 to 1 a period", shortest(loan.rate));
  }
  if (loan.periods < 1 || loan.periods > kMaxInstalments) {
    return out_of_range("nper", "1 to " + std::to_string(kMaxInstalments),
                        std::to_string(loan.periods));
  }
  if (loan.due == Due::begin && loan.balloon > Usd()) {
    return Error{ErrorCode::unsupported,
                 "expected no balloon with payments in advance, found " + loan.balloon.decimal(),
                 "balloon"};
  }
  return {};
}

/// The rate as written, in units of 1e-18: 0.1 is one tenth here, which no double is.
Int128 exact_rate(double rate) {
  const auto decimal = parse_scaled_decimal(shortest(rate), 18);
  if (decimal) return *decimal;
  return static_cast<Int128>(std::nearbyint(rate * 1e18));
}

}  // namespace

Result<Schedule> amortise(const Loan& loan) {
  BREAKEVEN_CHECK_OK(check(loan));
  const Annuity annuity{loan.rate, static_cast<double>(loan.periods), loan.principal.estimate(),
                        -loan.balloon.estimate(), loan.due};
  BREAKEVEN_TRY(const double exact, payment(annuity));
  const Int128 rate = exact_rate(loan.rate);
  Int128 balance = loan.principal.femto() / kFemtoPerCent;
  const Int128 balloon = loan.balloon.femto() / kFemtoPerCent;
  const auto regular = static_cast<Int128>(std::nearbyint(-exact * 100));
  const auto usd = [](Int128 cents) { return Usd::from_femto(cents * kFemtoPerCent); };

  Schedule out;
  out.payment = usd(regular);
  for (int period = 1; period <= loan.periods; ++period) {
    const bool in_advance = loan.due == Due::begin && period == 1;
    const Int128 interest = in_advance ? 0 : divide_half_even(balance * rate, kRateUnit);
    const Int128 all = balance + interest - balloon;
    // A rounded-up instalment may pay a small loan off early.
    const Int128 paid = period == loan.periods || (regular > all && all >= 0) ? all : regular;
    balance += interest - paid;
    out.instalments.push_back(
        {period, usd(paid), usd(interest), usd(paid - interest), usd(balance)});
    out.total_payment += usd(paid);
    out.total_interest += usd(interest);
  }
  return out;
}

}  // namespace breakeven::finance
