#include "service/traffic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace breakeven::service {
namespace {

using testing::HasSubstr;

TEST(TraceText, ShowsRowsRejectsAndNotes) {
  std::string csv = "arrival_s,input_tokens,output_tokens,cached_tokens,session\n";
  for (int i = 0; i < 300; ++i)
    csv += std::to_string(i) + ",1000,10,500,s" + std::to_string(i / 3) + "\n";
  const auto import = io::read_trace_bytes(csv + "301,-1,1,0,x\n", "my.csv");
  ASSERT_TRUE(import.ok());
  const codec::TraceDescription d = describe(*import);
  EXPECT_EQ(d.rejects.at(0).reason, "negative");
  const std::string text = trace_text(d);
  EXPECT_THAT(text, HasSubstr("my.csv: normalised (CSV), plain"));
  EXPECT_THAT(text, HasSubstr("of 301 rows; 1 left out, 0 failed requests"));
  EXPECT_THAT(text, HasSubstr("300,000  mean 1000, p50 1000"));
  EXPECT_THAT(text, HasSubstr("50.0 % of the input"));
  EXPECT_THAT(text, HasSubstr("1 min  peak 1.00, p99 1.00"));
  EXPECT_THAT(text, HasSubstr("my.csv:302:5: input_tokens found \"-1\""));
  EXPECT_THAT(text, HasSubstr("note: 1 row of 301 left out"));
}

TEST(TraceText, SaysWhenThereIsNoPeakToShow) {
  const auto import = io::read_trace_bytes("arrival_s,input_tokens,output_tokens\n0,1,1\n", "t");
  ASSERT_TRUE(import.ok());
  EXPECT_THAT(trace_text(describe(*import)), HasSubstr("shorter than two minutes"));
}

TEST(Synthesize, WritesWhatItDescribes) {
  traffic::Profile profile;
  profile.requests_per_day = 500;
  profile.days = 1;
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) /
                                     ("breakeven_synth" + std::to_string(::getpid()) + ".csv.gz");
  std::string csv;
  const auto report = synthesize(profile, path.string(), csv);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(csv.empty());
  EXPECT_THAT(report->text, HasSubstr("synthetic: made from the profile"));
  const auto back = io::read_trace(path.string());
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->trace.size(), 500U);
  std::filesystem::remove(path);

  ASSERT_TRUE(synthesize(profile, "-", csv).ok());
  EXPECT_EQ(io::read_trace_bytes(csv, "out")->trace.arrival_ns, back->trace.arrival_ns);
}

TEST(Synthesize, SaysWhenTheShapesExceedThePeak) {
  traffic::Profile profile;
  profile.requests_per_day = 2'000;
  profile.days = 2;
  profile.day = traffic::DayShape::two_hours;
  profile.peak_to_mean = 2;
  std::string csv;
  EXPECT_THAT(synthesize(profile, "-", csv)->text, HasSubstr("above the wanted 2"));
  profile.gap_cv = 0;
  EXPECT_EQ(synthesize(profile, "-", csv).error().where, "gap_cv");
}

TEST(Example, IsWhatItsReadmeSays) {
  const auto import =
      io::read_trace(std::string(BREAKEVEN_SOURCE_DIR) + "/examples/support-chat.csv.gz");
  ASSERT_TRUE(import.ok()) << import.error().text();
  const auto made = traffic::generate([] {
    traffic::Profile p = *traffic::preset("chat");
    p.requests_per_day = 4'000;
    p.input = {.p50 = 1'450, .mean = {}, .p95 = 4'800};
    p.output = {.p50 = 210, .mean = {}, .p95 = 620};
    p.cache_hit_share = 0.35;
    p.peak_to_mean = 2.6;
    p.seed = 7;
    return p;
  }());
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(import->trace.arrival_ns, made->trace.arrival_ns);
  EXPECT_EQ(import->trace.input_tokens, made->trace.input_tokens);
  EXPECT_EQ(import->trace.output_tokens, made->trace.output_tokens);
  EXPECT_EQ(import->trace.cached_tokens, made->trace.cached_tokens);
}

}  // namespace
}  // namespace breakeven::service
