#include "engine/economics/futures.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/base/det_math.hpp"
#include "engine/economics/sensitivity.hpp"
#include "engine/economics/test_threads.hpp"

namespace breakeven::economics {
namespace {

Driver normal(const char* id, double mean, double sd) {
  return {id, id, "", mean, {Shape::normal, {mean, sd}}, {}, mean - 1'000, mean + 1'000};
}

Line line(const char* id, std::int64_t usd, Group group, Trend trend) {
  Line l;
  l.id = id;
  l.usd = Usd::from_dollars(usd);
  l.group = group;
  l.trend = trend;
  return l;
}

TEST(Draws, CorrelatedNormalsHaveTheClosedForm) {
  const std::vector<Driver> drivers{normal("a", 0, 1), normal("b", 0, 1), normal("c", 5, 2)};
  const auto draws = Draws::make(drivers, {{0, 1, 0.5, {}}}, 7);
  ASSERT_TRUE(draws.ok());
  double sum = 0;
  double squares = 0;
  double product = 0;
  constexpr int kPaths = 100'000;
  for (std::uint64_t i = 0; i < kPaths; ++i) {
    double v[3];
    draws->path(i, v);
    sum += v[0] - v[1];
    squares += (v[0] - v[1]) * (v[0] - v[1]);
    product += v[0] * v[1];
  }
  EXPECT_NEAR(sum / kPaths, 0, 0.01);
  EXPECT_NEAR(squares / kPaths, 1, 0.015);
  EXPECT_NEAR(product / kPaths, 0.5, 0.01);
}

TEST(Draws, EveryDriverKeepsItsDistributionAndTheOthersTheirDraws) {
  std::vector<Driver> drivers{normal("a", 0, 1), normal("b", 0, 1), normal("c", 0, 1)};
  drivers[1].distribution = {Shape::pert, {0, 1, 10}};
  const auto alone = Draws::make(drivers, {}, 3);
  const auto mixed = Draws::make(drivers, {{0, 1, -0.8, {}}}, 3);
  std::vector<double> before;
  std::vector<double> after;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    double x[3];
    double y[3];
    double rank[3];
    alone->path(i, x);
    mixed->path(i, y, rank);
    before.push_back(x[1]);
    after.push_back(y[1]);
    ASSERT_EQ(x[2], y[2]);
    ASSERT_EQ(x[0], y[0]);
    ASSERT_NEAR(mixed->sampler(1).at(rank[1]), y[1], 1e-9);
  }
  const Quantiles p = quantiles_of(before);
  const Quantiles q = quantiles_of(after);
  EXPECT_NEAR(p.p10, q.p10, 0.05);
  EXPECT_NEAR(p.p90, q.p90, 0.1);
}

TEST(Draws, RefusesWhatCannotHold) {
  const std::vector<Driver> d{normal("a", 0, 1), normal("b", 0, 1), normal("c", 0, 1)};
  EXPECT_FALSE(Draws::make(d, {{0, 0, 0.5, {}}}, 1).ok());
  EXPECT_FALSE(Draws::make(d, {{0, 3, 0.5, {}}}, 1).ok());
  EXPECT_FALSE(Draws::make(d, {{0, 1, 1.5, {}}}, 1).ok());
  EXPECT_FALSE(Draws::make(d, {{0, 1, 0.5, {}}, {1, 0, 0.5, {}}}, 1).ok());
  EXPECT_FALSE(Draws::make(d, {{0, 1, 0.9, {}}, {1, 2, 0.9, {}}, {0, 2, -0.9, {}}}, 1).ok());
  EXPECT_TRUE(Draws::make(d, {{0, 1, 1, {}}}, 1).ok());
}

TEST(Uncertainty, CorrelatedLinearGaussianWithinHalfAPoint) {
  // 10 + 30 x - 20 y with correlation 0.6: variance 900 + 400 - 2 x 0.6 x 600 = 580.
  const Model model = [](const double* d) {
    const double difference = 10 + 30 * d[0] - 20 * d[1];
    return Outcome{difference, difference, difference};
  };
  InlinePool pool;
  const auto u =
      simulate({normal("x", 0, 1), normal("y", 0, 1)}, model, 100'000, 11, pool, {{0, 1, 0.6, {}}});
  EXPECT_NEAR(u->probability_cheaper, normal_cdf(10 / std::sqrt(580.0)), 0.005);
}

TEST(Sensitivity, TotalOrderOfALinearModel) {
  const Model model = [](const double* d) {
    const double f = 1e6 + 3 * d[0] + 4 * d[1] + 0 * d[2];
    return Outcome{f, f, f};
  };
  InlinePool pool;
  const std::vector<Driver> drivers{normal("x", 0, 1), normal("y", 0, 1), normal("z", 0, 1)};
  const auto s = total_order(drivers, model, 20'000, 1, pool);
  ASSERT_EQ(s->size(), 3U);
  EXPECT_EQ((*s)[0].driver, 1U);
  EXPECT_NEAR((*s)[0].index, 0.64, 0.02);
  EXPECT_NEAR((*s)[1].index, 0.36, 0.02);
  EXPECT_NEAR((*s)[2].index, 0, 1e-12);
  Threads threads(3);
  EXPECT_EQ((*total_order(drivers, model, 2'000, 1, threads))[0].index,
            (*total_order(drivers, model, 2'000, 1, pool))[0].index);
}

TEST(Sensitivity, IndifferenceCurveOfAProduct) {
  const Model model = [](const double* d) {
    const double f = d[0] * d[1] - 100;
    return Outcome{f, f, f};
  };
  std::vector<Driver> drivers{normal("x", 5, 1), normal("y", 5, 1)};
  drivers[0].flip_low = 2;
  drivers[0].flip_high = 20;
  drivers[1].flip_low = 1;
  drivers[1].flip_high = 40;
  const auto curve = indifference(drivers, model, 0, 1, Difference::fully_loaded, 19);
  EXPECT_GE(curve.points.size(), 16U);
  for (const auto& point : curve.points) {
    EXPECT_NEAR(point.x * point.y, 100, 1e-3);
    EXPECT_LT(std::fabs(point.difference_usd), 1);
  }
}

/// An API, a fleet on a commitment and a plain cost, with everything that can move.
struct Case {
  Ledger api{"api", "API", OptionKind::api_as_billed, {}};
  Ledger own{"own", "Own", OptionKind::reserved, {}};
  FuturesProblem problem;

  Case() {
    Line usage = line("usage", 1'000, Group::usage, Trend::api_price);
    usage.follows_volume = true;
    usage.low = Usd::from_dollars(800);
    api.add(usage);
    Line gpu = line("gpu", 500, Group::gpu, Trend::gpu_price);
    gpu.fleet = FleetSteps{2.7, 2, 1, 2, 1};
    gpu.price_fixed_months = 12;
    own.add(gpu);
    own.add(line("people", 200, Group::people, Trend::salary));
    Line storage = line("storage", 30, Group::storage, Trend::none);
    storage.follows_volume = true;
    storage.first_month = 2;
    storage.last_month = 20;
    own.add(storage);
    Line once = line("migration", 3'000, Group::migration, Trend::none);
    once.once_in = 1;
    own.add(once);
    problem.options = {&api, &own};
    problem.candidate = 1;
    problem.outlook.growth_per_month = 0.02;
    problem.outlook.api_trend_per_year = -0.2;
    problem.outlook.gpu_trend_per_year = 0.1;
    problem.outlook.salary_trend_per_year = 0.04;
    problem.outlook.launches = {{6, 2, 3, 1.2}};
  }
};

TEST(Futures, WithoutUncertaintyItIsTheProjection) {
  Case c;
  for (const bool s_curve : {false, true}) {
    if (s_curve) c.problem.outlook.growth_ceiling = 1.5;
    InlinePool pool;
    const auto f = simulate_futures(c.problem, 3, 1, pool);
    ASSERT_TRUE(f.ok());
    double cumulative = 0;
    const Projection api = project(c.api, c.problem.outlook);
    const Projection own = project(c.own, c.problem.outlook);
    double sums[2] = {0, 0};
    for (std::size_t m = 0; m < 36; ++m) {
      sums[0] += api.total_usd[m];
      sums[1] += own.total_usd[m];
      cumulative += api.total_usd[m] - own.total_usd[m];
      ASSERT_NEAR(f->cumulative_usd[m].p50, cumulative, 1e-6);
    }
    for (std::size_t o = 0; o < 2; ++o) {
      EXPECT_NEAR(f->options[o].cost_usd_month.p50, sums[o] / 36, 1e-8);
    }
    EXPECT_EQ(f->options[f->best].probability_cheapest, 1);
    EXPECT_EQ(f->evpi_usd_month, 0);
  }
}

TEST(Futures, ValueOfInformationHasItsClosedForm) {
  Ledger sure{"sure", "", OptionKind::api_as_billed, {}};
  sure.add(line("usage", 110, Group::usage, Trend::none));
  Ledger open{"open", "", OptionKind::owned, {}};
  open.add(line("people", 100, Group::people, Trend::none));
  FuturesProblem p;
  p.options = {&sure, &open};
  p.candidate = 1;
  p.drivers = {normal("people", 1, 0.3), normal("noise", 1, 0.3)};
  p.roles = {{0, Factor::people, 0}};
  InlinePool pool;
  const auto f = simulate_futures(p, 100'000, 5, pool);
  ASSERT_TRUE(f.ok());
  const double t = 10.0 / 30;
  const double density = std::exp(-t * t / 2) / std::sqrt(2 * std::numbers::pi);
  const double evpi = 30 * density - 10 * normal_cdf(-t);
  EXPECT_EQ(f->best, 1U);
  EXPECT_NEAR(f->evpi_usd_month, evpi, 0.15);
  EXPECT_NEAR(f->options[1].expected_regret_usd_month, evpi, 0.15);
  EXPECT_NEAR(f->options[0].expected_regret_usd_month, evpi + 10, 0.25);
  EXPECT_NEAR(f->options[1].probability_cheapest, normal_cdf(t), 0.005);
  ASSERT_EQ(f->information.size(), 2U);
  EXPECT_EQ(f->information[0].driver, 0U);
  EXPECT_NEAR(f->information[0].evppi_usd_month, evpi, 0.2);
  EXPECT_NEAR(f->information[1].evppi_usd_month, 0, 0.1);
}

FuturesProblem uncertain(const Case& c) {
  FuturesProblem p = c.problem;
  p.drivers = {normal("growth", 0.02, 0.02), normal("api", 1, 0.2), normal("gpu", 1, 0.1),
               normal("people", 1.6, 0.3), normal("hidden", 0.9, 0.03)};
  p.correlations = {{0, 2, 0.4, {}}};
  p.roles = {{0, Factor::growth, 0}, {1, Factor::api_price, 0}, {2, Factor::gpu_price_year, 0},
             {3, Factor::people, 0}, {3, Factor::one_off, 0},   {4, Factor::unpublished, 0.8}};
  return p;
}

TEST(Futures, SameBytesForAnyNumberOfThreads) {
  const Case c;
  const FuturesProblem p = uncertain(c);
  InlinePool one;
  const auto a = simulate_futures(p, 5'000, 9, one);
  for (const std::size_t count : {2U, 5U}) {
    Threads threads(count);
    const auto b = simulate_futures(p, 5'000, 9, threads);
    EXPECT_EQ(a->evpi_usd_month, b->evpi_usd_month);
    EXPECT_EQ(a->information[0].evppi_usd_month, b->information[0].evppi_usd_month);
    for (std::size_t m = 0; m < 36; ++m) {
      EXPECT_EQ(a->cumulative_usd[m].p10, b->cumulative_usd[m].p10);
      EXPECT_EQ(a->cumulative_usd[m].mean, b->cumulative_usd[m].mean);
    }
    EXPECT_EQ(a->options[1].cost_usd_month.p90, b->options[1].cost_usd_month.p90);
  }
}

TEST(Futures, OrderOfOptionsChangesNothing) {
  const Case c;
  FuturesProblem p = uncertain(c);
  InlinePool pool;
  const auto a = simulate_futures(p, 4'000, 9, pool);
  std::swap(p.options[0], p.options[1]);
  std::swap(p.reference, p.candidate);
  const auto b = simulate_futures(p, 4'000, 9, pool);
  EXPECT_EQ(a->options[0].cost_usd_month.p50, b->options[1].cost_usd_month.p50);
  EXPECT_NEAR(a->evpi_usd_month, b->evpi_usd_month, 1e-9);
  EXPECT_EQ(a->best, 1 - b->best);
  for (const auto& i : a->information) {
    EXPECT_LE(i.evppi_usd_month, a->evpi_usd_month);
    EXPECT_GE(i.evppi_usd_month, 0);
  }
  p.roles[0].driver = 99;
  EXPECT_FALSE(simulate_futures(p, 10, 1, pool).ok());
}

}  // namespace
}  // namespace breakeven::economics
