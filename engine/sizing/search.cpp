#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/sizing/load_sample.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::sizing {

namespace {

using catalog::GpuOffer;
using catalog::Term;
using serving::ReplicaConfig;
using traffic::Trace;

constexpr std::array kTerms = {Term::on_demand, Term::reserved_1y, Term::reserved_3y, Term::spot,
                               Term::capacity_block};
constexpr std::size_t kPerTerm = 2;       // verified at least, cheapest first
constexpr std::size_t kFrontMembers = 4;  // of the screened front of cost against latency
constexpr int kPriceSpan = 4;       // what costs more than so many cheapest fleets is left out
constexpr std::size_t kBatch = 16;  // screened before the next look at the cheapest so far
constexpr std::int64_t kScreenRequests = 16'000;
// Of the share done, as the ticker hears it: the stages in the proportion that they usually take.
constexpr double kScreenedShare = 0.4;
constexpr double kVerifiedShare = 0.8;

/// USD per hour of whole instances in nano-dollars: for comparison, exact.
Int128 hourly(const GpuOffer& offer, int instances) {
  return Int128{offer.usd_per_hour.nano_usd} * instances;
}

std::string config_name(const ReplicaConfig& config) {
  serving::Replica replica;
  replica.config = config;
  return replica.name();
}

/// What is known about one configuration as the search goes on.
struct Candidate {
  std::optional<serving::Replica> replica;
  std::optional<Error> error;
  Int128 floor_cost = 0;  ///< of one replica and the redundant ones, in nano-dollars per hour
  int screened = 0;       ///< R on the sample
  double ttft_s = 0;
  double tpot_s = 0;
  double end_to_end_p95_s = 0;
  std::optional<ReplicasNeeded> verified;
  std::optional<FleetPlan> plan;

  [[nodiscard]] int replicas() const { return verified ? verified->replicas : screened; }
  [[nodiscard]] bool alive() const { return !error.has_value(); }
};

class Search {
 public:
  Search(const Trace& trace, const SearchSpace& space, const SizingOptions& options, Pool& pool)
      : trace_(&trace),
        space_(&space),
        options_(&options),
        pool_(&pool),
        sample_(sample_by_load(trace, kScreenRequests)),
        candidates_(space.configs.size()) {}

  [[nodiscard]] Result<SearchResult> run() {
    screen();
    BREAKEVEN_CHECK_OK(cancelled());
    list_screened();
    for (std::vector<std::size_t> round = first_round(); !round.empty(); round = next_round()) {
      verify(round);
      BREAKEVEN_CHECK_OK(cancelled());
    }
    complete();
    BREAKEVEN_CHECK_OK(cancelled());
    return answer();
  }

 private:
  [[nodiscard]] Status cancelled() const {
    if (options_->ticker != nullptr && options_->ticker->cancel.load(std::memory_order_relaxed)) {
      return Error{ErrorCode::resource_limit, "the search was cancelled", {}};
    }
    return {};
  }

  /// Raises the share that is done to `share`; never lowers it.
  void advance(double share) const {
    if (options_->ticker == nullptr) return;
    std::atomic<double>& done = options_->ticker->fraction_done;
    double seen = done.load(std::memory_order_relaxed);
    while (seen < share && !done.compare_exchange_weak(seen, share, std::memory_order_relaxed)) {
    }
  }

  /// pool.run() that moves the share done from `from` to `to`, task by task.
  void run_counted(std::size_t count, double from, double to,
                   const std::function<void(std::size_t)>& task) {
    std::atomic<std::size_t> finished{0};
    pool_->run(count, [&](std::size_t j) {
      task(j);
      const auto share =
          static_cast<double>(finished.fetch_add(1) + 1) / static_cast<double>(count);
      advance(from + (to - from) * share);
    });
  }

  /// Cheapest way to have `replicas` of a configuration on any term; null when nobody offers it.
  [[nodiscard]] std::optional<Int128> cheapest_hourly(std::size_t config, int replicas) const {
    const ReplicaConfig& c = space_->configs[config];
    std::optional<Int128> least;
    for (const Term term : kTerms) {
      const CheapestOffer o =
          cheapest_offer(space_->offers, c.accelerator->id, term, replicas, c.gpus());
      if (o.offer == nullptr) continue;
      const Int128 cost = hourly(*o.offer, o.instances);
      if (!least || cost < *least) least = cost;
    }
    return least;
  }

  /// From the cheapest smallest fleet upwards, in batches whose bounds do not depend on the pool,
  /// so that what cannot compete any more need not be simulated.
  void screen() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const auto floor_cost = cheapest_hourly(i, 1 + options_->redundancy);
      if (floor_cost) {
        candidates_[i].floor_cost = *floor_cost;
        order.push_back(i);
        continue;
      }
      const ReplicaConfig& c = space_->configs[i];
      candidates_[i].error = Error{ErrorCode::infeasible,
                                   "no current offer has " + std::to_string(c.gpus()) + " x " +
                                       c.accelerator->id + " in one instance",
                                   {}};
    }
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return candidates_[a].floor_cost < candidates_[b].floor_cost;
    });
    const std::int64_t longest = longest_request(*trace_);
    std::optional<Int128> cheapest;
    for (std::size_t from = 0; from < order.size(); from += kBatch) {
      const std::size_t count = std::min(kBatch, order.size() - from);
      const auto share = [&](std::size_t done) {
        return kScreenedShare * static_cast<double>(done) / static_cast<double>(order.size());
      };
      run_counted(count, share(from), share(from + count), [&](std::size_t j) {
        Candidate& c = candidates_[order[from + j]];
        if (cheapest && c.floor_cost > *cheapest * kPriceSpan) {
          c.error = Error{ErrorCode::infeasible,
                          "not simulated, its smallest fleet costs more than " +
                              std::to_string(kPriceSpan) + " times the cheapest one that holds",
                          {}};
          return;
        }
        screen_one(order[from + j], longest);
      });
      for (std::size_t j = 0; j < count; ++j) {
        const Candidate& c = candidates_[order[from + j]];
        if (!c.alive()) continue;
        const auto cost = cheapest_hourly(order[from + j], c.screened + options_->redundancy);
        if (cost && (!cheapest || *cost < *cheapest)) cheapest = cost;
      }
    }
  }

  void screen_one(std::size_t config, std::int64_t longest) {
    Candidate& c = candidates_[config];
    auto replica = serving::make_replica(space_->configs[config], longest, *space_->coefficients);
    if (!replica.ok()) {
      c.error = replica.error();
      return;
    }
    const serving::Replica& made = c.replica.emplace(std::move(replica).value());
    auto needed = replicas_needed(sample_, made, *options_);
    if (!needed.ok()) {
      c.error = needed.error();
      return;
    }
    c.screened = needed->replicas;
    c.ttft_s = needed->at_needed.ttft_at_objective_s;
    c.tpot_s = needed->at_needed.tpot_at_objective_s;
    c.end_to_end_p95_s = needed->at_needed.end_to_end.p95;
    if (sample_.size() == trace_->size()) c.verified = std::move(needed).value();
  }

  [[nodiscard]] CheapestOffer offer_for(std::size_t config, Term term) const {
    const Candidate& c = candidates_[config];
    return cheapest_offer(space_->offers, space_->configs[config].accelerator->id, term,
                          c.replicas() + options_->redundancy, space_->configs[config].gpus());
  }

  void list_screened() {
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const Candidate& c = candidates_[i];
      if (!c.alive()) continue;
      for (const Term term : kTerms) {
        const CheapestOffer best = offer_for(i, term);
        if (best.offer == nullptr) continue;
        screened_.push_back({.config = i,
                             .replicas = c.screened + options_->redundancy,
                             .offer = best.offer,
                             .instances = best.instances,
                             .ttft_s = c.ttft_s,
                             .tpot_s = c.tpot_s,
                             .end_to_end_p95_s = c.end_to_end_p95_s});
      }
    }
    std::stable_sort(screened_.begin(), screened_.end(),
                     [](const ScreenedFleet& a, const ScreenedFleet& b) {
                       return hourly(*a.offer, a.instances) < hourly(*b.offer, b.instances);
                     });
  }

  /// The cheapest few of every term, and what is faster than everything cheaper on demand.
  [[nodiscard]] std::vector<std::size_t> first_round() {
    wanted_.assign(candidates_.size(), false);
    for (const Term term : kTerms) {
      std::size_t seen = 0;
      std::size_t members = 0;
      double fastest_s = 0;
      Int128 cheapest = 0;
      for (const ScreenedFleet& s : screened_) {
        if (s.offer->term != term) continue;
        if (seen == 0) cheapest = hourly(*s.offer, s.instances);
        const bool faster = seen == 0 || s.end_to_end_p95_s < fastest_s;
        if (faster) fastest_s = s.end_to_end_p95_s;
        const bool member = faster && term == Term::on_demand && members < kFrontMembers &&
                            hourly(*s.offer, s.instances) <= cheapest * kPriceSpan;
        if (member) ++members;
        if (seen < kPerTerm || member) wanted_[s.config] = true;
        ++seen;
      }
    }
    return unverified();
  }

  /// Configurations that would be the cheapest of a term although nobody has verified them.
  [[nodiscard]] std::vector<std::size_t> next_round() {
    for (const Term term : kTerms) {
      std::optional<std::size_t> best;
      Int128 best_cost = 0;
      for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (!candidates_[i].alive()) continue;
        const CheapestOffer o = offer_for(i, term);
        if (o.offer == nullptr) continue;
        const Int128 cost = hourly(*o.offer, o.instances);
        if (!best || cost < best_cost) {
          best = i;
          best_cost = cost;
        }
      }
      if (best) wanted_[*best] = true;
    }
    return unverified();
  }

  [[nodiscard]] std::vector<std::size_t> unverified() const {
    std::vector<std::size_t> round;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (wanted_[i] && candidates_[i].alive() && !candidates_[i].verified) round.push_back(i);
    }
    return round;
  }

  void verify(const std::vector<std::size_t>& round) {
    // How many rounds there will be is not known: each takes half of what is left.
    const double from = std::max(kScreenedShare, verified_share_);
    verified_share_ = from + (kVerifiedShare - from) / 2;
    run_counted(round.size(), from, verified_share_, [&](std::size_t j) {
      Candidate& c = candidates_[round[j]];
      auto needed = replicas_needed(*trace_, *c.replica, *options_, c.screened);
      if (needed.ok()) {
        c.verified = std::move(needed).value();
      } else {
        c.error = needed.error();
      }
    });
  }

  void complete() {
    const Trace headroom = sample_by_load(*trace_);
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (wanted_[i] && candidates_[i].alive()) chosen.push_back(i);
    }
    run_counted(chosen.size(), kVerifiedShare, 1, [&](std::size_t j) {
      Candidate& c = candidates_[chosen[j]];
      if (!c.replica || !c.verified) return;
      auto plan =
          complete_plan(*trace_, headroom, *c.replica, std::move(c.verified).value(), *options_);
      if (plan.ok()) {
        c.plan = std::move(plan).value();
      } else {
        c.error = plan.error();
      }
    });
  }

  [[nodiscard]] Result<SearchResult> answer() {
    SearchResult result;
    std::optional<Error> first_error;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const Candidate& c = candidates_[i];
      const std::string name = config_name(space_->configs[i]);
      if (c.error) {
        if (!first_error) first_error = c.error;
        result.rejected.push_back(name + ": " + c.error->text());
        continue;
      }
      if (!c.plan) {
        result.rejected.push_back(name + ": screened at " +
                                  std::to_string(c.screened + options_->redundancy) +
                                  " replicas and not verified, others are cheaper on every term");
      }
      if (c.plan) add_fleets(i, *c.plan, result.fleets);
    }
    if (result.fleets.empty()) return nothing_found(first_error, result.rejected);
    std::stable_sort(result.fleets.begin(), result.fleets.end(),
                     [](const PricedFleet& a, const PricedFleet& b) {
                       return hourly(*a.offer, a.instances) < hourly(*b.offer, b.instances);
                     });
    double fastest_s = 0;
    for (std::size_t i = 0; i < result.fleets.size(); ++i) {
      const double latency_s = result.fleets[i].plan.at_needed.end_to_end.p95;
      if (i > 0 && latency_s >= fastest_s) continue;
      fastest_s = latency_s;
      result.pareto.push_back(i);
    }
    result.screened = std::move(screened_);
    return result;
  }

  void add_fleets(std::size_t config, const FleetPlan& plan,
                  std::vector<PricedFleet>& fleets) const {
    for (const Term term : kTerms) {
      const CheapestOffer best =
          cheapest_offer(space_->offers, space_->configs[config].accelerator->id, term,
                         plan.replicas, plan.replica.gpus());
      if (best.offer == nullptr) continue;
      fleets.push_back({.plan = plan,
                        .offer = best.offer,
                        .instances = best.instances,
                        .gpus = best.instances * best.offer->gpus,
                        .usd_per_hour_instance = best.offer->usd_per_hour});
    }
  }

  [[nodiscard]] Error nothing_found(const std::optional<Error>& first_error,
                                    const std::vector<std::string>& rejected) const {
    if (space_->configs.empty()) {
      return {ErrorCode::infeasible, "expected at least one configuration that fits, found none",
              "search space"};
    }
    if (rejected.size() == 1 && first_error) return *first_error;
    std::string message = "none of " + std::to_string(space_->configs.size()) +
                          " configurations holds the objective on an offer";
    constexpr std::size_t kShown = 3;
    for (std::size_t i = 0; i < std::min(kShown, rejected.size()); ++i) {
      message += (i == 0 ? ": " : "; ") + rejected[i];
    }
    if (rejected.size() > kShown) {
      message += "; and " + std::to_string(rejected.size() - kShown) + " more";
    }
    return {ErrorCode::infeasible, message, "objective"};
  }

  const Trace* trace_;
  const SearchSpace* space_;
  const SizingOptions* options_;
  Pool* pool_;
  Trace sample_;
  std::vector<Candidate> candidates_;
  std::vector<ScreenedFleet> screened_;
  std::vector<bool> wanted_;
  double verified_share_ = 0;
};

}  // namespace

int instances_for(int replicas, int gpus_per_replica, int gpus_per_instance) {
  if (gpus_per_replica > gpus_per_instance) {
    const int per_replica = (gpus_per_replica + gpus_per_instance - 1) / gpus_per_instance;
    return replicas * per_replica;
  }
  const int per_instance = gpus_per_instance / gpus_per_replica;
  return (replicas + per_instance - 1) / per_instance;
}

CheapestOffer cheapest_offer(const std::vector<const GpuOffer*>& offers,
                             std::string_view accelerator, Term term, int replicas,
                             int gpus_per_replica) {
  CheapestOffer best;
  for (const GpuOffer* offer : offers) {
    if (offer->accelerator != accelerator || offer->term != term || !offer->rentable() ||
        offer->gpus < gpus_per_replica) {
      continue;
    }
    const int instances = instances_for(replicas, gpus_per_replica, offer->gpus);
    if (best.offer == nullptr || hourly(*offer, instances) < hourly(*best.offer, best.instances)) {
      best = {offer, instances};
    }
  }
  return best;
}

Result<Usd> PricedFleet::usd_per_month() const {
  return cost(std::int64_t{instances} * kHoursPerMonth, usd_per_hour_instance);
}

Result<Usd> PricedFleet::elastic_usd_per_month() const {
  if (plan.elastic == nullptr || plan.elastic->fleet == nullptr || plan.elastic->fleet->span_s <= 0)
    return Error{ErrorCode::not_found, "expected a fleet that was replayed as an elastic one",
                 "elastic"};
  if (offer->term != Term::on_demand && offer->term != Term::spot)
    return Error{ErrorCode::not_found, "expected a term that is paid by the hour", offer->id};
  constexpr double kMilli = 1e3;
  const serving::FleetUse& use = *plan.elastic->fleet;
  double instance_s = 0;
  for (std::size_t n = 1; n < use.s_at.size(); ++n)
    instance_s +=
        use.s_at[n] * instances_for(static_cast<int>(n), plan.replica.gpus(), offer->gpus);
  BREAKEVEN_TRY(const Usd month, cost(kHoursPerMonth, usd_per_hour_instance));
  return mul_div(month, std::llround(instance_s * kMilli),
                 std::max<std::int64_t>(1, std::llround(use.span_s * kMilli)));
}

Result<SearchResult> cheapest_fleets(const Trace& trace, const SearchSpace& space,
                                     const SizingOptions& options, Pool& pool) {
  if (space.coefficients == nullptr) {
    return Error{ErrorCode::internal, "the search space has no step-time coefficients",
                 "SearchSpace::coefficients"};
  }
  Search search(trace, space, options, pool);
  return search.run();
}

}  // namespace breakeven::sizing
