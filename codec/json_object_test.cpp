#include "codec/json_object.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakeven::codec {
namespace {

TEST(JsonObject, ReadsAnObjectInItsOrder) {
  const auto object = json_object(R"({"b":1,"a":"x"})", "request");
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(object->dump(), R"({"b":1,"a":"x"})");
}

TEST(JsonObject, NamesTheByteWhereItStopsBeingJson) {
  const auto cut = json_object(R"({"a":[1,2)", "request");
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().code, ErrorCode::parse_error);
  EXPECT_EQ(cut.error().where, "request");
  EXPECT_NE(cut.error().message.find("byte 10"), std::string::npos) << cut.error().message;
  const auto bad = json_object("{\"a\":\x01}", "request");
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.error().message.find("byte 6"), std::string::npos) << bad.error().message;
  EXPECT_FALSE(json_object("", "request").ok());
}

TEST(JsonObject, SaysWhatElseItFound) {
  const auto list = json_object("[1]", "/");
  ASSERT_FALSE(list.ok());
  EXPECT_NE(list.error().message.find("found array"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::codec
