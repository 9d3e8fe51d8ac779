// How fast usage exports are read, classified and priced: bytes of the file per second, one core.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "engine/usage/totals.hpp"
#include "io/usage/import.hpp"
#include "service/catalog_store.hpp"

namespace {

using namespace breakeven;

constexpr int kRows = 200'000;

const catalog::PriceBook& book() {
  static const auto kCatalog = service::load_catalog({});
  return kCatalog->prices();
}

/// Requests with ids, minutes apart, over four models.
struct Row {
  std::string id;
  std::int64_t ms;
  const char* model;
  int input;
  int cached;
  int output;
};
Row row(int i) {
  constexpr const char* kModels[] = {"claude-sonnet-4-5", "claude-haiku-4-5", "gpt-4.1",
                                     "gemini-2.5-pro"};
  const auto x = static_cast<std::uint32_t>(i) * 2654435761U;
  return {"req-" + std::to_string(x) + "-" + std::to_string(i),
          1'772'442'000'000 + 250LL * i,
          kModels[x % 4],
          static_cast<int>(1'000 + x % 4'000),
          static_cast<int>(x % 1'000),
          static_cast<int>(20 + x % 700)};
}

const std::string& csv() {
  static const std::string kText = [] {
    std::string text = "request_id,timestamp,model,input_tokens,cached_tokens,output_tokens,team\n";
    for (int i = 0; i < kRows; ++i) {
      const Row r = row(i);
      text += r.id + "," + std::to_string(r.ms) + "," + r.model + "," + std::to_string(r.input) +
              "," + std::to_string(r.cached) + "," + std::to_string(r.output) + ",search\n";
    }
    return text;
  }();
  return kText;
}

const std::string& json_lines() {
  static const std::string kText = [] {
    std::string text;
    for (int i = 0; i < kRows; ++i) {
      const Row r = row(i);
      text += "{\"request_id\":\"" + r.id + "\",\"time\":" + std::to_string(r.ms) +
              ",\"status\":200,\"model\":\"" + r.model +
              "\",\"prompt_tokens\":" + std::to_string(r.input) +
              ",\"cached_tokens\":" + std::to_string(r.cached) +
              ",\"completion_tokens\":" + std::to_string(r.output) + ",\"team\":\"search\"}\n";
    }
    return text;
  }();
  return kText;
}

void import(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    usage::Totals totals(&book());
    io::UsageImporter importer({}, totals);
    const usage::FileReport report = importer.read_bytes(text, "bench");
    if (report.kept != kRows) state.SkipWithError("records were lost");
    benchmark::DoNotOptimize(totals.finish());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * kRows);
}

void ReadClassifyPriceCsv(benchmark::State& state) { import(state, csv()); }
void ReadClassifyPriceJsonLines(benchmark::State& state) { import(state, json_lines()); }

BENCHMARK(ReadClassifyPriceCsv)->Unit(benchmark::kMillisecond);
BENCHMARK(ReadClassifyPriceJsonLines)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
