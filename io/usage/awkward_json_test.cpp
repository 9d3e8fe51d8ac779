// JSON files as they really come: each test says what is kept and what is rejected where.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "io/usage/test_support.hpp"

namespace breakeven::io {
namespace {

using testing::Import;
using testing::rejected;
using usage::Format;
using usage::Kind;
using usage::Reason;

TEST(AwkwardJsonUsage, HugeIntegersInJsonAreRejectedAndNotWrapped) {
  Import import;
  const auto& report = import.file(
      "{\"request_id\":\"a\",\"timestamp\":\"2026-03-02T09:00:00Z\",\"trace\":"
      "123456789012345678901234567890,\"input_tokens\":5,\"output_tokens\":1}\n"
      "{\"request_id\":\"b\",\"timestamp\":\"2026-03-02T09:00:00Z\",\"trace\":1,"
      "\"input_tokens\":18446744073709551621,\"output_tokens\":1}\n");
  EXPECT_EQ(report.kept, 1);  // a large number in a field that nobody reads does no harm
  EXPECT_EQ(rejected(report, Reason::too_large), 1);
}

TEST(AwkwardJsonUsage, NullsAreAbsentAndRequiredOnesAreMissed) {
  Import import;
  const auto& report = import.file(
      "{\"request_id\":\"a\",\"timestamp\":\"2026-03-02T09:00:00Z\",\"model\":null,"
      "\"input_tokens\":5,\"output_tokens\":null,\"cached_tokens\":null,\"cost_usd\":null}\n"
      "{\"request_id\":\"b\",\"timestamp\":\"2026-03-02T09:00:00Z\",\"model\":\"m\","
      "\"input_tokens\":null,\"output_tokens\":5}\n");
  EXPECT_EQ(report.kept, 1);
  EXPECT_EQ(rejected(report, Reason::missing_field), 1);
  EXPECT_FALSE(import.kept()[0].record.cost);
}

TEST(AwkwardJsonUsage, GoogleCreditsReduceTheCost) {
  Import import;
  import.file(
      "{\"billing_account_id\":\"0\",\"service\":{\"description\":\"Vertex AI\"},\"sku\":{\"id\":"
      "\"1\",\"description\":\"Gemini 2.5 Pro GA Text Input - Predictions\"},\"usage_start_time\":"
      "\"2026-03-02 09:00:00 UTC\",\"usage_end_time\":\"2026-03-02 10:00:00 UTC\",\"cost\":0.30,"
      "\"currency\":\"USD\",\"usage\":{\"amount\":1.5E5,\"unit\":\"count\"},\"credits\":[{\"name\":"
      "\"x\",\"amount\":-0.1},{\"name\":\"y\",\"amount\":-0.2}],\"cost_type\":\"regular\"}\n");
  const auto sum = import.all();
  EXPECT_EQ(sum.reported, Usd());  // 0.30 - 0.1 - 0.2, exactly
  EXPECT_EQ(static_cast<std::int64_t>(sum.tokens[0]), 150'000);
}

TEST(AwkwardJsonUsage, TheNameOfAFileDecidesNothing) {
  Import import;
  const auto& report = import.file(
      "{\"time\":\"2026-03-02T09:00:06Z\",\"request_id\":\"q\",\"status\":200,\"prompt_tokens\":5,"
      "\"completion_tokens\":1}\n",
      "usage.csv");
  EXPECT_EQ(report.format, Format::gateway);
  EXPECT_EQ(report.kept, 1);
}

TEST(AwkwardJsonUsage, RecordsOfAnotherFormatAreRejectedOneByOne) {
  Import import;
  const auto& report = import.file(
      "{\"time\":\"2026-03-02T09:00:06Z\",\"request_id\":\"q\",\"status\":200,\"prompt_tokens\":5,"
      "\"completion_tokens\":1}\n"
      "{\"responseId\":\"x\",\"createTime\":\"2026-03-02T09:00:06Z\",\"usageMetadata\":{"
      "\"promptTokenCount\":1,\"candidatesTokenCount\":1}}\n"
      "[1,2]\n"
      "{\"time\":\"2026-03-02T09:00:07Z\",\"request_id\":\"r\",\"status\":200,\"prompt_tokens\":5,"
      "\"completion_tokens\":1}\n");
  EXPECT_EQ(report.format, Format::gateway);
  EXPECT_EQ(report.kept, 2);
  EXPECT_EQ(rejected(report, Reason::other_format), 2);
  EXPECT_EQ(report.rejections[0].line, 2);
}

TEST(AwkwardJsonUsage, ABadJsonLineCostsItselfOnly) {
  const std::string good =
      "{\"time\":\"2026-03-02T09:00:06Z\",\"request_id\":\"ID\",\"status\":200,"
      "\"prompt_tokens\":5,\"completion_tokens\":1}\n";
  const auto with = [&](const char* id) {
    std::string text = good;
    return text.replace(text.find("ID"), 2, id);
  };
  Import import;
  const auto& report = import.file("{\"time\":\"2026\n" + with("a") + "{\"a\":1,}\n" + with("b") +
                                   "{\"x\":\"\xFF\"}\n" + "{\"time\":NaN}\n" + with("c") +
                                   "{\"time\":\"2026-03-02T09:0");
  EXPECT_EQ(report.kept, 3);
  EXPECT_EQ(rejected(report, Reason::invalid_json), 3);
  EXPECT_EQ(rejected(report, Reason::bad_encoding), 1);
  EXPECT_EQ(rejected(report, Reason::truncated), 1);
}

TEST(AwkwardJsonUsage, ADocumentThatEndsEarlyKeepsItsCompleteRecords) {
  const std::string one =
      "{\"time\":\"2026-03-02T09:00:06Z\",\"request_id\":\"a\",\"status\":200,"
      "\"prompt_tokens\":5,\"completion_tokens\":1}";
  Import import;
  const auto& report = import.file("[\n " + one + ",\n {\"time\":\"2026");
  EXPECT_EQ(report.kept, 1);
  EXPECT_EQ(rejected(report, Reason::truncated), 1);
  EXPECT_EQ(report.rejections[0].line, 3);
}

TEST(AwkwardJsonUsage, PagesMayFollowEachOther) {
  const auto page = [](int hour) {
    const std::string start = std::to_string(1'772'442'000 + hour * 3'600);
    const std::string end = std::to_string(1'772'445'600 + hour * 3'600);
    return "{\"object\":\"page\",\"data\":[{\"object\":\"bucket\",\"start_time\":" + start +
           ",\"end_time\":" + end +
           ",\"results\":[{\"object\":\"organization.usage.completions.result\","
           "\"input_tokens\":100,\"output_tokens\":10,\"num_model_requests\":1,\"model\":\"m\"}]}],"
           "\"has_more\":true}";
  };
  Import import;
  const auto& report = import.file(page(0) + "\n" + page(1) + page(1));
  EXPECT_EQ(report.kept, 2);
  EXPECT_EQ(report.duplicates, 1);  // a page that was fetched twice
}

TEST(AwkwardJsonUsage, WhatIsNoChatLoadIsSetApart) {
  const std::string head =
      "{\"request_id\":\"ID\",\"call_type\":\"CALL\",\"spend\":0.1,\"prompt_tokens\":10,"
      "\"completion_tokens\":1,\"total_tokens\":11,\"startTime\":\"2026-03-02T09:00:06Z\","
      "\"model\":\"gpt-4.1\",\"cache_hit\":\"HIT\",\"status\":\"STATUS\"}\n";
  const auto with = [&](const std::string& id, const std::string& call, const std::string& hit,
                        const std::string& status) {
    std::string text = head;
    for (const auto& [from, to] :
         {std::pair{std::string("ID"), id}, {"CALL", call}, {"HIT", hit}, {"STATUS", status}}) {
      text.replace(text.find(from), from.size(), to);
    }
    return text;
  };
  Import import;
  import.file(
      with("a", "acompletion", "False", "success") + with("b", "aembedding", "False", "success") +
      with("c", "acompletion", "True", "success") + with("d", "acompletion", "False", "failure") +
      with("e", "aimage_generation", "", "success") + with("f", "acreate_batch", "", "success"));
  ASSERT_EQ(import.kept().size(), 6U);
  const std::vector<Kind> kinds{Kind::chat,   Kind::embedding, Kind::gateway_cache_hit,
                                Kind::failed, Kind::other,     Kind::batch};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    EXPECT_EQ(usage::kind_name(import.kept()[i].record.kind), usage::kind_name(kinds[i]));
  }
}

}  // namespace
}  // namespace breakeven::io
