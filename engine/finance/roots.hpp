// roots.hpp — every real zero of a sum of exponentials.
//
// Shape    f(t) = sum of coefficient x e^(exponent t). As many zeros as signs change between
//          neighbouring terms, or fewer (Descartes). Dividing by e^(s t), with s between the two
//          exponents of a sign change, and differentiating leaves one change less; between two zeros
//          of that derivative f is monotone (Rolle), so every zero is bracketed and none is missed.
// Sources  Descartes' rule for exponential sums: Pólya and Szegő, Problems and Theorems in
//          Analysis II, part V, problem 77. Worked: -100 + 230 x - 132 x^2 with x = e^t has zeros
//          at x = 1/1.1 and 1/1.2 (test: Irr.SeveralRootsAreAllFound).
// Errors   resource_limit when terms x sign changes is above kMaxRootWork.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::finance {

struct ExpTerm {
  double exponent = 0;
  double coefficient = 0;
};

inline constexpr std::size_t kMaxRootWork = 2'000'000;

/// Zeros in [low, high], ascending; a double zero once. Terms may be in any order; equal exponents
/// add up. Zeros nearer than about 1e-7 are one.
[[nodiscard]] Result<std::vector<double>> zeros(std::vector<ExpTerm> terms, double low,
                                                double high);

}  // namespace breakeven::finance
