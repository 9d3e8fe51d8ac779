// What a question to the price ledger costs: 5 000 models, four fields, a change every month for
// three years; and what opening and importing cost.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/random.hpp"
#include "engine/catalog/price_history.hpp"
#include "store/catalogue_import.hpp"
#include "store/ledger.hpp"

namespace breakeven::store {
namespace {

namespace fs = std::filesystem;

constexpr int kModels = 5'000;
constexpr int kMonths = 36;
constexpr std::int64_t kMonth = 2'628'000;
constexpr std::int64_t kStart = 1'700'000'000;

const std::vector<catalog::PriceField>& fields() {
  using catalog::BillingUnit;
  static const std::vector<catalog::PriceField> kFields{{BillingUnit::input},
                                                        {BillingUnit::cache_read},
                                                        {BillingUnit::output},
                                                        {BillingUnit::input, catalog::Mode::batch}};
  return kFields;
}

std::string model_name(std::int64_t number) { return "model-" + std::to_string(number); }

/// A ledger file that goes away with the program.
const std::string& full_ledger() {
  static const std::string kPath = [] {
    const fs::path path = fs::temp_directory_path() /
                          ("breakeven-bench-" + std::to_string(std::random_device{}()) + ".ledger");
    auto ledger = open_ledger(path.string()).value();
    for (int month = 0; month < kMonths; ++month) {
      RunRecord record;
      record.run.book = kOurBook;
      record.run.source = "bench";
      record.run.started = record.run.finished = Instant{kStart + month * kMonth};
      record.evidence.push_back({"bench", {}, {}, Date{19'000}, {}});
      for (int model = 0; model < kModels; ++model) {
        for (const catalog::PriceField& field : fields()) {
          NewChange added;
          added.change.book = kOurBook;
          added.change.vendor = "vendor-" + std::to_string(model % 20);
          added.change.model = model_name(model);
          added.change.field = field;
          added.change.new_price = Price{1'000'000'000 + month, 1'000'000, 0};
          added.change.effective_from = Instant{kStart + month * kMonth};
          added.change.known_from = added.change.effective_from;
          record.changes.push_back(std::move(added));
        }
      }
      if (!ledger->record(record).ok()) std::abort();
    }
    return path.string();
  }();
  return kPath;
}

Ledger& ledger() {
  static const std::unique_ptr<Ledger> kLedger = open_ledger(full_ledger()).value();
  return *kLedger;
}

struct Question {
  std::string vendor;
  std::string model;
  Instant effective;
  Instant known;
};

std::vector<Question> questions() {
  const RandomStream stream(1, "ledger_bench");
  std::vector<Question> out;
  for (std::uint64_t i = 0; i < 4'096; ++i) {
    const auto model = static_cast<std::int64_t>(stream.uniform(0, i) * kModels);
    const auto when = [&](std::uint64_t draw) {
      return Instant{kStart +
                     static_cast<std::int64_t>(stream.uniform(draw, i) * kMonths * kMonth)};
    };
    out.push_back({"vendor-" + std::to_string(model % 20), model_name(model), when(1), when(2)});
  }
  return out;
}

void as_of(benchmark::State& state) {
  const Ledger& of = ledger();
  const auto asked = questions();
  std::size_t i = 0;
  for (auto _ : state) {
    const Question& q = asked[i++ % asked.size()];
    benchmark::DoNotOptimize(
        of.as_of(kOurBook, q.vendor, q.model, fields()[i % 4], q.effective, q.known));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(as_of);

/// Nothing was known yet of what is in effect: the longest way back.
void as_of_worst(benchmark::State& state) {
  const Ledger& of = ledger();
  for (auto _ : state) {
    benchmark::DoNotOptimize(of.as_of(kOurBook, "vendor-7", "model-7", fields()[0],
                                      Instant{kStart + kMonths * kMonth}, Instant{kStart}));
  }
}
BENCHMARK(as_of_worst);

void all_prices_of_a_model(benchmark::State& state) {
  const Ledger& of = ledger();
  const auto asked = questions();
  std::size_t i = 0;
  for (auto _ : state) {
    const Question& q = asked[i++ % asked.size()];
    benchmark::DoNotOptimize(of.prices(kOurBook, q.vendor, q.model, q.effective, q.known));
  }
}
BENCHMARK(all_prices_of_a_model);

void history_of_a_model(benchmark::State& state) {
  Ledger& of = ledger();
  const auto asked = questions();
  std::size_t i = 0;
  for (auto _ : state) {
    const Question& q = asked[i++ % asked.size()];
    benchmark::DoNotOptimize(of.history(kOurBook, q.vendor, q.model));
  }
}
BENCHMARK(history_of_a_model)->Unit(benchmark::kMicrosecond);

void open_full_ledger(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(open_ledger(full_ledger()));
}
BENCHMARK(open_full_ledger)->Unit(benchmark::kMillisecond)->Iterations(1);

std::vector<catalog::NamedText> catalogue_files() {
  const fs::path root = fs::path(BREAKEVEN_SOURCE_DIR) / "catalog";
  std::vector<catalog::NamedText> files;
  for (const char* const folder : {"prices", "history"}) {
    for (const auto& entry : fs::directory_iterator(root / folder)) {
      std::ifstream in(entry.path(), std::ios::binary);
      files.push_back({entry.path().lexically_relative(root).generic_string(),
                       std::string((std::istreambuf_iterator<char>(in)), {})});
    }
  }
  return files;
}

/// Reads the catalogue and brings a ledger up to it: what a start of the program does.
ImportReport start(const fs::path& path) {
  const auto files = catalogue_files();
  const auto prices = catalog::PriceBook::load(files);
  const auto history = catalog::load_price_history(files);
  const auto opened = open_ledger(path.string());
  return import_catalogue(**opened, *prices, *history, Instant{1'795'000'000}).value();
}

void first_start(benchmark::State& state) {
  const fs::path path = fs::path(full_ledger()).replace_extension(".first");
  for (auto _ : state) {
    fs::remove(path);
    benchmark::DoNotOptimize(start(path));
  }
}
BENCHMARK(first_start)->Unit(benchmark::kMillisecond)->Iterations(3);

void next_start(benchmark::State& state) {
  const fs::path path = fs::path(full_ledger()).replace_extension(".first");
  for (auto _ : state) {
    if (start(path).books != 0) std::abort();
  }
  fs::remove(path);
}
BENCHMARK(next_start)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace

void remove_ledger() {
  for (const char* const end : {"", "-wal", "-shm"}) fs::remove(full_ledger() + end);
}

}  // namespace breakeven::store

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  breakeven::store::remove_ledger();
}
