#include "codec/json_schema.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "codec/json_text.hpp"

namespace breakeven::codec {
namespace {

JsonSchema schema() {
  auto parsed = JsonSchema::parse(R"({"type":"object","additionalProperties":false,"required":["a"],
    "properties":{"a":{"type":"string","minLength":1,"maxLength":3},
                  "n":{"type":["integer","null"],"minimum":0,"maximum":9},
                  "e":{"type":"string","enum":["fast","slow"]},
                  "l":{"type":"array","maxItems":2,"items":{"type":"object","minProperties":1,
                       "properties":{"x/y":{"type":"number"}},"additionalProperties":false}}}})");
  EXPECT_TRUE(parsed.ok()) << parsed.error().text();
  return *parsed;
}

TEST(JsonSchema, NamesPlaceExpectedAndFound) {
  for (const auto& [text, code, where, part] :
       {std::tuple{R"({})", ErrorCode::invalid_argument, "/a", "found nothing"},
        {R"([])", ErrorCode::invalid_argument, "/", "an object, found a list"},
        {R"({"a":1})", ErrorCode::invalid_argument, "/a", "a string, found 1"},
        {R"({"a":""})", ErrorCode::out_of_range, "/a", "1 to 3 characters, found 0"},
        {R"({"a":"abcd"})", ErrorCode::out_of_range, "/a", "found 4"},
        {R"({"a":"b","b":1})", ErrorCode::not_found, "/b", "argument"},
        {R"({"a":"b","n":10})", ErrorCode::out_of_range, "/n", "at most 9, found 10"},
        {R"({"a":"b","n":1.5})", ErrorCode::invalid_argument, "/n", "a whole number or null"},
        {R"({"a":"b","n":18446744073709551615})", ErrorCode::invalid_argument, "/n", "whole"},
        {R"({"a":"b","n":1e300})", ErrorCode::invalid_argument, "/n", "whole"},
        {R"({"a":"b","e":"fsat"})", ErrorCode::not_found, "/e", "fast"},
        {R"({"a":"b","l":[{"x/y":1},{"x/y":"z"}]})", ErrorCode::invalid_argument, "/l/1/x~1y", "z"},
        {R"({"a":"b","l":[{}]})", ErrorCode::invalid_argument, "/l/0", "at least one"},
        {R"({"a":"b","l":[1,2,3]})", ErrorCode::out_of_range, "/l", "0 to 2 elements, found 3"},
        {R"({"a":)", ErrorCode::parse_error, "/", "not JSON"}}) {
    const auto got = JsonArguments::parse(text, schema());
    ASSERT_FALSE(got.ok()) << text;
    EXPECT_EQ(got.error().code, code) << text << got.error().text();
    EXPECT_EQ(got.error().where, where) << text;
    EXPECT_NE(got.error().message.find(part), std::string::npos) << text << got.error().message;
  }
}

TEST(JsonSchema, ReadsWhatFits) {
  const auto got = JsonArguments::parse(R"({"a":"b","n":3.0,"l":[{"x/y":1}]})", schema());
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->text("a"), "b");
  EXPECT_EQ(got->whole("n", 7), 3);
  EXPECT_EQ(got->text("e", "slow"), "slow");
  EXPECT_EQ(got->items("l"), std::vector<std::string>{R"({"x/y":1})"});
  const auto null = JsonArguments::parse(R"({"a":"b","n":null})", schema());
  ASSERT_TRUE(null.ok());
  EXPECT_FALSE(null->has("n"));
  EXPECT_EQ(null->whole("n", 7), 7);
  EXPECT_EQ(null->object(), R"({"a":"b","n":null})");
}

TEST(JsonSchema, RefusesSchemasItWouldNotEnforce) {
  for (const char* text :
       {"", "[]", R"({"properties":{}})", R"({"type":"thing"})", R"({"type":"object","oneOf":[]})",
        R"({"type":"object","properties":{"a":{}}})", R"({"type":"array","items":{"type":1}})",
        R"({"type":"object","additionalProperties":{"type":"string"}})"}) {
    const auto got = JsonSchema::parse(text);
    ASSERT_FALSE(got.ok()) << text;
    EXPECT_EQ(got.error().code, ErrorCode::internal);
  }
}

TEST(JsonText, CountsNestingOutsideOfStrings) {
  EXPECT_TRUE(check_nesting(R"({"a":"[[[[[[\"[["})", 1).ok());
  EXPECT_TRUE(check_nesting("[[]][[]]", 2).ok());
  const Status deep = check_nesting(std::string(65, '['));
  ASSERT_FALSE(deep.ok());
  EXPECT_EQ(deep.error().code, ErrorCode::resource_limit);
  EXPECT_EQ(deep.error().where, "byte 65");
}

TEST(JsonText, EditsKeepTheOrder) {
  constexpr std::array<std::string_view, 2> names = {"c", "a"};
  EXPECT_EQ(pick_members(R"({"a":1,"b":2,"c":3})", names), R"({"a":1,"c":3})");
  EXPECT_EQ(without_members(R"({"a":1,"b":2,"c":3})", names), R"({"b":2})");
  EXPECT_EQ(*merge_members(R"({"a":1,"b":2})", R"({"b":null,"d":4})"), R"({"a":1,"b":null,"d":4})");
  EXPECT_FALSE(merge_members("{}", "[]").ok());
  EXPECT_EQ(json_string("a\"\n\xff"), "\"a\\\"\\n\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace breakeven::codec
