// Reading, describing and making traces.
//
// Rows/s of the reader from memory (no disk), plain and gzip; requests/s of statistics and of the
// generator. The published trace is used when it lies beside the repository, a synthetic one else.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>

#include "engine/traffic/profile.hpp"
#include "io/trace_reader.hpp"
#include "io/trace_writer.hpp"

namespace {

using namespace breakeven;

traffic::Profile profile(double requests) {
  traffic::Profile p = *traffic::preset("steady");
  p.days = 7;
  p.requests_per_day = requests / p.days;
  return p;
}

const std::string& csv() {
  static const std::string text = io::trace_csv(traffic::generate(profile(1e6))->trace);
  return text;
}

void count_rows(benchmark::State& state, std::int64_t rows) {
  state.SetItemsProcessed(state.iterations() * rows);
}

void read_csv(benchmark::State& state) {
  std::int64_t rows = 0;
  for (auto _ : state) {
    const auto import = io::read_trace_bytes(csv(), "bench");
    rows = import->rows;
    benchmark::DoNotOptimize(import->trace.span_ns);
  }
  count_rows(state, rows);
}
BENCHMARK(read_csv)->Unit(benchmark::kMillisecond);

void read_gzip(benchmark::State& state) {
  const std::string packed = *io::gzip(csv());
  std::int64_t rows = 0;
  for (auto _ : state) rows = io::read_trace_bytes(packed, "bench")->rows;
  count_rows(state, rows);
}
BENCHMARK(read_gzip)->Unit(benchmark::kMillisecond);

void read_json_lines(benchmark::State& state) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) {
    text += "{\"timestamp\": " + std::to_string(i * 300) +
            ", \"input_length\": 6758, \"output_length\": 500, \"hash_ids\": [0, " +
            std::to_string(i) + "]}\n";
  }
  for (auto _ : state) benchmark::DoNotOptimize(io::read_trace_bytes(text, "bench")->rows);
  count_rows(state, 200'000);
}
BENCHMARK(read_json_lines)->Unit(benchmark::kMillisecond);

void read_published(benchmark::State& state) {
  const std::filesystem::path path = std::filesystem::path(BREAKEVEN_SOURCE_DIR) / ".." / "shared" /
                                     "data" / "traces" / "tenant_a_steady_7d.csv.gz";
  if (!std::filesystem::exists(path)) {
    state.SkipWithError("the published traces are not here");
    return;
  }
  std::int64_t rows = 0;
  for (auto _ : state) rows = io::read_trace(path.string())->rows;
  count_rows(state, rows);
}
BENCHMARK(read_published)->Unit(benchmark::kMillisecond);

void describe(benchmark::State& state) {
  const auto import = io::read_trace_bytes(csv(), "bench");
  for (auto _ : state) benchmark::DoNotOptimize(traffic::statistics(import->trace).requests);
  count_rows(state, import->rows);
}
BENCHMARK(describe)->Unit(benchmark::kMillisecond);

void generate(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(traffic::generate(profile(1e6))->hourly_sigma);
  count_rows(state, 1'000'000);
}
BENCHMARK(generate)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
