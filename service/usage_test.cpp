#include "service/usage.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "codec/usage_json.hpp"
#include "engine/pricing/bill.hpp"
#include "service/catalog_store.hpp"
#include "service/usage_traffic.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;
using usage::Bucket;
using usage::Kind;
using usage::UsageRecord;

const catalog::PriceBook& book() {
  static const auto kCatalog = load_catalog({});
  return kCatalog->prices();
}

std::string own(const char* file) {
  return std::string(BREAKEVEN_SOURCE_DIR) + "/tests/usage/" + file;
}

UsageRequest files(std::vector<std::string> names) {
  UsageRequest request;
  request.files = std::move(names);
  return request;
}

class UsageFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("breakeven-usage-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) const {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  fs::path folder_;
};

/// The bill of one record, by the room that prices calls.
Usd single_bill(const UsageRecord& r) {
  using enum catalog::BillingUnit;
  pricing::Usage u;
  u.counts.set(input, r.tokens.input());
  u.counts.set(output, r.tokens.all_output());
  if (r.tokens[Bucket::cache_read] > 0) u.counts.set(cache_read, r.tokens[Bucket::cache_read]);
  if (r.tokens[Bucket::cache_write_5m] > 0) {
    u.counts.set(cache_write_5m, r.tokens[Bucket::cache_write_5m]);
  }
  if (r.tokens[Bucket::cache_write_1h] > 0) {
    u.counts.set(cache_write_1h, r.tokens[Bucket::cache_write_1h]);
  }
  pricing::CallRequest call;
  call.vendor = r.vendor;
  call.model = r.model;
  call.at = Instant{r.start_ns / 1'000'000'000};
  call.mode = r.mode;
  const auto bill = pricing::price_call(book(), call, u);
  EXPECT_TRUE(bill.ok()) << bill.error().text();
  return bill->high;
}

TEST(UsageTotals, SumsEqualSingleBills) {
  usage::Totals totals(&book());
  Usd expected;
  std::uint64_t x = 12345;
  const auto next = [&x](std::int64_t below) {
    x = x * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::int64_t>((x >> 33U) % static_cast<std::uint64_t>(below));
  };
  const std::vector<std::string> models{"claude-sonnet-4-5", "claude-haiku-4-5", "gemini-2.5-pro",
                                        "gpt-4.1"};
  for (int i = 0; i < 2'000; ++i) {
    UsageRecord r;
    r.clock = usage::Clock::utc;
    r.start_ns = (1'772'442'000 + next(200 * 86'400)) * 1'000'000'000;
    r.end_ns = r.start_ns;
    r.model = models[static_cast<std::size_t>(next(4))];
    // A third of the prompts lies above the 200 000 tokens where some models change prices.
    r.tokens[Bucket::uncached] = next(i % 3 == 0 ? 400'000 : 5'000);
    r.tokens[Bucket::cache_read] = next(3'000);
    if (r.model.substr(0, 6) == "claude") {
      r.tokens[Bucket::cache_write_5m] = next(2'000);
      r.tokens[Bucket::cache_write_1h] = next(2'000);
    }
    r.tokens[Bucket::output] = next(2'000);
    if (next(4) == 0) r.mode = catalog::Mode::batch;
    expected += single_bill(r);
    totals.take(r);
  }
  usage::TotalRow all;
  for (const usage::TotalRow& row : totals.finish()) all.add(row);
  EXPECT_EQ(all.priced_high.decimal(), expected.decimal());
  EXPECT_EQ(all.unpriced_records, 0);
}

TEST(UsageTotals, ACreditTakesBackWhatItsTokensCost) {
  usage::Totals totals(&book());
  UsageRecord r;
  r.clock = usage::Clock::utc;
  r.start_ns = 1'772'442'000'000'000'000;
  r.end_ns = r.start_ns + 3'600'000'000'000;
  r.single = false;
  r.requests.reset();
  r.model = "claude-sonnet-4-5";
  r.tokens[Bucket::uncached] = 1'000'000;
  totals.take(r);
  r.tokens[Bucket::uncached] = -400'000;
  totals.take(r);
  const auto rows = totals.finish();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].priced_high.decimal(), "1.8");  // 0.6 million at 3 USD
}

TEST(UsageTotals, UnknownModelsAreKeptAndTold) {
  usage::Totals totals(&book());
  UsageRecord r;
  r.model = "my-own-model-7b";
  r.tokens[Bucket::uncached] = 5;
  totals.take(r);
  const auto rows = totals.finish();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].unpriced_records, 1);
  EXPECT_NE(rows[0].problem.find("my-own-model-7b"), std::string::npos);
}

TEST_F(UsageFiles, UsageAndItsBillAreNotAdded) {
  const auto report = import_usage(
      book(), files({own("openai_usage_completions_1h.json"), own("openai_costs_1d.json")}));
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->warnings.size(), 1U);
  EXPECT_FALSE(report->usage.empty());
  EXPECT_FALSE(report->charges.empty());
  usage::TotalRow sum;
  for (const auto& row : report->usage) sum.add(row);
  EXPECT_EQ(static_cast<std::int64_t>(sum.requests), 2);
}

TEST_F(UsageFiles, TheReportIsWholeJson) {
  const std::string bad = write("bad.csv",
                                "request_id,timestamp,model,input_tokens,output_tokens\n"
                                "a,2026-03-02T09:00:00Z,gpt-4.1,10,\xFF\n");
  const auto report =
      import_usage(book(), files({own("litellm_spendlogs.csv"), bad, "no such file"}));
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(all_read(*report).error().code, ErrorCode::not_found);
  const std::string json = codec::usage_report_to_json(*report);
  EXPECT_NE(json.find(R"("by_class":[{"class":"chat")"), std::string::npos);
  EXPECT_NE(json.find(R"("reported_usd":"0.00525")"), std::string::npos);
  EXPECT_NE(json.find(R"("reason":"not-a-number")"), std::string::npos);
  EXPECT_NE(json.find(R"("code":"not-found")"), std::string::npos);
  EXPECT_EQ(json.find("0123456789abcdef0123456789abcdef"), std::string::npos);  // an API key's hash
  EXPECT_FALSE(usage_text(*report).empty());
}

TEST_F(UsageFiles, DailySumsWarnBeforeTheySizeAnything) {
  const auto report = import_usage(book(), files({own("anthropic_console_usage.csv")}));
  ASSERT_TRUE(report.ok());
  ASSERT_FALSE(report->files[0].warnings.empty());
  EXPECT_NE(report->files[0].warnings[0].find("3.4 times the mean"), std::string::npos);
}

TEST_F(UsageFiles, RequestsBecomeATraceExactly) {
  UsageTrafficRequest request;
  request.files.files = {own("gateway_access.jsonl")};
  const auto trace = usage_trace(book(), request);
  ASSERT_TRUE(trace.ok()) << trace.error().text();
  EXPECT_EQ(trace->trace.arrival_ns, (std::vector<std::int64_t>{0, 5'074'750'000'000}));
  EXPECT_EQ(trace->trace.input_tokens, (std::vector<std::int32_t>{1'000, 400}));
  EXPECT_EQ(trace->trace.cached_tokens, (std::vector<std::int32_t>{600, 0}));
  EXPECT_EQ(trace->start->iso(), "2026-04-06T08:15:30Z");
}

TEST_F(UsageFiles, BucketsShowTheirBand) {
  std::string text = "start_time,end_time,num_model_requests,model,input_tokens,output_tokens\n";
  for (int i = 0; i < 6; ++i) {
    text += std::to_string(1'772'442'000 + 3'600 * i) + "," +
            std::to_string(1'772'445'600 + 3'600 * i) + ",500,gpt-4.1,500000,50000\n";
  }
  UsageTrafficRequest request;
  request.files.files = {write("hours.csv", text)};
  request.load.slot_variance = 1.0;
  const auto traffic = usage_traffic(book(), request);
  ASSERT_TRUE(traffic.ok()) << traffic.error().text();
  EXPECT_FALSE(traffic->load.exact);
  EXPECT_EQ(traffic->load.trace.size(), 3'000U);
  ASSERT_GE(traffic->bands.size(), 3U);
  EXPECT_LT(traffic->bands[0].low, traffic->bands[0].high);
  EXPECT_FALSE(usage_stats_text(*traffic).empty());
  EXPECT_NE(usage_stats_json(*traffic).find("\"bands\":[{\"window_s\":60"), std::string::npos);
}

TEST_F(UsageFiles, TooManyRejectsAreNoTraffic) {
  UsageTrafficRequest request;
  request.files.files = {write("half.csv",
                               "request_id,timestamp,model,input_tokens,output_tokens\n"
                               "a,2026-03-02T09:00:00Z,m,10,1\nb,2026-03-02T09:00:00Z,m,x,1\n")};
  const auto refused = usage_traffic(book(), request);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().where.find("half.csv:3"), std::string::npos);
  request.max_rejected_share = 0.5;
  EXPECT_TRUE(usage_traffic(book(), request).ok());
}

}  // namespace
}  // namespace breakeven::service
