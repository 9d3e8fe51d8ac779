// Simulated requests per second and core, against the plain step-by-step loop in the same run, and
// the time to size a fleet. items_per_second is requests per second.
//
// The traces: the Azure 2023 conversation sample when it lies beside the repository, and synthetic
// ones with its rate and lengths (log-normal, mean prompt 1 155, mean answer 211).

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/random.hpp"
#include "engine/base/text.hpp"
#include "engine/serving/fleet.hpp"
#include "engine/serving/plain_fleet.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/sizing/load_sample.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven {
namespace {

/// Llama-3.1-8B on one H100, in round figures.
class BenchStep final : public serving::StepModel {
 public:
  [[nodiscard]] double base_s(std::int64_t b, std::int64_t p) const override {
    const double stream = 5.9e-3;
    const double compute = 2.2e-5 * static_cast<double>(b + p);
    return std::sqrt(std::sqrt(stream * stream * stream * stream +
                               compute * compute * compute * compute)) +
           2.5e-3 + 1e-5 * static_cast<double>(b);
  }
  [[nodiscard]] double s_per_context_token() const override { return 5e-8; }
  [[nodiscard]] double s_per_attention_pair() const override { return 3e-10; }
  [[nodiscard]] double request_entry_s() const override { return 0.08; }
};

serving::EngineLimits limits() {
  serving::EngineLimits l;
  l.kv_blocks = 26'000;
  return l;
}

traffic::Trace synthetic(std::int64_t requests, double per_s, double mean_in, double mean_out) {
  const RandomStream random(7, "serving-bench");
  traffic::Trace t;
  double at = 0;
  const auto log_normal = [&](double mean, double sigma, std::uint64_t column, std::uint64_t i) {
    const double z = normal_quantile(random.uniform(column, i));
    const double x = mean * det_exp(sigma * z - 0.5 * sigma * sigma);
    return std::clamp(static_cast<std::int32_t>(x), 1, 100'000);
  };
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(requests); ++i) {
    // A day has a quiet and a busy half.
    const double phase = at / 86'400.0;
    const double rate = per_s * (1.0 + 0.7 * det_cos_2pi(phase - std::floor(phase)));
    at -= det_log(random.uniform(0, i)) / rate;
    t.arrival_ns.push_back(static_cast<std::int64_t>(at * 1e9));
    t.input_tokens.push_back(std::min(log_normal(mean_in, 1.1, 1, i), 14'000));
    t.output_tokens.push_back(std::min(log_normal(mean_out, 0.8, 2, i), 2'000));
  }
  t.span_ns = t.arrival_ns.back() + 1;
  return t;
}

/// The published sample, or a synthetic stand-in of the same size.
const traffic::Trace& azure_conversation() {
  static const traffic::Trace trace = [] {
    std::ifstream in(std::string(BREAKEVEN_SOURCE_DIR) +
                     "/../shared/data/serving/trace-azure-conv-10k.csv");
    if (!in) return synthetic(10'000, 5.6, 1155, 211);
    traffic::Trace t;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
      const auto first = line.find(',');
      const auto second = line.find(',', first + 1);
      t.arrival_ns.push_back(static_cast<std::int64_t>(
          parse_double(std::string_view(line).substr(0, first)).value() * 1e9 + 0.5));
      t.input_tokens.push_back(std::stoi(line.substr(first + 1, second - first - 1)));
      t.output_tokens.push_back(std::stoi(line.substr(second + 1)));
    }
    t.span_ns = t.arrival_ns.back() + 1;
    return t;
  }();
  return trace;
}

void count_requests(benchmark::State& state, const traffic::Trace& trace) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(trace.size()));
}

void run_fleet(benchmark::State& state, const traffic::Trace& trace, int replicas,
               serving::Router router) {
  const BenchStep step;
  serving::SimulationOptions options;
  options.replicas = replicas;
  options.router = router;
  std::int64_t iterations = 0;
  for (auto _ : state) {
    const auto result = serving::simulate(trace, step, limits(), options);
    iterations = result->iterations;
    benchmark::DoNotOptimize(result->ttft.p95);
  }
  count_requests(state, trace);
  state.counters["engine_iterations"] = static_cast<double>(iterations);
}

void azure_one_replica(benchmark::State& state) {
  run_fleet(state, azure_conversation(), 1, serving::Router::round_robin);
}
BENCHMARK(azure_one_replica)->Unit(benchmark::kMillisecond);

void azure_plain_loop(benchmark::State& state) {
  const BenchStep step;
  for (auto _ : state) {
    const auto result = serving::plain::simulate(azure_conversation(), step, limits(), {});
    benchmark::DoNotOptimize(result.iterations);
  }
  count_requests(state, azure_conversation());
}
BENCHMARK(azure_plain_loop)->Unit(benchmark::kMillisecond)->Iterations(1);

void million_one_replica(benchmark::State& state) {
  static const auto trace = synthetic(1'000'000, 5.6, 1155, 211);
  run_fleet(state, trace, 1, serving::Router::round_robin);
}
BENCHMARK(million_one_replica)->Unit(benchmark::kMillisecond);

void million_16_replicas(benchmark::State& state) {
  static const auto trace = synthetic(1'000'000, 75, 1155, 211);
  run_fleet(state, trace, 16, serving::Router::least_outstanding_tokens);
}
BENCHMARK(million_16_replicas)->Unit(benchmark::kMillisecond);

void million_64_replicas(benchmark::State& state) {
  static const auto trace = synthetic(1'000'000, 300, 1155, 211);
  run_fleet(state, trace, 64, static_cast<serving::Router>(state.range(0)));
}
BENCHMARK(million_64_replicas)
    ->Unit(benchmark::kMillisecond)
    ->ArgName("router")
    ->Arg(static_cast<int>(serving::Router::round_robin))
    ->Arg(static_cast<int>(serving::Router::least_outstanding_tokens));

serving::Replica bench_replica() {
  static const catalog::Accelerator accelerator;
  serving::Replica replica;
  replica.config.accelerator = &accelerator;
  replica.limits = limits();
  replica.step = std::make_shared<BenchStep>();
  return replica;
}

void size_week_600k(benchmark::State& state) {
  static const auto trace = synthetic(600'000, static_cast<double>(state.range(0)), 1686, 78);
  for (auto _ : state) {
    const auto plan = sizing::size_fleet(trace, bench_replica(), {});
    benchmark::DoNotOptimize(plan.ok());
    state.counters["replicas"] = plan.ok() ? plan->replicas : -1;
  }
  count_requests(state, trace);
}
BENCHMARK(size_week_600k)->Unit(benchmark::kMillisecond)->ArgName("per_s")->Arg(1)->Arg(50);

void screen_week_600k(benchmark::State& state) {
  static const auto trace = synthetic(600'000, 1, 1686, 78);
  static const auto sample = sizing::sample_by_load(trace);
  for (auto _ : state) {
    const auto needed = sizing::replicas_needed(sample, bench_replica(), {});
    benchmark::DoNotOptimize(needed.ok());
  }
  count_requests(state, sample);
}
BENCHMARK(screen_week_600k)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace breakeven

BENCHMARK_MAIN();
