// 100 000 paths x 36 months x twelve options, with bands, regret and the value of information.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "engine/economics/futures.hpp"
#include "service/thread_pool.hpp"

namespace {

using namespace breakeven;
using namespace breakeven::economics;

std::vector<Ledger> twelve_options() {
  std::vector<Ledger> ledgers;
  for (int i = 0; i < 12; ++i) {
    Ledger ledger{"option." + std::to_string(i), "", OptionKind::api_as_billed, {}};
    Line usage;
    usage.id = "usage";
    usage.usd = Usd::from_dollars(40'000 + 500 * i);
    if (i % 2 == 0) {
      usage.trend = Trend::api_price;
      usage.follows_volume = true;
    } else {
      usage.trend = Trend::gpu_price;
      usage.fleet = FleetSteps{3.3, 1};
    }
    ledger.add(usage);
    Line people;
    people.id = "people";
    people.group = Group::people;
    people.usd = Usd::from_dollars(i % 2 == 0 ? 0 : 12'000);
    ledger.add(people);
    ledgers.push_back(ledger);
  }
  return ledgers;
}

void AllOptions(benchmark::State& state) {
  const std::vector<Ledger> ledgers = twelve_options();
  FuturesProblem p;
  for (const Ledger& ledger : ledgers) p.options.push_back(&ledger);
  p.candidate = 1;
  const char* names[] = {"api", "gpu", "people", "slowdown", "growth", "one_off"};
  const Factor factors[] = {Factor::api_price, Factor::gpu_price_year, Factor::people,
                            Factor::slowdown,  Factor::growth,         Factor::one_off};
  for (std::size_t d = 0; d < 6; ++d) {
    const bool growth = factors[d] == Factor::growth;
    p.drivers.push_back(
        {names[d],
         "",
         "",
         growth ? 0.02 : 1.0,
         {growth ? Shape::normal : Shape::lognormal, {growth ? 0.02 : 1.0, growth ? 0.03 : 0.3}},
         {},
         0,
         10});
    p.roles.push_back({d, factors[d], 0});
  }
  p.correlations = {{1, 4, 0.4, {}}, {0, 1, 0.3, {}}};
  service::ThreadPool pool;
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulate_futures(p, 100'000, 1, pool));
  }
}
BENCHMARK(AllOptions)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
