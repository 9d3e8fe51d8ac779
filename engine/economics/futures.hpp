// futures.hpp — every option in the same 100 000 futures: who is cheapest how often, what a wrong
// choice costs, and what it is worth to know a driver beforehand.
//
// Units    USD as doubles: projections. Costs of an option are its average month over the horizon with
//          the one-offs in it (fully loaded).
// Shape    Each ledger is folded once into coefficients per month, so that a path costs a few products
//          per option and month. All options meet the same world on a path: growth, prices, pay.
//          Lines with a fleet buy whole units for the volume x slowdown; a commitment keeps today's
//          price until it ends, the GPU price may jump once on a path. What a constraint excludes is
//          costed at most: it is nobody's cheapest and no regret is measured against it.
//            regret(o)  = mean of cost(o) - cheapest cost of the path
//            EVPI       = min over o of mean cost(o) - mean of the cheapest cost = smallest regret
//            EVPPI(d)   = min over o of mean cost(o) - mean over d of min over o of mean cost(o | d),
//                         with d cut into kInformationBins equal shares of its distribution
// Sources  Value of information: Raiffa and Schlaifer, Applied Statistical Decision Theory, 1961, ch. 4.
//          Check: two options whose difference is N(m, s): EVPI = s phi(m/s) - |m| Phi(-|m|/s) (test:
//          Futures.*).
// Threads  Blocks of paths on the Pool, reduced by block number: same bytes for any pool size.
// Errors   Those of draws.hpp; out_of_range for paths; invalid_argument without options.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/draws.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/uncertainty.hpp"

namespace breakeven::economics {

/// What may differ from the plan; every factor is 1 as planned, `growth` is per month.
enum class Factor : std::uint8_t {
  api_price,       ///< on lines that move with the API price
  gpu_price_year,  ///< on the GPU price after a year, compounding
  gpu_jump,        ///< on the GPU price from gpu_jump_month on
  gpu_jump_month,  ///< months from now, as the driver has it: gpu_price.hpp
  people,          ///< on lines of people
  slowdown,        ///< on the volume that a fleet's units must carry
  growth,
  one_off,      ///< on one-offs
  unpublished,  ///< 0 = the low end of every line that has one, 1 = as planned
  count
};
inline constexpr std::size_t kFactors = static_cast<std::size_t>(Factor::count);

/// A driver that acts through a factor: factor x (driver / base); growth and gpu_jump_month = driver.
/// Several drivers of one factor multiply. `from`: the driver's value at which `unpublished` is 0.
struct Role {
  std::size_t driver = 0;
  Factor factor = Factor::api_price;
  double from = 0;
};

struct FuturesProblem {
  std::vector<const Ledger*> options;
  /// The first so many may be chosen; 0 = all. Those behind are there to be compared alone.
  std::size_t choices = 0;
  Outlook outlook;
  std::vector<Driver> drivers;
  std::vector<Correlation> correlations;
  std::vector<Role> roles;
  /// The bands compare these two options.
  std::size_t reference = 0;
  std::size_t candidate = 0;
};

struct OptionFuture {
  double probability_cheapest = 0;  ///< ties go to the first
  double expected_regret_usd_month = 0;
  Quantiles cost_usd_month;
};

struct Futures {
  std::uint64_t paths = 0;
  std::vector<OptionFuture> options;  ///< those that may be chosen
  std::size_t best = 0;               ///< lowest mean cost
  double evpi_usd_month = 0;
  struct Information {
    std::size_t driver = 0;
    double evppi_usd_month = 0;
  };
  std::vector<Information> information;  ///< largest first; fixed drivers are left out
  /// reference - candidate, summed from month 0, by month.
  std::vector<Quantiles> cumulative_usd;
};

inline constexpr std::size_t kInformationBins = 64;

[[nodiscard]] Result<Futures> simulate_futures(const FuturesProblem& problem, std::uint64_t paths,
                                               std::uint64_t seed, Pool& pool);

}  // namespace breakeven::economics
