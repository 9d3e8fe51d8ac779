// amortise.hpp — a loan paid off in equal instalments, to the cent.
//
// Units    Exact cents; the rate per period as a double, used to 18 decimals.
// Shape    instalment = PMT rounded to the cent; interest = balance x rate, rounded to the cent; the
//          last payment takes what rounding left. So the principals sum to the loan less the balloon,
//          and the payments to principal + interest, exactly. Rounding is half to even. Paid in
//          advance, the first instalment carries no interest.
// Sources  PMT, IPMT and PPMT of spreadsheets, before rounding. Worked: 10 000 at 8 %/12 over 10
//          periods: nine times 1 037.03, then 1 037.07; 370.34 interest (test: Amortise.*).
// Errors   out_of_range naming principal, rate, nper or fv; unsupported: a balloon with payments in
//          advance.
#pragma once

#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::finance {

struct Loan {
  Usd principal;
  double rate = 0;  ///< per period
  int periods = 1;
  Usd balloon;  ///< left unpaid at the end
  Due due = Due::end;
};

struct Instalment {
  int period = 0;  ///< from 1
  Usd payment;
  Usd interest;
  Usd principal;
  Usd balance;  ///< after the payment
};

struct Schedule {
  Usd payment;  ///< the regular instalment
  Usd total_payment;
  Usd total_interest;
  std::vector<Instalment> instalments;
};

inline constexpr int kMaxInstalments = 12'000;

[[nodiscard]] Result<Schedule> amortise(const Loan& loan);

}  // namespace breakeven::finance
