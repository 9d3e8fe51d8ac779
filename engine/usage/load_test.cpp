#include "engine/usage/load.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

namespace breakeven::usage {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'772'442'000 * kSecond;

UsageRecord request(std::int64_t at_s, std::int64_t input, std::int64_t output) {
  UsageRecord r;
  r.clock = Clock::utc;
  r.start_ns = r.end_ns = kStart + at_s * kSecond;
  r.tokens[Bucket::uncached] = input;
  r.tokens[Bucket::output] = output;
  return r;
}

UsageRecord bucket(std::int64_t from_s, std::int64_t width_s, std::optional<std::int64_t> requests,
                   std::int64_t input, std::int64_t output, std::int64_t cached = 0) {
  UsageRecord r = request(from_s, input - cached, output);
  r.single = false;
  r.end_ns = r.start_ns + width_s * kSecond;
  r.requests = requests;
  r.tokens[Bucket::cache_read] = cached;
  return r;
}

std::int64_t sum(const std::vector<std::int32_t>& values) {
  return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

TEST(Load, RequestsAreTheTraceAsTheyAre) {
  LoadCollector collector;
  collector.take(request(7, 300, 30));
  collector.take(request(2, 100, 10));
  UsageRecord other = request(3, 1, 1);
  other.kind = Kind::batch;
  collector.take(other);
  const auto load = collector.build({});
  ASSERT_TRUE(load.ok()) << load.error().text();
  EXPECT_TRUE(load->exact);
  EXPECT_EQ(load->trace.arrival_ns, (std::vector<std::int64_t>{0, 5 * kSecond}));
  EXPECT_EQ(load->trace.input_tokens, (std::vector<std::int32_t>{100, 300}));
  EXPECT_EQ(load->start_ns, kStart + 2 * kSecond);
  ASSERT_EQ(load->assumptions.size(), 1U);
  EXPECT_NE(load->assumptions[0].find("batch"), std::string::npos);
}

TEST(Load, HourlySigmaOfTheDailyPeak) {
  EXPECT_NEAR(hourly_sigma(3.4), 0.6046, 1e-4);
  EXPECT_EQ(hourly_sigma(1), 0);
  EXPECT_NEAR(hourly_sigma(100), 2.3263, 1e-4);
}

RC_GTEST_PROP(Load, BucketSumsStayExact, ()) {
  LoadCollector collector;
  const auto n = *rc::gen::inRange(1, 6);
  std::int64_t requests = 0;
  std::int64_t input = 0;
  std::int64_t cached = 0;
  std::int64_t output = 0;
  for (int i = 0; i < n; ++i) {
    const std::int64_t count = *rc::gen::inRange(0, 200);
    const std::int64_t in = count == 0 ? 0 : *rc::gen::inRange(0, 1'000'000);
    const std::int64_t read = in == 0 ? 0 : *rc::gen::inRange<std::int64_t>(0, in);
    const std::int64_t out = count == 0 ? 0 : *rc::gen::inRange(0, 100'000);
    collector.take(bucket(3'600 * i, 3'600, count, in, out, read));
    requests += count;
    input += in;
    cached += read;
    output += out;
  }
  LoadOptions options;
  options.slot_variance = static_cast<double>(*rc::gen::inRange(0, 30)) / 10;
  options.seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000));
  const auto load = collector.build(options);
  RC_ASSERT(load.ok() == (requests > 0));
  if (!load.ok()) return;
  RC_ASSERT(static_cast<std::int64_t>(load->trace.size()) == requests);
  RC_ASSERT(sum(load->trace.input_tokens) == input);
  RC_ASSERT(sum(load->trace.output_tokens) == output);
  if (cached > 0) RC_ASSERT(sum(load->trace.cached_tokens) == cached);
  RC_ASSERT(load->trace.span_ns == 3'600 * n * kSecond);
}

TEST(Load, ArrivalsStayInTheirBucketAndDependOnTheSeedOnly) {
  LoadCollector collector;
  for (int i = 0; i < 30; ++i) collector.take(bucket(60 * i, 60, i % 7, 100 * (i % 7), i % 7));
  const auto a = collector.build({});
  const auto b = collector.build({});
  ASSERT_TRUE(a.ok());
  EXPECT_EQ(a->trace.arrival_ns, b->trace.arrival_ns);
  EXPECT_EQ(a->trace.input_tokens, b->trace.input_tokens);
  LoadOptions other;
  other.seed = 2;
  EXPECT_NE(collector.build(other)->trace.arrival_ns, a->trace.arrival_ns);
  const auto counts = traffic::window_counts(a->trace, 60 * kSecond);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    EXPECT_EQ(counts[i], static_cast<std::int64_t>(i % 7)) << i;
  }
}

TEST(Load, BurstinessWidensThePeaks) {
  LoadCollector collector;
  for (int i = 0; i < 4; ++i) collector.take(bucket(3'600 * i, 3'600, 3'600, 3'600'000, 360'000));
  const auto peak = [&](double variance) {
    LoadOptions options;
    options.slot_variance = variance;
    return traffic::peak_to_mean(collector.build(options)->trace, 10 * kSecond)->p99;
  };
  const double calm = peak(0);
  // Ten requests a slot: Poisson's 99th percentile is 18; with v = 3 a slot varies by 10 + 3 x 100.
  EXPECT_NEAR(calm, 1.8, 0.15);
  EXPECT_GT(peak(3), 3 * calm);
}

TEST(Load, VarianceIsFittedToMinutes) {
  // Counts of 10 and 30 in turn: mean 20, variance 100 (n/(n-1)) - so v is about (100 - 20) / 400.
  LoadCollector collector;
  for (int i = 0; i < 120; ++i)
    collector.take(bucket(60 * i, 60, i % 2 == 0 ? 10 : 30, 1'000, 100));
  const auto load = collector.build({});
  ASSERT_TRUE(load.ok());
  EXPECT_TRUE(load->fitted);
  EXPECT_NEAR(load->slot_variance, (100.0 * 60 / 59 - 20) / 400, 1e-9);
}

TEST(Load, RequestsThatAreNotCountedNeedAnAnswerLength) {
  LoadCollector collector;
  collector.take(bucket(0, 3'600, std::nullopt, 10'000, 1'000));
  const auto refused = collector.build({});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("--usage-answer-tokens"), std::string::npos);
  LoadOptions options;
  options.mean_output_tokens = 100;
  const auto load = collector.build(options);
  ASSERT_TRUE(load.ok());
  EXPECT_EQ(load->trace.size(), 10U);
  EXPECT_EQ(sum(load->trace.output_tokens), 1'000);
}

TEST(Load, DailySumsStateTheirPeak) {
  LoadCollector collector;
  for (int i = 0; i < 7; ++i)
    collector.take(bucket(86'400 * i, 86'400, 20'000, 2'000'000, 200'000));
  const auto load = collector.build({});
  ASSERT_TRUE(load.ok());
  bool said = false;
  for (const std::string& text : load->assumptions) {
    said = said || text.find("3.4 times the mean") != std::string::npos;
  }
  EXPECT_TRUE(said);
  // Seven days of 144 windows: the realised percentile is a sample around 3.4.
  EXPECT_NEAR(traffic::peak_to_mean(load->trace, 600 * kSecond)->p99, 3.4, 1.2);
}

TEST(Load, ClocksDoNotMix) {
  LoadCollector collector;
  collector.take(request(1, 1, 1));
  UsageRecord relative = request(1, 1, 1);
  relative.clock = Clock::relative;
  relative.start_ns = relative.end_ns = 5 * kSecond;
  collector.take(relative);
  EXPECT_FALSE(collector.build({}).ok());
}

TEST(Load, BillsCountOnlyAlone) {
  LoadCollector usage;
  usage.begin(Grain::charge);
  usage.take(bucket(0, 60, 5, 5, 5));
  EXPECT_TRUE(usage.empty());
  LoadCollector bills({}, true);
  bills.begin(Grain::charge);
  bills.take(bucket(0, 60, 5, 5, 5));
  EXPECT_FALSE(bills.empty());
}

}  // namespace
}  // namespace breakeven::usage
