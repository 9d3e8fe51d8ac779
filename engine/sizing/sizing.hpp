// sizing.hpp — the fewest replicas that hold an objective, the cheapest offer that provides them,
// and the capacity table that economics reads.
//
// Units    Seconds, tokens, USD per hour as exact Price of one whole instance.
// Shape    Utilisation is an output: tokens served / tokens the fleet could serve at the objective.
// Threads  Configurations run as blocks on the Pool; the result does not depend on its size.
// Errors   infeasible when no configuration fits or no fleet up to max_replicas meets the
//          objective; the message says which limit binds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/simulation.hpp"

namespace breakeven::sizing {

struct SizingOptions {
  serving::Objective objective;
  int redundancy = 1;  ///< r: the objective must hold with r replicas down
  int max_replicas = 512;
  serving::Router router = serving::Router::least_outstanding_tokens;
  /// Also replays each verified fleet scaled by this, at most at its full size.
  std::optional<serving::Elasticity> elastic;
  Ticker* ticker = nullptr;  ///< cheapest_fleets() reports its share done here
};

/// One point of the capacity table of a replica configuration: n replicas serve the trace and what
/// would break the objective is turned away at arrival (admission.hpp) and goes to an API.
struct CapacityPoint {
  int replicas = 0;
  /// Share of the trace's requests and tokens that n replicas serve within the objective; the rest
  /// overflows (1 when n suffices). Never falls as n grows.
  double served_requests = 0;
  double served_input_tokens = 0;
  double served_cached_tokens = 0;  ///< of the trace's cached tokens; 1 when it has none
  double served_output_tokens = 0;
  bool objective_met = false;  ///< for the whole trace without overflow
  std::int64_t overflow_requests = 0;
  std::int64_t overflow_input_tokens = 0;  ///< cached ones included
  std::int64_t overflow_cached_tokens = 0;
  std::int64_t overflow_output_tokens = 0;
  /// Bit i of word i / 64: request i overflows, for prices that depend on each request. Null when
  /// all requests do (n = 0) or none does.
  std::shared_ptr<const std::vector<std::uint64_t>> overflow_bits;
  [[nodiscard]] bool overflows(std::size_t request) const;
};

enum class Limit : std::uint8_t { ttft, tpot };
[[nodiscard]] std::string_view to_string(Limit limit);

/// What a configuration can do on this trace.
struct FleetPlan {
  serving::Replica replica;
  int replicas_needed = 0;      ///< smallest R that meets the objective, all up
  int replicas = 0;             ///< R + redundancy
  Limit binding = Limit::ttft;  ///< what R - 1 replicas miss; for R = 1 what is nearer its limit
  serving::SimulationResult at_needed;  ///< replay with R replicas (the worst allowed case)
  serving::SimulationResult at_fleet;   ///< replay with all replicas up
  /// Largest multiple of the trace's load that R + r replicas carry at the objective (>= 1),
  /// to 2 %; on a sample of the trace (load_sample.hpp) when it is long.
  double max_load_factor = 1;
  /// Tokens served / tokens the whole fleet could serve at the objective = 1 / max_load_factor.
  double delivered_utilisation = 0;
  /// The replay with SizingOptions::elastic; null without.
  std::shared_ptr<const serving::SimulationResult> elastic;
  /// n = 0 .. replicas_needed, every n up to 16 replicas, else 17 points evenly spread.
  std::vector<CapacityPoint> capacity;
  [[nodiscard]] int gpus_needed() const { return replicas * replica.gpus(); }
};

/// Fails with infeasible: the objective cannot be met by one request alone, a request never fits,
/// or max_replicas do not suffice; the message names the limit and the figures.
[[nodiscard]] Result<FleetPlan> size_fleet(const traffic::Trace& trace,
                                           const serving::Replica& replica,
                                           const SizingOptions& options);

/// The replicas and the replay with them, without the capacity table: what a search screens with.
struct ReplicasNeeded {
  int replicas = 0;
  Limit binding = Limit::ttft;
  serving::SimulationResult at_needed;
};
/// Smallest R that holds the objective on `trace`, looked for from `guess` in both directions: R is
/// verified to hold and R - 1 to miss.
[[nodiscard]] Result<ReplicasNeeded> replicas_needed(const traffic::Trace& trace,
                                                     const serving::Replica& replica,
                                                     const SizingOptions& options, int guess = 1);

/// Largest load factor (1 .. 1000) that `replicas` replicas carry at the objective, to 2 %.
[[nodiscard]] Result<double> max_load_factor(const traffic::Trace& trace,
                                             const serving::Replica& replica, int replicas,
                                             const SizingOptions& options);

/// Everything beyond the number of replicas: the replay with all up, headroom on `sample`
/// (load_sample.hpp), capacity table.
[[nodiscard]] Result<FleetPlan> complete_plan(const traffic::Trace& trace,
                                              const traffic::Trace& sample,
                                              const serving::Replica& replica,
                                              ReplicasNeeded needed, const SizingOptions& options);

/// A fleet on a concrete offer: whole instances.
struct PricedFleet {
  FleetPlan plan;
  const catalog::GpuOffer* offer = nullptr;
  int instances = 0;  ///< whole nodes: ceil over replicas packed into instances
  int gpus = 0;       ///< instances x GPUs of one instance
  Price usd_per_hour_instance;
  /// Always on: 730 h, never scaled by utilisation.
  [[nodiscard]] Result<Usd> usd_per_month() const;
  /// What the elastic replay paid for, whole instances by the time each was up or starting, brought
  /// to 730 h; not_found without such a replay. Rounded half to even at 1e-15 USD.
  ///   price x 730 h x sum_n seconds_at(n) x instances_for(n) / span
  [[nodiscard]] Result<Usd> elastic_usd_per_month() const;
};

/// The cheapest way to buy `replicas` replicas of `gpus_per_replica` GPUs: a replica never spans
/// two instances unless it is larger than one. Returns instances needed. Arguments > 0.
[[nodiscard]] int instances_for(int replicas, int gpus_per_replica, int gpus_per_instance);

/// The offer that carries `replicas` x `gpus_per_replica` of an accelerator for the least money;
/// null when none has so many GPUs in one instance. First in order among equals.
struct CheapestOffer {
  const catalog::GpuOffer* offer = nullptr;
  int instances = 0;
};
[[nodiscard]] CheapestOffer cheapest_offer(const std::vector<const catalog::GpuOffer*>& offers,
                                           std::string_view accelerator, catalog::Term term,
                                           int replicas, int gpus_per_replica);

struct SearchSpace {
  std::vector<serving::ReplicaConfig> configs;
  std::vector<const catalog::GpuOffer*> offers;
  const serving::Coefficients* coefficients = nullptr;
};

/// A configuration as the screen saw it. Its cost is exact for the replicas it names; the number of
/// replicas is that of a sample of the trace and not verified.
struct ScreenedFleet {
  std::size_t config = 0;  ///< index into SearchSpace::configs
  int replicas = 0;        ///< R + r
  const catalog::GpuOffer* offer = nullptr;
  int instances = 0;
  double ttft_s = 0;  ///< at the objective's percentile, R replicas
  double tpot_s = 0;
  double end_to_end_p95_s = 0;
};

struct SearchResult {
  /// Verified on the whole trace, one per configuration and term on its cheapest offer, cheapest
  /// first. For every term the cheapest of all configurations is among them.
  std::vector<PricedFleet> fleets;
  /// Indices into fleets: no other is both cheaper and faster (p95 end to end with R replicas).
  std::vector<std::size_t> pareto;
  /// Every feasible configuration and term as screened, cheapest first.
  std::vector<ScreenedFleet> screened;
  /// "config: reason", in order of configs: does not fit, misses the objective, no offer, or only
  /// screened because others are cheaper.
  std::vector<std::string> rejected;
};

/// Sizes every configuration on a sample of the trace, then verifies the cheapest ones on all of
/// it: best first, until the cheapest of every term is a verified one.
[[nodiscard]] Result<SearchResult> cheapest_fleets(const traffic::Trace& trace,
                                                   const SearchSpace& space,
                                                   const SizingOptions& options, Pool& pool);

/// Longest request of a trace in tokens, prompt and answer: what a replica must be able to hold.
[[nodiscard]] std::int64_t longest_request(const traffic::Trace& trace);

}  // namespace breakeven::sizing
