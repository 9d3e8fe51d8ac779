// Fleets that change in time and fleets of two pools, by hand; against the plain loop in
// simulation_property_test.cpp.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/serving/disaggregation.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/test_support_simulation.hpp"

namespace breakeven::serving {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// Every iteration takes 10 ms, whatever is in it.
LinearStep ten_milliseconds() {
  LinearStep step;
  step.constant_s = 0.01;
  step.per_sequence_s = step.per_prefill_s = step.per_context_s = step.per_pair_s = 0;
  step.entry_s = 0;
  return step;
}

TEST(ElasticFleet, ScalesByHand) {
  // 30 requests of 1 000 answer tokens (10 s) at once; a look after 1 s sees 30 in flight and wants
  // ceil(30 / 8) = 4 replicas; three more start, 2 s later they are up.
  std::vector<std::array<std::int64_t, 3>> rows(30, {0, 10, 1000});
  rows.push_back({4 * kSecond, 10, 1});
  SimulationOptions options;
  options.replicas = 6;
  options.elastic =
      Elasticity{.cold_start_s = 2, .schedule = {}, .autoscaler = Autoscaler{}, .spot = {}};
  options.elastic->autoscaler->target_in_flight = 8;
  options.elastic->autoscaler->interval_s = 1;
  options.elastic->autoscaler->scale_down_delay_s = 5;
  const SimulationResult r = run(make_trace(rows), ten_milliseconds(), roomy(), options);
  ASSERT_NE(r.fleet, nullptr);
  EXPECT_EQ(r.fleet->peak_replicas, 4);
  EXPECT_EQ(r.fleet->cold_starts, 3);
  EXPECT_EQ(r.fleet->waited_requests, 0);
  // What came after the start went to an idle replica, the lowest of those that were up.
  EXPECT_EQ(r.outcomes.back().replica, 1);
  EXPECT_NEAR(r.outcomes.back().ttft_s, 0.01, 1e-12);
  // Everything ends at 10.0 s: one replica all the time, three from 1 s on.
  EXPECT_NEAR(r.fleet->span_s, 10.0, 1e-9);
  EXPECT_NEAR(r.fleet->paid_s, 10.0 + 3 * 9.0, 1e-9);
  EXPECT_NEAR(r.fleet->up_s, 10.0 + 3 * 7.0, 1e-9);
  EXPECT_NEAR(r.fleet->s_at[1], 1.0, 1e-9);
  EXPECT_NEAR(r.fleet->s_at[4], 9.0, 1e-9);
}

TEST(ElasticFleet, NightRequestsWaitForTheMorning) {
  Schedule schedule;
  schedule.replicas[9] = 2;  // Monday 09:00 to 10:00, nothing else
  schedule.start_hour = 8.5;
  SimulationOptions options;
  options.replicas = 2;
  options.elastic =
      Elasticity{.cold_start_s = 60, .schedule = schedule, .autoscaler = {}, .spot = {}};
  const SimulationResult r = run(make_trace({{0, 10, 1}, {1800 * kSecond + 60 * kSecond, 10, 1}}),
                                 ten_milliseconds(), roomy(), options);
  // Half an hour until nine, a minute to start, one iteration.
  EXPECT_NEAR(r.outcomes[0].ttft_s, 1860.01, 1e-9);
  EXPECT_NEAR(r.outcomes[1].ttft_s, 0.01, 1e-9);
  EXPECT_EQ(r.fleet->waited_requests, 1);
  EXPECT_EQ(r.fleet->cold_starts, 2);
}

TEST(ElasticFleet, ALostReplicaKeepsWhatItHasSent) {
  SimulationOptions options;
  options.replicas = 1;
  options.elastic =
      Elasticity{.cold_start_s = 3, .schedule = {}, .autoscaler = {}, .spot = SpotMarket{}};
  options.elastic->spot->interruptions_per_hour = 100;
  options.elastic->spot->notice_s = 1;
  const double lost_s = options.elastic->spot->life_s(0, 0) + 1;
  const auto tokens = static_cast<std::int64_t>(lost_s / 0.01) + 100;
  const SimulationResult r =
      run(make_trace({{0, 10, tokens}}), ten_milliseconds(), roomy(), options);
  EXPECT_EQ(r.fleet->moved_requests, 1);
  EXPECT_GE(r.fleet->interruptions, 1);
  // The replacement began with the notice and is up 2 s after the loss; the prompt and the tokens
  // that were sent are one iteration, the iteration that was lost is done again.
  const double iterations = static_cast<double>(tokens) * 0.01;
  const double at_boundary = static_cast<double>(static_cast<std::int64_t>(lost_s / 0.01)) * 0.01;
  EXPECT_NEAR(r.outcomes[0].end_to_end_s, iterations + 2 + (lost_s - at_boundary), 1e-6);
  EXPECT_NEAR(r.outcomes[0].ttft_s, 0.01, 1e-9);
  EXPECT_NEAR(r.fleet->up_s, r.fleet->span_s - 2, 1e-6);
}

TEST(ElasticFleet, OnDemandPlacesAreNeverInterrupted) {
  SimulationOptions options;
  options.replicas = 2;
  options.elastic =
      Elasticity{.cold_start_s = 3, .schedule = {}, .autoscaler = {}, .spot = SpotMarket{}};
  options.elastic->spot->interruptions_per_hour = 3000;
  options.elastic->spot->on_demand = 2;
  const SimulationResult r =
      run(make_trace({{0, 10, 2000}, {0, 10, 2000}}), ten_milliseconds(), roomy(), options);
  EXPECT_EQ(r.fleet->interruptions, 0);
  EXPECT_NEAR(r.fleet->paid_s, 2 * r.fleet->span_s, 1e-9);
}

TEST(ElasticFleet, BadInputIsNamed) {
  const auto place = [](const Elasticity& elastic) {
    SimulationOptions options;
    options.elastic = elastic;
    const auto r = simulate(make_trace({{0, 1, 1}}), LinearStep{}, roomy(), options);
    return r.ok() ? std::string("ok") : r.error().where;
  };
  EXPECT_EQ(place({}), "ok");
  Elasticity never;
  never.schedule = Schedule{};
  EXPECT_EQ(place(never), "elastic.schedule.replicas");
  never.schedule->replicas[3] = 2;  // more than the one replica there is
  EXPECT_EQ(place(never), "elastic.schedule.replicas");
  Elasticity slow;
  slow.cold_start_s = -1;
  EXPECT_EQ(place(slow), "elastic.cold_start_s");
  Elasticity idle;
  idle.autoscaler = Autoscaler{};
  EXPECT_EQ(place(idle), "elastic.autoscaler.target_in_flight");
}

TEST(Disaggregated, HandOverByHand) {
  SimulationOptions options;
  options.disaggregation =
      Disaggregation{.prefill_replicas = 1, .fixed_s = 0.168, .s_per_prompt_token = 131'072 / 50e9};
  LinearStep step = ten_milliseconds();
  step.entry_s = 0.05;
  const SimulationResult r = run(make_trace({{0, 1000, 11}}), step, roomy(), options);
  // Prompt 10 ms, hand-over 168 + 2.62144 ms, first token 10 ms, ten more.
  EXPECT_NEAR(r.outcomes[0].ttft_s, 0.05 + 0.01 + 0.168 + 0.00262144 + 0.01, 1e-12);
  EXPECT_NEAR(r.outcomes[0].tpot_s, 0.01, 1e-12);
  ASSERT_NE(r.prefill_pool, nullptr);
  EXPECT_EQ(r.prefill_pool->requests, 1);
  EXPECT_NEAR(r.prefill_pool->busy_s, 0.01, 1e-12);
  EXPECT_EQ(r.input_tokens, 1000);
}

TEST(Disaggregated, PromptsDoNotHoldUpAnswers) {
  LinearStep step = ten_milliseconds();
  step.per_prefill_s = 1e-4;
  std::vector<std::array<std::int64_t, 3>> rows;
  for (std::int64_t i = 0; i < 40; ++i) rows.push_back({i * kSecond / 4, 3000, 50});
  SimulationOptions together;
  together.replicas = 2;
  SimulationOptions apart;
  apart.disaggregation = Disaggregation{};
  const double mixed = run(make_trace(rows), step, roomy(), together).tpot.mean;
  const double alone = run(make_trace(rows), step, roomy(), apart).tpot.mean;
  EXPECT_LT(alone, 0.0101);
  EXPECT_GT(mixed, 1.3 * alone);
}

TEST(Disaggregated, RefusesWhatItDoesNotModel) {
  SimulationOptions options;
  options.disaggregation = Disaggregation{};
  options.closed_loop_users = 3;
  EXPECT_EQ(simulate(make_trace({{0, 1, 1}}), LinearStep{}, roomy(), options).error().where,
            "disaggregation");
  options.closed_loop_users = 0;
  options.disaggregation->prefill_replicas = 0;
  EXPECT_EQ(simulate(make_trace({{0, 1, 1}}), LinearStep{}, roomy(), options).error().where,
            "disaggregation.prefill_replicas");
}

}  // namespace
}  // namespace breakeven::serving
