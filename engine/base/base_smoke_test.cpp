#include <gtest/gtest.h>

#include "engine/base/civil_time.hpp"
#include "engine/base/det_math.hpp"
#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/random.hpp"
#include "engine/base/text.hpp"

namespace breakeven {
namespace {

TEST(Money, CacheWriteIsExact) {
  const auto usd = cost(12'304, Price{3'750'000'000, 1'000'000});
  ASSERT_TRUE(usd.ok());
  EXPECT_EQ(usd->decimal(), "0.04614");
}

TEST(Random, PhiloxMatchesTheStandardsCheckValue) {
  // The 10 000th output of std::philox4x32 seeded with 20111115 (ISO C++26 [rand.predef]).
  const PhiloxBlock block = philox({2499, 0, 0, 0}, {20111115U, 0});
  EXPECT_EQ(block[3], 1955073260U);
}

}  // namespace
}  // namespace breakeven
