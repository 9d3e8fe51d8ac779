// det_math.hpp — elementary functions with the same bits from every compiler and on WebAssembly.
//
// Units    Plain numbers. Relative error of exp and log below 4e-16, of pow below 2e-13 (whole
//          powers up to 1024 are products); normal, gamma and beta quantiles and tails below 1e-12
//          for shapes from 0.05 to 1e4, which the tests hold against Boost.Math.
// Sources  exp: argument reduction by ln 2 and a degree-13 Taylor/Horner sum; log: atanh series
//          after reduction to [sqrt(1/2), sqrt(2)]. Normal quantile: Wichura, AS 241 (PPND16),
//          1988. Incomplete gamma and beta: series and continued fractions (Numerical Recipes 6.2,
//          6.4), their inverses by Newton steps inside a shrinking bracket. log Gamma: Lanczos,
//          g = 7, n = 9.
// Why      glibc and wasi-libc differ in the last bits of exp, log and pow; results must not.
#pragma once

namespace breakeven {

[[nodiscard]] double det_exp(double x);
[[nodiscard]] double det_log(double x);            ///< x > 0, else -infinity or NaN as in std::log
[[nodiscard]] double det_pow(double x, double y);  ///< x >= 0
[[nodiscard]] double det_log1p(double x);          ///< x > -1
[[nodiscard]] double det_expm1(double x);
[[nodiscard]] double det_cos_2pi(double turns);  ///< cos(2 pi turns)

/// Inverse of the standard normal distribution function; p in (0, 1).
[[nodiscard]] double normal_quantile(double p);
/// Standard normal distribution function.
[[nodiscard]] double normal_cdf(double z);
/// ln Gamma(x), x > 0; error below 2e-14 x max(1, |ln Gamma(x)|).
[[nodiscard]] double log_gamma(double x);
/// Regularised lower incomplete gamma P(a, x); a > 0, x >= 0.
[[nodiscard]] double gamma_cdf(double a, double x);
/// Inverse of gamma_cdf in x (unit scale); p in (0, 1).
[[nodiscard]] double gamma_quantile(double a, double p);
/// Regularised incomplete beta I_x(a, b); a, b > 0, x in [0, 1].
[[nodiscard]] double beta_cdf(double a, double b, double x);
/// Inverse of beta_cdf in x; p in (0, 1).
[[nodiscard]] double beta_quantile(double a, double b, double p);

}  // namespace breakeven
