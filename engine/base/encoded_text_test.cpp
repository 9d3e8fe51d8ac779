#include "engine/base/encoded_text.hpp"

#include <gtest/gtest.h>

namespace breakeven {
namespace {

TEST(EncodedText, Utf8HasTheBytesOfTheStandard) {
  EXPECT_EQ(utf8_of(0x24).text(), "$");
  EXPECT_EQ(utf8_of(0xA3).text(), "\xC2\xA3");
  EXPECT_EQ(utf8_of(0x20AC).text(), "\xE2\x82\xAC");
  EXPECT_EQ(utf8_of(0x1F600).text(), "\xF0\x9F\x98\x80");
}

TEST(EncodedText, XmlHasNoMarkupAndNoControlCharactersLeft) {
  EXPECT_EQ(xml_escaped("a & <b> \"c\"\x01\n"), "a &amp; &lt;b&gt; &quot;c&quot; \n");
}

}  // namespace
}  // namespace breakeven
