#include "io/feeds/exact_price.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>

#include "io/feeds/json_tree.hpp"

namespace breakeven::io {
namespace {

std::string per_million(std::string_view number, int shift) {
  const Result<Price> price = exact_price(number, shift);
  return price.ok() ? price->decimal() : price.error().message;
}

TEST(ExactPrice, TakesTheTextOfTheNumber) {
  EXPECT_EQ(per_million("3e-07", 6), "0.3");
  EXPECT_EQ(per_million("3E-7", 6), "0.3");
  EXPECT_EQ(per_million("0.0000003", 6), "0.3");
  EXPECT_EQ(per_million("1.875e-06", 6), "1.875");
  EXPECT_EQ(per_million("0.00003", 4), "0.3");       // US cents per token
  EXPECT_EQ(per_million("0.0008000000", 3), "0.8");  // USD per thousand tokens
  EXPECT_EQ(per_million("2.50", 0), "2.5");
  EXPECT_EQ(per_million("0.0", 6), "0");
  EXPECT_EQ(per_million("-0.0", 6), "0");
  EXPECT_EQ(per_million("8.333333333333334e-08", 6), "0.08333333333333334");
  EXPECT_EQ(per_million("1e2", 6), "100000000");
}

TEST(ExactPrice, RefusesWhatIsNoPrice) {
  for (const char* text : {"", "-", ".", "1e", "1e+", "1.2.3", "0x10", "1 ", "nan", "1e401",
                           "-0.000001", "1e9", "1e-25", "1.0000000000000000001"}) {
    EXPECT_FALSE(exact_price(text, 0).ok()) << text;
  }
}

// The same digits, written with an exponent or without, at any shift, are the same price, and
// digits x 10^(exponent + shift) as computed with whole numbers.
RC_GTEST_PROP(ExactPrice, IsTheDecimalThatWasWritten, ()) {
  const auto digits = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
  const int exponent = *rc::gen::inRange(-12, 1);
  const int shift = *rc::gen::inRange(0, 7);
  const std::string scientific = std::to_string(digits) + "e" + std::to_string(exponent);
  std::string plain = std::to_string(digits);
  if (exponent < 0) {
    const auto places = static_cast<std::size_t>(-exponent);
    if (plain.size() <= places) plain.insert(0, places + 1 - plain.size(), '0');
    plain.insert(plain.size() - places, ".");
  }
  Int128 atto = digits;
  for (int i = 0; i < 18 + exponent + shift; ++i) atto *= 10;
  const bool fits = atto < Int128{1'000'000'000} * 1'000'000'000 * 1'000'000'000;
  for (const std::string& text : {scientific, plain}) {
    const Result<Price> price = exact_price(text, shift);
    RC_ASSERT(price.ok() == fits);
    if (!fits) continue;
    RC_ASSERT(Int128{price->nano_usd} * 1'000'000'000 + price->atto_usd == atto);
  }
}

TEST(JsonTree, KeepsTheSpellingOfNumbers) {
  const auto tree = JsonTree::parse(R"({"a": 3e-07 , "b": [1.50, -0, true, null, "x\n"], "a": 2})");
  ASSERT_TRUE(tree.ok()) << tree.error().text();
  const JsonTree::Value root = (*tree)->root();
  EXPECT_EQ(root.children().size(), 3U);
  EXPECT_EQ(root.children()[0].text(), "3e-07");
  EXPECT_EQ(root.find("a").text(), "2") << "the last of equal keys is the one to be found";
  const auto list = root.find("b").children();
  ASSERT_EQ(list.size(), 5U);
  EXPECT_EQ(list[0].text(), "1.50");
  EXPECT_TRUE(list[3].is(JsonTree::Type::null));
  EXPECT_EQ(list[4].text(), "x\n");
  EXPECT_FALSE(root.find("c").exists());
  EXPECT_TRUE(root.find("c").children().empty());
}

TEST(JsonTree, RefusesWhatIsNotOneDocument) {
  for (const char* text : {"", "{", "[1,]", "{} {}", "1", "\"x\"", "{\"a\":}", "[01]", "[1.]",
                           "[tru]", "{\"a\":1,}", "[\"\xff\"]"}) {
    EXPECT_FALSE(JsonTree::parse(text).ok()) << text;
  }
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const auto tree = JsonTree::parse(deep);
  ASSERT_FALSE(tree.ok());
  EXPECT_EQ(tree.error().code, ErrorCode::resource_limit);
}

}  // namespace
}  // namespace breakeven::io
