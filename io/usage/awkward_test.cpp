// Files as they really come: each test says what is kept and what is rejected where.
#include <gtest/gtest.h>
#include <zstd.h>

#include <string>

#include "io/trace_writer.hpp"
#include "io/usage/test_support.hpp"

namespace breakeven::io {
namespace {

using testing::Import;
using testing::rejected;
using usage::Bucket;
using usage::Format;
using usage::Reason;

const std::string kHeader = "request_id,timestamp,model,input_tokens,output_tokens\n";

std::string row(int n) {
  return "r" + std::to_string(n) + ",2026-03-02T09:00:0" + std::to_string(n % 10) +
         "Z,gpt-4.1,100,10\n";
}

std::string utf16(std::string_view ascii, bool big) {
  std::string wide = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big) wide += '\0';
    wide += c;
    if (!big) wide += '\0';
  }
  return wide;
}

TEST(AwkwardUsage, ByteOrderMarkAndCrLfAreNoPartOfNamesAndValues) {
  std::string text = "\xEF\xBB\xBF" + kHeader + row(1) + row(2);
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.insert(at, "\r");
  }
  Import import;
  const auto& report = import.file(text);
  EXPECT_EQ(report.kept, 2);
  EXPECT_EQ(report.rejected, 0);
  EXPECT_EQ(import.kept()[0].id, "r1");
}

TEST(AwkwardUsage, AQuotedNewlineBelongsToItsField) {
  Import import;
  const auto& report = import.file(
      "request_id,timestamp,note,model,input_tokens,output_tokens\n"
      "a,2026-03-02T09:00:00Z,\"two\nlines, and \"\"quotes\"\"\",m,100,10\n"
      "b,2026-03-02T09:00:01Z,plain,m,x,10\n");
  EXPECT_EQ(report.kept, 1);
  ASSERT_EQ(report.rejected, 1);
  EXPECT_EQ(report.rejections[0].line, 4);  // physical lines
  EXPECT_EQ(report.rejections[0].record, 2);
  EXPECT_EQ(report.rejections[0].field, "input_tokens");
}

TEST(AwkwardUsage, AnUnclosedQuoteCostsOneLine) {
  Import import;
  const auto& report =
      import.file(kHeader + row(1) + "r2,\"2026-03-02T09:00:02Z,m,1,1\n" + row(3) + row(4));
  EXPECT_EQ(report.kept, 3);
  ASSERT_EQ(report.rejected, 1);
  EXPECT_EQ(rejected(report, Reason::bad_quote), 1);
  EXPECT_EQ(report.rejections[0].line, 3);
}

TEST(AwkwardUsage, AQuoteInsideAPlainFieldIsACharacter) {
  Import import;
  const auto& report = import.file(
      "request_id,timestamp,model,input_tokens,output_tokens,note\n"
      "a,2026-03-02T09:00:00Z,m,100,10,5\" pipe\n"
      "b,2026-03-02T09:00:01Z,m,100,10,6\" pipe\n"
      "c,2026-03-02T09:00:02Z,m,100,10,none\n");
  EXPECT_EQ(report.kept, 3);
  EXPECT_EQ(report.rejected, 0);
}

TEST(AwkwardUsage, ZonesAreReadAndMissingOnesAreUtc) {
  Import import;
  const auto& report = import.file(kHeader +
                                   "a,2026-03-02T11:00:00+02:00,m,1,1\n"
                                   "b,2026-03-02 09:00:00,m,1,1\n"
                                   "c,2026-03-02T04:00:00-0500,m,1,1\n"
                                   "d,2026-03-02 09:00:00 UTC,m,1,1\n"
                                   "e,03/02/2026 9:00 AM,m,1,1\n");
  EXPECT_EQ(report.kept, 5);
  for (const auto& kept : import.kept()) {
    EXPECT_EQ(usage::iso_time(kept.record.start_ns), "2026-03-02T09:00:00Z") << kept.id;
  }
  const auto naive = std::find_if(report.notes.begin(), report.notes.end(), [](const auto& note) {
    return note.first == "times without a zone are read as UTC";
  });
  ASSERT_NE(naive, report.notes.end());
  EXPECT_EQ(naive->second, 2);
}

TEST(AwkwardUsage, EpochsAreReadByTheirMagnitude) {
  Import import;
  const auto& report = import.file(kHeader +
                                   "a,1772442006,m,1,1\n"
                                   "b,1772442006000,m,1,1\n"
                                   "c,1772442006000000,m,1,1\n"
                                   "d,1772442006000000000,m,1,1\n"
                                   "e,1772442006.5,m,1,1\n"
                                   "f,1.772442006e9,m,1,1\n");
  EXPECT_EQ(report.kept, 6);
  for (const auto& kept : import.kept()) {
    EXPECT_EQ(usage::iso_time(kept.record.start_ns),
              kept.id == "e" ? "2026-03-02T09:00:06.500Z" : "2026-03-02T09:00:06Z");
  }
}

TEST(AwkwardUsage, TimesOutsideTheAgeOfTheseApisAreRejected) {
  UsageReadOptions options;
  options.intake.latest_ns = 1'800'000'000'000'000'000;  // 2027-01-15
  Import import(options);
  const auto& report = import.file(kHeader +
                                   "a,1970-01-01T00:00:00Z,m,1,1\n"
                                   "b,2031-01-01T00:00:00Z,m,1,1\n"
                                   "c,2026-02-30T00:00:00Z,m,1,1\n"
                                   "d,yesterday,m,1,1\n"
                                   "e,,m,1,1\n"
                                   "f,2026-03-02T09:00:00Z,m,1,1\n");
  EXPECT_EQ(report.kept, 1);
  EXPECT_EQ(rejected(report, Reason::implausible_time), 2);
  EXPECT_EQ(rejected(report, Reason::bad_time), 2);
  EXPECT_EQ(rejected(report, Reason::missing_field), 1);
}

TEST(AwkwardUsage, CountsAreWholeNumbersInRange) {
  Import import;
  const auto& report = import.file(kHeader +
                                   "a,2026-03-02T09:00:00Z,m,9223372036854775808,1\n"
                                   "b,2026-03-02T09:00:00Z,m,99999999999999999999999999,1\n"
                                   "c,2026-03-02T09:00:00Z,m,1e20,1\n"
                                   "d,2026-03-02T09:00:00Z,m,12.5,1\n"
                                   "e,2026-03-02T09:00:00Z,m,-3,1\n"
                                   "f,2026-03-02T09:00:00Z,m,true,1\n"
                                   "g,2026-03-02T09:00:00Z,m,NaN,1\n"
                                   "h,2026-03-02T09:00:00Z,m,20000001,1\n"
                                   "i,2026-03-02T09:00:00Z,m,3.0,1\n");
  EXPECT_EQ(report.kept, 1);
  EXPECT_EQ(rejected(report, Reason::too_large), 3);
  EXPECT_EQ(rejected(report, Reason::not_whole), 2);
  EXPECT_EQ(rejected(report, Reason::negative), 1);
  EXPECT_EQ(rejected(report, Reason::not_a_number), 2);
  EXPECT_EQ(import.kept()[0].record.tokens[Bucket::uncached], 3);
}

TEST(AwkwardUsage, SumsGoBeyond64Bits) {
  std::string text = "start_time,end_time,num_model_requests,model,input_tokens,output_tokens\n";
  constexpr int kRows = 10'000;
  for (int i = 0; i < kRows; ++i) {
    text += std::to_string(1'772'442'000 + 60 * i) + "," + std::to_string(1'772'442'060 + 60 * i) +
            ",1,m,1000000000000000,0\n";
  }
  Import import;
  EXPECT_EQ(import.file(text).kept, kRows);
  const auto sum = import.all();
  EXPECT_EQ(to_string(sum.tokens[static_cast<std::size_t>(Bucket::uncached)]),
            "10000000000000000000");
}

TEST(AwkwardUsage, CachedAbovePromptIsRejectedWhereTheSourceIncludesIt) {
  Import import;
  const auto& report = import.file(
      "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_cached,"
      "model_permaslug\n"
      "a,2026-03-02 09:00:00,0.1,100,10,101,openai/gpt-4.1\n"
      "b,2026-03-02 09:00:01,0.1,100,10,100,openai/gpt-4.1\n");
  EXPECT_EQ(report.kept, 1);
  EXPECT_EQ(rejected(report, Reason::cached_exceeds_input), 1);
  EXPECT_EQ(import.kept()[0].record.tokens[Bucket::uncached], 0);
}

TEST(AwkwardUsage, CachedAbovePromptProvesThatAnOpenSourceExcludesIt) {
  Import import;
  const auto& report = import.file(
      "request_id,timestamp,model,input_tokens,cached_tokens,output_tokens,total_tokens\n"
      "a,2026-03-02T09:00:00Z,m,100,900,10,\n"      // more cached than asked
      "b,2026-03-02T09:00:01Z,m,100,40,10,150\n"    // the total adds them
      "c,2026-03-02T09:00:02Z,m,100,40,10,110\n");  // nothing proves it: inside, noted
  EXPECT_EQ(report.kept, 3);
  EXPECT_EQ(import.kept()[0].record.tokens.input(), 1'000);
  EXPECT_EQ(import.kept()[1].record.tokens.input(), 140);
  EXPECT_EQ(import.kept()[2].record.tokens.input(), 100);
  EXPECT_EQ(report.notes.back().second, 1);
  UsageReadOptions options;
  options.intake.convention = usage::Convention::exclusive;
  Import flipped(options);
  flipped.file(
      "request_id,timestamp,model,input_tokens,cached_tokens,output_tokens\n"
      "c,2026-03-02T09:00:02Z,m,100,40,10\n");
  EXPECT_EQ(flipped.kept()[0].record.tokens.input(), 140);
}

TEST(AwkwardUsage, GzipMembersAreOneFileAndATruncatedOneKeepsItsCompleteRecords) {
  const std::string first = *gzip(kHeader + row(1) + row(2));
  const std::string second = *gzip(row(3) + row(4));
  {
    Import import;
    const auto& report = import.file(first + second);
    EXPECT_EQ(report.kept, 4);
    EXPECT_EQ(report.packing, "gzip");
    EXPECT_FALSE(report.broken);
  }
  std::string many = kHeader;
  for (int i = 0; i < 20'000; ++i) {
    many += "id" + std::to_string(i * 7919) + ",2026-03-02T09:00:00Z,m," + std::to_string(i % 977) +
            "," + std::to_string(i % 89) + "\n";
  }
  const std::string whole = *gzip(many);
  Import import;
  const auto& report = import.file(whole.substr(0, whole.size() / 2), "cut.csv.gz");
  ASSERT_TRUE(report.broken);
  EXPECT_NE(report.broken->message.find("truncated"), std::string::npos);
  EXPECT_EQ(report.broken->where, "cut.csv.gz");
  EXPECT_GT(report.kept, 1'000);
  EXPECT_LE(rejected(report, Reason::truncated), 1);
  EXPECT_EQ(report.kept + report.rejected, report.records);
}

TEST(AwkwardUsage, ZstdFramesAreOneFile) {
  const auto pack = [](const std::string& text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
    return packed;
  };
  Import import;
  const auto& report = import.file(pack(kHeader + row(1)) + pack(row(2)));
  EXPECT_EQ(report.kept, 2);
  EXPECT_EQ(report.packing, "zstd");
}

TEST(AwkwardUsage, CreditsAndCorrectionsAreKeptWithTheirSign) {
  Import import;
  const auto& report = import.file(
      "identity_line_item_id,identity_time_interval,line_item_line_item_type,"
      "line_item_usage_start_date,line_item_usage_end_date,line_item_product_code,"
      "line_item_usage_type,line_item_usage_amount,line_item_currency_code,"
      "line_item_unblended_cost,pricing_unit\n"
      "1,x,Usage,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,AmazonBedrock,"
      "USE1-Claude4.5Sonnet-input-tokens,10,USD,0.03,1K tokens\n"
      "2,x,Usage,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,AmazonBedrock,"
      "USE1-Claude4.5Sonnet-input-tokens,-4,USD,-0.012,1K tokens\n"
      "3,x,Credit,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,AmazonBedrock,"
      "USE1-Claude4.5Sonnet-input-tokens,10,USD,-0.005,1K tokens\n"
      "4,x,Usage,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,AmazonS3,"
      "Requests-Tier1,10,USD,0.5,Requests\n");
  EXPECT_EQ(report.kept, 3);
  EXPECT_EQ(report.ignored, 1);
  const auto sum = import.all();
  EXPECT_EQ(static_cast<std::int64_t>(sum.tokens[0]), 6'000);  // a credit's amount is no usage
  EXPECT_EQ(sum.reported.decimal(), "0.013");
}

TEST(AwkwardUsage, NegativeTokensOfARequestAreRejected) {
  Import import;
  const auto& report = import.file(kHeader + "a,2026-03-02T09:00:00Z,m,-100,10\n");
  EXPECT_EQ(rejected(report, Reason::negative), 1);
}

TEST(AwkwardUsage, RepeatsAreFoundWithinAndAcrossFiles) {
  Import import;
  EXPECT_EQ(import.file(kHeader + row(1) + row(2) + row(1)).duplicates, 1);
  // Another order of columns, packed: the same requests.
  const auto& second = import.file(
      *gzip("model,output_tokens,input_tokens,timestamp,request_id\n"
            "gpt-4.1,10,100,2026-03-02T09:00:02Z,r2\ngpt-4.1,10,100,2026-03-02T09:00:03Z,r3\n"));
  EXPECT_EQ(second.duplicates, 1);
  EXPECT_EQ(second.conflicts, 0);
  EXPECT_EQ(second.kept, 1);
  const auto& third = import.file(kHeader + "r1,2026-03-02T09:00:01Z,gpt-4.1,100,99\n");
  EXPECT_EQ(third.duplicates, 1);
  EXPECT_EQ(third.conflicts, 1);  // the same id says something else: the first one stays
  EXPECT_EQ(import.kept().size(), 3U);
}

TEST(AwkwardUsage, EqualLinesOfABillStandSideBySideButNotInTwoFiles) {
  const std::string bill =
      "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,BilledCost,BillingCurrency,"
      "ConsumedQuantity,ConsumedUnit,SkuId,SkuMeter,ServiceCategory\n"
      "2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,Usage,0.1,USD,100,Tokens,gpt-4.1,Input Tokens,AI "
      "and Machine Learning\n"
      "2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,Usage,0.1,USD,100,Tokens,gpt-4.1,Input Tokens,AI "
      "and Machine Learning\n";
  Import import;
  EXPECT_EQ(import.file(bill, "first").kept, 2);
  const auto& again = import.file(bill, "again");
  EXPECT_EQ(again.kept, 0);
  EXPECT_EQ(again.duplicates, 2);
}

TEST(AwkwardUsage, EmptyFilesHoldNothingAndAreNoError) {
  Import import;
  for (const std::string& text :
       {std::string(), std::string("\n\n  \n"), kHeader, std::string("\xEF\xBB\xBF"),
        std::string("[]"), std::string("{\"data\":[]}")}) {
    const auto& report = import.file(text);
    EXPECT_EQ(report.records, 0) << text;
    EXPECT_FALSE(report.broken) << text;
  }
}

TEST(AwkwardUsage, ColumnsAreBoundByNameWhateverStandsBesideThem) {
  Import import;
  const auto& report = import.file(
      "api_key_name;extra;Tokens Completion;tokens-prompt;model_permaslug;created_at;"
      "GENERATION_ID;new column\n"
      "k;1;10;100;openai/gpt-4.1;2026-03-02 09:00:00;g;x\n");
  EXPECT_EQ(report.format, Format::openrouter);
  ASSERT_EQ(report.kept, 1);
  EXPECT_EQ(import.kept()[0].record.tokens[Bucket::uncached], 100);
  EXPECT_EQ(import.kept()[0].record.tokens[Bucket::output], 10);
}

TEST(AwkwardUsage, Utf16IsRead) {
  for (const bool big : {false, true}) {
    Import import;
    const auto& report = import.file(utf16(kHeader + row(1) + row(2), big));
    EXPECT_EQ(report.kept, 2);
    EXPECT_EQ(report.rejected, 0);
  }
}

TEST(AwkwardUsage, RaggedRowsAreRejectedAndEmptyFieldsBehindThemAreNot) {
  Import import;
  const auto& report = import.file(kHeader +
                                   "a,2026-03-02T09:00:00Z,m,1\nb,2026-03-02T09:00:00Z,m,1,1,9\n"
                                   "c,2026-03-02T09:00:00Z,m,1,1,,\n" +
                                   kHeader + "d,2026-03-02T09:00:00Z,m,1");
  EXPECT_EQ(report.kept, 1);
  EXPECT_EQ(rejected(report, Reason::field_count), 2);
  EXPECT_EQ(rejected(report, Reason::truncated), 1);
  EXPECT_EQ(report.ignored, 1);  // the repeated header
}

TEST(AwkwardUsage, PromptsAreNotShownWhereNumbersShouldBe) {
  Import import;
  const auto& report = import.file(kHeader + "a,2026-03-02T09:00:00Z,m,my secret prompt,1\n");
  ASSERT_EQ(report.rejections.size(), 1U);
  EXPECT_EQ(report.rejections[0].found, "a text of 16 bytes");
}

TEST(AwkwardUsage, ManyRejectsAreCountedAndFewAreListed) {
  std::string text = kHeader;
  for (int i = 0; i < 500; ++i) text += "x,2026-03-02T09:00:00Z,m,?,1\n";
  Import import;
  const auto& report = import.file(text);
  EXPECT_EQ(report.rejected, 500);
  EXPECT_EQ(rejected(report, Reason::not_a_number), 500);
  EXPECT_EQ(report.rejections.size(), 20U);
}

TEST(AwkwardUsage, FilesOfNoKnownFormatSayWhatWasFound) {
  Import import;
  const auto& columns = import.file("alpha,beta\n1,2\n", "odd.csv");
  ASSERT_TRUE(columns.broken);
  EXPECT_NE(columns.broken->message.find("alpha, beta"), std::string::npos);
  EXPECT_EQ(columns.broken->where, "odd.csv:1");
  EXPECT_TRUE(import.file("{\"alpha\":1}\n{\"alpha\":2}\n").broken);
  EXPECT_TRUE(import.file("PAR1\x15\x04").broken);
  EXPECT_TRUE(import.file(std::string("PK\x03\x04zip", 7)).broken);
  EXPECT_TRUE(import.file("request_id,timestamp,input_tokens,input_tokens,output_tokens\n").broken);
}

TEST(AwkwardUsage, AMappingNamesTheColumnsOfOtherPrograms) {
  const auto mapping = parse_usage_mapping(
      R"({"columns":{"time":"when","input":"asked","cache_read":"seen","output":"said",
          "reasoning":"thought","cost":"price"},"cached":"outside","reasoning":"outside",
          "cost_unit":"cents","time_zone":"+02:00","vendor":"openai","model":"gpt-4.1"})",
      "map.json");
  ASSERT_TRUE(mapping.ok()) << mapping.error().text();
  UsageReadOptions options;
  options.mapping = &*mapping;
  Import import(options);
  const auto& report =
      import.file("when,asked,seen,said,thought,price\n2026-03-02 11:00:00,100,40,10,5,1.25\n");
  ASSERT_EQ(report.kept, 1);
  const auto& kept = import.kept()[0];
  EXPECT_EQ(usage::iso_time(kept.record.start_ns), "2026-03-02T09:00:00Z");
  EXPECT_EQ(kept.record.tokens.input(), 140);
  EXPECT_EQ(kept.record.tokens[Bucket::output], 15);
  EXPECT_EQ(kept.record.tokens.reasoning, 5);
  EXPECT_EQ(kept.record.cost->decimal(), "0.0125");
  EXPECT_EQ(kept.model, "gpt-4.1");

  EXPECT_FALSE(parse_usage_mapping("{}", "m").ok());
  EXPECT_FALSE(parse_usage_mapping(R"({"columns":{"time":"t","output":"o"}})", "m").ok());
  const auto typo = parse_usage_mapping(R"({"columns":{"tiem":"t"}})", "m");
  ASSERT_FALSE(typo.ok());
  EXPECT_NE(typo.error().message.find("time"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::io
