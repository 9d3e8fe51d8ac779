#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/finance_functions.hpp"
#include "engine/finance/irr.hpp"
#include "engine/finance/payback.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr FinanceField kT0{"t0", "initial", "USD", "",
                           "flow now, not discounted; flows then start one period later"};
constexpr FinanceField kDates{"dates", "", "YYYY-MM-DD, a list", "",
                              "one per flow; or flows as [{\"date\", \"amount\"}]"};
constexpr FinanceField kGuess{"guess", "", "share", "",
                              "with several roots, irr is the one nearest to this"};

constexpr std::array kNpvFields{kRate, kAnnualRate, kNominalRate, kPeriodsPerYear, kFlows, kT0};

/// t0, if there is one, before the flows.
Result<std::vector<double>> from_now(const FinanceFields& f) {
  BREAKEVEN_TRY(std::vector<double> flows, f.numbers("flows"));
  BREAKEVEN_TRY(const auto t0, f.maybe_number("t0"));
  if (t0) flows.insert(flows.begin(), *t0);
  return flows;
}

Result<Json> npv(const FinanceFields& f) {
  BREAKEVEN_TRY(const double rate, f.rate_per_period());
  BREAKEVEN_TRY(const std::vector<double> flows, f.numbers("flows"));
  BREAKEVEN_TRY(const double t0, f.number("t0", 0));
  BREAKEVEN_TRY(const double value, finance::finite("npv", t0 + finance::npv(rate, flows)));
  return Json{{"npv", value}, {"rate_per_period", rate}, {"periods", flows.size()}};
}

constexpr std::array kXnpvFields{
    FinanceField{"rate", "annual_rate rate_per_year discount_rate_per_year", "share per year", "",
                 "effective, over 365 days"},
    kFlows, kDates};

Result<Json> xnpv(const FinanceFields& f) {
  BREAKEVEN_TRY(const double rate, f.number("rate"));
  BREAKEVEN_TRY(const auto flows, f.dated_flows());
  BREAKEVEN_TRY(const double value, finance::xnpv(rate, flows));
  return Json{{"xnpv", value}, {"days", flows.back().date.days - flows.front().date.days}};
}

constexpr std::array kIrrFields{kFlows, kT0, kDates, kGuess, kPeriodsPerYear};

Json roots_json(const char* name, const finance::Irr& irr, const std::optional<double>& guess) {
  std::optional<double> one;
  if (irr.status() == finance::IrrStatus::one) one = irr.roots.front();
  if (guess) one = irr.nearest(*guess);
  return Json{
      {name, maybe_json(one)}, {"status", finance::to_string(irr.status())}, {"roots", irr.roots}};
}

Result<Json> xirr_as(const char* name, const FinanceFields& f) {
  BREAKEVEN_TRY(const auto flows, f.dated_flows());
  BREAKEVEN_TRY(const auto guess, f.maybe_number("guess"));
  BREAKEVEN_TRY(const finance::Irr found, finance::xirr(flows));
  return roots_json(name, found, guess);
}

Result<Json> xirr(const FinanceFields& f) { return xirr_as("xirr", f); }

Result<Json> irr(const FinanceFields& f) {
  if (f.dated()) {
    if (f.has("t0") || f.has("periods_per_year")) {
      return Error{ErrorCode::invalid_argument, "expected dates without it, found both",
                   f.place(f.has("t0") ? "t0" : "periods_per_year")};
    }
    return xirr_as("irr", f);
  }
  BREAKEVEN_TRY(const std::vector<double> flows, from_now(f));
  BREAKEVEN_TRY(const auto guess, f.maybe_number("guess"));
  BREAKEVEN_TRY(const auto per_year, f.maybe_number("periods_per_year"));
  BREAKEVEN_TRY(const finance::Irr found, finance::irr(flows));
  Json out = roots_json("irr", found, guess);
  if (per_year) {
    const bool there = out["irr"].is_number();
    out["annual_irr"] =
        there ? Json(finance::annual_rate(out["irr"].get<double>(), *per_year)) : Json(nullptr);
  }
  return out;
}

constexpr std::array kXirrFields{kFlows, kDates, kGuess};

constexpr std::array kMirrFields{
    kFlows, kT0, FinanceField{"finance_rate", "", "share per period", "", "paid on losses"},
    FinanceField{"reinvest_rate", "reinvestment_rate", "share per period", "", "earned on gains"}};

Result<Json> mirr(const FinanceFields& f) {
  BREAKEVEN_TRY(const std::vector<double> flows, from_now(f));
  BREAKEVEN_TRY(const double finance_rate, f.number("finance_rate"));
  BREAKEVEN_TRY(const double reinvest_rate, f.number("reinvest_rate"));
  BREAKEVEN_TRY(const auto rate, finance::mirr(flows, finance_rate, reinvest_rate));
  return Json{{"mirr", maybe_json(rate)}, {"status", rate ? "one" : "none"}};
}

constexpr std::array kPaybackFields{
    FinanceField{"flows", "cash_flows cashflows values", "USD, a list", "",
                 "the first is now (time 0), unless t0 or investment is given"},
    kT0,
    FinanceField{"investment", "cost one_off", "USD", "", "paid now: t0 = -investment"},
    FinanceField{"saving", "saving_per_period saving_per_month monthly_saving", "USD per period",
                 "", "the same every period, instead of flows"},
    FinanceField{"nper", "periods horizon_months", "periods", "1200",
                 "for how many periods saving goes on"},
    kRate,
    kAnnualRate,
    kNominalRate,
    kPeriodsPerYear};

Result<std::vector<double>> payback_flows(const FinanceFields& f) {
  if (f.has("flows") == f.has("saving")) {
    return Error{ErrorCode::invalid_argument,
                 std::string("expected one of flows and saving, found ") +
                     (f.has("flows") ? "both" : "none"),
                 f.place("flows")};
  }
  if (f.has("t0") && f.has("investment")) {
    return Error{ErrorCode::invalid_argument, "expected one of t0 and investment, found both",
                 f.place("investment")};
  }
  std::vector<double> flows;
  if (f.has("t0")) {
    BREAKEVEN_TRY(const double t0, f.number("t0"));
    flows.push_back(t0);
  }
  if (f.has("investment")) {
    BREAKEVEN_TRY(const double investment, f.number("investment"));
    if (investment < 0) {
      return Error{ErrorCode::out_of_range, "expected 0 or more, found a negative investment",
                   f.place("investment")};
    }
    flows.push_back(-investment);
  }
  if (f.has("flows")) {
    BREAKEVEN_TRY(const std::vector<double> later, f.numbers("flows"));
    flows.insert(flows.end(), later.begin(), later.end());
    return flows;
  }
  BREAKEVEN_TRY(const double saving, f.number("saving"));
  BREAKEVEN_TRY(const std::int64_t periods, f.whole("nper", 1200));
  if (flows.empty()) {
    return Error{ErrorCode::invalid_argument, "expected investment beside saving, found nothing",
                 "/investment"};
  }
  if (periods < 1 || periods > 100'000) {
    return Error{ErrorCode::out_of_range,
                 "expected 1 to 100000 periods, found " + std::to_string(periods), f.place("nper")};
  }
  flows.insert(flows.end(), static_cast<std::size_t>(periods), saving);
  return flows;
}

Result<Json> payback(const FinanceFields& f) {
  BREAKEVEN_TRY(const std::vector<double> flows, payback_flows(f));
  const finance::Payback simple = finance::payback(flows, 0);
  Json out{{"payback", maybe_json(simple.fractional)},
           {"payback_period", maybe_json(simple.period)},
           {"lasting_period", maybe_json(simple.lasting_period)}};
  if (f.has_rate()) {
    BREAKEVEN_TRY(const double rate, f.rate_per_period());
    const finance::Payback discounted = finance::payback(flows, rate);
    out["discounted_payback"] = maybe_json(discounted.fractional);
    out["discounted_payback_period"] = maybe_json(discounted.period);
    out["discounted_lasting_period"] = maybe_json(discounted.lasting_period);
    out["rate_per_period"] = rate;
  }
  out["interpolation"] = "linear within the period";
  return out;
}

constexpr std::array kFunctions{
    FinanceFunction{"npv", "Net present value; the first flow is discounted by one period",
                    kNpvFields, npv},
    FinanceFunction{"xnpv", "Net present value of dated flows, days / 365", kXnpvFields, xnpv},
    FinanceFunction{"irr", "Internal rate of return: none, one or several", kIrrFields, irr},
    FinanceFunction{"xirr", "Internal rate of return of dated flows, days / 365", kXirrFields,
                    xirr},
    FinanceFunction{"mirr", "Modified internal rate of return", kMirrFields, mirr},
    FinanceFunction{"payback", "Simple and discounted payback, or null when never", kPaybackFields,
                    payback}};

}  // namespace

std::span<const FinanceFunction> cash_flow_functions() { return kFunctions; }

}  // namespace breakeven::codec
