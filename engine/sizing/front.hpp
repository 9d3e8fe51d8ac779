// front.hpp — the cost-latency front of a large search: many models, accelerators, precisions and
// parallelisms at once.
//
// Units    Exact hourly price of whole instances; seconds (p95 end to end with R replicas).
// Shape    A fleet is on the front when no other is both at most as dear and at most as slow. Every
//          configuration is sized on a sample of the trace (load_sample.hpp), and what ends on the
//          front is sized again on all of it. Most configurations are never simulated:
//
//            - load_bounds.hpp gives the least cost and the least latency of a configuration; it is
//              left out when a fleet already found beats both;
//            - else the most replicas that would still be worth their price are replayed once. The
//              replay stops when the objective is missed, and the configuration is left out: more
//              replicas cost more than what is known to be as fast;
//            - only then is the number of replicas looked for.
//
//          The screened front is the one that sizing everything would give (test
//          Front.PruningChangesNothing).
// Threads  Configurations run on the Pool in batches whose bounds do not depend on its size.
// Errors   infeasible when nothing holds the objective.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::sizing {

struct FrontFleet {
  std::size_t config = 0;  ///< index into SearchSpace::configs
  serving::Replica replica;
  ReplicasNeeded needed;
  int replicas = 0;  ///< R + redundancy
  const catalog::GpuOffer* offer = nullptr;
  int instances = 0;
  /// Always on: 730 h of whole instances.
  [[nodiscard]] Result<Usd> usd_per_month() const;
  [[nodiscard]] double end_to_end_p95_s() const { return needed.at_needed.end_to_end.p95; }
};

/// What became of the configurations; they add up.
struct FrontCounts {
  std::int64_t configurations = 0;
  std::int64_t not_offered = 0;  ///< nobody rents so many of the accelerator in one instance
  std::int64_t not_fitting = 0;  ///< weights and the longest request exceed its memory
  std::int64_t bounded = 0;      ///< its least cost and latency are beaten
  std::int64_t outbid = 0;       ///< misses the objective at any price that is worth paying
  std::int64_t missed = 0;       ///< misses the objective at max_replicas
  std::int64_t sized = 0;
};

struct FrontResult {
  std::vector<FrontFleet> front;     ///< verified on the whole trace; cheapest first, ever faster
  std::vector<FrontFleet> screened;  ///< the front on the sample
  FrontCounts counts;
};

/// `prune` = false sizes every configuration: for tests. SizingOptions::elastic is not used.
[[nodiscard]] Result<FrontResult> cost_latency_front(const traffic::Trace& trace,
                                                     const SearchSpace& space,
                                                     const SizingOptions& options, Pool& pool,
                                                     bool prune = true);

}  // namespace breakeven::sizing
