// The same 24 requests, told by every format: after import they are the same.
//
// The files of tests/usage are small ones of our own, one per format, and always there. Published
// samples, where a checkout has them beside it, are read as well.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include "io/usage/test_support.hpp"

namespace breakeven::io {
namespace {

namespace fs = std::filesystem;
using testing::Import;
using usage::Bucket;
using usage::Format;
using usage::Kind;
using usage::TotalRow;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What a format can tell of the 24 requests.
enum class Tells : unsigned char {
  writes,    ///< cache reads and writes
  reads,     ///< cache reads; written tokens are uncached
  all_input  ///< no cache split
};

struct Sample {
  const char* file;
  Format format;
  Tells tells;
  int requests;  ///< -1: not counted
  Kind kind = Kind::chat;
  int reasoning = -1;         ///< -1: not told
  const char* usd = nullptr;  ///< the file's own cost
  int failed = 0;
  int ignored = 0;
};

const std::vector<Sample>& samples() {
  using enum Tells;
  static const std::vector<Sample> kSamples{
      {"anthropic_batch_results.jsonl", Format::anthropic_batch, writes, 24, Kind::batch, -1,
       nullptr, 2},
      {"anthropic_console_usage.csv", Format::anthropic_console, writes, -1},
      {"anthropic_usage_report_messages_1h.json", Format::anthropic_usage, writes, -1, Kind::chat,
       -1, nullptr, 0, 1},
      {"aws_bedrock_model_invocation_log.jsonl", Format::bedrock_log, writes, 24, Kind::chat, -1,
       nullptr, 1},
      {"aws_cur2_bedrock.csv", Format::aws_cur, writes, -1, Kind::chat, -1, "0.1550442"},
      {"azure_cost_export.csv", Format::azure_cost, reads, -1, Kind::chat, -1, "0.09433065"},
      {"azure_monitor_metrics_pt1m.json", Format::azure_metrics, all_input, 24, Kind::chat, -1,
       nullptr, 0, 6},
      {"deepseek_amount.csv", Format::deepseek_amount, reads, 24},
      {"focus_1_2.csv", Format::focus, writes, -1, Kind::chat, -1, "0.1550442"},
      {"focus_1_3.csv", Format::focus, writes, -1, Kind::chat, -1, "0.1550442"},
      {"gateway_access.jsonl", Format::gateway, reads, 24},
      {"gcp_billing_export.jsonl", Format::gcp_billing, reads, -1, Kind::chat, 437, "0.07465086"},
      {"gemini_generate_content_responses.jsonl", Format::gemini_responses, reads, 24, Kind::chat,
       437},
      {"helicone_requests.jsonl", Format::helicone, writes, 24, Kind::chat, -1, "0.1550442"},
      {"langfuse_observations_export.jsonl", Format::langfuse, writes, 24, Kind::chat, 437, nullptr,
       0, 1},
      {"litellm_spend_logs_api.json", Format::litellm, writes, 24, Kind::chat, -1, "0.1550442"},
      {"litellm_spend_logs_api_exclusive.json", Format::litellm, writes, 24, Kind::chat, -1,
       "0.1550442"},
      {"litellm_spendlogs.csv", Format::litellm, writes, 24, Kind::chat, -1, "0.1550442"},
      {"openai_batch_output.jsonl", Format::openai_batch, reads, 24, Kind::batch, 437, nullptr, 2},
      {"openai_costs_1d.json", Format::openai_costs, reads, -1, Kind::chat, -1, "0.09433065"},
      {"openai_dashboard_completions_usage.csv", Format::openai_dashboard, reads, 24, Kind::chat,
       -1, nullptr, 0, 1},
      {"openai_responses_objects.jsonl", Format::openai_responses, writes, 24, Kind::chat, 437},
      {"openai_usage_completions_1h.json", Format::openai_usage, writes, 24, Kind::chat, -1,
       nullptr, 0, 1},
      {"openrouter_activity.csv", Format::openrouter, reads, 24, Kind::chat, 437, "0.09433065"},
      {"openrouter_activity_api.json", Format::openrouter_daily, all_input, 24, Kind::chat, 437,
       "0.09433065"},
      {"otlp_genai_metrics.json", Format::otlp_metrics, all_input, 24},
      {"otlp_genai_traces.jsonl", Format::otlp_traces, writes, 24, Kind::chat, 437},
      {"portkey_logs_export.jsonl", Format::portkey, all_input, 24, Kind::chat, -1, "0.09433065"},
      {"sglang_metrics_scrape_1200Z.prom", Format::prometheus, reads, 24},
      {"tgi_metrics_scrape_1200Z.prom", Format::prometheus, all_input, 24},
      {"vllm_metrics_scrape_1200Z.prom", Format::prometheus, reads, 24},
      {"trace_azure_llm.csv", Format::trace_azure, all_input, 24},
      {"trace_azure_llm_2024.csv", Format::trace_azure, all_input, 24},
      {"trace_burstgpt.csv", Format::trace_burstgpt, all_input, 24, Kind::chat, -1, nullptr, 1},
      {"trace_mooncake.jsonl", Format::trace_mooncake, all_input, 24},
  };
  return kSamples;
}

/// Sums of a set of requests.
struct Story {
  std::int64_t uncached;
  std::int64_t cache_read;
  std::int64_t cache_write;
  std::int64_t output;
  std::int64_t reasoning;
};
constexpr Story kPublished{32'937, 71'552, 3'200, 5'310, 437};

std::int64_t of(const TotalRow& row, Bucket bucket) {
  return static_cast<std::int64_t>(row.tokens[static_cast<std::size_t>(bucket)]);
}

void check(const Sample& sample, const fs::path& path, const Story& story) {
  SCOPED_TRACE(path.filename().string());
  Import import;
  const usage::FileReport& report = import.file(text_of(path), path.filename().string());
  ASSERT_FALSE(report.broken) << report.broken->text();
  ASSERT_TRUE(report.format);
  EXPECT_EQ(usage::info(*report.format).id, usage::info(sample.format).id);
  EXPECT_EQ(report.rejected, 0);
  EXPECT_EQ(report.duplicates, 0);
  EXPECT_EQ(report.ignored, sample.ignored);
  TotalRow sum;
  TotalRow failed;
  for (const TotalRow& row : import.rows()) {
    EXPECT_TRUE(row.kind == sample.kind || row.kind == Kind::failed) << usage::kind_name(row.kind);
    (row.kind == Kind::failed ? failed : sum).add(row);
  }
  if (sample.requests >= 0) {
    EXPECT_EQ(static_cast<std::int64_t>(sum.requests), sample.requests);
  } else {
    EXPECT_FALSE(sum.requests_known);
  }
  EXPECT_EQ(failed.records, sample.failed);
  const std::int64_t written = sample.tells == Tells::writes ? story.cache_write : 0;
  const std::int64_t read = sample.tells == Tells::all_input ? 0 : story.cache_read;
  EXPECT_EQ(of(sum, Bucket::cache_write_5m), written);
  EXPECT_EQ(of(sum, Bucket::cache_read), read);
  EXPECT_EQ(of(sum, Bucket::uncached),
            story.uncached + story.cache_read + story.cache_write - read - written);
  EXPECT_EQ(of(sum, Bucket::output), story.output);
  EXPECT_EQ(static_cast<std::int64_t>(sum.reasoning), sample.reasoning < 0 ? 0 : sample.reasoning);
  if (sample.usd != nullptr) {
    EXPECT_EQ(sum.reported.decimal(), sample.usd);
  } else {
    EXPECT_EQ(sum.reported_records, 0);
  }
}

TEST(UsageSamples, EveryFormatTellsTheSame24Requests) {
  const fs::path folder = fs::path(BREAKEVEN_SOURCE_DIR) / "../shared/data/usage-samples";
  for (const Sample& sample : samples()) {
    if (fs::exists(folder / sample.file)) check(sample, folder / sample.file, kPublished);
  }
}

TEST(UsageSamples, CostReportsTellTheSameBill) {
  const fs::path folder = fs::path(BREAKEVEN_SOURCE_DIR) / "../shared/data/usage-samples";
  const std::map<std::string, std::string> bills{{"anthropic_cost_report_1d.json", "0.1550442"},
                                                 {"deepseek_cost.csv", "0.014352016"}};
  for (const auto& [file, usd] : bills) {
    if (!fs::exists(folder / file)) continue;
    Import import;
    EXPECT_EQ(import.file(text_of(folder / file)).rejected, 0) << file;
    EXPECT_EQ(import.all().reported.decimal(), usd) << file;
  }
}

TEST(UsageSamples, TwoScrapesCountTheIncrease) {
  const fs::path folder = fs::path(BREAKEVEN_SOURCE_DIR) / "../shared/data/usage-samples";
  for (const std::string server : {"vllm", "sglang", "tgi"}) {
    const fs::path first = folder / (server + "_metrics_scrape_1000Z.prom");
    const fs::path second = folder / (server + "_metrics_scrape_1200Z.prom");
    if (!fs::exists(first)) continue;
    Import import;
    import.file(text_of(first), "first");
    import.file(text_of(second), "second");
    ASSERT_EQ(import.kept().size(), 2U) << server;
    EXPECT_EQ(import.kept()[0].record.requests, 18) << server;
    EXPECT_EQ(import.kept()[1].record.requests, 6) << server;
    EXPECT_EQ(static_cast<std::int64_t>(import.all().requests), 24) << server;
  }
}

TEST(UsageSamples, AnAccessLogIsRefusedWithWhatToLogInstead) {
  Import import;
  const auto& report =
      import.file("INFO:     10.0.3.10:40000 - \"POST /v1/chat/completions HTTP/1.1\" 200 OK\n");
  ASSERT_TRUE(report.broken);
  EXPECT_NE(report.broken->message.find("no token counts"), std::string::npos);
  EXPECT_NE(report.broken->message.find("OpenTelemetry"), std::string::npos);
}

/// Two requests of our own: 1 000 prompt tokens of which 600 are read and 100 written, 50 answered
/// (20 of them thought); and 400 prompt tokens, 30 answered.
constexpr Story kOwn{700, 600, 100, 80, 20};

TEST(UsageSamples, SmallFilesOfEachFormatAgree) {
  const fs::path folder = fs::path(BREAKEVEN_SOURCE_DIR) / "tests/usage";
  std::size_t read = 0;
  for (const Sample& sample : samples()) {
    const fs::path path = folder / sample.file;
    ASSERT_TRUE(fs::exists(path)) << path;
    Sample own = sample;
    if (own.requests > 0) own.requests = 2;
    if (own.reasoning > 0) own.reasoning = 20;
    if (own.usd != nullptr) own.usd = "0.00525";
    check(own, path, kOwn);
    ++read;
  }
  EXPECT_EQ(read, samples().size());
}

}  // namespace
}  // namespace breakeven::io
