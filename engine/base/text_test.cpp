#include "engine/base/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace breakeven {
namespace {

TEST(Text, TrimsBlanksAtBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("   "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, LowersAsciiOnly) { EXPECT_EQ(to_lower("GPT-5.4 \xC3\x84"), "gpt-5.4 \xC3\x84"); }

TEST(ParseInt, TakesAllOfTheText) {
  EXPECT_EQ(parse_int("0").value(), 0);
  EXPECT_EQ(parse_int("-17").value(), -17);
  EXPECT_EQ(parse_int("9223372036854775807").value(), std::numeric_limits<std::int64_t>::max());
  for (const char* bad : {"", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "--1", "1,000", "-"}) {
    EXPECT_FALSE(parse_int(bad).ok()) << bad;
  }
}

TEST(ParseInt, SaysThatANumberIsTooLarge) {
  const auto over = parse_int("9223372036854775808");
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().code, ErrorCode::out_of_range);
}

TEST(ParseDouble, RefusesWhatIsNotAFiniteNumber) {
  EXPECT_EQ(parse_double("1e3").value(), 1000.0);
  EXPECT_EQ(parse_double("-.5").value(), -0.5);
  for (const char* bad : {"", "inf", "nan", "-inf", "1e999", "1,5", "1.5 ", "+1", "0x1p3", "."}) {
    EXPECT_FALSE(parse_double(bad).ok()) << bad;
  }
}

TEST(Shortest, IsPlainForEverydayNumbers) {
  EXPECT_EQ(shortest(0), "0");
  EXPECT_EQ(shortest(-0.0), "0");
  EXPECT_EQ(shortest(70.6e9), "70600000000");
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(1e20), "1e+20");
}

RC_GTEST_PROP(TextProperty, IntegersReadBack, (std::int64_t value)) {
  RC_ASSERT(parse_int(std::to_string(value)).value() == value);
}

RC_GTEST_PROP(TextProperty, DoublesReadBackToTheLastBit, (double value)) {
  RC_PRE(std::isfinite(value));
  RC_ASSERT(parse_double(shortest(value)).value() == value);
}

std::string quoted(const std::string& field) {
  std::string out = "\"";
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

RC_GTEST_PROP(CsvProperty, WhatWasWrittenReadsBack, ()) {
  const auto columns = *rc::gen::inRange<std::size_t>(1, 6);
  const auto row =
      rc::gen::container<std::vector<std::string>>(columns, rc::gen::arbitrary<std::string>());
  const auto rows = *rc::gen::container<std::vector<std::vector<std::string>>>(row);
  const bool crlf = *rc::gen::arbitrary<bool>();
  std::string text;
  std::vector<std::string> header;
  for (std::size_t i = 0; i < columns; ++i) header.push_back("c" + std::to_string(i));
  const auto write = [&](const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) text += (i > 0 ? "," : "") + quoted(fields[i]);
    text += crlf ? "\r\n" : "\n";
  };
  write(header);
  for (const auto& fields : rows) write(fields);
  const auto table = CsvTable::parse(text, "t.csv");
  RC_ASSERT(table.ok());
  RC_ASSERT(table->header() == header);
  RC_ASSERT(table->rows().size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) RC_ASSERT(table->rows()[i].fields == rows[i]);
}

RC_GTEST_PROP(CsvProperty, AnyTextIsATableOrAnErrorWithAPlace, (const std::string& text)) {
  const auto table = CsvTable::parse(text, "t.csv");
  if (table.ok()) {
    for (const auto& row : table->rows()) {
      RC_ASSERT(row.fields.size() == table->header().size());
      RC_ASSERT(row.columns_at.size() == row.fields.size());
    }
  } else {
    RC_ASSERT(table.error().where.starts_with("t.csv:"));
  }
}

TEST(Csv, ReadsQuotesCommentsAndMarks) {
  const auto table = CsvTable::parse(
      "\xEF\xBB\xBF# a comment\na,b\r\n1,\"x, \"\"y\"\"\"\n\n#2,3\n\"#4\",\"two\nlines\"\n5,",
      "t.csv");
  ASSERT_TRUE(table.ok()) << table.error().text();
  EXPECT_EQ(table->header(), (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(table->rows().size(), 3U);
  EXPECT_EQ(table->rows()[0].fields, (std::vector<std::string>{"1", "x, \"y\""}));
  EXPECT_EQ(table->rows()[1].fields, (std::vector<std::string>{"#4", "two\nlines"}));
  EXPECT_EQ(table->rows()[2].fields, (std::vector<std::string>{"5", ""}));
  EXPECT_EQ(table->rows()[2].line, 8U);
}

TEST(Csv, PlacesAreLineAndColumn) {
  const auto table = CsvTable::parse("a,bc,d\n\n1,22,333\n", "f.csv");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->place(table->rows()[0], 2), "f.csv:3:6");
  EXPECT_EQ(table->place(table->rows()[0], 9), "f.csv:3:1");
}

TEST(Csv, MistakesHaveAPlace) {
  const auto error = [](std::string_view text) {
    return CsvTable::parse(text, "f.csv").error().text();
  };
  EXPECT_EQ(error(""), "f.csv:1:1: expected a header line, found an empty file");
  EXPECT_EQ(error("# only a comment\n"), "f.csv:2:1: expected a header line, found an empty file");
  EXPECT_EQ(error("a,b\n1\n"), "f.csv:2:1: expected 2 fields as in the header, found 1");
  EXPECT_EQ(error("a\n\"x\"y\n"),
            "f.csv:2:4: expected a comma or the end of the line after a closing quote");
  EXPECT_NE(error("a\n1\n\"open\n\n").find("starts on line 3 is not closed"), std::string::npos);
}

TEST(Csv, AMissingColumnListsThoseThereAre) {
  const auto table = CsvTable::parse("id,price\n", "f.csv");
  EXPECT_EQ(table->column("price").value(), 1U);
  EXPECT_EQ(table->column("cost").error().text(),
            "f.csv:1:1: expected a column \"cost\", found id, price");
}

const std::vector<std::string>& models() {
  static const std::vector<std::string> names{"meta-llama/Llama-3.3-70B-Instruct",
                                              "meta-llama/Llama-3.1-70B-Instruct",
                                              "openai/gpt-oss-120b",
                                              "openai/gpt-oss-20b",
                                              "Qwen/Qwen3-32B",
                                              "HIPAA_BAA"};
  return names;
}

TEST(NearMatches, FindWhatWasMeant) {
  EXPECT_EQ(near_matches("lama-3.3-70b-instruct", models()).front(), models()[0]);
  EXPECT_EQ(near_matches("Llama 3.3 70B", models()).front(), models()[0]);
  EXPECT_EQ(near_matches("gpt oss 120 b", models()).front(), models()[2]);
  EXPECT_EQ(near_matches("qwen3-23b", models()).front(), models()[4]);
  EXPECT_EQ(near_matches("hippa", models()).front(), models()[5]);
}

TEST(NearMatches, DoNotGuessWildly) {
  EXPECT_TRUE(near_matches("zzzzzz", models()).empty());
  EXPECT_TRUE(near_matches("", models()).empty());
  EXPECT_TRUE(near_matches("x", {}).empty());
}

TEST(NearMatches, KeepToTheCount) {
  EXPECT_EQ(near_matches("llama-70b-instruct", models(), 1).size(), 1U);
  EXPECT_TRUE(near_matches("llama", models(), 0).empty());
}

RC_GTEST_PROP(NearMatchesProperty, AnExactNameIsFoundFirst, ()) {
  const auto i = *rc::gen::inRange<std::size_t>(0, models().size());
  RC_ASSERT(near_matches(to_lower(models()[i]), models()).front() == models()[i]);
}

TEST(NotFound, NamesWhatWasWantedAndWhatMayHaveBeenMeant) {
  const Error error = not_found("open model", "gpt-oss-12b", models(), "--model");
  EXPECT_EQ(error.code, ErrorCode::not_found);
  EXPECT_EQ(error.text(),
            "--model: no open model named \"gpt-oss-12b\"; did you mean openai/gpt-oss-120b or "
            "openai/gpt-oss-20b?");
  EXPECT_EQ(not_found("thing", "zzzzzz", {}).text(), "no thing named \"zzzzzz\"");
}

TEST(Chance, ClaimsNoCertainty) {
  EXPECT_EQ(chance(0), "under 0.1 %");
  EXPECT_EQ(chance(0.0005), "0.1 %");
  EXPECT_EQ(chance(0.4732), "47.3 %");
  EXPECT_EQ(chance(0.5), "50.0 %");
  EXPECT_EQ(chance(0.9994), "99.9 %");
  EXPECT_EQ(chance(1), "over 99.9 %");
}

TEST(Counted, GivesTheNounItsNumber) {
  EXPECT_EQ(counted(0, "replica"), "0 replicas");
  EXPECT_EQ(counted(1, "replica"), "1 replica");
  EXPECT_EQ(counted(2, "spare replica"), "2 spare replicas");
}

}  // namespace
}  // namespace breakeven
