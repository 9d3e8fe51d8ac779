#include "io/trace_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "io/line_reader.hpp"

namespace breakeven::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string gzip(std::string_view text) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, text.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TraceImport good(std::string_view bytes, const TraceReadOptions& options = {}) {
  auto result = read_trace_bytes(bytes, "t.csv", options);
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.ok() ? std::move(result).value() : TraceImport{};
}

Error bad(std::string_view bytes, const TraceReadOptions& options = {}) {
  auto result = read_trace_bytes(bytes, "t.csv", options);
  EXPECT_FALSE(result.ok()) << bytes.substr(0, 100);
  return result.ok() ? Error{} : result.error();
}

/// `rows` good rows and then `tail`.
std::string many(int rows, const std::string& tail) {
  std::string text = "arrival_s,input_tokens,output_tokens\n";
  for (int i = 0; i < rows; ++i) text += std::to_string(i) + ".5,10,1\n";
  return text + tail;
}

const std::string kThree =
    "arrival_s,input_tokens,output_tokens\n0.0000000,4808,10\n0.0520000,3180,8\n1.5,1,0\n";

void expect_three(const TraceImport& import) {
  EXPECT_THAT(import.trace.arrival_ns, ElementsAre(0, 52'000'000, 1'500'000'000));
  EXPECT_THAT(import.trace.input_tokens, ElementsAre(4808, 3180, 1));
  EXPECT_THAT(import.trace.output_tokens, ElementsAre(10, 8, 0));
  EXPECT_EQ(import.trace.span_ns, 1'500'000'000);
  EXPECT_EQ(import.rows, 3);
  EXPECT_EQ(import.rejected, 0);
}

TEST(ReadTrace, NormalisedCsvInEveryWrapping) {
  expect_three(good(kThree));
  expect_three(good("\xEF\xBB\xBF" + kThree));
  expect_three(good(kThree.substr(0, kThree.size() - 1)));
  std::string crlf;
  for (const char c : kThree) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  expect_three(good(crlf));
  expect_three(good("\n\n" + kThree + "\n\n"));
  expect_three(good(gzip(kThree)));
  expect_three(good(gzip(kThree.substr(0, 50)) + gzip(kThree.substr(50))));
  expect_three(good(gzip(kThree) + gzip("") + std::string(512, '\0')));
  expect_three(good(gzip("\xEF\xBB\xBF" + kThree)));
  expect_three(good(zstd(kThree)));
  expect_three(good(zstd(kThree.substr(0, 50)) + zstd(kThree.substr(50))));
  EXPECT_EQ(good(gzip(kThree)).packing, Packing::gzip);
  EXPECT_EQ(good(zstd(kThree)).packing, Packing::zstd);
}

TEST(ReadTrace, BindsColumnsByNameInAnyOrder) {
  const TraceImport import = good(
      "model,\"Output_Tokens\", INPUT_TOKENS ,note,arrival_s,session\n"
      "gpt,10,4808,\"a, \"\"quoted\"\"\nnote\",0.25,s1\n"
      "gpt,8,3180,,0.5,\n"
      "gpt,9,5,,0.75,s1\n");
  EXPECT_THAT(import.trace.input_tokens, ElementsAre(4808, 3180, 5));
  EXPECT_THAT(import.trace.output_tokens, ElementsAre(10, 8, 9));
  EXPECT_THAT(import.trace.arrival_ns, ElementsAre(250'000'000, 500'000'000, 750'000'000));
  EXPECT_THAT(import.trace.session, ElementsAre(0, 1, 0));
}

TEST(ReadTrace, OtherDelimiters) {
  EXPECT_EQ(good("arrival_s;input_tokens;output_tokens\n1;2;3\n").trace.size(), 1U);
  EXPECT_EQ(good("arrival_s\tinput_tokens\toutput_tokens\n1\t2\t3\n").trace.size(), 1U);
}

TEST(ReadTrace, CachedTokensUnderEitherName) {
  EXPECT_THAT(good("arrival_s,input_tokens,output_tokens,ideal_cached_tokens,cached_tokens\n"
                   "0,100,1,7,50\n1,100,1,7,\n")
                  .trace.cached_tokens,
              ElementsAre(50, 0));
  EXPECT_THAT(good("arrival_s,input_tokens,output_tokens,prefix_hash,ideal_cached_tokens\n"
                   "0,100,1,,0\n1,100,1,0,64\n")
                  .trace.cached_tokens,
              ElementsAre(0, 64));
  EXPECT_THAT(
      good("arrival_s,input_tokens,output_tokens,cached_tokens\n0,1,1,\n").trace.cached_tokens,
      IsEmpty());
}

TEST(ReadTrace, Azure) {
  const TraceImport first = good(
      "TIMESTAMP,ContextTokens,GeneratedTokens\n"
      "2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0319600,3180,8");
  EXPECT_EQ(first.layout, TraceLayout::azure);
  EXPECT_THAT(first.trace.arrival_ns, ElementsAre(0, 52'000'000));
  EXPECT_EQ(first.start->iso(), "2023-11-16T18:17:03Z");
  EXPECT_THAT(first.warnings, ElementsAre(HasSubstr("read as UTC")));
  const TraceImport second = good(
      "TIMESTAMP,ContextTokens,GeneratedTokens\n"
      "2024-05-10 00:00:00+00:00,2162,5\n2024-05-10 00:00:00.009930+00:00,2399,6\n");
  EXPECT_THAT(second.trace.arrival_ns, ElementsAre(0, 9'930'000));
  EXPECT_THAT(second.warnings, IsEmpty());
}

TEST(ReadTrace, MooncakeFindsThePrefixChain) {
  const TraceImport import = good(
      R"({"timestamp": 0, "input_length": 1100, "output_length": 5, "hash_ids": [1, 2, 3]})"
      "\n"
      R"({"hash_ids":[1,2,9],"timestamp":27482,"output_length":6,"input_length":1030,"x":{"y":[1]}})"
      "\n"
      R"({"timestamp": 30000, "input_length": 1400, "output_length": 7, "hash_ids": [7, 2, 3]})"
      "\n"
      R"({"timestamp": 30000.5, "input_length": 1030, "output_length": 7, "hash_ids": [1,2,9]})"
      "\n");
  EXPECT_EQ(import.layout, TraceLayout::mooncake);
  EXPECT_TRUE(import.json_lines);
  EXPECT_THAT(import.trace.arrival_ns,
              ElementsAre(0, 27'482'000'000, 30'000'000'000, 30'000'500'000));
  // Two known blocks; an unknown first block; three known blocks of a prompt that fills 2.01.
  EXPECT_THAT(import.trace.cached_tokens, ElementsAre(0, 1024, 0, 1030));
}

TEST(ReadTrace, NormalisedJsonLines) {
  const TraceImport import = good(
      "{\"arrival_s\":0.1,\"input_tokens\":12.0,\"output_tokens\":\"3\",\"session\":\"a\"}\n\n"
      "{\"arrival_s\":0.30000000000000004,\"input_tokens\":1,\"output_tokens\":3,\"session\":"
      "null}");
  EXPECT_THAT(import.trace.arrival_ns, ElementsAre(100'000'000, 300'000'000));
  EXPECT_THAT(import.trace.session, ElementsAre(0, 1));
}

TEST(ReadTrace, BurstGptSetsFailuresAside) {
  const TraceImport import = good(
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log "
      "Type\n"
      "5,,2.6,ChatGPT,472,18,490,Conversation log\n45,,0.2,ChatGPT,1087,0,1087,API log\n"
      "118,3,1,GPT-4,417,276,693,API log\n");
  EXPECT_EQ(import.layout, TraceLayout::burstgpt);
  EXPECT_EQ(import.rows, 3);
  EXPECT_EQ(import.rejected, 0);
  EXPECT_EQ(import.failed_requests, 1);
  EXPECT_THAT(import.trace.arrival_ns, ElementsAre(5'000'000'000, 118'000'000'000));
  EXPECT_THAT(import.warnings, ElementsAre(HasSubstr("1 failed request")));
}

TEST(ReadTrace, SortsAndSaysSo) {
  const TraceImport import = good(
      "arrival_s,input_tokens,output_tokens,cached_tokens,session\n"
      "2,1,1,1,a\n1,2,2,2,b\n1,3,3,3,a\n");
  EXPECT_THAT(import.trace.input_tokens, ElementsAre(2, 3, 1));
  EXPECT_THAT(import.trace.output_tokens, ElementsAre(2, 3, 1));
  EXPECT_THAT(import.trace.cached_tokens, ElementsAre(2, 3, 1));
  EXPECT_THAT(import.trace.session, ElementsAre(1, 0, 0));
  EXPECT_THAT(import.warnings, ElementsAre(HasSubstr("back in time 1 time, first at line 3")));
}

TEST(ReadTrace, KnowsAClockThatCountsFrom1970) {
  const TraceImport import =
      good("arrival_s,input_tokens,output_tokens\n1762346321.5,1,1\n1762346322,1,1\n");
  EXPECT_THAT(import.trace.arrival_ns, ElementsAre(0, 500'000'000));
  EXPECT_EQ(import.start->iso(), "2025-11-05T12:38:41Z");
  EXPECT_THAT(import.warnings, ElementsAre(HasSubstr("since 1970")));
}

TEST(ReadTrace, WarnsOfACoarseClock) {
  std::string text = "arrival_s,input_tokens,output_tokens\n";
  for (int i = 0; i < 200; ++i) text += std::to_string(i / 10 * 3) + ",10,1\n";
  EXPECT_THAT(good(text).warnings,
              ElementsAre(HasSubstr("200 requests share 20 times, typically 3 s apart")));
}

TEST(ReadTrace, CountsBadRowsAndGoesOnBelowTheLimit) {
  const TraceImport import = good(many(1000, "7,-1,1\n8,12.5,1\n9,nan,1\n10,1\n11,-7,1\n"));
  EXPECT_EQ(import.rows, 1005);
  EXPECT_EQ(import.rejected, 5);
  EXPECT_EQ(import.trace.size(), 1000U);
  ASSERT_EQ(import.rejects.size(), 4U);
  EXPECT_EQ(import.rejects[0].reason, RowProblem::negative);
  EXPECT_EQ(import.rejects[0].count, 2);
  ASSERT_EQ(import.rejects[0].examples.size(), 2U);
  EXPECT_EQ(import.rejects[0].examples[1].line, 1006);
  EXPECT_EQ(import.rejects[0].examples[0].column, 3);
  EXPECT_EQ(import.rejects[0].examples[0].field, "input_tokens");
  EXPECT_EQ(import.rejects[0].examples[0].found, "\"-1\"");
  EXPECT_EQ(import.rejects[3].reason, RowProblem::field_count);
  EXPECT_THAT(import.warnings, ElementsAre("5 rows of 1005 left out"));
}

TEST(ReadTrace, FailsWhenTooManyRowsAreBad) {
  const Error error = bad(many(98, "5,-1,1\n6,1e9,1\n"));
  EXPECT_EQ(error.code, ErrorCode::parse_error);
  EXPECT_EQ(error.where, "t.csv:100:3");
  EXPECT_THAT(error.message,
              HasSubstr("expected a number that is not negative in input_tokens, found \"-1\""));
  EXPECT_THAT(error.message, HasSubstr("line 101: expected a whole number"));
  EXPECT_THAT(error.message, HasSubstr("2 of 100 rows cannot be used, more than the 1 % allowed"));
  EXPECT_EQ(good(many(98, "5,-1,1\n6,1e9,1\n"), {.max_rejected_share = 0.02}).rejected, 2);
}

TEST(ReadTrace, OneRowOfEachKindOfBad) {
  const auto only = [](const std::string& row) {
    return bad("arrival_s,input_tokens,output_tokens,cached_tokens\n" + row + "\n");
  };
  EXPECT_THAT(only("0,-5,1,0").message, HasSubstr("not negative in input_tokens, found \"-5\""));
  EXPECT_THAT(only("0,20000001,1,0").message, HasSubstr("at most 20000000 tokens"));
  EXPECT_THAT(only("0,12.5,1,0").message, HasSubstr("whole number"));
  EXPECT_THAT(only("0,1e9,1,0").message, HasSubstr("whole number"));
  EXPECT_THAT(only("nan,1,1,0").message,
              HasSubstr("expected a number in arrival_s, found \"nan\""));
  EXPECT_THAT(only("inf,1,1,0").message, HasSubstr("expected a number in arrival_s"));
  EXPECT_THAT(only("-1,1,1,0").message, HasSubstr("not negative in arrival_s"));
  EXPECT_THAT(only("0,,1,0").message, HasSubstr("expected a value in input_tokens"));
  EXPECT_THAT(only("0,5,1,6").message, HasSubstr("cached tokens within the prompt"));
  EXPECT_THAT(only("0,5,1").message, HasSubstr("as many fields as the header"));
  EXPECT_THAT(only("0,5,1,0,9").message, HasSubstr("as many fields as the header"));
  EXPECT_THAT(only("0,\"5\"x,1,0").message, HasSubstr("closing quote"));
  EXPECT_THAT(only("0,\"5,1,0").message, HasSubstr("closing quote"));
  EXPECT_THAT(only(std::string("0,5\0,1,0", 8)).message,
              testing::AnyOf(HasSubstr("\\x00"), HasSubstr("zero byte")));
}

TEST(ReadTrace, RefusesWhatIsNoTrace) {
  EXPECT_THAT(bad("").message, HasSubstr("an empty file"));
  EXPECT_THAT(bad(gzip("")).message, HasSubstr("an empty file"));
  EXPECT_THAT(bad("\n \n").message, HasSubstr("only blank lines"));
  EXPECT_THAT(bad("arrival_s,input_tokens,output_tokens\n").message, HasSubstr("rows below"));
  EXPECT_THAT(bad("0.0,123,45\n0.1,1,1\n").message, HasSubstr("only numbers"));
  EXPECT_THAT(bad("PK\x03\x04zzzz").message, HasSubstr("ZIP"));
  EXPECT_THAT(bad("PAR1zzzz").message, HasSubstr("Parquet"));
  EXPECT_THAT(bad(std::string("\0\1\2\3abc", 7)).message, HasSubstr("binary"));
  EXPECT_THAT(bad("\xFF\xFE"
                  "a")
                  .message,
              HasSubstr("UTF-16"));
  EXPECT_THAT(bad("[{\"arrival_s\":1}]").message, HasSubstr("JSON array"));
  EXPECT_THAT(bad(gzip(gzip(kThree))).message, HasSubstr("gzip inside"));
  EXPECT_THAT(bad("{\"arrival_s\":\n").message, HasSubstr("one JSON object per line"));
  EXPECT_THAT(
      bad("INFO:     10.0.3.10:40000 - \"POST /v1/chat/completions HTTP/1.1\" 200 OK\n").message,
      HasSubstr("no token counts (and uvicorn's has no times)"));
}

TEST(ReadTrace, NamesMissingColumnsWithNearMatches) {
  const Error error = bad("arrival_s,input_token,model\n0,1,m\n");
  EXPECT_EQ(error.code, ErrorCode::parse_error);
  EXPECT_EQ(error.where, "t.csv:1");
  EXPECT_THAT(error.message,
              HasSubstr("missing input_tokens (is it \"input_token\"?), output_tokens"));
  EXPECT_THAT(error.message, HasSubstr("found arrival_s, input_token, model"));
  EXPECT_THAT(bad("{\"timestamp\":1,\"input_length\":2}\n").message,
              HasSubstr("missing output_length"));
  EXPECT_THAT(bad("arrival_s,arrival_s,input_tokens,output_tokens\n0,0,1,1\n").message,
              HasSubstr("one column arrival_s, found two"));
}

TEST(ReadTrace, DamagedPackingFailsAndSaysHowFarItWas) {
  const std::string packed = gzip(many(50'000, ""));
  const Error cut = bad(packed.substr(0, packed.size() / 2));
  EXPECT_EQ(cut.code, ErrorCode::parse_error);
  EXPECT_THAT(cut.message, HasSubstr("truncated"));
  EXPECT_THAT(cut.message, testing::ContainsRegex("after [1-9][0-9]+ complete rows"));
  EXPECT_THAT(bad(packed.substr(0, packed.size() - 4)).message, HasSubstr("truncated"));
  EXPECT_THAT(bad(packed + "garbage").message, HasSubstr("found other bytes"));
  EXPECT_THAT(bad(packed + std::string(5, '\0') + "x").message, HasSubstr("found other bytes"));
  std::string flipped = packed;
  flipped[packed.size() - 6] = static_cast<char>(flipped[packed.size() - 6] ^ 1);
  EXPECT_THAT(bad(flipped).message, HasSubstr("damage"));
  const std::string z = zstd(many(50'000, ""));
  EXPECT_THAT(bad(z.substr(0, z.size() / 2)).message, HasSubstr("truncated"));
  EXPECT_THAT(bad(z + "garbage").message, HasSubstr("found other bytes"));
}

TEST(ReadTrace, LimitsLinesAndRows) {
  const Error line = bad(kThree + std::string(kMaxLineBytes + 1, '1'));
  EXPECT_EQ(line.code, ErrorCode::resource_limit);
  EXPECT_THAT(line.where, "t.csv:5");
  const Error quote = bad(kThree + "1,\"" + many(100'000, ""));
  EXPECT_EQ(quote.code, ErrorCode::resource_limit);
  EXPECT_THAT(quote.message, HasSubstr("double quote is opened and not closed"));
  const Error rows = bad(kThree, {.max_rows = 2});
  EXPECT_EQ(rows.code, ErrorCode::resource_limit);
  EXPECT_EQ(good(kThree, {.max_rows = 3}).rows, 3);
}

TEST(ReadTrace, FilesThatCannotBeOpened) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "breakeven_trace_reader";
  fs::create_directories(folder);
  {
    std::ofstream(folder / "trace_one.csv") << kThree;
  }
  const auto missing = read_trace((folder / "trace_on.csv").string());
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr("did you mean"));
  EXPECT_THAT(missing.error().message, HasSubstr("trace_one.csv"));
  const auto directory = read_trace(folder.string());
  ASSERT_FALSE(directory.ok());
  EXPECT_EQ(directory.error().code, ErrorCode::io_error);
  EXPECT_THAT(directory.error().message, HasSubstr("found a directory"));
  EXPECT_FALSE(read_trace("").ok());
  const auto good_file = read_trace((folder / "trace_one.csv").string());
  ASSERT_TRUE(good_file.ok());
  expect_three(*good_file);
  fs::remove_all(folder);
}

RC_GTEST_PROP(ReadTrace, ReadsBackWhatWasWritten, ()) {
  const auto gaps = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(
      rc::gen::inRange<std::int64_t>(0, 5'000'000'000)));
  std::string text = "arrival_s,input_tokens,output_tokens\n";
  std::vector<std::int64_t> arrivals;
  std::int64_t now = 0;
  for (const std::int64_t gap : gaps) {
    now += gap;
    arrivals.push_back(now);
    std::string fraction = std::to_string(now % 1'000'000'000);
    fraction.insert(0, 9 - fraction.size(), '0');
    text += std::to_string(now / 1'000'000'000) + "." + fraction + "," +
            std::to_string(gap % 1000) + "," + std::to_string(gap % 77) + "\n";
  }
  const bool packed = *rc::gen::arbitrary<bool>();
  const auto import = read_trace_bytes(packed ? gzip(text) : text, "p");
  RC_ASSERT(import.ok());
  RC_ASSERT(import->trace.arrival_ns == arrivals);
}

RC_GTEST_PROP(ReadTrace, NeverBreaksOnDamage, ()) {
  std::string bytes = *rc::gen::arbitrary<bool>() ? gzip(kThree) : kThree;
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[at] = *rc::gen::arbitrary<char>();
  const auto import = read_trace_bytes(bytes, "p", {.max_rejected_share = 0.5});
  if (import.ok()) RC_ASSERT(import->trace.validate().ok());
}

}  // namespace
}  // namespace breakeven::io
