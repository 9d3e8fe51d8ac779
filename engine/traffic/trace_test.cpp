#include "engine/traffic/trace.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace breakeven::traffic {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// `counts[i]` requests at the start of second i x step_s, spanning all of them.
Trace bursts(const std::vector<int>& counts, std::int64_t step_s) {
  Trace trace;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    for (int k = 0; k < counts[i]; ++k) {
      trace.arrival_ns.push_back(static_cast<std::int64_t>(i) * step_s * kSecond);
      trace.input_tokens.push_back(100);
      trace.output_tokens.push_back(10);
    }
  }
  trace.span_ns = static_cast<std::int64_t>(counts.size()) * step_s * kSecond;
  return trace;
}

TEST(Percentiles, InterpolateBetweenRanks) {
  const Percentiles p = percentiles({4, 1, 3, 2});
  EXPECT_DOUBLE_EQ(p.mean, 2.5);
  EXPECT_DOUBLE_EQ(p.p50, 2.5);
  EXPECT_DOUBLE_EQ(p.p95, 3.85);
  EXPECT_DOUBLE_EQ(p.p99, 3.97);
  EXPECT_DOUBLE_EQ(p.max, 4);
}

TEST(Percentiles, OfOneAndOfNone) {
  EXPECT_DOUBLE_EQ(percentiles({7}).p99, 7);
  EXPECT_DOUBLE_EQ(percentiles({}).p99, 0);
}

RC_GTEST_PROP(Percentiles, AgreeWithASortedCopy, ()) {
  const auto values = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::int32_t>>(rc::gen::inRange(0, 1'000'000)));
  auto sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const auto expected = [&sorted](double percent) {
    const double rank = static_cast<double>(sorted.size() - 1) * percent / 100;
    const auto i = static_cast<std::size_t>(rank);
    const double low = sorted[i];
    const double high = sorted[std::min(i + 1, sorted.size() - 1)];
    return low + (high - low) * (rank - static_cast<double>(i));
  };
  const Percentiles p = percentiles(values);
  RC_ASSERT(p.p50 == expected(50));
  RC_ASSERT(p.p95 == expected(95));
  RC_ASSERT(p.p99 == expected(99));
  RC_ASSERT(p.max == static_cast<double>(sorted.back()));
}

TEST(Statistics, OfNothingAreZero) {
  const TraceStats stats = statistics(Trace{});
  EXPECT_EQ(stats.requests, 0);
  EXPECT_EQ(stats.requests_per_s, 0);
  EXPECT_TRUE(stats.peak_to_mean.empty());
  EXPECT_TRUE(stats.dispersion.empty());
  EXPECT_FALSE(prefix_reuse(stats).has_value());
}

TEST(Statistics, OfRequestsAtOneInstantHaveNoRate) {
  const TraceStats stats = statistics(bursts({3}, 0));
  EXPECT_EQ(stats.requests, 3);
  EXPECT_EQ(stats.requests_per_s, 0);
  EXPECT_EQ(stats.interarrival_cv, 0);
}

TEST(Statistics, SumTokensSessionsAndReuse) {
  Trace trace = bursts({2, 1, 1}, 60);
  trace.cached_tokens = {0, 50, 100, 50};
  trace.session = {0, 1, 0, 1};
  const TraceStats stats = statistics(trace);
  EXPECT_EQ(stats.input_tokens, 400);
  EXPECT_EQ(stats.output_tokens, 40);
  EXPECT_EQ(stats.cached_tokens, 200);
  EXPECT_EQ(stats.sessions, 2);
  EXPECT_DOUBLE_EQ(prefix_reuse(stats).value(), 0.5);
  EXPECT_DOUBLE_EQ(stats.requests_per_s, 4.0 / 180);
}

TEST(Statistics, EvenArrivalsHaveNoVariationAndNoPeak) {
  const TraceStats stats = statistics(bursts(std::vector<int>(7200, 1), 1));
  EXPECT_NEAR(stats.interarrival_cv, 0, 1e-12);
  ASSERT_EQ(stats.peak_to_mean.size(), 3U);
  for (const PeakToMean& ratio : stats.peak_to_mean) {
    EXPECT_DOUBLE_EQ(ratio.peak, 1);
    EXPECT_DOUBLE_EQ(ratio.p99, 1);
    EXPECT_DOUBLE_EQ(ratio.work_peak, 1);
  }
  ASSERT_EQ(stats.dispersion.size(), 3U);
  EXPECT_DOUBLE_EQ(stats.dispersion[1].index, 0);
}

TEST(PeakToMean, LeavesOutTheLastPartOfAWindow) {
  Trace trace = bursts({1, 3}, 60);  // two minutes, mean 2, peak 3
  trace.arrival_ns.insert(trace.arrival_ns.end(), 9, 125 * kSecond);
  trace.input_tokens.insert(trace.input_tokens.end(), 9, 1);
  trace.output_tokens.insert(trace.output_tokens.end(), 9, 1);
  trace.span_ns = 130 * kSecond;
  const auto ratio = peak_to_mean(trace, 60 * kSecond);
  ASSERT_TRUE(ratio.has_value());
  EXPECT_DOUBLE_EQ(ratio->peak, 1.5);
  EXPECT_EQ(window_counts(trace, 60 * kSecond), (std::vector<std::int64_t>{1, 3}));
}

TEST(PeakToMean, WeighsWorkByTokens) {
  Trace trace = bursts({1, 1}, 60);
  trace.input_tokens = {100, 300};
  trace.output_tokens = {0, 0};
  EXPECT_DOUBLE_EQ(peak_to_mean(trace, 60 * kSecond)->work_peak, 1.5);
  trace.output_tokens = {25, 0};  // 25 output tokens are 200 input tokens of work
  EXPECT_DOUBLE_EQ(peak_to_mean(trace, 60 * kSecond)->work_peak, 1);
}

TEST(PeakToMean, IsAbsentBelowTwoWindows) {
  EXPECT_FALSE(peak_to_mean(bursts({1}, 119), 60 * kSecond).has_value());
  EXPECT_TRUE(peak_to_mean(bursts({1}, 120), 60 * kSecond).has_value());
  EXPECT_FALSE(peak_to_mean(bursts({1, 1}, 60), 0).has_value());
}

TEST(Dispersion, GrowsWithTheWindowWhenBurstsAreCorrelated) {
  std::vector<int> counts(3600, 0);
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = (i / 10) % 6 == 0 ? 6 : 0;
  const TraceStats stats = statistics(bursts(counts, 1));
  ASSERT_EQ(stats.dispersion.size(), 3U);
  // Seconds: 1/6 hold 6, mean 1, variance 5. Ten seconds: 1/6 hold 60, mean 10, variance 500.
  EXPECT_NEAR(stats.dispersion[0].index, 5, 1e-12);
  EXPECT_NEAR(stats.dispersion[1].index, 50, 1e-12);
  EXPECT_NEAR(stats.dispersion[2].index, 0, 1e-12);
}

TEST(Validate, NamesTheRowAndTheRule) {
  Trace trace = bursts({1, 1, 1}, 1);
  EXPECT_TRUE(trace.validate().ok());
  trace.arrival_ns[2] = 0;
  EXPECT_EQ(trace.validate().error().where, "request 2");
  EXPECT_NE(trace.validate().error().message.find("do not decrease"), std::string::npos);
  trace = bursts({1, 1}, 1);
  trace.arrival_ns[0] = -1;
  EXPECT_EQ(trace.validate().error().where, "request 0");
  trace = bursts({1, 1}, 1);
  trace.output_tokens[1] = -5;
  EXPECT_EQ(trace.validate().error().where, "request 1");
  trace = bursts({1, 1}, 1);
  trace.input_tokens[0] = kMaxTokensPerRequest + 1;
  EXPECT_FALSE(trace.validate().ok());
  trace = bursts({1, 1}, 1);
  trace.cached_tokens = {0, 101};
  EXPECT_NE(trace.validate().error().message.find("101"), std::string::npos);
  trace = bursts({1, 1}, 1);
  trace.session = {1};
  EXPECT_FALSE(trace.validate().ok());
  trace = bursts({1, 1}, 1);
  trace.span_ns = kSecond - 1;
  EXPECT_FALSE(trace.validate().ok());
}

}  // namespace
}  // namespace breakeven::traffic
