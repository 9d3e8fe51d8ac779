#include "engine/economics/futures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/draws.hpp"
#include "engine/economics/gpu_price.hpp"
#include "engine/economics/growth.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/ledger_terms.hpp"
#include "engine/economics/uncertainty.hpp"

namespace breakeven::economics {
namespace {

/// What the paths of one block leave behind for the sums over all.
struct BlockSums {
  std::vector<double> cost;      ///< by option
  std::vector<double> cheapest;  ///< by option: paths on which it is
  double least = 0;              ///< sum of the cheapest cost of each path
  std::vector<double> binned;    ///< by driver, bin, option: cost
  std::vector<double> in_bin;    ///< by driver, bin: paths
};

class Simulation {
 public:
  Simulation(const FuturesProblem& problem, Draws draws, std::size_t paths)
      : p_(problem),
        draws_(std::move(draws)),
        paths_(paths),
        months_(static_cast<std::size_t>(std::max(1, problem.outlook.horizon_months))),
        launches_(launch_factors(problem.outlook.launches, static_cast<int>(months_))),
        choices_(problem.choices == 0 ? problem.options.size() : problem.choices),
        costs_(choices_, std::vector<double>(paths)),
        cumulative_(months_, std::vector<double>(paths)),
        blocks_((paths + kPathsPerBlock - 1) / kPathsPerBlock) {
    for (const Ledger* ledger : problem.options) terms_.emplace_back(*ledger, problem.outlook);
  }

  Futures run(Pool& pool) {
    pool.run(blocks_.size(), [this](std::size_t block) { simulate(block); });
    return summary(pool);
  }

 private:
  /// The factors of one path, as planned where no driver has the role.
  std::array<double, kFactors> factors_of(const double* values) const {
    std::array<double, kFactors> f;
    f.fill(1);
    const auto at = [&f](Factor factor) -> double& { return f[static_cast<std::size_t>(factor)]; };
    at(Factor::growth) = p_.outlook.growth_per_month;
    for (const Role& role : p_.roles) {
      const double value = values[role.driver];
      const double base = p_.drivers[role.driver].base;
      if (role.factor == Factor::growth || role.factor == Factor::gpu_jump_month) {
        at(role.factor) = value;
      } else if (role.factor == Factor::unpublished) {
        at(role.factor) = role.from < 1 ? (value - role.from) / (1 - role.from) : 1.0;
      } else {
        at(role.factor) *= base != 0 ? value / base : value;
      }
    }
    return f;
  }

  void simulate(std::size_t block) {
    const std::size_t first = block * kPathsPerBlock;
    World world;
    world.paths = std::min(kPathsPerBlock, paths_ - first);
    for (World::Row* row : {&world.one, &world.volume, &world.load, &world.api, &world.gpu,
                            &world.people, &world.one_off, &world.hidden}) {
      row->fill(1);
    }
    World::Row slowdown{};
    std::vector<VolumeWalk> walks;
    std::vector<GpuPriceWalk> gpu_walks;
    walks.reserve(world.paths);
    gpu_walks.reserve(world.paths);
    std::vector<double> values(draws_.size());
    std::vector<double> ranks(draws_.size() * world.paths);
    const double ceiling = p_.outlook.growth_ceiling.value_or(0);
    for (std::size_t i = 0; i < world.paths; ++i) {
      draws_.path(first + i, values.data(), ranks.data() + i * draws_.size());
      const auto f = factors_of(values.data());
      const auto at = [&f](Factor factor) { return f[static_cast<std::size_t>(factor)]; };
      walks.emplace_back(at(Factor::growth), ceiling);
      world.api[i] = at(Factor::api_price);
      gpu_walks.emplace_back(det_exp(det_log(at(Factor::gpu_price_year)) / 12),
                             at(Factor::gpu_jump), at(Factor::gpu_jump_month));
      world.people[i] = at(Factor::people);
      world.one_off[i] = at(Factor::one_off);
      world.hidden[i] = 1 - at(Factor::unpublished);
      slowdown[i] = at(Factor::slowdown);
    }
    std::vector<World::Row> month_cost(p_.options.size());
    std::vector<World::Row> total(p_.options.size());
    for (auto& row : total) row.fill(0);
    World::Row gain{};
    for (std::size_t m = 0; m < months_; ++m) {
      for (std::size_t i = 0; i < world.paths; ++i) {
        world.gpu[i] = gpu_walks[i].price();
        gpu_walks[i].next();
        world.volume[i] = walks[i].volume() * launches_[m];
        world.load[i] = world.volume[i] * slowdown[i];
        walks[i].next();
      }
      for (std::size_t o = 0; o < terms_.size(); ++o) {
        month_cost[o].fill(0);
        terms_[o].add(m, world, month_cost[o].data());
        for (std::size_t i = 0; i < world.paths; ++i) total[o][i] += month_cost[o][i];
      }
      for (std::size_t i = 0; i < world.paths; ++i) {
        gain[i] += month_cost[p_.reference][i] - month_cost[p_.candidate][i];
        cumulative_[m][first + i] = gain[i];
      }
    }
    for (auto& row : total) {
      for (double& cost : row) cost /= static_cast<double>(months_);
    }
    keep(block, world.paths, total, ranks);
  }

  void keep(std::size_t block, std::size_t paths, const std::vector<World::Row>& total,
            const std::vector<double>& ranks) {
    const std::size_t options = choices_;
    BlockSums& sums = blocks_[block];
    sums.cost.assign(options, 0);
    sums.cheapest.assign(options, 0);
    sums.binned.assign(draws_.size() * kInformationBins * options, 0);
    sums.in_bin.assign(draws_.size() * kInformationBins, 0);
    for (std::size_t i = 0; i < paths; ++i) {
      std::size_t cheapest = 0;
      for (std::size_t o = 0; o < options; ++o) {
        sums.cost[o] += total[o][i];
        costs_[o][block * kPathsPerBlock + i] = total[o][i];
        if (total[o][i] < total[cheapest][i]) cheapest = o;
      }
      sums.cheapest[cheapest] += 1;
      sums.least += total[cheapest][i];
      for (std::size_t d = 0; d < draws_.size(); ++d) {
        if (draws_.sampler(d).fixed()) continue;
        const double place = ranks[i * draws_.size() + d] * static_cast<double>(kInformationBins);
        const std::size_t bin = std::min(static_cast<std::size_t>(place), kInformationBins - 1);
        const std::size_t slot = d * kInformationBins + bin;
        sums.in_bin[slot] += 1;
        for (std::size_t o = 0; o < options; ++o) sums.binned[slot * options + o] += total[o][i];
      }
    }
  }

  Futures summary(Pool& pool) {
    const std::size_t options = choices_;
    BlockSums all = std::move(blocks_.front());
    const auto add = [](std::vector<double>& to, const std::vector<double>& from) {
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
    };
    for (std::size_t b = 1; b < blocks_.size(); ++b) {
      add(all.cost, blocks_[b].cost);
      add(all.cheapest, blocks_[b].cheapest);
      add(all.binned, blocks_[b].binned);
      add(all.in_bin, blocks_[b].in_bin);
      all.least += blocks_[b].least;
    }
    const auto n = static_cast<double>(paths_);
    Futures out;
    out.paths = paths_;
    out.options.resize(options);
    out.cumulative_usd.resize(months_);
    pool.run(options + months_, [&](std::size_t task) {
      if (task < options) {
        out.options[task].cost_usd_month = quantiles_of(costs_[task]);
      } else {
        out.cumulative_usd[task - options] = quantiles_of(cumulative_[task - options]);
      }
    });
    for (std::size_t o = 0; o < options; ++o) {
      out.options[o].probability_cheapest = all.cheapest[o] / n;
      out.options[o].expected_regret_usd_month = std::max(0.0, (all.cost[o] - all.least) / n);
      if (all.cost[o] < all.cost[out.best]) out.best = o;
    }
    out.evpi_usd_month = out.options[out.best].expected_regret_usd_month;
    for (std::size_t d = 0; d < draws_.size(); ++d) {
      if (draws_.sampler(d).fixed()) continue;
      double informed = 0;
      for (std::size_t bin = 0; bin < kInformationBins; ++bin) {
        const double* cost = all.binned.data() + (d * kInformationBins + bin) * options;
        informed += *std::min_element(cost, cost + options);
      }
      // Below 1e-12 of the cost it is the order of the additions, not knowledge.
      const double gain = all.cost[out.best] - informed;
      const bool real = gain > 1e-12 * std::fabs(all.cost[out.best]);
      out.information.push_back({d, real ? std::clamp(gain / n, 0.0, out.evpi_usd_month) : 0.0});
    }
    std::ranges::stable_sort(out.information,
                             [](const Futures::Information& a, const Futures::Information& b) {
                               return a.evppi_usd_month > b.evppi_usd_month;
                             });
    return out;
  }

  const FuturesProblem& p_;
  Draws draws_;
  std::size_t paths_;
  std::size_t months_;
  std::vector<double> launches_;
  std::size_t choices_;
  std::vector<LedgerTerms> terms_;
  std::vector<std::vector<double>> costs_;
  std::vector<std::vector<double>> cumulative_;
  std::vector<BlockSums> blocks_;
};

}  // namespace

Result<Futures> simulate_futures(const FuturesProblem& problem, std::uint64_t paths,
                                 std::uint64_t seed, Pool& pool) {
  constexpr std::uint64_t kMaxPaths = 10'000'000;
  if (paths < 1 || paths > kMaxPaths) {
    return Error{ErrorCode::out_of_range,
                 "expected 1 to 10000000 paths, found " + std::to_string(paths), "paths"};
  }
  const std::size_t options = problem.options.size();
  if (options == 0 || problem.reference >= options || problem.candidate >= options ||
      problem.choices > options) {
    return Error{ErrorCode::invalid_argument,
                 "expected a reference, a candidate and the choices among the options", "options"};
  }
  for (const Role& role : problem.roles) {
    if (role.driver >= problem.drivers.size()) {
      return Error{ErrorCode::invalid_argument, "expected the number of a driver", "roles"};
    }
  }
  BREAKEVEN_TRY(Draws draws, Draws::make(problem.drivers, problem.correlations, seed));
  return Simulation(problem, std::move(draws), static_cast<std::size_t>(paths)).run(pool);
}

}  // namespace breakeven::economics
