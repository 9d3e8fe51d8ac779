// sizing.hpp — the fewest replicas that hold an objective, the cheapest offer that provides them,
// and the capacity table that economics reads.
//
// Units    Seconds, tokens, USD per hour as exact Price of one whole instance.
// Shape    Utilisation is an output: tokens served / tokens the fleet could serve at the objective.
// Threads  Configurations run as blocks on the Pool; the result does not depend on its size.
// Errors   infeasible when no configuration fits or no fleet up to max_replicas meets the objective;
//          the message says which limit binds.
#pragma once

#include <string>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/simulation.hpp"

namespace breakeven::sizing {

struct SizingOptions {
  serving::Objective objective;
  int redundancy = 1;       ///< r: the objective must hold with r replicas down
  int max_replicas = 512;
  serving::Router router = serving::Router::least_outstanding_tokens;
  const Ticker* ticker = nullptr;
};

/// One point of the capacity table of a replica configuration: n replicas serve the trace.
struct CapacityPoint {
  int replicas = 0;
  /// Share of the trace's requests and tokens that n replicas serve within the objective; the rest
  /// would have to overflow to an API (1 when n suffices).
  double served_requests = 0;
  double served_input_tokens = 0;
  double served_cached_tokens = 0;
  double served_output_tokens = 0;
  bool objective_met = false;  ///< for the whole trace without overflow
};

/// What a configuration can do on this trace.
struct FleetPlan {
  serving::Replica replica;
  int replicas_needed = 0;      ///< smallest R that meets the objective, all up
  int replicas = 0;             ///< R + redundancy
  serving::SimulationResult at_needed;  ///< replay with R replicas (the worst allowed case)
  serving::SimulationResult at_fleet;   ///< replay with all replicas up
  /// Largest multiple of the trace's load that R + r replicas carry at the objective (>= 1).
  double max_load_factor = 1;
  /// Tokens served / tokens the whole fleet could serve at the objective = 1 / max_load_factor.
  double delivered_utilisation = 0;
  std::vector<CapacityPoint> capacity;  ///< n = 0 .. replicas_needed
  [[nodiscard]] int gpus_needed() const { return replicas * replica.gpus(); }
};

[[nodiscard]] Result<FleetPlan> size_fleet(const traffic::Trace& trace, const serving::Replica& replica,
                                           const SizingOptions& options);

/// A fleet on a concrete offer: whole instances.
struct PricedFleet {
  FleetPlan plan;
  const catalog::GpuOffer* offer = nullptr;
  int instances = 0;  ///< whole nodes: ceil over replicas packed into instances
  int gpus = 0;       ///< instances x GPUs of one instance
  Price usd_per_hour_instance;
  [[nodiscard]] Result<Usd> usd_per_month() const;  ///< always on: 730 h, never scaled by utilisation
};

/// The cheapest way to buy `replicas` replicas of `gpus_per_replica` GPUs: a replica never spans two
/// instances unless it is larger than one. Returns instances needed.
[[nodiscard]] int instances_for(int replicas, int gpus_per_replica, int gpus_per_instance);

struct SearchSpace {
  std::vector<serving::ReplicaConfig> configs;
  std::vector<const catalog::GpuOffer*> offers;
};

struct SearchResult {
  std::vector<PricedFleet> fleets;    ///< every feasible configuration on its cheapest offer, cheapest first
  std::vector<std::size_t> pareto;    ///< indices into fleets: no other is both cheaper and faster
  std::vector<std::string> rejected;  ///< "config: reason", in order of configs
};

/// Sizes every configuration and prices it on the offers that have its accelerator.
[[nodiscard]] Result<SearchResult> cheapest_fleets(const traffic::Trace& trace, const SearchSpace& space,
                                                   const SizingOptions& options, Pool& pool);

}  // namespace breakeven::sizing
