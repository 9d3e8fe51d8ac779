#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/finance/amortise.hpp"
#include "engine/finance/availability.hpp"
#include "engine/finance/irr.hpp"
#include "engine/finance/payback.hpp"
#include "engine/finance/reservation.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::finance {
namespace {

TEST(TimeValue, SpreadsheetConventions) {
  EXPECT_NEAR(npv(0.10, std::vector<double>{-10'000, 3'000, 4'200, 6'800}), 1'188.44, 0.005);
  EXPECT_NEAR(payment({0.08 / 12, 10, 10'000, 0, Due::end}).value(), -1'037.03, 0.005);
  EXPECT_NEAR(monthly_rate(0.12), 0.009488793, 1e-9);
  EXPECT_NEAR(annual_rate(monthly_rate(0.12), 12), 0.12, 1e-15);
  EXPECT_EQ(payment({-1, 10, 1, 0, Due::end}).error().where, "rate");
  EXPECT_EQ(payment({0.1, 0, 1, 0, Due::end}).error().where, "nper");
  const std::vector<DatedFlow> backwards{{Date{10}, 1}, {Date{9}, 1}};
  EXPECT_EQ(xnpv(0.1, backwards).error().where, "dates");
}

TEST(TimeValue, LongLoansDoNotOverflow) {
  EXPECT_NEAR(payment({0.5, 100'000, 10, 0, Due::end}).value(), -5, 1e-12);
  EXPECT_NEAR(payment({1e-15, 10, 10, 0, Due::end}).value(), -1, 1e-9);
}

TEST(Irr, DocumentedExamples) {
  const auto one = irr(std::vector<double>{-70'000, 12'000, 15'000, 18'000, 21'000, 26'000});
  EXPECT_EQ(one->status(), IrrStatus::one);
  EXPECT_NEAR(one->roots.front(), 0.0866309, 1e-6);
  const std::vector<double> machine{-120'000, 39'000, 30'000, 21'000, 37'000, 46'000};
  EXPECT_NEAR(**mirr(machine, 0.10, 0.12), 0.126094, 1e-6);
  EXPECT_FALSE(mirr(std::vector<double>{1, 2}, 0.1, 0.1)->has_value());
}

TEST(Irr, SeveralRootsAreAllFound) {
  const auto two = irr(std::vector<double>{-100, 230, -132});
  EXPECT_EQ(two->status(), IrrStatus::several);
  ASSERT_EQ(two->roots.size(), 2U);
  EXPECT_NEAR(two->roots[0], 0.10, 1e-9);
  EXPECT_NEAR(two->roots[1], 0.20, 1e-9);
  EXPECT_NEAR(*two->nearest(0.3), 0.20, 1e-9);
}

TEST(Irr, OddCases) {
  for (const auto& flows : {std::vector<double>{}, {5}, {1, 2, 3}, {-1, -2}, {0, 0, 0}, {-1, 0}}) {
    EXPECT_EQ(irr(flows)->status(), IrrStatus::none);
  }
  // Touches zero at 10 % without crossing it; never reaches it.
  EXPECT_EQ(irr(std::vector<double>{-100, 220, -121})->roots.size(), 1U);
  EXPECT_EQ(irr(std::vector<double>{-100, 220, -121.1})->roots.size(), 0U);
  EXPECT_NEAR(irr(std::vector<double>{-100, 1})->roots.at(0), -0.99, 1e-12);
  EXPECT_NEAR(irr(std::vector<double>{-1, 1e9})->roots.at(0), 1e9 - 1, 1);
  EXPECT_NEAR(irr(std::vector<double>{0, 0, -100, 110})->roots.at(0), 0.1, 1e-12);
  const auto doubled = xirr(std::vector<DatedFlow>{{Date{0}, -100}, {Date{1}, 200}});
  EXPECT_NEAR(std::log2(doubled->roots.at(0)), 365, 1e-6);
}

/// The coefficients of the product of (x - root).
std::vector<double> polynomial(const std::vector<double>& roots) {
  std::vector<double> c{1};
  for (const double root : roots) {
    c.push_back(0);
    for (std::size_t i = c.size() - 1; i > 0; --i) c[i] -= root * c[i - 1];
  }
  return c;
}

RC_GTEST_PROP(Irr, FindsEveryPlantedRoot, ()) {
  const auto count = *rc::gen::inRange(1, 6);
  std::vector<double> growth;  // 1 + rate, at least 0.1 apart
  double at = 0.3;
  for (int i = 0; i < count; ++i) {
    at += 0.1 + *rc::gen::inRange(0, 100) * 0.01;
    growth.push_back(at);
  }
  const auto found = irr(polynomial(growth));
  RC_ASSERT(found.ok());
  RC_ASSERT(found->roots.size() == growth.size());
  for (std::size_t i = 0; i < growth.size(); ++i) {
    RC_ASSERT(std::fabs(found->roots[i] - (growth[i] - 1)) < 1e-6);
  }
}

RC_GTEST_PROP(Irr, NothingIsLeftAtARootAndScaleDoesNotMatter, ()) {
  const auto cents = *rc::gen::container<std::vector<int>>(40, rc::gen::inRange(-1'000, 1'000));
  std::vector<double> flows(cents.begin(), cents.end());
  const auto found = irr(flows);
  RC_ASSERT(found.ok());
  for (const double rate : found->roots) {
    double left = 0;
    double size = 0;
    double factor = 1;
    for (const double flow : flows) {
      left += flow * factor;
      size += std::fabs(flow) * factor;
      factor /= 1 + rate;
    }
    RC_ASSERT(std::fabs(left) <= 1e-9 * size);
  }
  for (double& flow : flows) flow *= -1'024;
  RC_ASSERT(irr(flows)->roots == found->roots);
}

RC_GTEST_PROP(Irr, AnInvestmentsRateRisesWithItsGains, ()) {
  const int months = *rc::gen::inRange(2, 48);
  const double saving = *rc::gen::inRange(100, 10'000);
  std::vector<double> flows(static_cast<std::size_t>(months) + 1, saving);
  flows[0] = -50'000;
  const auto low = irr(flows);
  flows.back() += 1'000;
  const auto high = irr(flows);
  RC_ASSERT(low->status() == IrrStatus::one && high->status() == IrrStatus::one);
  RC_ASSERT(high->roots[0] > low->roots[0]);
}

TEST(Payback, InterpolatesOrIsNull) {
  const std::vector<double> flows{-1'000, 400, 400, 400, 400};
  const Payback simple = payback(flows, 0);
  EXPECT_EQ(simple.period, 3);
  EXPECT_DOUBLE_EQ(*simple.fractional, 2.5);
  const Payback discounted = payback(flows, 0.1);
  EXPECT_EQ(discounted.period, 4);
  EXPECT_NEAR(*discounted.fractional, 3.0193, 0.0001);
  EXPECT_FALSE(payback(std::vector<double>{-1, 0.5}, 0).period.has_value());
  // Ten tenths are one, whatever doubles say.
  std::vector<double> tenths(11, 0.1);
  tenths[0] = -1;
  EXPECT_EQ(payback(tenths, 0).period, 10);
  const Payback relapse = payback(std::vector<double>{-10, 20, -15, 3}, 0);
  EXPECT_EQ(relapse.period, 1);
  EXPECT_FALSE(relapse.lasting_period.has_value());
}

TEST(Amortise, WorkedLoan) {
  const auto s = amortise({Usd::from_dollars(10'000), 0.08 / 12, 10, Usd(), Due::end});
  ASSERT_TRUE(s.ok());
  EXPECT_EQ(s->payment.fixed(2), "1037.03");
  EXPECT_EQ(s->instalments.back().payment.fixed(2), "1037.07");
  EXPECT_EQ(s->total_interest.fixed(2), "370.34");
  EXPECT_EQ(amortise({Usd::from_cents(1), 0.1, 12'001, Usd(), Due::end}).error().where, "nper");
  EXPECT_EQ(amortise({Usd::parse("0.001").value(), 0.1, 12, Usd(), Due::end}).error().where,
            "principal");
  EXPECT_EQ(amortise({Usd::from_cents(100), 0.1, 12, Usd::from_cents(1), Due::begin}).error().code,
            ErrorCode::unsupported);
}

RC_GTEST_PROP(Amortise, SumsToTheCent, ()) {
  Loan loan;
  loan.principal = Usd::from_cents(*rc::gen::inRange<std::int64_t>(1, 100'000'000));
  loan.rate = *rc::gen::inRange(0, 3'000) * 1e-5;
  loan.periods = *rc::gen::inRange(1, 400);
  loan.due = *rc::gen::element(Due::end, Due::begin);
  if (loan.due == Due::end) {
    loan.balloon = Usd::from_cents(*rc::gen::inRange<std::int64_t>(0, 1'000'000));
  }
  const auto s = amortise(loan);
  RC_ASSERT(s.ok());
  Usd payments;
  Usd interest;
  Usd principal;
  Usd balance = loan.principal;
  for (const Instalment& row : s->instalments) {
    payments += row.payment;
    interest += row.interest;
    principal += row.principal;
    balance -= row.principal;
    RC_ASSERT(row.balance == balance);
    RC_ASSERT(row.payment == row.interest + row.principal);
  }
  RC_ASSERT(s->instalments.size() == static_cast<std::size_t>(loan.periods));
  RC_ASSERT(balance == loan.balloon);
  RC_ASSERT(principal == loan.principal - loan.balloon);
  RC_ASSERT(payments == s->total_payment && interest == s->total_interest);
  RC_ASSERT(payments == principal + interest);
}

TEST(Reservation, WorkedRates) {
  const auto r = reservation({3.99, 2.65, 0, 12});
  EXPECT_NEAR(r->break_even_utilisation, 0.664, 0.0005);
  EXPECT_NEAR(*r->break_even_months, 7.97, 0.005);
  // 8 760 upfront over 12 months of 730 h is 1 USD an hour.
  EXPECT_DOUBLE_EQ(reservation({4, 1, 8'760, 12})->break_even_utilisation, 0.5);
  EXPECT_FALSE(reservation({2, 3, 0, 12})->break_even_months.has_value());
  EXPECT_EQ(reservation({0, 3, 0, 12}).error().where, "on_demand");
}

RC_GTEST_PROP(Reservation, BestCommitmentIsTheCheapestOfAll, ()) {
  const auto tenths =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 80)));
  std::vector<double> demand;
  for (const int t : tenths) demand.push_back(t / 10.0);
  const double low = *rc::gen::inRange(1, 40) / 10.0;
  const auto answer = reservation({2.0, low, 0, 12});
  const auto best = best_commitment(*answer, 2.0, demand);
  RC_ASSERT(best.ok());
  const auto cost = [&](double n) {
    double sum = n * low * static_cast<double>(demand.size());
    for (const double d : demand) sum += 2.0 * std::max(0.0, d - n);
    return sum;
  };
  RC_ASSERT(std::fabs(best->cost - cost(static_cast<double>(best->instances))) < 1e-9);
  for (int n = 0; n <= 9; ++n) RC_ASSERT(best->cost <= cost(n) + 1e-9);
}

TEST(Availability, WorkedFleet) {
  EXPECT_NEAR(availability({0.97, 3, 1, 1})->availability, 0.9948, 0.00005);
  EXPECT_NEAR(availability({0.97, 3, 0, 1})->availability, 0.97 * 0.97 * 0.97, 1e-12);
  EXPECT_NEAR(availability({0.97, 3, 0, 2})->unavailability, std::pow(1 - 0.97 * 0.97 * 0.97, 2),
              1e-12);
  EXPECT_EQ(availability({0, 1, 5, 1})->availability, 0);
  EXPECT_EQ(availability({1, 10, 0, 1})->availability, 1);
  EXPECT_EQ(availability({0.2, 0, 0, 1})->availability, 1);
  // Nine nines and more do not drown in 1 - x.
  EXPECT_NEAR(availability({0.999, 1, 4, 1})->unavailability, 1e-15, 1e-24);
  EXPECT_EQ(**spares_for({0.97, 3, 0, 1}, 0.999), 2);
  EXPECT_FALSE(spares_for({0, 3, 0, 1}, 0.5)->has_value());
  EXPECT_EQ(spares_for({0.9, 3, 0, 1}, 1).error().where, "target");
}

RC_GTEST_PROP(Availability, SumOfTheBinomialTerms, ()) {
  const int n = *rc::gen::inRange(1, 30);
  const int k = *rc::gen::inRange(0, n + 1);
  const double a = *rc::gen::inRange(1, 1'000) / 1'000.0;
  double sum = 0;
  for (int up = k; up <= n; ++up) {
    double ways = 1;
    for (int i = 0; i < up; ++i) ways = ways * (n - i) / (i + 1);
    sum += ways * std::pow(a, up) * std::pow(1 - a, n - up);
  }
  RC_ASSERT(std::fabs(availability({a, k, n - k, 1})->availability - sum) < 1e-11);
}

}  // namespace
}  // namespace breakeven::finance
