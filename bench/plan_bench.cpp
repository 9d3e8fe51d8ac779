// How long a whole answer takes: the trace file read, fleets sized, options costed, verdict written.
//
// Baseline: reading the same trace alone, so that the share of the plan itself is seen in one run.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "engine/base/det_math.hpp"
#include "engine/base/random.hpp"
#include "engine/traffic/trace.hpp"
#include "service/catalog_store.hpp"
#include "service/plan.hpp"
#include "service/quick.hpp"
#include "service/simulate.hpp"
#include "service/thread_pool.hpp"

namespace breakeven {
namespace {

const std::string kTrace =
    std::string(BREAKEVEN_SOURCE_DIR) + "/examples/document-assistant.csv.gz";

const service::Facts* facts(benchmark::State& state) {
  static const auto loaded = service::load_facts({});
  if (!loaded) {
    state.SkipWithError(loaded.error().text().c_str());
    return nullptr;
  }
  return loaded->get();
}

void read_trace_alone(benchmark::State& state) {
  std::int64_t rows = 0;
  for (auto _ : state) {
    const auto import = io::read_trace(kTrace);
    if (!import) return state.SkipWithError(import.error().text().c_str());
    rows += import->rows;
  }
  state.SetItemsProcessed(rows);
}
BENCHMARK(read_trace_alone)->Unit(benchmark::kMillisecond);

void load_facts_alone(benchmark::State& state) {
  for (auto _ : state) {
    const auto loaded = service::load_facts({});
    if (!loaded) return state.SkipWithError(loaded.error().text().c_str());
  }
}
BENCHMARK(load_facts_alone)->Unit(benchmark::kMillisecond);

void plan_end_to_end(benchmark::State& state) {
  const service::Facts* loaded = facts(state);
  if (loaded == nullptr) return;
  service::ThreadPool pool(static_cast<std::size_t>(state.range(0)));
  advisor::PlanQuestion question;
  question.api_model = "anthropic/claude-opus-4-8";
  question.open_model = "openai/gpt-oss-120b";
  std::int64_t requests = 0;
  for (auto _ : state) {
    const auto result = service::plan(*loaded, question, kTrace, {}, pool);
    if (!result) return state.SkipWithError(result.error().text().c_str());
    requests += (*result)->answer.traffic.requests;
  }
  state.SetItemsProcessed(requests);
}
BENCHMARK(plan_end_to_end)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

/// 600 000 requests over a week with a busy middle of the day.
traffic::Trace week() {
  constexpr double kDay = 86'400;
  const RandomStream random(7, "bench.week");
  traffic::Trace trace;
  double now = 0;
  for (std::uint64_t i = 0; i < 600'000; ++i) {
    const double hour = (now - kDay * static_cast<double>(static_cast<int>(now / kDay))) / 3600;
    const double per_s = hour > 8 && hour < 18 ? 1.6 : 0.57;
    now -= det_log(random.uniform(0, i)) / per_s;
    trace.arrival_ns.push_back(static_cast<std::int64_t>(now * 1e9));
    trace.input_tokens.push_back(
        static_cast<std::int32_t>(100 - 1600 * det_log(random.uniform(1, i))));
    trace.output_tokens.push_back(
        static_cast<std::int32_t>(10 - 250 * det_log(random.uniform(2, i))));
  }
  trace.span_ns = trace.arrival_ns.back() + 1;
  return trace;
}

void front_of_a_week(benchmark::State& state) {
  const auto catalog = service::load_catalog();
  const auto coefficients = service::load_coefficients();
  if (!catalog.ok() || !coefficients.ok()) return state.SkipWithError("no catalogue");
  static const traffic::Trace trace = week();
  service::ThreadPool pool(static_cast<std::size_t>(state.range(0)));
  service::FrontRequest request;
  request.min_quality = static_cast<double>(state.range(1));
  for (auto _ : state) {
    const auto report = service::cost_latency_front(trace, request, *catalog, *coefficients, pool);
    if (!report.ok()) return state.SkipWithError(report.error().text().c_str());
    state.counters["models"] = static_cast<double>(report->models.size());
    state.counters["configurations"] = static_cast<double>(report->search.counts.configurations);
    state.counters["sized"] = static_cast<double>(report->search.counts.sized);
    state.counters["front"] = static_cast<double>(report->search.front.size());
  }
}
BENCHMARK(front_of_a_week)
    ->ArgNames({"threads", "floor"})
    ->Args({2, 0})
    ->Args({2, 50})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);

void quick_answer(benchmark::State& state) {
  auto calculator = service::load_quick_calculator({});
  if (!calculator) return state.SkipWithError(calculator.error().text().c_str());
  service::ThreadPool pool(static_cast<std::size_t>(state.range(0)));
  const std::string request =
      R"({"api_spend_usd_month":"40000","gpu_usd_month":"8000","ops_usd_month":"25000","tooling_usd_month":"3000","paths":)" +
      std::to_string(state.range(1)) + "}";
  for (auto _ : state) {
    const auto answer = calculator->answer_json(request, pool);
    if (!answer) return state.SkipWithError(answer.error().text().c_str());
    benchmark::DoNotOptimize(answer->size());
  }
}
BENCHMARK(quick_answer)
    ->Args({1, 2'048})
    ->Args({2, 100'000})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace breakeven

BENCHMARK_MAIN();
