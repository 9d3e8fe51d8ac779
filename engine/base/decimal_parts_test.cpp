#include "engine/base/decimal_parts.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakeven {
namespace {

TEST(DecimalParts, TakesSignDigitsAndPowerApart) {
  DecimalParts n;
  ASSERT_TRUE(split_decimal("-12.50e3", n));
  EXPECT_TRUE(n.negative);
  EXPECT_TRUE(n.has_exponent);
  EXPECT_FALSE(n.cut);
  EXPECT_EQ(n.digits, 1250);
  EXPECT_EQ(n.exponent, 1);
  DecimalParts small;
  ASSERT_TRUE(split_decimal("+.0007", small));
  EXPECT_EQ(small.digits, 7);
  EXPECT_EQ(small.exponent, -4);
}

TEST(DecimalParts, RefusesWhatIsNoNumber) {
  for (const char* text :
       {"", "-", ".", "1.2.3", "1e", "1e+", "1e12345", "0x10", " 1", "1 ", "1,5"}) {
    DecimalParts n;
    EXPECT_FALSE(split_decimal(text, n)) << text;
  }
}

TEST(DecimalParts, CutsDigitsBeyondThe36thAndSaysSo) {
  DecimalParts n;
  ASSERT_TRUE(split_decimal("1" + std::string(40, '0'), n));
  EXPECT_FALSE(n.cut);  // only zeros were left out
  EXPECT_EQ(n.exponent, 5);
  DecimalParts m;
  ASSERT_TRUE(split_decimal("1" + std::string(39, '0') + "1", m));
  EXPECT_TRUE(m.cut);
}

}  // namespace
}  // namespace breakeven
