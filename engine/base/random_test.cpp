#include "engine/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <set>

namespace breakeven {
namespace {

TEST(Random, PhiloxMatchesTheStandardsCheckValue) {
  // The 10 000th output of std::philox4x32 seeded with 20111115 (ISO C++26 [rand.predef]).
  const PhiloxBlock block = philox({2499, 0, 0, 0}, {20111115U, 0});
  EXPECT_EQ(block[3], 1955073260U);
}

TEST(Random, PhiloxMatchesTheAuthorsKnownAnswers) {
  // Random123, tests/kat_vectors, philox4x32 10.
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t kAll = 0xffffffff;
  EXPECT_EQ(philox({kAll, kAll, kAll, kAll}, {kAll, kAll}),
            (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, StreamIdIsFnv1a) {
  // Published test vectors of FNV-1a, 32 bit.
  EXPECT_EQ(stream_id(""), 0x811c9dc5U);
  EXPECT_EQ(stream_id("a"), 0xe40c292cU);
  EXPECT_EQ(stream_id("foobar"), 0xbf9cf968U);
}

TEST(Random, DrawsDependOnEveryCoordinate) {
  std::set<std::uint64_t> seen;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 40}) {
    for (const char* name : {"arrival", "input_tokens"}) {
      const RandomStream stream(seed, name);
      for (const std::uint64_t replication : {0ULL, 1ULL, 1ULL << 33}) {
        for (const std::uint64_t index : {0ULL, 1ULL, 1ULL << 33}) {
          seen.insert(stream.bits(replication, index));
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 3U * 2U * 3U * 3U);
}

TEST(Random, UniformStaysInsideTheOpenInterval) {
  // The formula at its two ends: all bits clear and all bits set.
  EXPECT_EQ((0.0 + 0.5) * 0x1p-52, 0x1p-53);
  EXPECT_LT((static_cast<double>(~std::uint64_t{0} >> 12) + 0.5) * 0x1p-52, 1.0);
  const RandomStream stream(7, "uniform");
  double sum = 0;
  double square = 0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.uniform(0, static_cast<std::uint64_t>(i));
    ASSERT_GT(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    square += u * u;
  }
  // Five standard errors of the mean (1/sqrt(12 n)) and of the second moment (sqrt(4/45 n)).
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * std::sqrt(1.0 / 12 / kDraws));
  EXPECT_NEAR(square / kDraws, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / kDraws));
}

}  // namespace
}  // namespace breakeven
