#include "service/usage_store.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include "service/catalog_store.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;

const catalog::PriceBook& book() {
  static const auto kCatalog = load_catalog({});
  return kCatalog->prices();
}

/// A sample of every format.
std::vector<std::string> samples() {
  std::vector<std::string> files;
  for (const auto& entry :
       fs::directory_iterator(std::string(BREAKEVEN_SOURCE_DIR) + "/tests/usage")) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class StoredUsage : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("breakeven-stored-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] UsageRequest request(std::vector<std::string> files) const {
    UsageRequest made;
    made.files = std::move(files);
    made.store = (folder_ / "usage.duckdb").string();
    return made;
  }
  fs::path folder_;
};

/// Where there is no library, asking for the store says so, and that is all there is to see.
bool no_library(const UsageRequest& request) {
  const auto report = store_usage(book(), request, "first");
  if (report.ok()) return false;
  EXPECT_EQ(report.error().code, ErrorCode::unsupported) << report.error().text();
  EXPECT_NE(report.error().message.find("DuckDB"), std::string::npos);
  return true;
}

void expect_equal(const std::vector<usage::TotalRow>& a, const std::vector<usage::TotalRow>& b,
                  const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto sums = [](const usage::TotalRow& r) {
      return std::make_tuple(r.kind, r.vendor, r.model, r.records, r.tokens, r.requests,
                             r.requests_known, r.requests_partial, r.reasoning, r.web_searches);
    };
    const auto money = [](const usage::TotalRow& r) {
      return std::make_tuple(r.reported, r.reported_records, r.priced_low, r.priced_high,
                             r.compared_low, r.compared_high, r.compared_reported,
                             r.compared_records, r.unpriced_records, r.charge_only_records,
                             r.price_kind, r.priced_as);
    };
    EXPECT_TRUE(sums(a[i]) == sums(b[i])) << what << ": " << a[i].model;
    EXPECT_TRUE(money(a[i]) == money(b[i]))
        << what << ": " << a[i].model << ": " << a[i].priced_high.decimal() << " and "
        << b[i].priced_high.decimal();
  }
}

TEST_F(StoredUsage, TheBillOfASetIsTheBillOfItsFiles) {
  const auto files = samples();
  ASSERT_GE(files.size(), 30U);
  if (no_library(request(files))) return;
  const auto read = store_usage(book(), request(files), "all");
  ASSERT_TRUE(read.ok()) << read.error().text();
  const auto back = import_usage(book(), request({"store:all"}));
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(read->first_ns, back->first_ns);
  EXPECT_EQ(read->last_ns, back->last_ns);
  ASSERT_EQ(back->files.size(), read->files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const usage::FileSummary& file = read->files[i];
    const usage::FileReport& r = back->files[i].report;
    // Lines of a bill without an id may be in two files; a set has them once.
    if (file.stored->known == 0) expect_equal(file.rows, back->files[i].rows, files[i]);
    EXPECT_EQ(r.records, r.kept + r.duplicates + r.ignored + r.rejected) << files[i];
    EXPECT_EQ(file.stored->added + file.stored->known, file.report.kept) << files[i];
    EXPECT_EQ(file.stored->conflicting, 0) << files[i];
  }
  const auto again = store_usage(book(), request(files), "all");
  ASSERT_TRUE(again.ok());
  for (const usage::FileSummary& file : again->files) {
    EXPECT_EQ(file.stored->added, 0) << file.report.file;
    EXPECT_EQ(file.stored->conflicting, 0) << file.report.file;
    EXPECT_EQ(file.stored->known, file.report.kept) << file.report.file;
  }
}

TEST_F(StoredUsage, AnExportReadsBackAsTheSameRecords) {
  if (no_library(request(samples()))) return;
  for (const char* file : {"litellm_spendlogs.csv", "openrouter_activity.csv",
                           "openai_batch_output.jsonl", "anthropic_usage_report_messages_1h.json",
                           "otlp_genai_metrics.json", "openai_costs_1d.json"}) {
    const std::string sample = std::string(BREAKEVEN_SOURCE_DIR) + "/tests/usage/" + file;
    const auto read = store_usage(book(), request({sample}), file);
    ASSERT_TRUE(read.ok());
    const std::string path = (folder_ / "out.csv").string();
    std::ofstream out(path, std::ios::binary);
    const auto left_out = export_usage(request({}).store, file, [&](std::string_view text) {
      out << text;
      return Status();
    });
    out.close();
    ASSERT_TRUE(left_out.ok()) << left_out.error().text();
    const auto back = import_usage(book(), request({path}));
    ASSERT_TRUE(back.ok());
    const usage::FileReport& second = back->files[0].report;
    EXPECT_EQ(second.kept, read->files[0].report.kept - *left_out) << file;
    EXPECT_EQ(second.rejected, 0) << file;
    if (*left_out == 0) expect_equal(read->usage, back->usage, file);
  }
}

TEST_F(StoredUsage, OverlappingExportsAreStoredOnce) {
  const auto line = [](int i) {
    return "{\"time\":" + std::to_string(1'772'442'000 + i) + ",\"request_id\":\"r" +
           std::to_string(i) +
           "\",\"status\":200,\"model\":\"gpt-4.1\",\"prompt_tokens\":10,"
           "\"completion_tokens\":1}\n";
  };
  std::string march;
  std::string april;
  for (int i = 0; i < 60; ++i) march += line(i);
  for (int i = 40; i < 100; ++i) april += line(i);
  const std::string a = (folder_ / "march.jsonl").string();
  const std::string b = (folder_ / "april.jsonl").string();
  std::ofstream(a) << march;
  std::ofstream(b) << april;
  if (no_library(request({a}))) return;
  ASSERT_TRUE(store_usage(book(), request({a}), "all").ok());
  const auto second = store_usage(book(), request({b}), "all");
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->files[0].stored->added, 40);
  EXPECT_EQ(second->files[0].stored->known, 20);
  const auto rows =
      select_usage(request({}).store, "SELECT sum(output) FROM records WHERE set_name = 'all'", 10);
  ASSERT_TRUE(rows.ok()) << rows.error().text();
  EXPECT_EQ(rows->tables[0].rows[0][0], codec::Value(std::string("100")));
  EXPECT_EQ(import_usage(book(), request({"store:all"}))->usage[0].requests, 100);
}

TEST_F(StoredUsage, EqualLinesWithoutIdsAreKeptAndRepeatedFilesAreNot) {
  const std::string path = (folder_ / "plain.csv").string();
  std::ofstream(path) << "timestamp,input_tokens,output_tokens\n"
                         "2026-03-02T09:00:00Z,10,1\n2026-03-02T09:00:00Z,10,1\n";
  if (no_library(request({path}))) return;
  EXPECT_EQ(store_usage(book(), request({path}), "plain")->files[0].stored->added, 2);
  EXPECT_EQ(store_usage(book(), request({path}), "plain")->files[0].stored->known, 2);
}

}  // namespace
}  // namespace breakeven::service
