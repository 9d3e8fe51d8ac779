// draws.hpp — the values of all drivers on one path, correlated where that is known.
//
// Units    Those of the drivers.
// Shape    Driver d of path i is the quantile at uniform(seed, name of d, i). Correlated drivers share a
//          Gaussian copula: their normal scores are mixed by the Cholesky factor of the correlation
//          matrix and then mapped through each driver's own distribution, so every driver keeps it.
//          A driver without correlations draws what it would draw alone.
// Sources  Gaussian copula: Li, "On Default Correlation", J. of Fixed Income 9(4), 2000. The correlations
//          are those of the normal scores. Check: two standard normals at 0.5 differ by
//          N(0, 1) (test: Draws.*).
// Errors   invalid_argument: a distribution (place: the driver), a correlation outside [-1, 1], of a
//          driver with itself or given twice, or a matrix that no variables can have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/random.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/distribution.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::economics {

struct Driver {
  std::string id;
  std::string title;
  std::string unit;
  double base = 0;  ///< the value of the plain answer
  Distribution distribution;
  explain::Source evidence;
  double flip_low = 0;  ///< range in which a flip point is looked for
  double flip_high = 0;
};

/// Of two drivers by their index.
struct Correlation {
  std::size_t a = 0;
  std::size_t b = 0;
  double value = 0;
  explain::Source evidence;
};

class Draws {
 public:
  [[nodiscard]] static Result<Draws> make(const std::vector<Driver>& drivers,
                                          const std::vector<Correlation>& correlations,
                                          std::uint64_t seed);
  [[nodiscard]] std::size_t size() const { return samplers_.size(); }
  [[nodiscard]] const Sampler& sampler(std::size_t driver) const { return samplers_[driver]; }
  /// The values of one path into `values`; with `ranks`, also where in its distribution each lies.
  void path(std::uint64_t index, double* values, double* ranks = nullptr) const;

 private:
  struct Mixed {
    std::size_t driver = 0;
    std::vector<double> weights;  ///< on the normal scores of mixed_[0 .. ]
  };
  std::vector<Sampler> samplers_;
  std::vector<RandomStream> streams_;
  std::vector<bool> correlated_;
  std::vector<Mixed> mixed_;
};

}  // namespace breakeven::economics
