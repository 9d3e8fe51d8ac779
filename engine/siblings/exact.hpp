// exact.hpp — arithmetic on amounts and ratios that stays exact until it cannot.
//
// Units    A number is a fraction of 128-bit integers, of dollars or of nothing. Money rounds once,
//          half to even at 1e-15 USD, when value() is taken.
// Shape    2.5 USD / (700 x 3600) x 1e6 = 125/126 USD = 0.992063492063492 USD (test: OneThird).
// Errors   Where a fraction no longer fits into 128 bits the number becomes a double and says so:
//          exact() is false. Dividing by zero and adding money to what is not money do the same,
//          with a value of NaN.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/money.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::siblings {

class Exact {
 public:
  Exact() = default;
  // Implicit on purpose: formulas are written with plain whole numbers in them.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Exact(std::int64_t whole) : top_(whole), approximate_(static_cast<double>(whole)) {}
  static Exact of(const explain::Value& value);
  static Exact dollars(std::int64_t whole);
  static Exact ratio(std::int64_t top, std::int64_t bottom);

  [[nodiscard]] bool exact() const { return exact_; }
  [[nodiscard]] bool money() const { return money_; }
  [[nodiscard]] double estimate() const { return approximate_; }
  /// Usd, whole number or Rational where the number is exact and fits one, else a double.
  [[nodiscard]] explain::Value value() const;
  [[nodiscard]] Exact magnitude() const;
  /// -1, 0 or 1.
  [[nodiscard]] int sign() const;

  friend Exact operator+(const Exact& a, const Exact& b);
  friend Exact operator-(const Exact& a, const Exact& b);
  friend Exact operator*(const Exact& a, const Exact& b);
  friend Exact operator/(const Exact& a, const Exact& b);

 private:
  static Exact fraction(Int128 top, Int128 bottom, bool money);
  static Exact guess(double value, bool money);

  Int128 top_ = 0;
  Int128 bottom_ = 1;  ///< above zero
  double approximate_ = 0;
  bool money_ = false;
  bool exact_ = true;
};

/// -1, 0 or 1: the sign of a - b.
[[nodiscard]] int compare(const Exact& a, const Exact& b);
/// A ratio rounded half to even to 12 decimals: what keeps a chain of products from growing.
[[nodiscard]] Exact rounded(const Exact& ratio);
/// The least whole number that is not below a ratio.
[[nodiscard]] Exact round_up(const Exact& ratio);

/// "$11,621.60", "$0.992063" (amounts below $100 keep up to six decimals), "140", "0.6".
[[nodiscard]] std::string to_words(const Exact& number);

}  // namespace breakeven::siblings
