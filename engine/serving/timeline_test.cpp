#include "engine/serving/timeline.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/serving/test_support_simulation.hpp"

namespace breakeven::serving {
namespace {

TEST(Timeline, AddsUpToTheReplay) {
  std::vector<std::array<std::int64_t, 3>> rows;
  for (std::int64_t i = 0; i < 400; ++i)
    rows.push_back({i * 31'000'000, 50 + (i * 7919) % 900, 2 + (i * 104'729) % 300});
  Timeline timeline(0.5, roomy().kv_blocks);
  SimulationOptions options;
  options.replicas = 2;
  options.observer = &timeline;
  const SimulationResult r = run(make_trace(rows), LinearStep{}, roomy(), options);
  double busy_s = 0;
  double prompts = 0;
  double answers = 0;
  double iterations = 0;
  double batch_s = 0;
  double kv_s = 0;
  for (const auto& [replica, cells] : timeline.replicas()) {
    for (const TimelineCell& c : cells) {
      EXPECT_LE(c.busy, 1 + 1e-9);
      EXPECT_LE(c.kv_use, c.most_kv_use + 1e-12);
      busy_s += c.busy * timeline.window_s();
      batch_s += c.decoding * timeline.window_s();
      kv_s += c.kv_use * timeline.window_s();
      prompts += c.prefill_tokens;
      answers += c.decode_tokens;
      iterations += c.iterations;
    }
  }
  EXPECT_EQ(timeline.replicas().size(), 2U);
  EXPECT_NEAR(busy_s, r.busy_s, 1e-6 * r.busy_s);
  EXPECT_NEAR(batch_s, r.mean_batch * r.busy_s, 1e-6 * batch_s);
  EXPECT_NEAR(kv_s, r.mean_kv_use * r.busy_s, 1e-6 * kv_s);
  EXPECT_NEAR(prompts, static_cast<double>(r.input_tokens), 1e-6 * prompts);
  // The first token of an answer comes out of its prompt.
  EXPECT_NEAR(answers + 400, static_cast<double>(r.output_tokens), 1e-6 * answers);
  EXPECT_NEAR(iterations, static_cast<double>(r.iterations), 1e-6 * iterations);
}

TEST(Timeline, MergesWindowsInsteadOfGrowing) {
  Timeline timeline(1, 100);
  ObservedSteps steps;
  steps.steps = 1;
  steps.decoding = 4;
  steps.start_s = 10;
  steps.end_s = 11;
  timeline.observe(steps);
  steps.start_s = 59'999;
  steps.end_s = 60'000;
  timeline.observe(steps);
  EXPECT_EQ(timeline.window_s(), 4);
  const std::vector<TimelineCell>& cells = timeline.replicas().at(0);
  EXPECT_LE(cells.size(), 20'001U);
  EXPECT_NEAR(cells[2].decoding, 1, 1e-12);  // 4 for a second of four
  EXPECT_NEAR(cells[2].busy, 0.25, 1e-12);
}

}  // namespace
}  // namespace breakeven::serving
