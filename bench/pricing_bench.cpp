// How many calls are priced per second: in columns, one by one, and from JSON lines.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "codec/price_json.hpp"
#include "engine/base/random.hpp"
#include "engine/pricing/bill.hpp"
#include "engine/pricing/trace_bill.hpp"
#include "io/json_lines.hpp"
#include "service/catalog_store.hpp"

namespace breakeven {
namespace {

const catalog::PriceBook& book() {
  static const auto loaded = service::load_catalog(std::string(BREAKEVEN_SOURCE_DIR) + "/catalog");
  return loaded.value().prices();
}

struct Columns {
  std::vector<std::int32_t> input;
  std::vector<std::int32_t> output;
  std::vector<std::int32_t> cached;
};

Columns columns(std::size_t rows) {
  Columns c;
  const RandomStream stream(1, "pricing_bench");
  for (std::size_t i = 0; i < rows; ++i) {
    const auto draw = [&](std::uint64_t which, double top) {
      return static_cast<std::int32_t>(stream.uniform(which, i) * top);
    };
    c.input.push_back(draw(0, 30'000));
    c.output.push_back(draw(1, 1'500));
    c.cached.push_back(draw(2, c.input.back() + 1.0));
  }
  return c;
}

void price_columns(benchmark::State& state, const char* model) {
  const Columns c = columns(1'000'000);
  const auto card = book().resolve(**book().find(model), {});
  for (auto _ : state) {
    const auto bill =
        pricing::price_trace(*card, {c.input, c.output, c.cached}, pricing::TraceOptions());
    benchmark::DoNotOptimize(bill->high);
  }
  state.SetItemsProcessed(state.iterations() * 1'000'000);
}
BENCHMARK_CAPTURE(price_columns, flat, "anthropic/claude-sonnet-4-6");
BENCHMARK_CAPTURE(price_columns, tiered, "openai/gpt-5.4");

void price_calls(benchmark::State& state) {
  const Columns c = columns(1'000);
  pricing::Pricer pricer(book());
  pricing::CallRequest request;
  request.model = "anthropic/claude-sonnet-4-6";
  request.at = Instant{1'790'000'000};
  for (auto _ : state) {
    for (std::size_t i = 0; i < c.input.size(); ++i) {
      pricing::Usage usage;
      usage.counts.set(catalog::BillingUnit::input, c.input[i]);
      usage.counts.set(catalog::BillingUnit::cache_read, c.cached[i]);
      usage.counts.set(catalog::BillingUnit::output, c.output[i]);
      benchmark::DoNotOptimize(pricer.price(request, usage)->high);
    }
  }
  state.SetItemsProcessed(state.iterations() * 1'000);
}
BENCHMARK(price_calls);

void price_json_lines(benchmark::State& state) {
  const Columns c = columns(1'000);
  static constexpr std::array<const char*, 4> kModels{"claude-sonnet-4-6", "gpt-5.4", "o3",
                                                      "gemini-2.5-pro"};
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < c.input.size(); ++i) {
    lines.push_back(
        R"({"id":)" + std::to_string(i) + R"(,"model":")" + kModels[i % 4] +
        R"(","timestamp":"2026-09-01T12:00:00Z","usage":{"prompt_tokens":)" +
        std::to_string(c.input[i]) + R"(,"completion_tokens":)" + std::to_string(c.output[i]) +
        R"(,"total_tokens":)" + std::to_string(c.input[i] + c.output[i]) +
        R"(,"prompt_tokens_details":{"cached_tokens":)" + std::to_string(c.cached[i]) + "}}}");
  }
  pricing::Pricer pricer(book());
  io::JsonFields parser;
  std::string out;
  for (auto _ : state) {
    for (const std::string& line : lines) {
      out.clear();
      codec::price_object(*parser.parse(line), pricer, out);
      benchmark::DoNotOptimize(out.data());
    }
  }
  state.SetItemsProcessed(state.iterations() * 1'000);
}
BENCHMARK(price_json_lines);

}  // namespace
}  // namespace breakeven

BENCHMARK_MAIN();
