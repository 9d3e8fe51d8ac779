#include "engine/serving/schedule_text.hpp"

#include <gtest/gtest.h>

namespace breakeven::serving {
namespace {

TEST(ScheduleText, LaterRulesOverride) {
  const auto week = parse_schedule("else=1; mon-fri 08-18=6; sat,sun=2");
  ASSERT_TRUE(week.ok()) << week.error().text();
  EXPECT_EQ((*week)[24 + 7], 1);
  EXPECT_EQ((*week)[24 + 8], 6);
  EXPECT_EQ((*week)[24 + 17], 6);
  EXPECT_EQ((*week)[24 + 18], 1);
  EXPECT_EQ((*week)[5 * 24 + 12], 2);
  EXPECT_EQ((*week)[6 * 24 + 23], 2);
}

TEST(ScheduleText, NightsAndWeeksWrap) {
  const auto week = parse_schedule("FRI-MON 22-06=3;");
  ASSERT_TRUE(week.ok()) << week.error().text();
  EXPECT_EQ((*week)[4 * 24 + 21], 0);
  EXPECT_EQ((*week)[4 * 24 + 22], 3);
  EXPECT_EQ((*week)[6 * 24 + 23], 3);
  EXPECT_EQ((*week)[0 * 24 + 5], 3);   // of Sunday night
  EXPECT_EQ((*week)[1 * 24 + 5], 3);   // of Monday night
  EXPECT_EQ((*week)[2 * 24 + 22], 0);  // Wednesday
}

TEST(ScheduleText, RefusesWithTheRule) {
  for (const char* bad : {"mon", "mon=x", "mon=-1", "mo=2", "mon-tue-wed=1", "25-26=1", "8-8=1",
                          "24-3=1", "mon 8=2", "mon 08:30-18=2", "=3", "mon=100001"}) {
    const auto week = parse_schedule(bad);
    ASSERT_FALSE(week.ok()) << bad;
    EXPECT_NE(week.error().where.find(bad), std::string::npos) << week.error().text();
  }
}

TEST(ScheduleText, HoursOfTheWeek) {
  EXPECT_DOUBLE_EQ(parse_hour_of_week("mon").value(), 0);
  EXPECT_DOUBLE_EQ(parse_hour_of_week("Tue 14:30").value(), 38.5);
  EXPECT_DOUBLE_EQ(parse_hour_of_week("7").value(), 7);
  for (const char* bad : {"", "24", "tue wed", "14:30 tue", "14:60", "x", "1:2:3"})
    EXPECT_FALSE(parse_hour_of_week(bad).ok()) << bad;
}

}  // namespace
}  // namespace breakeven::serving
