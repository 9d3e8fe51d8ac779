// The fast simulator against the plain loop, on random workloads with every option.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "engine/base/random.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/test_support_simulation.hpp"

namespace breakeven::serving {
namespace {

/// The same workload in a closed loop and under the rules of other engines.
Workload random_workload_under_any_rule(std::uint64_t seed) {
  Workload w = random_workload(seed);
  const RandomStream random(seed, "rules");
  const auto chance = [&](std::uint64_t n, double p) { return random.uniform(0, n) < p; };
  w.limits.prefill_first = chance(0, 0.4);
  w.limits.reserve_output = chance(1, 0.3);
  w.limits.whole_prompts = chance(2, 0.3);
  if (chance(3, 0.7))
    w.options.closed_loop_users = 1 + static_cast<std::int64_t>(random.uniform(0, 4) * 40);
  w.limits.output_reserve = chance(5, 0.3) ? random.uniform(0, 6) : 0;
  if (chance(7, 0.3)) {
    const std::int64_t most = std::min<std::int64_t>(w.limits.token_budget, 8);
    w.limits.decode_tokens =
        1 + static_cast<std::int64_t>(random.uniform(0, 8) * 0.999 * static_cast<double>(most));
  }
  return w;
}

/// And on a fleet that changes, or in two pools.
Workload random_workload_on_any_fleet(std::uint64_t seed) {
  Workload w = random_workload_under_any_rule(seed);
  const RandomStream random(seed, "fleets");
  const auto u = [&](std::uint64_t n) { return random.uniform(0, n); };
  const double alone_s = w.step.constant_s * 40;
  if (u(0) < 0.3) {
    w.options.closed_loop_users = 0;
    w.options.disaggregation = Disaggregation{.prefill_replicas = 1 + static_cast<int>(u(1) * 3),
                                              .fixed_s = u(2) < 0.2 ? 0 : u(3) * alone_s,
                                              .s_per_prompt_token = u(4) * 1e-4};
    if (u(5) < 0.5) return w;
  }
  Elasticity elastic;
  elastic.cold_start_s = u(6) < 0.1 ? 0 : u(7) * alone_s;
  if (u(8) < 0.4) {
    // Hours are long beside these traces, so the week begins just before a change.
    Schedule schedule;
    for (std::size_t h = 0; h < schedule.replicas.size(); ++h)
      schedule.replicas[h] =
          static_cast<int>(u(100 + h) * (w.options.replicas + 0.999)) * (u(9) < 0.9 ? 1 : 0);
    schedule.replicas[static_cast<std::size_t>(u(10) * 24)] = 1;
    schedule.start_hour = 24 * u(11);
    schedule.start_hour = std::floor(schedule.start_hour) + 1 - 1e-4 * (0.01 + u(12)) * alone_s;
    elastic.schedule = schedule;
  }
  if (u(13) < 0.6) {
    elastic.autoscaler = Autoscaler{.least = u(14) < 0.3 ? 0 : 1,
                                    .target_in_flight = 0.3 + 6 * u(15),
                                    .interval_s = std::max(0.1, u(16) * alone_s),
                                    .scale_down_delay_s = u(17) * 3 * alone_s};
  }
  if (u(18) < 0.5 || !(elastic.schedule || elastic.autoscaler)) {
    elastic.spot = SpotMarket{.interruptions_per_hour = 3600 * u(19),
                              .notice_s = u(20) < 0.2 ? 0 : 0.5 * alone_s * u(21),
                              .on_demand = u(22) < 0.3 ? 1 : 0,
                              .seed = seed};
  }
  w.options.elastic = elastic;
  return w;
}

constexpr std::uint64_t kWorkloads = 3000;

TEST(SimulationProperty, AgreesWithThePlainLoop) {
  Corners corners;
  for (std::uint64_t seed = 0; seed < kWorkloads; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ASSERT_NO_FATAL_FAILURE(expect_agreement(random_workload(seed), corners));
  }
  // The workloads do reach the corners they are meant for.
  EXPECT_GT(corners.preemptions, 10'000);
  EXPECT_GT(corners.rejected, 500);
}

TEST(SimulationProperty, AgreesWithThePlainLoopUnderEveryRule) {
  Corners corners;
  for (std::uint64_t seed = 0; seed < kWorkloads; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ASSERT_NO_FATAL_FAILURE(expect_agreement(random_workload_under_any_rule(seed), corners));
  }
  EXPECT_GT(corners.preemptions, 3'000);
  EXPECT_GT(corners.rejected, 500);
}

TEST(SimulationProperty, AgreesWithThePlainLoopOnEveryFleet) {
  Corners corners;
  for (std::uint64_t seed = 0; seed < kWorkloads / 2; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ASSERT_NO_FATAL_FAILURE(expect_agreement(random_workload_on_any_fleet(seed), corners));
  }
  EXPECT_GT(corners.preemptions, 300);
  EXPECT_GT(corners.cold_starts, 300);
  EXPECT_GT(corners.moved, 300);
  EXPECT_GT(corners.waited, 300);
  EXPECT_GT(corners.handed_over, 200);
}

}  // namespace
}  // namespace breakeven::serving
