#include "io/trace_fields.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "engine/base/civil_time.hpp"

namespace breakeven::io {
namespace {

RowProblem tokens_problem(const char* text) {
  std::int32_t value = 0;
  return parse_token_count(text, value);
}

std::int64_t clock_of(const char* text, int digits = 9) {
  std::int64_t ns = -1;
  EXPECT_EQ(parse_clock(text, digits, ns), RowProblem::none) << text;
  return ns;
}

RowProblem clock_problem(const char* text) {
  std::int64_t ns = 0;
  return parse_clock(text, 9, ns);
}

TEST(TokenCount, AcceptsWholeNumbers) {
  for (const auto& [text, value] : {std::pair{"0", 0},
                                    {"007", 7},
                                    {"20000000", 20'000'000},
                                    {"12.0", 12},
                                    {"12.", 12},
                                    {" 12 ", 12},
                                    {"-0", 0},
                                    {"0000000000012", 12}}) {
    std::int32_t got = -1;
    EXPECT_EQ(parse_token_count(text, got), RowProblem::none) << text;
    EXPECT_EQ(got, value) << text;
  }
}

TEST(TokenCount, SaysWhatIsWrong) {
  for (const char* text : {"", " "}) EXPECT_EQ(tokens_problem(text), RowProblem::missing_field);
  for (const char* text : {"abc", "nan", "NaN", "inf", "1,5", "0x10", "1 2", "--1", "."}) {
    EXPECT_EQ(tokens_problem(text), RowProblem::not_a_number) << text;
  }
  for (const char* text : {"12.5", "1e9", "1E3", "0.1"}) {
    EXPECT_EQ(tokens_problem(text), RowProblem::not_whole) << text;
  }
  EXPECT_EQ(tokens_problem("-3"), RowProblem::negative);
  for (const char* text :
       {"20000001", "9223372036854775808", "99999999999999999999999999999999999"}) {
    EXPECT_EQ(tokens_problem(text), RowProblem::too_large) << text;
  }
}

TEST(ClockText, IsReadExactly) {
  EXPECT_EQ(clock_of("0.0520000"), 52'000'000);
  EXPECT_EQ(clock_of("604798.831"), 604'798'831'000'000);
  EXPECT_EQ(clock_of("0.1"), 100'000'000);
  EXPECT_EQ(clock_of("1762346321.123456789"), 1'762'346'321'123'456'789);
  EXPECT_EQ(clock_of("0.0000000019"), 1);
  EXPECT_EQ(clock_of("1e-05"), 10'000);
  EXPECT_EQ(clock_of("1.5e3"), 1'500'000'000'000);
  EXPECT_EQ(clock_of("12", 6), 12'000'000);
  EXPECT_EQ(clock_of("12.25", 6), 12'250'000);
  EXPECT_EQ(clock_of("0e9999"), 0);
}

TEST(ClockText, SaysWhatIsWrong) {
  EXPECT_EQ(clock_problem(""), RowProblem::missing_field);
  EXPECT_EQ(clock_problem("-0.5"), RowProblem::negative);
  for (const char* text : {"nan", "inf", "1.2.3", "1e", "1e99999", "12s", "."}) {
    EXPECT_EQ(clock_problem(text), RowProblem::not_a_number) << text;
  }
  EXPECT_EQ(clock_problem("9000000001"), RowProblem::too_large);
  EXPECT_EQ(clock_problem("1e30"), RowProblem::too_large);
}

RC_GTEST_PROP(ClockText, ReadsBackEveryNanosecond, ()) {
  const auto ns = *rc::gen::inRange<std::int64_t>(0, 9'000'000'000'000'000'000);
  std::string fraction = std::to_string(ns % 1'000'000'000);
  fraction.insert(0, 9 - fraction.size(), '0');
  const std::string text = std::to_string(ns / 1'000'000'000) + "." + fraction;
  std::int64_t got = -1;
  RC_ASSERT(parse_clock(text, 9, got) == RowProblem::none);
  RC_ASSERT(got == ns);
}

TEST(TimestampText, ReadsEveryPublishedSpelling) {
  const std::int64_t second = Instant::parse("2026-03-02T09:00:06Z")->seconds;
  for (const auto& [text, ns, zoned] :
       {std::tuple{"2026-03-02 09:00:06.3490000", 349'000'000, false},
        std::tuple{"2026-03-02 09:00:06+00:00", 0, true},
        std::tuple{"2026-03-02 09:04:35.715000+00:00", 715'000'000, true},
        std::tuple{"2026-03-02T09:00:06Z", 0, true},
        std::tuple{"2026-03-02T10:30:06.5+01:30", 500'000'000, true},
        std::tuple{"2026-03-02T04:00:06-0500", 0, true}}) {
    Timestamp time;
    ASSERT_EQ(parse_timestamp(text, time), RowProblem::none) << text;
    EXPECT_EQ(time.zoned, zoned) << text;
    EXPECT_EQ(time.ns % 1'000'000'000, ns) << text;
    if (std::string_view(text).find("09:04") == std::string_view::npos) {
      EXPECT_EQ(time.ns / 1'000'000'000, second) << text;
    }
  }
}

TEST(TimestampText, RefusesImpossibleOnes) {
  for (const char* text :
       {"2026-02-29 00:00:00", "2026-13-01 00:00:00", "2026-03-02 24:00:00", "2026-03-02",
        "2026-03-02 09:00:06.", "2026-03-02 09:00:06+1", "2026-03-02 09:00:06 CET", "12.5",
        "0001-01-01 00:00:00", "9999-01-01 00:00:00", "2026-03-02 09:00:6"}) {
    Timestamp time;
    EXPECT_EQ(parse_timestamp(text, time), RowProblem::bad_time) << text;
  }
}

TEST(Excerpt, ShowsBytesThatCannotBePrinted) {
  EXPECT_EQ(quoted_excerpt(std::string_view("a\0\x1b\xff", 4)), "\"a\\x00\\x1b\\xff\"");
  EXPECT_EQ(quoted_excerpt(std::string(50, 'x')), "\"" + std::string(40, 'x') + "...\"");
}

}  // namespace
}  // namespace breakeven::io
