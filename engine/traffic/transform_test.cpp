#include "engine/traffic/transform.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace breakeven::traffic {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kMinute = 60'000'000'000;

Trace numbered(int n, std::int64_t step_ns) {
  Trace trace;
  for (int i = 0; i < n; ++i) {
    trace.arrival_ns.push_back(i * step_ns);
    trace.input_tokens.push_back(i + 1);
    trace.output_tokens.push_back(i);
    trace.cached_tokens.push_back(i);
    trace.session.push_back(i % 2);
  }
  trace.span_ns = n * step_ns;
  trace.name = "n";
  return trace;
}

TEST(Transform, ThinKeepsASubsetThatGrowsWithTheShare) {
  const Trace trace = numbered(10'000, 1'000);
  const Trace some = *thin(trace, 0.3);
  const Trace more = *thin(trace, 0.6);
  EXPECT_NEAR(static_cast<double>(some.size()), 3'000, 200);
  EXPECT_TRUE(std::includes(more.arrival_ns.begin(), more.arrival_ns.end(), some.arrival_ns.begin(),
                            some.arrival_ns.end()));
  EXPECT_EQ(some.span_ns, trace.span_ns);
  EXPECT_EQ(thin(trace, 1)->arrival_ns, trace.arrival_ns);
  EXPECT_TRUE(some.validate().ok());
  for (const double share : {0.0, -1.0, 1.1}) EXPECT_FALSE(thin(trace, share).ok());
}

TEST(Transform, MultiplyKeepsSpanAndShape) {
  Trace trace = numbered(7'200, 1'000'000'000);
  const Trace more = *multiply(trace, 3.5);
  EXPECT_NEAR(static_cast<double>(more.size()), 3.5 * 7'200, 150);
  EXPECT_EQ(more.span_ns, trace.span_ns);
  EXPECT_TRUE(more.validate().ok());
  EXPECT_EQ(statistics(more).sessions, 8);
  EXPECT_EQ(multiply(trace, 3.5)->arrival_ns, more.arrival_ns);
  EXPECT_LT(multiply(trace, 0.5)->size(), trace.size());
  EXPECT_FALSE(multiply(trace, 0).ok());
  EXPECT_FALSE(multiply(trace, 2, trace.span_ns + 1).ok());
}

TEST(Transform, SpeedUpDividesTime) {
  const Trace fast = *speed_up(numbered(4, kMinute), 2);
  EXPECT_THAT(fast.arrival_ns, ElementsAre(0, kMinute / 2, kMinute, kMinute * 3 / 2));
  EXPECT_EQ(fast.span_ns, 2 * kMinute);
  EXPECT_FALSE(speed_up(fast, 0).ok());
}

TEST(Transform, WindowIsHalfOpenAndStartsAtZero) {
  const Trace trace = numbered(5, kMinute);
  const Trace part = *window(trace, kMinute, 3 * kMinute);
  EXPECT_THAT(part.arrival_ns, ElementsAre(0, kMinute));
  EXPECT_THAT(part.input_tokens, ElementsAre(2, 3));
  EXPECT_EQ(part.span_ns, 2 * kMinute);
  EXPECT_EQ(window(trace, 4 * kMinute, 100 * kMinute)->span_ns, kMinute);
  EXPECT_FALSE(window(trace, 2, 2).ok());
  EXPECT_FALSE(window(trace, -1, 2).ok());
  EXPECT_FALSE(window(trace, 6 * kMinute, 7 * kMinute).ok());
}

TEST(Transform, WindowKeepsAnArrivalAtTheVeryEnd) {
  Trace trace = numbered(2, kMinute);
  trace.span_ns = kMinute;  // the observation ends with the last request
  EXPECT_EQ(window(trace, 0, 2 * kMinute)->size(), 2U);
}

TEST(Transform, MergeOrdersByArrivalAndSeparatesSessions) {
  Trace other = numbered(2, kMinute);
  other.input_tokens = {10, 20};
  const Trace both = *merge({numbered(2, kMinute), other});
  EXPECT_THAT(both.arrival_ns, ElementsAre(0, 0, kMinute, kMinute));
  EXPECT_THAT(both.input_tokens, ElementsAre(1, 10, 2, 20));
  EXPECT_THAT(both.session, ElementsAre(0, 2, 1, 3));
  other.cached_tokens.clear();
  EXPECT_THAT(merge({numbered(2, kMinute), other})->cached_tokens, IsEmpty());
  EXPECT_FALSE(merge({}).ok());
}

TEST(Transform, ConcatenatePutsOneAfterTheOther) {
  const Trace twice = *concatenate({numbered(2, kMinute), numbered(2, kMinute)});
  EXPECT_THAT(twice.arrival_ns, ElementsAre(0, kMinute, 2 * kMinute, 3 * kMinute));
  EXPECT_EQ(twice.span_ns, 4 * kMinute);
  EXPECT_EQ(twice.name, "n + n");
}

TEST(Transform, SpreadStepsRemovesTheClockOfSteps) {
  Trace trace = numbered(0, 1);
  for (int i = 0; i < 1'000; ++i) {
    trace.arrival_ns.push_back(i / 10 * 3'000'000'000LL);
    trace.input_tokens.push_back(1);
    trace.output_tokens.push_back(1);
  }
  trace.span_ns = trace.arrival_ns.back();
  const Trace spread = *spread_steps(trace, 3'000'000'000);
  EXPECT_TRUE(spread.validate().ok());
  EXPECT_GT(statistics(trace).interarrival_cv, 2.9);
  EXPECT_NEAR(statistics(spread).interarrival_cv, 1, 0.15);
}

RC_GTEST_PROP(Transform, WindowsOfATraceMakeItAgain, ()) {
  const Trace trace = numbered(*rc::gen::inRange(2, 200), 7);
  const auto cut = *rc::gen::inRange<std::int64_t>(1, trace.span_ns);
  const auto left = window(trace, 0, cut);
  const auto right = window(trace, cut, trace.span_ns + 1);
  RC_ASSERT(left.ok());
  RC_ASSERT(right.ok());
  const auto whole = concatenate({*left, *right});
  RC_ASSERT(whole->arrival_ns == trace.arrival_ns);
  RC_ASSERT(whole->input_tokens == trace.input_tokens);
  RC_ASSERT(whole->span_ns == trace.span_ns);
}

}  // namespace
}  // namespace breakeven::traffic
