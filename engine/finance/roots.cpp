#include "engine/finance/roots.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"

namespace breakeven::finance {
namespace {

using Terms = std::vector<ExpTerm>;

/// Ascending exponents, each once, no zero coefficients.
Terms tidy(Terms terms) {
  std::stable_sort(terms.begin(), terms.end(),
                   [](const ExpTerm& a, const ExpTerm& b) { return a.exponent < b.exponent; });
  Terms out;
  for (const ExpTerm& term : terms) {
    if (!out.empty() && out.back().exponent == term.exponent) {
      out.back().coefficient += term.coefficient;
    } else {
      out.push_back(term);
    }
  }
  std::erase_if(out, [](const ExpTerm& term) { return term.coefficient == 0; });
  return out;
}

bool differ(const ExpTerm& a, const ExpTerm& b) {
  return (a.coefficient < 0) != (b.coefficient < 0);
}

std::size_t sign_changes(const Terms& terms) {
  std::size_t count = 0;
  for (std::size_t k = 1; k < terms.size(); ++k) {
    if (differ(terms[k - 1], terms[k])) ++count;
  }
  return count;
}

/// Scaled so that nothing overflows: only the sign and the size relative to the terms mean something.
struct Value {
  double sum = 0;
  double size = 0;  ///< sum of the terms' absolute values
};

Value at(const Terms& terms, double t) {
  // The exponent that dominates at t is one of the ends.
  const double top = std::max(terms.front().exponent * t, terms.back().exponent * t);
  Value value;
  for (const ExpTerm& term : terms) {
    const double part = term.coefficient * det_exp(term.exponent * t - top);
    value.sum += part;
    value.size += std::fabs(part);
  }
  return value;
}

int sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

/// At a turning point f may touch zero without crossing it: rounding then leaves this much.
int sign_at_turn(const Terms& terms, double t) {
  constexpr double kTouch = 1e-13;
  const Value value = at(terms, t);
  return std::fabs(value.sum) <= kTouch * value.size ? 0 : sign(value.sum);
}

double bisect(const Terms& terms, double low, double high, int sign_low) {
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    const int here = sign(at(terms, middle).sum);
    if (here == 0) return middle;
    (here == sign_low ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// The zeros of `terms`, given those of its derivative after division by an exponential.
std::vector<double> between(const Terms& terms, const std::vector<double>& turns, double low,
                            double high) {
  std::vector<double> found;
  double from = low;
  int sign_from = sign(at(terms, low).sum);
  if (sign_from == 0) found.push_back(low);
  for (std::size_t i = 0; i <= turns.size(); ++i) {
    const bool last = i == turns.size();
    const double to = last ? high : turns[i];
    const int sign_to = last ? sign(at(terms, high).sum) : sign_at_turn(terms, to);
    if (sign_to == 0) {
      if (found.empty() || found.back() != to) found.push_back(to);
    } else if (sign_from * sign_to < 0) {
      found.push_back(bisect(terms, from, to, sign_from));
    }
    from = to;
    sign_from = sign_to;
  }
  return found;
}

/// d/dt of e^(-s t) f(t), with s inside the first sign change, so that this change is gone.
Terms derivative(const Terms& terms) {
  std::size_t k = 1;
  while (!differ(terms[k - 1], terms[k])) ++k;
  const double s = 0.5 * (terms[k - 1].exponent + terms[k].exponent);
  Terms out;
  double largest = 0;
  for (const ExpTerm& term : terms) {
    out.push_back({term.exponent, term.coefficient * (term.exponent - s)});
    largest = std::max(largest, std::fabs(out.back().coefficient));
  }
  for (ExpTerm& term : out) term.coefficient /= largest;
  std::erase_if(out, [](const ExpTerm& term) { return term.coefficient == 0; });
  return out;
}

}  // namespace

Result<std::vector<double>> zeros(std::vector<ExpTerm> terms, double low, double high) {
  std::vector<Terms> levels{tidy(std::move(terms))};
  const std::size_t changes = sign_changes(levels.front());
  if (changes == 0) return std::vector<double>();
  if (changes * levels.front().size() > kMaxRootWork) {
    return Error{ErrorCode::resource_limit,
                 "expected flows x sign changes of at most " + std::to_string(kMaxRootWork) +
                     ", found " + std::to_string(levels.front().size()) +
                     " flows that change sign " + std::to_string(changes) + " times",
                 "flows"};
  }
  while (sign_changes(levels.back()) > 1) levels.push_back(derivative(levels.back()));
  // One change of sign: one zero, and no turn has to be known to bracket it.
  std::vector<double> found;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    found = between(*level, found, low, high);
  }
  return found;
}

}  // namespace breakeven::finance
