#include "engine/serving/prediction_error.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "engine/serving/test_support_simulation.hpp"

namespace breakeven::serving {
namespace {

TEST(PredictionError, RegimesOfALoadCurve) {
  const LinearStep step;
  EngineLimits limits = roomy();
  SimulationResult r;
  r.tpot.mean = 1.2 * (step.base_s(1, 0) + step.per_context_s * 500);
  EXPECT_EQ(regime_of(step, limits, r, 500, 0), Regime::low);
  r.tpot.mean *= 1.2;
  EXPECT_EQ(regime_of(step, limits, r, 500, 0), Regime::knee);
  EXPECT_EQ(regime_of(step, limits, r, 500, 300), Regime::saturation);  // of 256 places
  r.peak_kv_use = 0.98;
  EXPECT_EQ(regime_of(step, limits, r, 500, 0), Regime::saturation);
}

TEST(PredictionError, TakesTheNarrowestBand) {
  const std::vector<ErrorBand> bands = {{"*", "ttft", "*", 0.5, 2, 99},
                                        {"vllm", "ttft", "*", 0.6, 1.8, 50},
                                        {"*", "ttft", "knee", 0.7, 1.6, 40}};
  EXPECT_EQ(find_band(bands, "vllm", "ttft", "knee")->p10, 0.7);
  EXPECT_EQ(find_band(bands, "vllm", "ttft", "low load")->p10, 0.6);
  EXPECT_EQ(find_band(bands, "sglang", "ttft", "low load")->p10, 0.5);
  EXPECT_EQ(find_band(bands, "vllm", "tpot", "knee"), nullptr);
}

TEST(PredictionError, RangesAreReadWithTheirPlace) {
  const auto ranges = parse_ranges(
      "architecture,engine,input_tokens,output_tokens,users,gpus,runs\nhopper,vllm,8192,1024,512,8,"
      "300\n",
      "range.csv");
  ASSERT_TRUE(ranges.ok()) << ranges.error().text();
  EXPECT_EQ(ranges->front().users, 512);
  const auto bad = parse_ranges(
      "architecture,engine,input_tokens,output_tokens,users,gpus,runs\nhopper,vllm,x,1,1,1,1\n",
      "range.csv");
  EXPECT_EQ(bad.error().where, "range.csv:2:13");
}

}  // namespace
}  // namespace breakeven::serving
