#include <array>
#include <cstdint>
#include <string>

#include "codec/finance_functions.hpp"
#include "engine/finance/amortise.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kPmtFields{
    kRate,
    kAnnualRate,
    kNominalRate,
    kPeriodsPerYear,
    FinanceField{"nper", "periods n", "periods", "", "number of payments"},
    FinanceField{"pv", "present_value", "USD", "0", "what is there now: a loan received, positive"},
    FinanceField{"fv", "future_value", "USD", "0", "what is left after the last payment"},
    kType};

Result<Json> pmt(const FinanceFields& f) {
  finance::Annuity annuity;
  BREAKEVEN_TRY(annuity.rate, f.rate_per_period());
  BREAKEVEN_TRY(annuity.periods, f.number("nper"));
  BREAKEVEN_TRY(annuity.pv, f.number("pv", 0));
  BREAKEVEN_TRY(annuity.fv, f.number("fv", 0));
  BREAKEVEN_TRY(annuity.due, f.due());
  BREAKEVEN_TRY(const double payment, finance::payment(annuity));
  BREAKEVEN_TRY(const double total, finance::finite("total", payment * annuity.periods));
  return Json{{"pmt", payment},
              {"total", total},
              {"interest", total + annuity.pv + annuity.fv},
              {"rate_per_period", annuity.rate}};
}

constexpr std::array kAmortiseFields{
    FinanceField{"principal", "pv amount loan", "USD, whole cents", "", "the loan"},
    kRate,
    kAnnualRate,
    kNominalRate,
    kPeriodsPerYear,
    FinanceField{"nper", "periods n", "periods", "", "number of payments"},
    FinanceField{"balloon", "", "USD, whole cents", "0", "left unpaid at the end"},
    FinanceField{"fv", "future_value", "USD, whole cents", "0", "as in spreadsheets: -balloon"},
    kType};

Result<Json> amortise(const FinanceFields& f) {
  finance::Loan loan;
  BREAKEVEN_TRY(loan.principal, f.money("principal"));
  BREAKEVEN_TRY(loan.rate, f.rate_per_period());
  BREAKEVEN_TRY(const std::int64_t periods, f.whole("nper"));
  if (periods < 1 || periods > finance::kMaxInstalments) {
    return Error{ErrorCode::out_of_range,
                 "expected 1 to " + std::to_string(finance::kMaxInstalments) + ", found " +
                     std::to_string(periods),
                 f.place("nper")};
  }
  loan.periods = static_cast<int>(periods);
  if (f.has("balloon") && f.has("fv")) {
    return Error{ErrorCode::invalid_argument, "expected one of balloon and fv, found both",
                 f.place("fv")};
  }
  BREAKEVEN_TRY(loan.balloon, f.money("balloon", Usd()));
  if (f.has("fv")) {
    BREAKEVEN_TRY(const Usd fv, f.money("fv"));
    loan.balloon = -fv;
  }
  BREAKEVEN_TRY(loan.due, f.due());
  BREAKEVEN_TRY(const finance::Schedule schedule, finance::amortise(loan));
  Json rows = Json::array();
  for (const finance::Instalment& row : schedule.instalments) {
    rows.push_back({{"period", row.period},
                    {"payment", row.payment.fixed(2)},
                    {"interest", row.interest.fixed(2)},
                    {"principal", row.principal.fixed(2)},
                    {"balance", row.balance.fixed(2)}});
  }
  return Json{{"payment", schedule.payment.fixed(2)},
              {"last_payment", schedule.instalments.back().payment.fixed(2)},
              {"total_payment", schedule.total_payment.fixed(2)},
              {"total_interest", schedule.total_interest.fixed(2)},
              {"rate_per_period", loan.rate},
              {"schedule", std::move(rows)}};
}

constexpr std::array kSlnFields{
    FinanceField{"cost", "", "USD", "", "what was paid"},
    FinanceField{"salvage", "residual", "USD", "0", "what it is worth at the end"},
    FinanceField{"life", "", "periods", "", "over how many periods"}};

Result<Json> sln(const FinanceFields& f) {
  BREAKEVEN_TRY(const double cost, f.number("cost"));
  BREAKEVEN_TRY(const double salvage, f.number("salvage", 0));
  BREAKEVEN_TRY(const double life, f.number("life"));
  BREAKEVEN_TRY(const double value, finance::straight_line(cost, salvage, life));
  return Json{{"sln", value}};
}

constexpr std::array kFunctions{
    FinanceFunction{"pmt", "The payment of a loan or annuity, as in spreadsheets", kPmtFields, pmt},
    FinanceFunction{"amortise", "A loan's instalments, to the cent", kAmortiseFields, amortise},
    FinanceFunction{"sln", "Straight-line depreciation per period", kSlnFields, sln}};

}  // namespace

std::span<const FinanceFunction> loan_functions() { return kFunctions; }

}  // namespace breakeven::codec
