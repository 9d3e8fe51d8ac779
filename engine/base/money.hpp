// money.hpp — exact money: amounts, prices and exact multipliers.
//
// Units    Usd counts femto-dollars (1e-15 USD) in 128 bits; Price counts nano-dollars (1e-9 USD)
//          per `unit_size` billable units. tokens x nano-USD per million tokens is a whole number
//          of femto-dollars, so a token cost never rounds. Only quotients round, half to even.
// Shape    Usd is closed under +, - and * integer; there is no conversion from double. UsdEstimate
//          (a double, for projections) is another type and never becomes Usd silently.
// Sources  The unit maps to DECIMAL(38,15) in SQL engines: docs/decisions/0002-exact-money.md.
// Errors   Parsing and scaling return Result; sums of amounts below kUsdBound cannot overflow.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven {

__extension__ using Int128 = __int128;

inline constexpr Int128 kFemtoPerUsd = 1'000'000'000'000'000;  ///< 1e15
/// Largest amount that is read, 1e15 USD. 1e8 amounts of that size can be added without overflow.
inline constexpr Int128 kUsdBound = kFemtoPerUsd * kFemtoPerUsd;

/// An exact amount of US dollars.
class Usd {
 public:
  constexpr Usd() = default;
  static constexpr Usd from_femto(Int128 femto) { return Usd(femto); }
  static constexpr Usd from_dollars(std::int64_t dollars) { return Usd(dollars * kFemtoPerUsd); }
  static constexpr Usd from_cents(std::int64_t cents) { return Usd(cents * (kFemtoPerUsd / 100)); }

  /// Parses "39812.4421", "-0.05", "1e-3" is refused. At most 15 decimals and |amount| <=
  /// kUsdBound.
  [[nodiscard]] static Result<Usd> parse(std::string_view text);

  [[nodiscard]] constexpr Int128 femto() const { return femto_; }

  /// Shortest exact decimal: "110", "0.0000005", "-12.5".
  [[nodiscard]] std::string decimal() const;
  /// Rounded half to even to `places` decimals (0..15), always showing them: "998.46".
  [[nodiscard]] std::string fixed(int places) const;
  /// "$1,234.56"; negative as "-$1,234.56".
  [[nodiscard]] std::string display(int places = 2) const;

  /// A double within one unit in the last place, for projections and charts only.
  [[nodiscard]] double estimate() const;

  constexpr Usd operator-() const { return Usd(-femto_); }
  constexpr Usd& operator+=(Usd other) {
    femto_ += other.femto_;
    return *this;
  }
  constexpr Usd& operator-=(Usd other) {
    femto_ -= other.femto_;
    return *this;
  }
  friend constexpr Usd operator+(Usd a, Usd b) { return Usd(a.femto_ + b.femto_); }
  friend constexpr Usd operator-(Usd a, Usd b) { return Usd(a.femto_ - b.femto_); }
  friend constexpr Usd operator*(Usd a, std::int64_t n) { return Usd(a.femto_ * n); }
  friend constexpr Usd operator*(std::int64_t n, Usd a) { return a * n; }
  constexpr auto operator<=>(const Usd&) const = default;

 private:
  explicit constexpr Usd(Int128 femto) : femto_(femto) {}
  Int128 femto_ = 0;
};

/// A projected amount (Monte Carlo, NPV): a double that admits it.
struct UsdEstimate {
  double usd = 0;
  constexpr auto operator<=>(const UsdEstimate&) const = default;
};

/// An exact rational multiplier, such as 11/10 for a residency uplift. Denominator > 0, reduced.
class Rational {
 public:
  constexpr Rational() = default;
  [[nodiscard]] static Result<Rational> make(std::int64_t numerator, std::int64_t denominator);
  /// "1.1" -> 11/10; "15%" -> 3/20. At most 12 decimals.
  [[nodiscard]] static Result<Rational> parse(std::string_view text);
  [[nodiscard]] constexpr std::int64_t numerator() const { return numerator_; }
  [[nodiscard]] constexpr std::int64_t denominator() const { return denominator_; }
  [[nodiscard]] double estimate() const {
    return static_cast<double>(numerator_) / static_cast<double>(denominator_);
  }
  constexpr bool operator==(const Rational&) const = default;

 private:
  constexpr Rational(std::int64_t n, std::int64_t d) : numerator_(n), denominator_(d) {}
  std::int64_t numerator_ = 1;
  std::int64_t denominator_ = 1;
};

/// amount x numerator / denominator, rounded half to even at 1e-15 USD.
[[nodiscard]] Result<Usd> scale(Usd amount, Rational factor);
/// amount x n / d with n, d up to 64 bits, rounded half to even. d must not be 0.
[[nodiscard]] Result<Usd> mul_div(Usd amount, std::int64_t n, std::int64_t d);

/// A published price: nano-dollars per `unit_size` billable units.
struct Price {
  std::int64_t nano_usd = 0;           ///< 1e-9 USD per unit_size; >= 0
  std::int64_t unit_size = 1'000'000;  ///< tokens: 1'000'000; calls: 1'000; hours: 1
  /// 1e-18 USD beyond nano_usd, below 1e9. Published prices have none; registries that compute with
  /// doubles hand out rates such as 0.08333333333333334.
  std::int64_t atto_usd = 0;
  constexpr bool operator==(const Price&) const = default;

  static constexpr int kDecimals = 9;  ///< of a published price
  static constexpr int kFinestDecimals = 18;
  /// Parses a decimal amount of USD per `unit_size` with at most `decimals` (9 or 18) decimals.
  [[nodiscard]] static Result<Price> parse(std::string_view text,
                                           std::int64_t unit_size = 1'000'000,
                                           int decimals = kDecimals);
  /// The amount per unit_size as the shortest decimal: "0.075".
  [[nodiscard]] std::string decimal() const;
};

/// Exact cost of `quantity` units. Rounds half to even at 1e-15 USD, which can happen only when
/// unit_size does not divide 1e6 or the price has more than nine decimals. Fails: out_of_range when quantity < 0 or the product overflows.
/// Worked: 12 304 tokens at 3.75 USD per million = 0.04614 USD (test: CacheWriteIsExact).
[[nodiscard]] Result<Usd> cost(std::int64_t quantity, Price price);

/// price x factor. Fails with invalid_argument when the price or the result is not a whole number
/// of nano-dollars.
[[nodiscard]] Result<Price> scale(Price price, Rational factor);

/// Quotient rounded half to even. b != 0 and |a|, |b| < 2^126.
[[nodiscard]] Int128 divide_half_even(Int128 a, Int128 b);

/// Decimal digits of a 128-bit integer.
[[nodiscard]] std::string to_string(Int128 value);

/// Parses an optional sign, digits and an optional fraction into value x 10^places, exactly.
/// Fails with parse_error on anything else, on more than `places` significant decimals and on
/// more than `max_digits` digits before the point.
[[nodiscard]] Result<Int128> parse_scaled_decimal(std::string_view text, int places,
                                                  int max_digits = 18);

}  // namespace breakeven
