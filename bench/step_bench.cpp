// Cost of one step-time evaluation, which the simulator pays per event, and of making a replica.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "engine/serving/replica_config.hpp"
#include "engine/serving/step_time.hpp"
#include "engine/serving/test_support_facts.hpp"

namespace {

using namespace breakeven;

void decode_step(benchmark::State& state) {
  const catalog::OpenModel model = serving::test::gpt_oss_120b();
  const catalog::Accelerator h100 = serving::test::h100();
  const auto replica = serving::make_replica(
      {&model, &h100, model.native_precision, catalog::Precision::bf16, 2, "vllm"}, 8192,
      serving::test::shipped_coefficients());
  std::int64_t batch = 1;
  double sum = 0;
  for (auto _ : state) {
    sum += replica->step->base_s(batch, 0);
    batch = batch % 1000 + 7;
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(decode_step);

void mixed_step(benchmark::State& state) {
  const catalog::OpenModel model = serving::test::gpt_oss_120b();
  const catalog::Accelerator h100 = serving::test::h100();
  const auto replica = serving::make_replica(
      {&model, &h100, model.native_precision, catalog::Precision::bf16, 2, "vllm"}, 8192,
      serving::test::shipped_coefficients());
  std::int64_t batch = 1;
  double sum = 0;
  for (auto _ : state) {
    sum += replica->step->base_s(batch, 8192 - batch);
    batch = batch % 1000 + 7;
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(mixed_step);

void make_replica(benchmark::State& state) {
  const catalog::OpenModel model = serving::test::gpt_oss_120b();
  const catalog::Accelerator h100 = serving::test::h100();
  const serving::Coefficients coefficients = serving::test::shipped_coefficients();
  for (auto _ : state)
    benchmark::DoNotOptimize(serving::make_replica(
        {&model, &h100, model.native_precision, catalog::Precision::bf16, 2, "vllm"}, 8192,
        coefficients));
}
BENCHMARK(make_replica);

}  // namespace

BENCHMARK_MAIN();
