#include "engine/usage/values.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "engine/usage/id_set.hpp"

namespace breakeven::usage {
namespace {

std::string time_of(std::string_view text) {
  TimeText time;
  const Reason reason = parse_time(text, time);
  return reason == Reason::none ? iso_time(time.ns) : std::string(reason_name(reason));
}

std::string money_of(std::string_view text, int shift) {
  Usd amount;
  const Reason reason = parse_money(text, shift, amount);
  return reason == Reason::none ? amount.decimal() : std::string(reason_name(reason));
}

std::string quantity_of(std::string_view text, std::int64_t factor) {
  std::int64_t count = 0;
  bool exact = true;
  const Reason reason = parse_quantity(text, factor, count, exact);
  return reason == Reason::none ? std::to_string(count) + (exact ? "" : " rounded")
                                : std::string(reason_name(reason));
}

TEST(Values, TimesAsExportsWriteThem) {
  for (const char* text :
       {"2026-03-02T09:00:06Z", "2026-03-02 09:00:06", "2026-03-02T17:00:06+08:00",
        "2026-03-02T04:00:06-05", "2026-03-02 09:00:06 UTC", "2026-03-02 09:00:06.000000 UTC",
        "1772442006", "1772442006000", "1772442006000000", "1772442006000000000", "1.772442006e9",
        "3/2/26 9:00:06", "03/02/2026 09:00:06 AM", " 2026-03-02T09:00:06z "}) {
    EXPECT_EQ(time_of(text), "2026-03-02T09:00:06Z") << text;
  }
  EXPECT_EQ(time_of("2026-03-02"), "2026-03-02T00:00:00Z");
  EXPECT_EQ(time_of("03/02/2026"), "2026-03-02T00:00:00Z");
  EXPECT_EQ(time_of("2026-03-02 09:00:06.3490000"), "2026-03-02T09:00:06.349Z");
  EXPECT_EQ(time_of("2026-03-02T12:30 PM"), "2026-03-02T12:30:00Z");
  EXPECT_EQ(time_of("1772442006349"), "2026-03-02T09:00:06.349Z");
  EXPECT_EQ(time_of("2024-02-29"), "2024-02-29T00:00:00Z");
  for (const char* text :
       {"2026-02-30", "2026-13-01", "2026-03-02T25:00:00", "13/13/2026", "9:00",
        "2026-03-02T09:00:06+99:00", "2026-03-02T09:00:06 CET", "-5", "1e99",
        "2026-03-02T09:00:", "March 2", "99999999999", "99999999999999", "99999999999999999"}) {
    EXPECT_EQ(time_of(text), "bad-time") << text;
  }
  EXPECT_EQ(time_of(" "), "missing-field");
}

TEST(Values, MoneyIsTheDecimalThatIsWritten) {
  EXPECT_EQ(money_of("6.033", 2), "0.06033");
  EXPECT_EQ(money_of("2532000", 9), "0.002532");
  EXPECT_EQ(money_of("-0.000144000", 0), "-0.000144");
  EXPECT_EQ(money_of("1e-07", 0), "0.0000001");
  EXPECT_EQ(money_of("1.2345678E7", 0), "12345678");
  EXPECT_EQ(money_of("0.0000000000000005", 0), "0");  // half to even at 1e-15
  EXPECT_EQ(money_of("0.0000000000000015", 0), "0.000000000000002");
  EXPECT_EQ(money_of("1e30", 0), "too-large");
  EXPECT_EQ(money_of("$1", 0), "not-a-number");
  EXPECT_EQ(money_of("", 0), "missing-field");
}

TEST(Values, QuantitiesBecomeWholeTokens) {
  EXPECT_EQ(quantity_of("9.759", 1'000), "9759");
  EXPECT_EQ(quantity_of("0.009759", 1'000'000), "9759");
  EXPECT_EQ(quantity_of("11679.0", 1), "11679");
  EXPECT_EQ(quantity_of("-4", 1'000), "-4000");
  EXPECT_EQ(quantity_of("0.5", 1), "0 rounded");
  EXPECT_EQ(quantity_of("1e16", 1), "too-large");
  EXPECT_EQ(quantity_of("999999999999999999999999999999999999999", 1'000), "too-large");
}

RC_GTEST_PROP(Values, MoneyReadsBackWhatUsdWrites, (std::int64_t femto)) {
  const Usd amount = Usd::from_femto(femto);
  RC_ASSERT(money_of(amount.decimal(), 0) == amount.decimal());
}

RC_GTEST_PROP(Values, NothingCrashesOnAnyText, (const std::string& text)) {
  TimeText time;
  std::int64_t count = 0;
  bool exact = true;
  Usd amount;
  (void)parse_time(text, time);
  (void)parse_count(text, kMaxBucketTokens, count);
  (void)parse_quantity(text, 1'000'000, count, exact);
  (void)parse_duration(text, 3, count);
  (void)parse_money(text, 2, amount);
  RC_ASSERT(shown(text).size() <= 60U);
}

TEST(Values, OnlyNumbersAndTimesAreShown) {
  EXPECT_EQ(shown("-12.5"), "\"-12.5\"");
  EXPECT_EQ(shown("2026-03-02T09:00:06Z"), "\"2026-03-02T09:00:06Z\"");
  EXPECT_EQ(shown("true"), "\"true\"");
  EXPECT_EQ(shown("please translate"), "a text of 16 bytes");
  EXPECT_EQ(shown(std::string(60, '1')), "a text of 60 bytes");
  EXPECT_EQ(shown(""), "nothing");
}

TEST(Values, SecretsBecomeFingerprints) {
  EXPECT_EQ(safe_label("nightly, batch"), "nightly, batch");
  EXPECT_EQ(safe_label("apikey_01Rj2N"), "apikey_01Rj2N");
  const std::string shown_key = safe_label("sk-proj-abcdefghijklmnop");
  EXPECT_EQ(shown_key.substr(0, 4), "key#");
  EXPECT_EQ(shown_key, safe_label("sk-proj-abcdefghijklmnop"));
  EXPECT_NE(shown_key, safe_label("sk-proj-abcdefghijklmnoq"));
  EXPECT_EQ(safe_label(std::string(64, 'a')).substr(0, 4), "key#");
}

TEST(IdSet, FindsRepeatsConflictsAndItsLimit) {
  IdSet set(3);
  const auto print = [](std::string_view id) {
    Fingerprint f;
    f.add(id);
    return f;
  };
  EXPECT_EQ(set.insert(print("a"), 1), IdSet::Found::fresh);
  EXPECT_EQ(set.insert(print("a"), 1), IdSet::Found::repeat);
  EXPECT_EQ(set.insert(print("a"), 2), IdSet::Found::conflict);
  EXPECT_EQ(set.insert(print("b"), 1), IdSet::Found::fresh);
  EXPECT_EQ(set.insert(print("c"), 1), IdSet::Found::fresh);
  EXPECT_FALSE(set.full());
  EXPECT_EQ(set.insert(print("d"), 1), IdSet::Found::fresh);
  EXPECT_TRUE(set.full());
  EXPECT_EQ(set.insert(print("d"), 1), IdSet::Found::fresh);  // forgotten, and said so
}

TEST(IdSet, DistinctTextsHaveDistinctFingerprints) {
  IdSet set;
  for (int i = 0; i < 50'000; ++i) {
    Fingerprint f;
    f.add("request-" + std::to_string(i));
    ASSERT_EQ(set.insert(f, 0), IdSet::Found::fresh) << i;
  }
}

TEST(UsageValues, TimesAsProgramsWriteThemAndTheirNeighboursAgree) {
  const auto read = [](const std::string& text) {
    TimeText time;
    const Reason reason = parse_time(text, time);
    return reason == Reason::none ? iso_time(time.ns) + (time.zoned ? " zoned" : "")
                                  : std::string(reason_name(reason));
  };
  EXPECT_EQ(read("2026-03-02T09:00:06.349Z"), "2026-03-02T09:00:06.349Z zoned");
  EXPECT_EQ(read("2026-03-02 09:00:06.349 Z"), "2026-03-02T09:00:06.349Z zoned");
  EXPECT_EQ(read("2026-03-02 09:00:06"), "2026-03-02T09:00:06Z");
  EXPECT_EQ(read("2024-02-29T23:59:60Z"), "2024-03-01T00:00:00Z zoned");
  EXPECT_EQ(read("1970-01-01T00:00:00Z"), "1970-01-01T00:00:00Z zoned");
  EXPECT_EQ(read("2026-03-02T09:00:06.123456789Z"), "2026-03-02T09:00:06.123456789Z zoned");
  EXPECT_EQ(read("2026-03-02T09:00:06.1234567891Z"), "2026-03-02T09:00:06.123456789Z zoned");
  EXPECT_EQ(read("1772442006250"), "2026-03-02T09:00:06.250Z zoned");
  EXPECT_EQ(read("2026-03-02T09:00:0"), "2026-03-02T09:00:00Z");
  for (const char* wrong :
       {"2026-02-29T09:00:06Z", "2026-03-02T24:00:06Z", "2026-03-02T09:60:06Z",
        "2026-03-02T09:00:61Z", "2026-03-02T09:00:06.Z", "2026-03-02T09:00:06.349X",
        "12ab-03-02T09:00:06Z", "2a26-03-02T09:00:06Z", "2026-03-02T0a:00:06Z",
        "1969-12-31T23:59:59Z", "2201-01-01T00:00:00Z"}) {
    EXPECT_EQ(read(wrong), "bad-time") << wrong;
  }
}

TEST(UsageValues, AmountsOfAnySizeAreScaledExactly) {
  EXPECT_EQ(money_of("1000000000000000", 0), "1000000000000000");
  EXPECT_EQ(money_of("1000000000000001", 0), "too-large");
  EXPECT_EQ(money_of("99e30", 0), "too-large");
  EXPECT_EQ(money_of("1e38", 0), "too-large");
  EXPECT_EQ(money_of("1e-14", 0), "0.00000000000001");
  EXPECT_EQ(money_of("5e-16", 0), "0");
  EXPECT_EQ(money_of("15e-16", 0), "0.000000000000002");
  EXPECT_EQ(money_of("155044200", 9), "0.1550442");
  EXPECT_EQ(money_of("0e99", 0), "0");
}

}  // namespace
}  // namespace breakeven::usage
