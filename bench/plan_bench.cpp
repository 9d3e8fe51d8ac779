// How long a whole answer takes: the trace file read, fleets sized, options costed, verdict written.
//
// Baseline: reading the same trace alone, so that the share of the plan itself is seen in one run.
#include <benchmark/benchmark.h>

#include <string>

#include "service/plan.hpp"
#include "service/quick.hpp"
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
