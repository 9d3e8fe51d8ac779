#include "engine/economics/gpu_price.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace breakeven::economics {
namespace {

TEST(GpuPrice, OneYearIsThePrior) {
  const auto d = gpu_jump(0.15, 0.3, 12);
  ASSERT_TRUE(d.ok());
  EXPECT_EQ(d->shape, Shape::discrete);
  ASSERT_EQ(d->parameters.size(), 6U);
  EXPECT_DOUBLE_EQ(d->parameters[0], 0.7);
  EXPECT_DOUBLE_EQ(d->parameters[1], 0.075);
  EXPECT_DOUBLE_EQ(d->parameters[3], 0.85);
  EXPECT_DOUBLE_EQ(d->parameters[4], 1.3);
  // Three years by hand: nothing happens in 0.85^3 of the paths.
  const auto three = gpu_jump(0.15, 0.3, 36);
  double none = 0;
  for (std::size_t i = 0; i < three->parameters.size(); i += 2) {
    if (three->parameters[i] == 1) none = three->parameters[i + 1];
  }
  EXPECT_NEAR(none, 0.85 * 0.85 * 0.85, 1e-15);
}

TEST(GpuPrice, WithoutAJumpNothingIsUncertain) {
  EXPECT_EQ(gpu_jump(0, 0.3, 36)->shape, Shape::fixed);
  EXPECT_EQ(gpu_jump(0.15, 0, 36)->shape, Shape::fixed);
  EXPECT_EQ(gpu_jump(1.5, 0.3, 36).error().where, "prior.gpu_price_jump_probability");
  EXPECT_EQ(gpu_jump(0.15, 1, 36).error().where, "prior.gpu_price_jump_size");
  EXPECT_FALSE(gpu_jump(std::nan(""), 0.3, 36).ok());
}

RC_GTEST_PROP(GpuPrice, GoesEitherWayAndIsOneOnAverage, ()) {
  const double p = *rc::gen::inRange(1, 101) / 100.0;
  const double size = *rc::gen::inRange(1, 100) / 100.0;
  const int months = *rc::gen::inRange(1, 121);
  const auto d = gpu_jump(p, size, months);
  RC_ASSERT(d.ok());
  double mean = 0;
  double total = 0;
  for (std::size_t i = 0; i < d->parameters.size(); i += 2) {
    mean += d->parameters[i] * d->parameters[i + 1];
    total += d->parameters[i + 1];
    RC_ASSERT(d->parameters[i] > 0);
  }
  RC_ASSERT(std::fabs(total - 1) < 1e-9);
  RC_ASSERT(std::fabs(mean - 1) < 1e-9);
}

TEST(GpuPrice, JumpsOnceInTheFirstMonthNotBeforeItsTime) {
  GpuPriceWalk walk(1.01, 1.3, 1.5);
  EXPECT_DOUBLE_EQ(walk.price(), 1);
  walk.next();
  EXPECT_DOUBLE_EQ(walk.price(), 1.01);
  walk.next();
  EXPECT_DOUBLE_EQ(walk.price(), 1.01 * 1.01 * 1.3);
  walk.next();
  EXPECT_DOUBLE_EQ(walk.price(), 1.01 * 1.01 * 1.3 * 1.01);
  EXPECT_DOUBLE_EQ(GpuPriceWalk(1, 0.7, 0).price(), 0.7);
}

}  // namespace
}  // namespace breakeven::economics
