// distribution.hpp — what is not known about a number, and why we think so.
//
// Units    Those of the driver. Parameters by family:
//            fixed(value) uniform(low, high) triangular(low, mode, high) pert(low, mode, high)
//            normal(mean, sd[, low, high]: clamped) lognormal(median, sigma of ln)
//            beta(a, b, scale) discrete(value, weight, value, weight, ...)
// Shape    Sampler turns a uniform number into a draw by inversion, so quantiles and draws agree.
//          Beta and PERT inverses are tabulated at construction (2 049 knots): an error below 1e-3
//          of the spread between the table's ends, where a draw costs nanoseconds.
// Sources  PERT is beta(1 + 4 (mode - low) / (high - low), 1 + 4 (high - mode) / (high - low)) on
//          [low, high]. Draws: Philox streams by driver name (engine/base/random.hpp).
// Errors   invalid_argument naming the parameter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::economics {

enum class Shape : std::uint8_t {
  fixed,
  uniform,
  triangular,
  pert,
  normal,
  lognormal,
  beta,
  discrete
};
[[nodiscard]] std::string_view to_string(Shape shape);

struct Distribution {
  Shape shape = Shape::fixed;
  std::vector<double> parameters;
};

class Sampler {
 public:
  [[nodiscard]] static Result<Sampler> make(const Distribution& distribution);
  /// The quantile at p in (0, 1).
  [[nodiscard]] double at(double p) const;
  /// The quantile at Phi(score): at(normal_cdf(score)), without the detour for normal families.
  [[nodiscard]] double at_score(double score) const;
  [[nodiscard]] bool fixed() const { return shape_ == Shape::fixed; }

 private:
  Shape shape_ = Shape::fixed;
  std::vector<double> p_;
  std::vector<double> table_;
};

}  // namespace breakeven::economics
