#include "engine/base/det_math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace breakeven {
namespace {

constexpr double kLn2High = 6.93147180369123816490e-01;  // ln 2 split so that n * high is exact
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kInf = std::numeric_limits<double>::infinity();

/// 2^n for |n| <= 1022 by its bit pattern.
double power_of_two(int n) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

}  // namespace

double det_exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.782712893384) return kInf;
  if (x < -745.2) return 0.0;
  const double n = std::floor(x * 1.44269504088896340736 + 0.5);
  const double r = (x - n * kLn2High) - n * kLn2Low;
  // Horner sum of r^k / k!, |r| <= 0.347: the first term left out is below 1e-17.
  double sum = 1.0 / 6227020800.0;
  constexpr std::array<double, 12> kInverseFactorials{1.0 / 479001600.0,
                                                      1.0 / 39916800.0,
                                                      1.0 / 3628800.0,
                                                      1.0 / 362880.0,
                                                      1.0 / 40320.0,
                                                      1.0 / 5040.0,
                                                      1.0 / 720.0,
                                                      1.0 / 120.0,
                                                      1.0 / 24.0,
                                                      1.0 / 6.0,
                                                      0.5,
                                                      1.0};
  for (const double c : kInverseFactorials) sum = sum * r + c;
  const double value = 1.0 + r * sum;
  const int k = static_cast<int>(n);
  if (k > 1000) return value * power_of_two(k - 100) * power_of_two(100);
  if (k < -1000) return value * power_of_two(k + 100) * power_of_two(-100);
  return value * power_of_two(k);
}

double det_log(double x) {
  if (std::isnan(x) || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -kInf;
  if (std::isinf(x)) return x;
  int extra = 0;
  if (x < 2.2250738585072014e-308) {  // subnormal: scale up by 2^54
    x *= 18014398509481984.0;
    extra = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  int e = static_cast<int>((bits >> 52) & 0x7FF) - 1023 + extra;
  double m = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++e;
  }
  // ln m = 2 atanh(s), s = (m - 1) / (m + 1), |s| <= 0.1716: odd powers up to s^23.
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double tail = 0.0;
  for (int k = 23; k >= 3; k -= 2) tail = tail * z + 2.0 / k;
  // 2s is carried apart from the small tail so that the last bit survives.
  const double small = s * z * tail;
  const double n = e;
  return n * kLn2High + (2.0 * s + (small + n * kLn2Low));
}

double det_log1p(double x) {
  const double u = 1.0 + x;
  if (u == 1.0) return x;
  if (std::isinf(u)) return u;
  return det_log(u) * (x / (u - 1.0));  // corrects the rounding of 1 + x (Kahan)
}

double det_expm1(double x) {
  if (std::fabs(x) < 0.3) {
    double sum = 0.0;
    for (int k = 15; k >= 1; --k) sum = (sum + 1.0) * x / k;
    return sum;
  }
  return det_exp(x) - 1.0;
}

double det_pow(double x, double y) {
  if (y == 0.0 || x == 1.0) return 1.0;
  if (x == 0.0) return y > 0 ? 0.0 : kInf;
  if (y == std::floor(y) && std::fabs(y) <= 1024.0) {  // whole powers: exact products
    auto n = static_cast<std::uint32_t>(std::fabs(y));
    double base = x;
    double result = 1.0;
    while (n != 0) {
      if ((n & 1U) != 0) result *= base;
      base *= base;
      n >>= 1U;
    }
    return y < 0 ? 1.0 / result : result;
  }
  return det_exp(y * det_log(x));
}

double det_cos_2pi(double turns) {
  double t = turns - std::floor(turns);  // [0, 1)
  if (t > 0.5) t = 1.0 - t;              // cos is even around 1/2
  double sign = 1.0;
  if (t > 0.25) {
    t = 0.5 - t;
    sign = -1.0;
  }
  const double x = t * 6.28318530717958647693;  // [0, pi/2]
  const double z = x * x;
  double sum = 0.0;
  for (int k = 20; k >= 2; k -= 2) sum = (1.0 - sum) * z / (static_cast<double>(k) * (k - 1));
  return sign * (1.0 - sum);
}

double normal_quantile(double p) {
  if (!(p > 0.0)) return -kInf;
  if (!(p < 1.0)) return kInf;
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           (((((((2.5090809287301226727e+3 * r + 3.3430575583588128105e+4) * r +
                 6.7265770927008700853e+4) *
                    r +
                4.5921953931549871457e+4) *
                   r +
               1.3731693765509461125e+4) *
                  r +
              1.9715909503065514427e+3) *
                 r +
             1.3314166789178437745e+2) *
                r +
            3.3871328727963666080e+0) /
           (((((((5.2264952788528545610e+3 * r + 2.8729085735721942674e+4) * r +
                 3.9307895800092710610e+4) *
                    r +
                2.1213794301586595867e+4) *
                   r +
               5.3941960214247511077e+3) *
                  r +
              6.8718700749205790830e+2) *
                 r +
             4.2313330701600911252e+1) *
                r +
            1.0);
  }
  double r = q < 0 ? p : 1.0 - p;
  r = std::sqrt(-det_log(r));
  double value = 0.0;
  if (r <= 5.0) {
    r -= 1.6;
    value = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r +
                  2.41780725177450611770e-1) *
                     r +
                 1.27045825245236838258e+0) *
                    r +
                3.64784832476320460504e+0) *
                   r +
               5.76949722146069140550e+0) *
                  r +
              4.63033784615654529590e+0) *
                 r +
             1.42343711074968357734e+0) /
            (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r +
                  1.51986665636164571966e-2) *
                     r +
                 1.48103976427480074590e-1) *
                    r +
                6.89767334985100004550e-1) *
                   r +
               1.67638483018380384940e+0) *
                  r +
              2.05319162663775882187e+0) *
                 r +
             1.0);
  } else {
    r -= 5.0;
    value = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r +
                  1.24266094738807843860e-3) *
                     r +
                 2.65321895265761230930e-2) *
                    r +
                2.96560571828504891230e-1) *
                   r +
               1.78482653991729133580e+0) *
                  r +
              5.46378491116411436990e+0) *
                 r +
             6.65790464350110377720e+0) /
            (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r +
                  1.84631831751005468180e-5) *
                     r +
                 7.86869131145613259100e-4) *
                    r +
                1.48753612908506148525e-2) *
                   r +
               1.36929880922735805310e-1) *
                  r +
              5.99832206555887937690e-1) *
                 r +
             1.0);
  }
  return q < 0 ? -value : value;
}

double log_gamma(double x) {
  // Lanczos, g = 7, n = 9 (Godfrey's coefficients).
  constexpr std::array<double, 9> kC{
      0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
      771.32342877765313,   -176.61502916214059,   12.507343278686905,
      -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
  if (x < 0.5) {
    // Gamma(x) = Gamma(x + 1) / x keeps the argument in the accurate range.
    return log_gamma(x + 1.0) - det_log(x);
  }
  const double y = x - 1.0;
  double sum = kC[0];
  for (std::size_t i = 1; i < kC.size(); ++i) sum += kC[i] / (y + static_cast<double>(i));
  const double t = y + 7.5;
  return 0.91893853320467274178 + (y + 0.5) * det_log(t) - t + det_log(sum);
}

namespace {

/// P(a, x) and Q(a, x) = 1 - P, each computed where it is small, so that both keep their digits.
struct Tails {
  double lower;
  double upper;
};

Tails gamma_tails(double a, double x) {
  if (!(x > 0)) return {0.0, 1.0};
  if (std::isinf(x)) return {1.0, 0.0};
  const double front = det_exp(a * det_log(x) - x - log_gamma(a));
  if (x < a + 1.0) {
    double term = 1.0 / a;
    double sum = term;
    for (int n = 1; n < 10'000; ++n) {
      term *= x / (a + n);
      sum += term;
      if (term < sum * 1e-17) break;
    }
    const double lower = std::fmin(1.0, sum * front);
    return {lower, 1.0 - lower};
  }
  // Lentz's continued fraction for Q(a, x).
  constexpr double kTiny = 1e-300;
  double b = x + 1.0 - a;
  double c = 1.0 / kTiny;
  double d = 1.0 / b;
  double h = d;
  for (int i = 1; i < 10'000; ++i) {
    const double an = -i * (i - a);
    b += 2.0;
    d = an * d + b;
    if (std::fabs(d) < kTiny) d = kTiny;
    c = b + an / c;
    if (std::fabs(c) < kTiny) c = kTiny;
    d = 1.0 / d;
    const double delta = d * c;
    h *= delta;
    if (std::fabs(delta - 1.0) < 1e-16) break;
  }
  const double upper = std::fmin(1.0, front * h);
  return {1.0 - upper, upper};
}

/// Solves excess(x) = 0 for a rising function on (low, high) from `x`: Newton's step where it stays
/// between the bounds found so far, else their middle.
template <class Excess, class Density>
double solve(const Excess& excess, const Density& density, double low, double high, double x) {
  for (int i = 0; i < 100; ++i) {
    if (!(x > low && x < high)) x = 0.5 * (low + high);
    const double f = excess(x);
    if (f == 0) return x;
    (f < 0 ? low : high) = x;
    double next = x - f / density(x);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::fabs(next - x) <= 4e-16 * x) return next;
    x = next;
  }
  return x;
}

}  // namespace

double gamma_cdf(double a, double x) { return gamma_tails(a, x).lower; }

double normal_cdf(double z) {
  const Tails tails = gamma_tails(0.5, 0.5 * z * z);
  return z < 0 ? 0.5 * tails.upper : 0.5 + 0.5 * tails.lower;
}

double gamma_quantile(double a, double p) {
  if (!(p > 0)) return 0.0;
  if (!(p < 1)) return kInf;
  // Small shapes put mass far below 1e-16, where P(a, x) = x^a / Gamma(a + 1) to the last digit.
  const double log_gamma_a = log_gamma(a);
  const double log_small = (det_log(p) + log_gamma_a + det_log(a)) / a;
  if (log_small < -38.0) return det_exp(log_small);
  // Wilson and Hilferty (1931): the cube root of a gamma variable is close to normal.
  const double spread = 1.0 / (9.0 * a);
  const double root = 1.0 - spread + normal_quantile(p) * std::sqrt(spread);
  double start = a * root * root * root;
  if (a < 1.0 || root < 0.2) start = det_exp(std::fmin(log_small, det_log(a + 1.0)));
  double high = std::fmax(a + 1.0, start);
  while (gamma_tails(a, high).upper > 1.0 - p) high *= 2.0;
  auto excess = [a, p](double x) {
    const Tails tails = gamma_tails(a, x);
    return p < 0.5 ? tails.lower - p : (1.0 - p) - tails.upper;
  };
  auto density = [a, log_gamma_a](double x) {
    return det_exp((a - 1.0) * det_log(x) - x - log_gamma_a);
  };
  return solve(excess, density, 0.0, high, start);
}

double beta_cdf(double a, double b, double x) {
  if (!(x > 0)) return 0.0;
  if (!(x < 1)) return 1.0;
  const double front =
      det_exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * det_log(x) + b * det_log1p(-x));
  auto fraction = [](double p, double q, double v) {
    constexpr double kTiny = 1e-300;
    double c = 1.0;
    double d = 1.0 - (p + q) * v / (p + 1.0);
    if (std::fabs(d) < kTiny) d = kTiny;
    d = 1.0 / d;
    double h = d;
    for (int m = 1; m < 10'000; ++m) {
      const double m2 = 2.0 * m;
      double an = m * (q - m) * v / ((p - 1.0 + m2) * (p + m2));
      d = 1.0 + an * d;
      if (std::fabs(d) < kTiny) d = kTiny;
      c = 1.0 + an / c;
      if (std::fabs(c) < kTiny) c = kTiny;
      d = 1.0 / d;
      h *= d * c;
      an = -(p + m) * (p + q + m) * v / ((p + m2) * (p + 1.0 + m2));
      d = 1.0 + an * d;
      if (std::fabs(d) < kTiny) d = kTiny;
      c = 1.0 + an / c;
      if (std::fabs(c) < kTiny) c = kTiny;
      d = 1.0 / d;
      const double delta = d * c;
      h *= delta;
      if (std::fabs(delta - 1.0) < 1e-16) break;
    }
    return h;
  };
  if (x < (a + 1.0) / (a + b + 2.0)) return front * fraction(a, b, x) / a;
  return 1.0 - front * fraction(b, a, 1.0 - x) / b;
}

double beta_quantile(double a, double b, double p) {
  if (!(p > 0)) return 0.0;
  if (!(p < 1)) return 1.0;
  const double log_beta = log_gamma(a) + log_gamma(b) - log_gamma(a + b);
  // Near 0, I_x(a, b) = x^a / (a B(a, b)): exact to the last digit far below 1e-16, a good start
  // elsewhere.
  const double log_small = (det_log(p) + det_log(a) + log_beta) / a;
  if (log_small < -38.0 - det_log(b + 1.0)) return det_exp(log_small);
  const double start = std::fmin(a / (a + b), det_exp(log_small));
  auto excess = [a, b, p](double x) { return beta_cdf(a, b, x) - p; };
  auto density = [a, b, log_beta](double x) {
    return det_exp((a - 1.0) * det_log(x) + (b - 1.0) * det_log1p(-x) - log_beta);
  };
  return solve(excess, density, 0.0, 1.0, start);
}

}  // namespace breakeven
