// sensitivity.hpp — which driver the spread of the answer comes from, and where two of them balance.
//
// Units    Outcomes as in uncertainty.hpp; indices are shares of the variance.
// Shape    Total-order index of driver i: the share of the variance of the fully loaded difference that
//          goes away when everything but i is known; interactions count for each driver in them. The
//          drivers are taken as independent here. An indifference curve holds the pairs of values of
//          two drivers at which both sides cost the same, the others at their base.
// Sources  Jansen's estimator: Saltelli et al., Computer Physics Communications 181, 2010, table 2f:
//          ST(i) = mean((f(A) - f(A with column i of B))^2) / (2 Var f). Worked: for 3 x + 4 y of two
//          standard normals 0.36 and 0.64 (test: Sensitivity.*).
// Threads  Blocks on the Pool, reduced by block number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/uncertainty.hpp"

namespace breakeven::economics {

struct TotalOrder {
  std::size_t driver = 0;
  double index = 0;
};
inline constexpr std::uint64_t kSobolBase = 4'096;

/// Largest first; fixed drivers are left out.
[[nodiscard]] Result<std::vector<TotalOrder>> total_order(const std::vector<Driver>& drivers,
                                                          const Model& model, std::uint64_t base,
                                                          std::uint64_t seed, Pool& pool);

struct Indifference {
  std::size_t x = 0;  ///< driver
  std::size_t y = 0;
  struct Point {
    double x = 0;
    double y = 0;
    double difference_usd = 0;  ///< when both are entered again: below 1 USD
  };
  std::vector<Point> points;  ///< by rising x; where no y balances there is none
};
/// For `points` values of x over its range of flip points.
[[nodiscard]] Indifference indifference(const std::vector<Driver>& drivers, const Model& model,
                                        std::size_t x, std::size_t y, Difference difference,
                                        int points);

}  // namespace breakeven::economics
