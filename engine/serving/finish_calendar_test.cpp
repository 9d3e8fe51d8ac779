#include "engine/serving/finish_calendar.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/random.hpp"

namespace breakeven::serving {
namespace {

TEST(FinishCalendar, AgreesWithASortedSet) {
  const RandomStream random(5, "calendar");
  std::uint64_t n = 0;
  const auto below = [&](double most) {
    return static_cast<std::int64_t>(random.uniform(0, n++) * most);
  };
  FinishCalendar calendar;
  std::set<std::pair<std::int64_t, std::int32_t>> expected;
  std::vector<std::int32_t> free_slots;
  for (std::int32_t slot = 0; slot < 40; ++slot) free_slots.push_back(slot);
  std::int64_t now = 0;
  for (int round = 0; round < 20'000; ++round) {
    if (!free_slots.empty() && below(3) > 0) {
      // Also far beyond the ring of 1 024.
      const std::int64_t at = now + 1 + below(below(4) == 0 ? 5'000 : 300);
      calendar.add(at, free_slots.back());
      expected.emplace(at, free_slots.back());
      free_slots.pop_back();
    } else if (!expected.empty() && below(6) == 0) {
      const auto victim = std::next(expected.begin(), below(static_cast<double>(expected.size())));
      calendar.remove(victim->first, victim->second);
      free_slots.push_back(victim->second);
      expected.erase(victim);
    } else if (!expected.empty()) {
      ASSERT_EQ(calendar.earliest(), expected.begin()->first);
      // Sometimes the clock stops short of the next completion.
      const std::int64_t gap = expected.begin()->first - now;
      now += below(3) == 0 ? std::max<std::int64_t>(1, below(static_cast<double>(gap))) : gap;
      calendar.take(now, [&](std::int32_t slot) {
        ASSERT_EQ(expected.erase({now, slot}), 1U);
        free_slots.push_back(slot);
      });
      ASSERT_TRUE(expected.empty() || expected.begin()->first > now);
    }
    ASSERT_EQ(calendar.empty(), expected.empty());
  }
}

}  // namespace
}  // namespace breakeven::serving
