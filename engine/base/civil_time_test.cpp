#include "engine/base/civil_time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace breakeven {
namespace {

// Seconds by GNU date: date -u -d "..." +%s.
TEST(CivilTime, AgreesWithKnownInstants) {
  const std::vector<std::pair<const char*, std::int64_t>> cases{
      {"1970-01-01", 0},
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59Z", -1},
      {"2000-02-29T12:00:00Z", 951'825'600},
      {"2026-08-16T16:00:00Z", 1'786'896'000},
      {"2026-11-21T12:26:23Z", 1'795'263'983},
      {"2038-01-19T03:14:08Z", 2'147'483'648},
      {"0001-01-01T00:00:00Z", -62'135'596'800},
      {"9999-12-31T23:59:59Z", 253'402'300'799},
      {"1900-03-01T00:00:00Z", -2'203'891'200}};
  for (const auto& [text, seconds] : cases) {
    const auto at = Instant::parse(text);
    ASSERT_TRUE(at.ok()) << text << ": " << at.error().text();
    EXPECT_EQ(at->seconds, seconds) << text;
  }
}

TEST(CivilTime, ReadsOffsetsFractionsAndLooseForms) {
  const std::int64_t noon = Instant::parse("2026-03-01T12:00:00Z")->seconds;
  for (const char* text :
       {"2026-03-01T14:00:00+02:00", "2026-03-01T14:00:00+0200", "2026-03-01T14:00:00+02",
        "2026-03-01T06:30:00-05:30", "2026-03-01 12:00:00", "2026-03-01t12:00:00z",
        "2026-03-01T12:00", "2026-03-01T12:00Z", "2026-03-01T12:00:00.999999999Z",
        "2026-03-01T12:00:00,5+00:00", "2026-02-28T23:00:00-13:00", "2026-03-02T02:00+14:00",
        "2026-03-01T12:00:00-00:00"}) {
    const auto at = Instant::parse(text);
    ASSERT_TRUE(at.ok()) << text << ": " << at.error().text();
    EXPECT_EQ(at->seconds, noon) << text;
  }
  // A leap second is the first second of the next minute.
  EXPECT_EQ(Instant::parse("2016-12-31T23:59:60Z")->iso(), "2017-01-01T00:00:00Z");
}

TEST(CivilTime, RefusesWhatIsNotATime) {
  for (const char* text : {"",
                           "2026",
                           "2026-3-01",
                           "2026-03-1",
                           "2026/03/01",
                           "20260301",
                           "2026-03-01T",
                           "2026-03-01T1",
                           "2026-03-01T12",
                           "2026-03-01T12:",
                           "2026-03-01T12:0",
                           "2026-03-01T24:00:00Z",
                           "2026-03-01T12:60:00Z",
                           "2026-03-01T12:00:61Z",
                           "2026-03-01T12:00:00.Z",
                           "2026-03-01T12:00.5Z",
                           "2026-03-01T12:00:00ZZ",
                           "2026-03-01T12:00:00+",
                           "2026-03-01T12:00:00+2",
                           "2026-03-01T12:00:00+24:00",
                           "2026-03-01T12:00:00+02:60",
                           "2026-03-01T12:00:00+02:00x",
                           "2026-03-01T12:00:00 UTC",
                           "2026-03-01X12:00:00",
                           "-026-03-01",
                           "2026-00-01",
                           "2026-13-01",
                           "2026-01-00",
                           "2026-01-32",
                           "2026-04-31",
                           "2026-02-29",
                           "1900-02-29",
                           "0000-01-01",
                           "2026-03-01T-1:00:00Z",
                           "\xEF\xBC\x92"
                           "026-01-01"}) {
    const auto at = Instant::parse(text);
    ASSERT_FALSE(at.ok()) << text;
    EXPECT_EQ(at.error().code, ErrorCode::parse_error) << text;
  }
  EXPECT_FALSE(Date::parse("2026-03-01T00:00").ok());
  EXPECT_LT(Instant::parse(std::string(1'000'000, '2')).error().message.size(), 200U);
}

TEST(CivilTime, KnowsLeapYears) {
  for (const int year : {2000, 2024, 2028, 2400, 4})
    EXPECT_TRUE(Date::from_civil(year, 2, 29).ok()) << year;
  for (const int year : {1900, 2023, 2100, 2200, 1})
    EXPECT_FALSE(Date::from_civil(year, 2, 29).ok()) << year;
}

TEST(CivilTime, KnowsWeekdays) {
  EXPECT_EQ(Date::parse("1970-01-01")->weekday(), 3);  // Thursday
  EXPECT_EQ(Date::parse("2026-11-21")->weekday(), 5);  // Saturday
  EXPECT_EQ(Date::parse("2000-01-03")->weekday(), 0);  // Monday
  EXPECT_EQ(Date::parse("1969-12-28")->weekday(), 6);  // Sunday
  EXPECT_EQ(Date::parse("0001-01-01")->weekday(), 0);
  EXPECT_GE((Date{INT32_MAX}.weekday()), 0);
  EXPECT_GE((Date{INT32_MIN}.weekday()), 0);
}

TEST(CivilTime, SplitsInstantsBeforeTheEpoch) {
  const Instant at{-1};
  EXPECT_EQ(at.date().iso(), "1969-12-31");
  EXPECT_EQ(at.second_of_day(), 86'399);
  EXPECT_EQ(at.iso(), "1969-12-31T23:59:59Z");
}

TEST(CivilTime, PrintsYearsOutsideFourDigits) {
  EXPECT_EQ(Date{-719'529}.iso(), "-0001-12-31");
  EXPECT_EQ(Date{2'932'897}.iso(), "10000-01-01");
}

RC_GTEST_PROP(CivilTimeProperty, TextReadsBackTheSame, ()) {
  const Instant at{*rc::gen::inRange<std::int64_t>(-62'135'596'800, 253'402'300'800)};
  RC_ASSERT(Instant::parse(at.iso())->seconds == at.seconds);
  RC_ASSERT(Date::parse(at.date().iso())->days == at.date().days);
  RC_ASSERT(Instant::from_date(at.date()).seconds + at.second_of_day() == at.seconds);
}

RC_GTEST_PROP(CivilTimeProperty, DaysFollowEachOther, ()) {
  const Date day{*rc::gen::inRange<std::int32_t>(-719'162, 2'932'896)};
  const Date next{day.days + 1};
  RC_ASSERT(day.iso() < next.iso());
  RC_ASSERT(next.weekday() == (day.weekday() + 1) % 7);
}

}  // namespace
}  // namespace breakeven
