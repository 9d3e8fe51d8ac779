#include "engine/sizing/front.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/sizing/load_bounds.hpp"
#include "engine/sizing/load_sample.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::sizing {

namespace {

using catalog::GpuOffer;
using serving::ReplicaConfig;
using traffic::Trace;

constexpr std::size_t kBatch = 16;  // sized before the next look at the front
constexpr std::int64_t kScreenRequests = 16'000;
constexpr double kScreenedShare = 0.6;  // of the share done, as the ticker hears it

enum class Fate : std::uint8_t { open, not_offered, not_fitting, bounded, outbid, missed, sized };

/// Cost in nano-dollars per hour and latency of a fleet, or the least of a configuration.
struct Point {
  Int128 cost = 0;
  double latency_s = 0;
};

bool beats(const Point& a, const Point& b) {
  return a.cost <= b.cost && a.latency_s <= b.latency_s &&
         (a.cost < b.cost || a.latency_s < b.latency_s);
}

struct Candidate {
  Fate fate = Fate::open;
  Point least;
  int least_replicas = 1;
  std::optional<FrontFleet> fleet;
};

Int128 hourly(const GpuOffer& offer, int instances) {
  return Int128{offer.usd_per_hour.nano_usd} * instances;
}

Point point_of(const FrontFleet& fleet) {
  return {hourly(*fleet.offer, fleet.instances), fleet.end_to_end_p95_s()};
}

/// Members that no other beats, cheapest first; of equal ones the first.
std::vector<FrontFleet> non_dominated(std::vector<FrontFleet> fleets) {
  std::ranges::stable_sort(fleets, [](const FrontFleet& a, const FrontFleet& b) {
    const Point p = point_of(a);
    const Point q = point_of(b);
    if (p.cost != q.cost) return p.cost < q.cost;
    if (p.latency_s != q.latency_s) return p.latency_s < q.latency_s;
    return a.config < b.config;
  });
  std::vector<FrontFleet> front;
  for (FrontFleet& fleet : fleets) {
    if (!front.empty() && fleet.end_to_end_p95_s() >= front.back().end_to_end_p95_s()) continue;
    front.push_back(std::move(fleet));
  }
  return front;
}

class FrontSearch {
 public:
  FrontSearch(const Trace& trace, const SearchSpace& space, const SizingOptions& options,
              Pool& pool, bool prune)
      : trace_(&trace),
        space_(&space),
        options_(&options),
        pool_(&pool),
        prune_(prune),
        sample_(sample_by_load(trace, kScreenRequests)),
        bounds_(sample_),
        longest_(longest_request(trace)),
        candidates_(space.configs.size()) {
    for (const GpuOffer* offer : space.offers) offers_[offer->accelerator].push_back(offer);
  }

  [[nodiscard]] Result<FrontResult> run() {
    pool_->run(candidates_.size(), [this](std::size_t i) { bound(i); });
    const std::vector<std::size_t> order = most_promising_first();
    for (std::size_t from = 0; from < order.size(); from += kBatch) {
      BREAKEVEN_CHECK_OK(
          proceed(kScreenedShare * static_cast<double>(from) / static_cast<double>(order.size())));
      const std::size_t count = std::min(kBatch, order.size() - from);
      pool_->run(count, [&](std::size_t j) { size(order[from + j]); });
      for (std::size_t j = 0; j < count; ++j) enter(order[from + j]);
    }
    FrontResult result;
    result.counts = counts();
    std::vector<FrontFleet> fleets;
    for (Candidate& c : candidates_)
      if (c.fleet) fleets.push_back(std::move(*c.fleet));
    result.screened = non_dominated(std::move(fleets));
    if (result.screened.empty()) return nothing_found();
    BREAKEVEN_CHECK_OK(proceed(kScreenedShare));
    result.front = verified(result.screened);
    if (result.front.empty()) return nothing_found();
    return result;
  }

 private:
  [[nodiscard]] Status proceed(double share) const {
    if (options_->ticker == nullptr) return {};
    if (options_->ticker->cancel.load(std::memory_order_relaxed))
      return Error{ErrorCode::resource_limit, "the search was cancelled", {}};
    options_->ticker->fraction_done.store(share, std::memory_order_relaxed);
    return {};
  }

  /// The cheapest way to rent replicas of a configuration on the terms of the search space.
  [[nodiscard]] CheapestOffer cheapest(const ReplicaConfig& config, int replicas) const {
    CheapestOffer best;
    const auto offers = offers_.find(config.accelerator->id);
    if (offers == offers_.end()) return best;
    for (const GpuOffer* offer : offers->second) {
      if (!offer->rentable() || offer->gpus < config.gpus()) continue;
      const int instances = instances_for(replicas, config.gpus(), offer->gpus);
      if (best.offer == nullptr || hourly(*offer, instances) < hourly(*best.offer, best.instances))
        best = {offer, instances};
    }
    return best;
  }

  [[nodiscard]] std::optional<Int128> cost_of(const ReplicaConfig& config, int needed) const {
    const CheapestOffer o = cheapest(config, needed + options_->redundancy);
    if (o.offer == nullptr) return std::nullopt;
    return hourly(*o.offer, o.instances);
  }

  void bound(std::size_t i) {
    Candidate& c = candidates_[i];
    const ReplicaConfig& config = space_->configs[i];
    if (!cost_of(config, 1)) {
      c.fate = Fate::not_offered;
      return;
    }
    const auto replica = serving::make_replica(config, longest_, *space_->coefficients);
    if (!replica.ok()) {
      c.fate = Fate::not_fitting;
      return;
    }
    const int ranks = config.data_parallel;
    const int least = bounds_.replicas(*replica->step, replica->limits, options_->objective);
    c.least_replicas = (least + ranks - 1) / ranks;
    c.least = {cost_of(config, c.least_replicas).value_or(Int128{0}),
               bounds_.end_to_end_p95_s(*replica->step, replica->limits)};
  }

  [[nodiscard]] std::vector<std::size_t> most_promising_first() const {
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const Candidate& c = candidates_[i];
      if (c.fate != Fate::open) continue;
      ranked.emplace_back(static_cast<double>(c.least.cost) * c.least.latency_s, i);
    }
    std::ranges::sort(ranked);
    std::vector<std::size_t> order;
    order.reserve(ranked.size());
    for (const auto& [rank, i] : ranked) order.push_back(i);
    return order;
  }

  /// What the cheapest known fleet costs that is at least as fast as `latency_s`.
  [[nodiscard]] std::optional<Int128> price_of_latency(double latency_s) const {
    for (const Point& p : front_)
      if (p.latency_s <= latency_s) return p.cost;
    return std::nullopt;
  }

  /// The most replicas that cost no more than `limit`; 0 when even the fewest do.
  [[nodiscard]] int affordable(const ReplicaConfig& config, int fewest, Int128 limit) const {
    const auto within = [&](int n) {
      const auto cost = cost_of(config, n);
      return cost && *cost <= limit;
    };
    if (fewest > options_->max_replicas || !within(fewest)) return 0;
    int fits = fewest;
    int exceeds = options_->max_replicas + 1;
    while (exceeds - fits > 1) {
      const int middle = fits + (exceeds - fits) / 2;
      (within(middle) ? fits : exceeds) = middle;
    }
    return fits;
  }

  void size(std::size_t i) {
    Candidate& c = candidates_[i];
    const ReplicaConfig& config = space_->configs[i];
    SizingOptions options = *options_;
    int guess = std::clamp(2 * c.least_replicas, 1, options.max_replicas);
    if (prune_) {
      if (std::ranges::any_of(front_, [&](const Point& p) { return beats(p, c.least); })) {
        c.fate = Fate::bounded;
        return;
      }
      if (const auto limit = price_of_latency(c.least.latency_s)) {
        const int most = affordable(config, c.least_replicas, *limit);
        if (most == 0) {
          c.fate = Fate::bounded;
          return;
        }
        options.max_replicas = most;
        guess = most;
      }
    }
    auto replica = serving::make_replica(config, longest_, *space_->coefficients);
    if (!replica.ok()) {
      c.fate = Fate::not_fitting;
      return;
    }
    auto needed = replicas_needed(sample_, *replica, options, guess);
    if (!needed.ok()) {
      c.fate = options.max_replicas < options_->max_replicas ? Fate::outbid : Fate::missed;
      return;
    }
    c.fate = Fate::sized;
    c.fleet = fleet_of(i, std::move(replica).value(), std::move(needed).value());
  }

  [[nodiscard]] FrontFleet fleet_of(std::size_t i, serving::Replica replica,
                                    ReplicasNeeded needed) const {
    FrontFleet fleet;
    fleet.config = i;
    fleet.replica = std::move(replica);
    fleet.needed = std::move(needed);
    fleet.replicas = fleet.needed.replicas + options_->redundancy;
    const CheapestOffer o = cheapest(space_->configs[i], fleet.replicas);
    fleet.offer = o.offer;
    fleet.instances = o.instances;
    return fleet;
  }

  /// Keeps front_ sorted by cost, ever faster; drops the fleet of what is beaten.
  void enter(std::size_t i) {
    Candidate& c = candidates_[i];
    if (!c.fleet) return;
    const Point point = point_of(*c.fleet);
    if (std::ranges::any_of(front_, [&](const Point& p) { return beats(p, point); })) {
      c.fleet.reset();
      return;
    }
    std::erase_if(front_, [&](const Point& p) { return beats(point, p); });
    const auto at =
        std::ranges::find_if(front_, [&](const Point& p) { return p.cost > point.cost; });
    front_.insert(at, point);
  }

  [[nodiscard]] std::vector<FrontFleet> verified(const std::vector<FrontFleet>& screened) const {
    if (sample_.size() == trace_->size()) return screened;
    std::vector<std::optional<FrontFleet>> found(screened.size());
    pool_->run(screened.size(), [&](std::size_t j) {
      const FrontFleet& s = screened[j];
      auto needed = replicas_needed(*trace_, s.replica, *options_, s.needed.replicas);
      if (needed.ok()) found[j] = fleet_of(s.config, s.replica, std::move(needed).value());
    });
    std::vector<FrontFleet> fleets;
    for (std::optional<FrontFleet>& fleet : found)
      if (fleet && fleet->offer != nullptr) fleets.push_back(std::move(*fleet));
    return non_dominated(std::move(fleets));
  }

  [[nodiscard]] FrontCounts counts() const {
    FrontCounts n;
    n.configurations = static_cast<std::int64_t>(candidates_.size());
    for (const Candidate& c : candidates_) {
      switch (c.fate) {
        case Fate::open:
          break;
        case Fate::not_offered:
          ++n.not_offered;
          break;
        case Fate::not_fitting:
          ++n.not_fitting;
          break;
        case Fate::bounded:
          ++n.bounded;
          break;
        case Fate::outbid:
          ++n.outbid;
          break;
        case Fate::missed:
          ++n.missed;
          break;
        case Fate::sized:
          ++n.sized;
          break;
      }
    }
    return n;
  }

  [[nodiscard]] Error nothing_found() const {
    const FrontCounts n = counts();
    return {
        ErrorCode::infeasible,
        "none of " + std::to_string(n.configurations) +
            " configurations holds the objective on an offer: " + std::to_string(n.not_offered) +
            " are not offered, " + std::to_string(n.not_fitting) + " do not fit into memory, " +
            std::to_string(n.missed) + " miss the objective with " +
            std::to_string(options_->max_replicas) + " replicas",
        "objective"};
  }

  const Trace* trace_;
  const SearchSpace* space_;
  const SizingOptions* options_;
  Pool* pool_;
  bool prune_;
  Trace sample_;
  LoadBounds bounds_;
  std::int64_t longest_;
  std::map<std::string, std::vector<const GpuOffer*>, std::less<>> offers_;
  std::vector<Candidate> candidates_;
  std::vector<Point> front_;
};

}  // namespace

Result<Usd> FrontFleet::usd_per_month() const {
  return cost(std::int64_t{instances} * kHoursPerMonth, offer->usd_per_hour);
}

Result<FrontResult> cost_latency_front(const Trace& trace, const SearchSpace& space,
                                       const SizingOptions& options, Pool& pool, bool prune) {
  if (space.coefficients == nullptr) {
    return Error{ErrorCode::internal, "the search space has no step-time coefficients",
                 "SearchSpace::coefficients"};
  }
  FrontSearch search(trace, space, options, pool, prune);
  return search.run();
}

}  // namespace breakeven::sizing
