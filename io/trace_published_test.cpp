// The published traces against figures that were computed elsewhere. The files are not part of the
// repository: where they are absent the lists are empty, and the same paths run on the rows in
// trace_reader_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/traffic/trace.hpp"
#include "io/trace_reader.hpp"

namespace breakeven::io {
namespace {

const std::filesystem::path kShared =
    std::filesystem::path(BREAKEVEN_SOURCE_DIR) / ".." / "shared" / "data";

struct Published {
  std::string file;
  std::int64_t requests;
  double input_mean, input_p50, input_p95, input_p99;
  double output_mean, output_p50, output_p95, output_p99;
  double cv;
  std::vector<double> peak, p99;   ///< 1 min, 5 min, 1 h
  std::vector<double> dispersion;  ///< 1, 10, 60 s
};

std::vector<Published> published() {
  std::vector<Published> all{
      {"azure2023_code.csv.gz",
       8'819,
       2'048,
       1'469,
       7'303,
       7'436,
       27.9,
       13,
       90,
       251,
       13.2,
       {4.18, 1.56},
       {3.80, 1.55},
       {13, 72, 164}},
      {"azure2023_conv.csv.gz",
       19'366,
       1'155,
       1'020,
       4'083,
       4'142,
       211,
       129,
       451,
       601,
       1.09,
       {1.52, 1.32},
       {1.48, 1.32},
       {1.4, 3.9, 16}},
      {"mooncake_conversation.csv.gz",
       12'031,
       12'035,
       6'909,
       39'551,
       85'400,
       343,
       350,
       698,
       1'119,
       3.03,
       {1.21, 1.09},
       {1.21, 1.09},
       {7.9, 2.1, 2.9}},
      {"mooncake_conversation.jsonl.gz",
       12'031,
       12'035,
       6'909,
       39'551,
       85'400,
       343,
       350,
       698,
       1'119,
       3.03,
       {1.21, 1.09},
       {1.21, 1.09},
       {7.9, 2.1, 2.9}},
      {"tenant_a_steady_7d.csv.gz",
       600'647,
       0,
       0,
       0,
       0,
       0,
       0,
       0,
       0,
       3.1,
       {5.5, 5.1, 2.9},
       {3.2, 3.2, 2.6},
       {}},
      {"tenant_b_bursty_14d.csv.gz",
       351'382,
       0,
       0,
       0,
       0,
       0,
       0,
       0,
       0,
       5.9,
       {38, 35, 11.6},
       {10.0, 9.8, 8.4},
       {}},
      {"tenant_c_batchy_14d.csv.gz",
       438'036,
       0,
       0,
       0,
       0,
       0,
       0,
       0,
       0,
       12.8,
       {11.9, 7.4, 2.2},
       {8.1, 6.5, 2.0},
       {}},
  };
  std::erase_if(all, [](const Published& p) {
    return !std::filesystem::exists(kShared / "traces" / p.file);
  });
  return all;
}

/// Equal to the digits that were published.
void expect_near(double got, double expected, const std::string& what) {
  if (expected == 0) return;
  const double digits = expected >= 100 ? 0.5 : expected >= 10 ? 0.5 : 0.06;
  EXPECT_NEAR(got, expected, std::max(digits, expected * 0.001)) << what;
}

TEST(PublishedTraces, HaveThePublishedStatistics) {
  for (const Published& p : published()) {
    const auto import = read_trace((kShared / "traces" / p.file).string());
    ASSERT_TRUE(import.ok()) << import.error().text();
    EXPECT_EQ(import->rejected, 0);
    const traffic::TraceStats s = traffic::statistics(import->trace);
    EXPECT_EQ(s.requests, p.requests) << p.file;
    expect_near(s.input.mean, p.input_mean, p.file + " input mean");
    expect_near(s.input.p50, p.input_p50, p.file + " input p50");
    expect_near(s.input.p95, p.input_p95, p.file + " input p95");
    expect_near(s.input.p99, p.input_p99, p.file + " input p99");
    expect_near(s.output.mean, p.output_mean, p.file + " output mean");
    expect_near(s.output.p50, p.output_p50, p.file + " output p50");
    expect_near(s.output.p95, p.output_p95, p.file + " output p95");
    expect_near(s.output.p99, p.output_p99, p.file + " output p99");
    expect_near(s.interarrival_cv, p.cv, p.file + " CV");
    ASSERT_EQ(s.peak_to_mean.size(), p.peak.size()) << p.file;
    for (std::size_t i = 0; i < p.peak.size(); ++i) {
      expect_near(s.peak_to_mean[i].peak, p.peak[i], p.file + " peak");
      expect_near(s.peak_to_mean[i].p99, p.p99[i], p.file + " p99");
    }
    for (std::size_t i = 0; i < p.dispersion.size(); ++i) {
      expect_near(s.dispersion[i].index, p.dispersion[i], p.file + " dispersion");
    }
    if (p.file.find("mooncake") != std::string::npos) {
      EXPECT_NEAR(traffic::prefix_reuse(s).value(), 0.374, 0.0005) << p.file;
      EXPECT_THAT(import->warnings, testing::ElementsAre(testing::HasSubstr("quantised")));
    }
    if (p.file.find("tenant_c") != std::string::npos) {
      EXPECT_NEAR(s.peak_to_mean[2].work_peak, 5.5, 0.05);
      EXPECT_NEAR(s.peak_to_mean[2].work_p99, 5.0, 0.05);
    }
  }
}

TEST(PublishedTraces, MooncakeReuseIsTheSameFromHashesAndFromTheColumn) {
  const auto csv = kShared / "traces" / "mooncake_conversation.csv.gz";
  if (!std::filesystem::exists(csv)) return;
  const auto from_column = read_trace(csv.string());
  const auto from_hashes =
      read_trace((kShared / "traces" / "mooncake_conversation.jsonl.gz").string());
  ASSERT_TRUE(from_column.ok());
  ASSERT_TRUE(from_hashes.ok());
  EXPECT_EQ(from_column->trace.cached_tokens, from_hashes->trace.cached_tokens);
  EXPECT_EQ(from_column->trace.arrival_ns, from_hashes->trace.arrival_ns);
}

TEST(PublishedTraces, SamplesTellTheSame24Requests) {
  for (const char* file : {"trace_azure_llm.csv", "trace_azure_llm_2024.csv", "trace_burstgpt.csv",
                           "trace_mooncake.jsonl"}) {
    const auto path = kShared / "usage-samples" / file;
    if (!std::filesystem::exists(path)) continue;
    const auto import = read_trace(path.string());
    ASSERT_TRUE(import.ok()) << import.error().text();
    const traffic::TraceStats s = traffic::statistics(import->trace);
    EXPECT_EQ(s.requests, 24) << file;
    EXPECT_EQ(s.input_tokens, 107'689) << file;
    EXPECT_EQ(s.output_tokens, 5'310) << file;
  }
}

}  // namespace
}  // namespace breakeven::io
