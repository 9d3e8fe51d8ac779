#include "engine/base/det_math.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/base/random.hpp"

namespace breakeven {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

double relative_error(double found, double expected) {
  if (found == expected) return 0;
  return std::fabs(found - expected) / std::fabs(expected);
}

/// A number for case i, log-uniform between two positive ends: the same cases in every run.
double log_uniform(const char* name, std::uint64_t i, double low, double high) {
  const double u = RandomStream(1, name).uniform(0, i);
  return std::exp(std::log(low) + u * (std::log(high) - std::log(low)));
}

TEST(DetMath, ExpAndLogAgreeWithTheCLibrary) {
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const double x = (RandomStream(1, "exp").uniform(0, i) - 0.5) * 1400;
    ASSERT_LE(relative_error(det_exp(x), std::exp(x)), 5e-16) << x;
    const double y = log_uniform("log", i, 1e-300, 1e300);
    ASSERT_LE(relative_error(det_log(y), std::log(y)), 5e-16) << y;
    const double near_one = 1.0 + (RandomStream(1, "near").uniform(0, i) - 0.5) * 1e-3;
    ASSERT_LE(relative_error(det_log(near_one), std::log(near_one)), 5e-16) << near_one;
  }
}

TEST(DetMath, Log1pExpm1AndCosAgreeWithTheCLibrary) {
  for (std::uint64_t i = 0; i < 50'000; ++i) {
    const double x = log_uniform("log1p", i, 1e-18, 1e6);
    ASSERT_LE(relative_error(det_log1p(x), std::log1p(x)), 1e-15) << x;
    const double negative = -log_uniform("log1p-", i, 1e-18, 0.999);
    ASSERT_LE(relative_error(det_log1p(negative), std::log1p(negative)), 1e-15) << negative;
    const double small = log_uniform("expm1", i, 1e-18, 20.0);
    ASSERT_LE(relative_error(det_expm1(small), std::expm1(small)), 2e-15) << small;
    ASSERT_LE(relative_error(det_expm1(-small), std::expm1(-small)), 2e-15) << small;
    const double turns = (RandomStream(1, "turns").uniform(0, i) - 0.5) * 8;
    ASSERT_NEAR(det_cos_2pi(turns), std::cos(2 * M_PI * turns), 1e-14) << turns;
  }
  EXPECT_EQ(det_cos_2pi(0), 1.0);
  EXPECT_EQ(det_cos_2pi(0.5), -1.0);
  EXPECT_NEAR(det_cos_2pi(0.25), 0.0, 1e-16);
}

TEST(DetMath, PowAgreesWithTheCLibrary) {
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const double x = log_uniform("base", i, 1e-6, 1e6);
    const double y = (RandomStream(1, "power").uniform(0, i) - 0.5) * 90;
    ASSERT_LE(relative_error(det_pow(x, y), std::pow(x, y)), 2e-13) << x << " " << y;
    const double whole = std::floor(y);
    ASSERT_LE(relative_error(det_pow(x, whole), std::pow(x, whole)), 2e-14) << x << " " << whole;
  }
}

TEST(DetMath, EdgesBehaveAsInTheCLibrary) {
  EXPECT_EQ(det_exp(0), 1.0);
  EXPECT_EQ(det_exp(-kInf), 0.0);
  EXPECT_EQ(det_exp(kInf), kInf);
  EXPECT_EQ(det_exp(710), kInf);
  EXPECT_EQ(det_exp(-746), 0.0);
  EXPECT_LE(relative_error(det_exp(709.7), std::exp(709.7)), 5e-16);
  EXPECT_NEAR(det_exp(-744.0), std::exp(-744.0), 5e-324);
  EXPECT_TRUE(std::isnan(det_exp(std::nan(""))));
  EXPECT_EQ(det_log(1), 0.0);
  EXPECT_EQ(det_log(0), -kInf);
  EXPECT_EQ(det_log(kInf), kInf);
  EXPECT_TRUE(std::isnan(det_log(-1)));
  EXPECT_LE(relative_error(det_log(5e-324), std::log(5e-324)), 5e-16);
  EXPECT_EQ(det_log1p(kInf), kInf);
  EXPECT_EQ(det_log1p(-1), -kInf);
  EXPECT_EQ(det_expm1(0), 0.0);
  EXPECT_EQ(det_pow(0, 0), 1.0);
  EXPECT_EQ(det_pow(0, 2), 0.0);
  EXPECT_EQ(det_pow(0, -1), kInf);
  EXPECT_EQ(det_pow(2, 10), 1024.0);
  EXPECT_EQ(det_pow(2, -2), 0.25);
  EXPECT_EQ(det_pow(1.0, kInf), 1.0);
}

TEST(DetMath, NormalAgreesWithBoost) {
  const boost::math::normal normal;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const double p = log_uniform("p", i, 1e-300, 0.5);
    ASSERT_LE(std::fabs(normal_quantile(p) - boost::math::quantile(normal, p)),
              1e-14 * std::fmax(1.0, std::fabs(normal_quantile(p))))
        << p;
    const double z = (RandomStream(1, "z").uniform(0, i) - 0.5) * 60;
    ASSERT_LE(relative_error(normal_cdf(z), boost::math::cdf(normal, z)), 1e-12) << z;
  }
  EXPECT_EQ(normal_quantile(0.5), 0.0);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-15);
  EXPECT_EQ(normal_quantile(0), -kInf);
  EXPECT_EQ(normal_quantile(1), kInf);
  EXPECT_EQ(normal_cdf(0), 0.5);
  EXPECT_EQ(normal_cdf(kInf), 1.0);
  EXPECT_EQ(normal_cdf(-kInf), 0.0);
}

TEST(DetMath, GammaAgreesWithBoost) {
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    const double a = log_uniform("shape", i, 0.05, 1e4);
    ASSERT_NEAR(log_gamma(a), boost::math::lgamma(a),
                2e-14 * std::fmax(1.0, std::fabs(log_gamma(a))))
        << a;
    const double p = RandomStream(1, "gamma").uniform(0, i);
    const double x = boost::math::gamma_p_inv(a, p);
    if (x > 1e-290) {
      ASSERT_LE(relative_error(gamma_cdf(a, x), p), 1e-10) << a << " " << x;
      ASSERT_LE(relative_error(gamma_quantile(a, p), x), 1e-11) << a << " " << p;
    }
  }
  EXPECT_EQ(gamma_cdf(2, 0), 0.0);
  EXPECT_EQ(gamma_cdf(2, kInf), 1.0);
  EXPECT_EQ(gamma_quantile(2, 0), 0.0);
  EXPECT_EQ(gamma_quantile(2, 1), kInf);
  // Exponential: P(1, x) = 1 - e^-x, also deep in the upper tail.
  EXPECT_NEAR(gamma_quantile(1, 0.5), std::log(2.0), 1e-15);
  EXPECT_LE(relative_error(gamma_quantile(1, 1 - 0x1p-50), 50 * std::log(2.0)), 1e-13);
}

TEST(DetMath, BetaAgreesWithBoost) {
  for (std::uint64_t i = 0; i < 3'000; ++i) {
    const double a = log_uniform("alpha", i, 0.05, 1e3);
    const double b = log_uniform("beta", i, 0.05, 1e3);
    const double p = RandomStream(1, "pbeta").uniform(0, i);
    const double x = boost::math::ibeta_inv(a, b, p);
    // Beside 1 the spacing of doubles, not the function, limits what x can say about p.
    if (x > 0.9999 || x < 1e-290) continue;
    ASSERT_LE(relative_error(beta_cdf(a, b, x), p), 1e-10) << a << " " << b << " " << x;
    ASSERT_LE(relative_error(beta_quantile(a, b, p), x), 1e-10) << a << " " << b << " " << p;
  }
  EXPECT_EQ(beta_cdf(2, 3, 0), 0.0);
  EXPECT_EQ(beta_cdf(2, 3, 1), 1.0);
  EXPECT_EQ(beta_quantile(2, 3, 0), 0.0);
  EXPECT_EQ(beta_quantile(2, 3, 1), 1.0);
  EXPECT_NEAR(beta_quantile(1, 1, 0.3), 0.3, 1e-15);
}

RC_GTEST_PROP(DetMathProperty, QuantilesRise, ()) {
  const auto k = *rc::gen::inRange<int>(1, 99'999);
  const double p = k / 100'000.0;
  const double next = (k + 1) / 100'000.0;
  const double a = *rc::gen::inRange<int>(1, 500) / 20.0;
  RC_ASSERT(normal_quantile(p) < normal_quantile(next));
  RC_ASSERT(gamma_quantile(a, p) < gamma_quantile(a, next));
  RC_ASSERT(beta_quantile(a, 2.0, p) < beta_quantile(a, 2.0, next));
}

}  // namespace
}  // namespace breakeven
