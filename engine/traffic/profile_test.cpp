#include "engine/traffic/profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "engine/base/det_math.hpp"

namespace breakeven::traffic {
namespace {

using testing::HasSubstr;

Profile plain(double requests_per_day, double days) {
  Profile p;
  p.requests_per_day = requests_per_day;
  p.days = days;
  p.day = DayShape::flat;
  p.clock_ns = 1;
  return p;
}

Trace made(const Profile& p) {
  auto result = generate(p);
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.ok() ? std::move(result->trace) : Trace{};
}

double relative(double got, double wanted) { return std::fabs(got - wanted) / wanted; }

TEST(Lengths, LogNormalFromMedianIsExactAtBothPoints) {
  const auto d =
      LengthDistribution::fit({.p50 = 1'000, .mean = {}, .p95 = 8'000}, 1'000'000, "input");
  ASSERT_TRUE(d.ok());
  EXPECT_EQ(d->draw(0.5), 1'000);
  EXPECT_EQ(d->draw(0.95), 8'000);
}

TEST(Lengths, WorkedNumberOfTheHeader) {
  const auto d =
      LengthDistribution::fit({.p50 = {}, .mean = 2'048, .p95 = 2'048 * 3.57}, 10'000'000, "input");
  ASSERT_TRUE(d.ok());
  EXPECT_NEAR(d->sigma(), 1.2443, 0.0005);
  EXPECT_FALSE(d->has_tail());
}

TEST(Lengths, KeepMeanAndPercentileForEveryMeasuredRatio) {
  for (const double r : {1.0, 2.0, 2.6, 3.57, 3.86, 4.8, 5.3, 8.0}) {
    const double mean = 1'000;
    const std::int32_t limit = 200'000;
    const auto d = LengthDistribution::fit({.p50 = {}, .mean = mean, .p95 = r * mean}, limit, "x");
    ASSERT_TRUE(d.ok()) << r;
    EXPECT_EQ(d->has_tail(), r > 3.87) << r;
    constexpr int kSteps = 200'000;
    double sum = 0;
    int above = 0;
    for (int i = 0; i < kSteps; ++i) {
      const std::int32_t x = d->draw((i + 0.5) / kSteps);
      sum += x;
      above += x > r * mean ? 1 : 0;
    }
    EXPECT_LT(relative(sum / kSteps, mean), 0.02) << r;
    if (r > 1) {
      EXPECT_NEAR(static_cast<double>(above) / kSteps, 0.05, 0.002) << r;
    }
  }
}

TEST(Lengths, AreCutAtTheLimitWithoutMovingTheMean) {
  const auto d = LengthDistribution::fit({.p50 = {}, .mean = 2'000, .p95 = 6'000}, 7'000, "input");
  ASSERT_TRUE(d.ok());
  double sum = 0;
  std::int32_t largest = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::int32_t x = d->draw((i + 0.5) / 100'000);
    sum += x;
    largest = std::max(largest, x);
  }
  EXPECT_EQ(largest, 7'000);
  EXPECT_LT(relative(sum / 100'000, 2'000), 0.001);
}

TEST(Lengths, RefuseContradictions) {
  const auto error = [](const TokenLengths& lengths) {
    const auto d = LengthDistribution::fit(lengths, 1'000, "output");
    EXPECT_FALSE(d.ok());
    EXPECT_EQ(d.error().where, "output");
    return d.error().message;
  };
  EXPECT_THAT(error({}), HasSubstr("found neither"));
  EXPECT_THAT(error({.p50 = 1, .mean = 1, .p95 = 1}), HasSubstr("found both"));
  EXPECT_THAT(error({.p50 = 0, .mean = {}, .p95 = 1}), HasSubstr("1 <= median"));
  EXPECT_THAT(error({.p50 = 10, .mean = {}, .p95 = 9}), HasSubstr("found 10 and 9"));
  EXPECT_THAT(error({.p50 = 10, .mean = {}, .p95 = 1'001}), HasSubstr("<= 1000 tokens"));
  EXPECT_THAT(error({.p50 = NAN, .mean = {}, .p95 = 10}), HasSubstr("median"));
  EXPECT_THAT(error({.p50 = {}, .mean = 10, .p95 = 81}), HasSubstr("at most 8 times"));
}

TEST(Gaps, WeibullShapesOfTheHeader) {
  EXPECT_NEAR(weibull_shape(2), 0.5427, 0.0001);
  EXPECT_NEAR(weibull_shape(5), 0.3113, 0.0001);
  EXPECT_NEAR(weibull_shape(1), 1, 1e-9);
}

TEST(Gaps, GammaTableAgreesWithTheExactQuantile) {
  for (const double variance : {0.25, 1.0, 2.7, 9.0, 36.0}) {
    const UnitGamma table(variance);
    for (const double u : {1e-6, 0.001, 0.1, 0.3, 0.5, 0.777, 0.9, 0.99, 0.9999, 0.99999999}) {
      const double exact = gamma_quantile(1 / variance, u) * variance;
      if (exact < 1e-200) continue;
      EXPECT_LT(relative(table.quantile(u), exact), 3e-5) << variance << " " << u;
    }
  }
}

TEST(Gaps, HaveMeanOneAndTheirVariation) {
  for (const GapFamily family : {GapFamily::gamma, GapFamily::weibull}) {
    for (const double cv : {0.3, 1.0, 2.0, 3.0}) {
      const UnitGaps gaps(family, cv);
      constexpr int kSteps = 1'000'000;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < kSteps; ++i) {
        const double x = gaps.quantile((i + 0.5) / kSteps);
        sum += x;
        squares += x * x;
      }
      const double mean = sum / kSteps;
      EXPECT_NEAR(mean, 1, 0.002) << cv;
      EXPECT_LT(relative(std::sqrt(squares / kSteps - mean * mean), cv), 0.02) << cv;
    }
  }
}

TEST(Generate, HasExactlyTheRequestsAndTheSpan) {
  const Trace trace = made(plain(1'234.5, 3));
  EXPECT_EQ(trace.size(), 3'704U);
  EXPECT_EQ(trace.span_ns, 3 * 86'400'000'000'000);
  EXPECT_TRUE(trace.validate().ok());
}

TEST(Generate, EveryPresetIsValidAndMeetsItsFigures) {
  for (const std::string& name : preset_names()) {
    const Profile p = *preset(name);
    EXPECT_FALSE(preset_description(name).empty());
    const auto result = generate(p);
    ASSERT_TRUE(result.ok()) << name << ": " << result.error().text();
    ASSERT_TRUE(result->trace.validate().ok()) << name;
    const TraceStats s = statistics(result->trace);
    EXPECT_LT(relative(s.input.p50, *p.input.p50), 0.05) << name;
    EXPECT_LT(relative(s.input.p95, p.input.p95), 0.05) << name;
    EXPECT_LT(relative(s.output.p50, *p.output.p50), 0.05) << name;
    EXPECT_LT(relative(s.output.p95, p.output.p95), 0.05) << name;
    if (p.peak_to_mean) {
      const double reached = peak_to_mean(result->trace, 600'000'000'000)->p99;
      EXPECT_LT(relative(reached, *p.peak_to_mean), 0.03) << name;
      EXPECT_LT(relative(result->peak_to_mean_10m, *p.peak_to_mean), 0.03) << name;
    }
    if (p.cache_hit_share > 0) {
      EXPECT_NEAR(prefix_reuse(s).value(), p.cache_hit_share, 0.01) << name;
    }
  }
}

TEST(Generate, GapsKeepTheirVariationUnderAFlatRate) {
  for (const GapFamily family : {GapFamily::gamma, GapFamily::weibull}) {
    for (const double cv : {0.5, 1.0, 3.0}) {
      Profile p = plain(100'000, 2);
      p.gaps = family;
      p.gap_cv = cv;
      EXPECT_LT(relative(statistics(made(p)).interarrival_cv, cv), 0.05)
          << gap_family_name(family) << " " << cv;
    }
  }
}

TEST(Generate, SlotVarianceMakesBurstsThatHoldTogether) {
  Profile p = plain(86'400, 4);  // 10 requests in a slot of 10 s
  p.slot_variance = 2.7;
  const TraceStats s = statistics(made(p));
  // Counts in a slot of mean m have variance m + v m^2: an index of 1 + 2.7 x 10.
  EXPECT_LT(relative(s.dispersion[1].index, 28), 0.1);
  EXPECT_GT(s.dispersion[1].index, 5 * s.dispersion[0].index);
  EXPECT_NEAR(statistics(made(plain(86'400, 4))).dispersion[1].index, 1, 0.05);
}

TEST(Generate, FollowsTheHoursAndTheDays) {
  Profile p = plain(50'000, 14);
  p.day = DayShape::office;
  p.week = WeekShape::office;
  const auto hours = window_counts(made(p), 3'600'000'000'000);
  ASSERT_EQ(hours.size(), 336U);
  const double mean = 50'000.0 / 24;
  // Tuesday 19:00 and Saturday 08:00.
  EXPECT_NEAR(static_cast<double>(hours[24 + 19]) / mean, 2.14 * 1.24, 0.2);
  EXPECT_NEAR(static_cast<double>(hours[5 * 24 + 8]) / mean, 0.25 * 0.40, 0.04);
  p.day = DayShape::two_hours;
  p.week = WeekShape::flat;
  const auto job = window_counts(made(p), 3'600'000'000'000);
  EXPECT_EQ(job[1] + job[4] + job[23], 0);
}

TEST(Generate, ReachesThePeakToMeanThatIsAskedFor) {
  for (const double wanted : {2.0, 4.0, 8.0}) {
    Profile p = plain(40'000, 14);
    p.peak_to_mean = wanted;
    const auto result = generate(p);
    ASSERT_TRUE(result.ok());
    EXPECT_GT(result->hourly_sigma, 0.1);
    EXPECT_LT(relative(peak_to_mean(result->trace, 600'000'000'000)->p99, wanted), 0.03);
  }
}

TEST(Generate, SaysWhenThePeakCannotBeReachedOrIsExceeded) {
  Profile p = plain(40'000, 1);
  p.peak_to_mean = 90;
  const auto result = generate(p);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().where, "peak_to_mean");
  EXPECT_THAT(result.error().message, HasSubstr("at most about"));
  p.day = DayShape::two_hours;
  p.peak_to_mean = 1.5;
  EXPECT_NEAR(generate(p)->peak_to_mean_10m, 12, 1);
  EXPECT_EQ(generate(p)->hourly_sigma, 0);
}

TEST(Generate, ChangingOneInputLeavesTheOtherStreamsAlone) {
  Profile p = plain(20'000, 1);
  const Trace base = made(p);
  Profile other = p;
  other.output.p95 = 900;
  EXPECT_EQ(made(other).arrival_ns, base.arrival_ns);
  EXPECT_EQ(made(other).input_tokens, base.input_tokens);
  EXPECT_NE(made(other).output_tokens, base.output_tokens);
  other = p;
  other.gap_cv = 2;
  EXPECT_EQ(made(other).input_tokens, base.input_tokens);
  EXPECT_NE(made(other).arrival_ns, base.arrival_ns);
  other = p;
  other.cache_hit_share = 0.5;
  EXPECT_EQ(made(other).arrival_ns, base.arrival_ns);
  EXPECT_EQ(made(other).output_tokens, base.output_tokens);
  other = p;
  other.seed = 2;
  EXPECT_NE(made(other).arrival_ns, base.arrival_ns);
  EXPECT_NE(made(other).input_tokens, base.input_tokens);
}

TEST(Generate, IsTheSameOnEveryMachine) {
  // A digest of one trace with every stream in use, so that a change of any draw is seen.
  Profile p = *preset("coding");
  p.requests_per_day = 2'000;
  p.days = 2;
  p.peak_to_mean = 9;
  p.gap_cv = 2.5;
  p.cache_hit_share = 0.4;
  const auto result = generate(p);
  ASSERT_TRUE(result.ok());
  ASSERT_GT(result->hourly_sigma, 0);
  const Trace& trace = result->trace;
  std::uint64_t digest = 14695981039346656037ULL;
  const auto mix = [&digest](std::int64_t value) {
    digest = (digest ^ static_cast<std::uint64_t>(value)) * 1099511628211ULL;
  };
  for (std::size_t i = 0; i < trace.size(); ++i) {
    mix(trace.arrival_ns[i]);
    mix(trace.input_tokens[i]);
    mix(trace.output_tokens[i]);
    mix(trace.cached_tokens[i]);
  }
  EXPECT_EQ(digest, 11389554496878963608ULL);
}

TEST(Generate, RefusesImpossibleProfiles) {
  const auto where = [](const auto& change) {
    Profile p;
    change(p);
    const auto result = generate(p);
    EXPECT_FALSE(result.ok());
    return result.ok() ? std::string() : result.error().where;
  };
  EXPECT_EQ(where([](Profile& p) { p.days = 0; }), "days");
  EXPECT_EQ(where([](Profile& p) { p.days = NAN; }), "days");
  EXPECT_EQ(where([](Profile& p) { p.requests_per_day = 0; }), "requests_per_day");
  EXPECT_EQ(where([](Profile& p) { p.requests_per_day = 1e12; }), "requests_per_day");
  EXPECT_EQ(where([](Profile& p) { p.gap_cv = 0; }), "gap_cv");
  EXPECT_EQ(where([](Profile& p) { p.slot_variance = -1; }), "slot_variance");
  EXPECT_EQ(where([](Profile& p) { p.cache_hit_share = 1; }), "cache_hit_share");
  EXPECT_EQ(where([](Profile& p) { p.peak_to_mean = 0.5; }), "peak_to_mean");
  EXPECT_EQ(where([](Profile& p) { p.context_limit = 1; }), "context_limit");
  EXPECT_EQ(where([](Profile& p) { p.input.p50.reset(); }), "input");
  EXPECT_EQ(where([](Profile& p) { p.output.p95 = 1e9; }), "output");
  EXPECT_EQ(preset("chta").error().code, ErrorCode::not_found);
  EXPECT_THAT(preset("chta").error().message, HasSubstr("chat"));
  EXPECT_THAT(parse_day_shape("offise").error().message, HasSubstr("office"));
}

TEST(Generate, NamesReadBack) {
  for (const DayShape shape :
       {DayShape::flat, DayShape::always_on, DayShape::office, DayShape::two_hours}) {
    EXPECT_EQ(*parse_day_shape(day_shape_name(shape)), shape);
    const auto& hours = hour_factors(shape);
    EXPECT_NEAR(std::accumulate(hours.begin(), hours.end(), 0.0) / 24, 1, 0.01);
  }
  for (const WeekShape shape : {WeekShape::flat, WeekShape::tenant, WeekShape::office}) {
    EXPECT_EQ(*parse_week_shape(week_shape_name(shape)), shape);
    const auto& days = weekday_factors(shape);
    EXPECT_NEAR(std::accumulate(days.begin(), days.end(), 0.0) / 7, 1, 0.01);
  }
}

RC_GTEST_PROP(Generate, SameSeedSameBytesAndAlwaysValid, ()) {
  Profile p;
  p.requests_per_day = *rc::gen::inRange(1, 3'000);
  p.days = *rc::gen::inRange(1, 40) / 8.0;
  if (p.requests_per_day * p.days < 1) p.days = 1;
  p.gap_cv = *rc::gen::inRange(1, 100) / 10.0;
  p.slot_variance = *rc::gen::inRange(0, 30) / 10.0;
  p.gaps = *rc::gen::element(GapFamily::gamma, GapFamily::weibull);
  p.day = *rc::gen::element(DayShape::flat, DayShape::office, DayShape::two_hours);
  p.week = *rc::gen::element(WeekShape::flat, WeekShape::office);
  p.cache_hit_share = *rc::gen::inRange(0, 99) / 100.0;
  p.seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto once = generate(p);
  RC_ASSERT(once.ok());
  RC_ASSERT(once->trace.validate().ok());
  const auto twice = generate(p);
  RC_ASSERT(once->trace.arrival_ns == twice->trace.arrival_ns);
  RC_ASSERT(once->trace.input_tokens == twice->trace.input_tokens);
}

}  // namespace
}  // namespace breakeven::traffic
