#include "engine/base/money.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven {
namespace {

constexpr Int128 power_of_ten(int n) {
  Int128 p = 1;
  for (int i = 0; i < n; ++i) p *= 10;
  return p;
}

Error bad_number(std::string_view text, std::string_view expected) {
  std::string const shown(text.substr(0, 40));
  return Error{ErrorCode::parse_error,
               "expected " + std::string(expected) + ", found \"" + shown + "\"",
               {}};
}

/// Digits of a non-negative value split at `places`, without trailing zeros in the fraction.
std::string scaled_decimal(Int128 value, int places) {
  const bool negative = value < 0;
  std::string digits = to_string(negative ? -value : value);
  const auto width = static_cast<std::size_t>(places);
  if (digits.size() <= width) digits.insert(0, width + 1 - digits.size(), '0');
  std::string const whole = digits.substr(0, digits.size() - width);
  std::string fraction = digits.substr(digits.size() - width);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  std::string out = negative ? "-" : "";
  out += whole;
  if (!fraction.empty()) out += "." + fraction;
  return out;
}

/// a = quotient x divisor + remainder with 0 <= remainder < divisor.
struct Division {
  Int128 quotient;
  Int128 remainder;
  Int128 divisor;
};

Division divide_floor(Int128 a, Int128 b) {
  if (b < 0) {
    a = -a;
    b = -b;
  }
  Division division{a / b, a % b, b};
  if (division.remainder < 0) {
    division.remainder += b;
    division.quotient -= 1;
  }
  return division;
}

/// Whether the remainder lifts `floor` (the whole rounded-down result) by one under half-to-even.
bool rounds_up(const Division& division, Int128 floor) {
  // Compared without doubling, so that a divisor near the limit cannot overflow.
  const Int128 rest = division.divisor - division.remainder;
  return division.remainder > rest || (division.remainder == rest && (floor & 1) != 0);
}

constexpr std::int64_t kAttoPerNano = 1'000'000'000;

Int128 in_atto(Price price) {
  return static_cast<Int128>(price.nano_usd) * kAttoPerNano + price.atto_usd;
}

}  // namespace

std::string to_string(Int128 value) {
  if (value == 0) return "0";
  const bool negative = value < 0;
  std::string out;
  while (value != 0) {
    const int digit = static_cast<int>(value % 10);
    out.push_back(static_cast<char>('0' + (negative ? -digit : digit)));
    value /= 10;
  }
  if (negative) out.push_back('-');
  std::reverse(out.begin(), out.end());
  return out;
}

Int128 divide_half_even(Int128 a, Int128 b) {
  const Division division = divide_floor(a, b);
  return division.quotient + (rounds_up(division, division.quotient) ? 1 : 0);
}

Result<Int128> parse_scaled_decimal(std::string_view text, int places, int max_digits) {
  std::string_view rest = text;
  bool negative = false;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  Int128 value = 0;
  int whole_digits = 0;
  int decimals = 0;
  bool any = false;
  bool point = false;
  for (const char c : rest) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return bad_number(text, "a decimal number");
    any = true;
    if (point) {
      if (decimals == places) {
        if (c != '0') {
          return bad_number(text, "at most " + std::to_string(places) + " decimals");
        }
        continue;
      }
      ++decimals;
    } else if (value != 0 || c != '0') {
      if (++whole_digits > max_digits) {
        return bad_number(text,
                          "at most " + std::to_string(max_digits) + " digits before the point");
      }
    }
    value = value * 10 + (c - '0');
  }
  if (!any) return bad_number(text, "a decimal number");
  value *= power_of_ten(places - decimals);
  return negative ? -value : value;
}

Result<Usd> Usd::parse(std::string_view text) {
  BREAKEVEN_TRY(const Int128 femto, parse_scaled_decimal(text, 15, 16));
  if (femto > kUsdBound || femto < -kUsdBound) {
    return Error{ErrorCode::out_of_range, "an amount may be at most 1e15 USD", {}};
  }
  return Usd(femto);
}

std::string Usd::decimal() const { return scaled_decimal(femto_, 15); }

std::string Usd::fixed(int places) const {
  places = std::clamp(places, 0, 15);
  const Int128 rounded = divide_half_even(femto_, power_of_ten(15 - places));
  const bool negative = rounded < 0;
  std::string digits = to_string(negative ? -rounded : rounded);
  const auto width = static_cast<std::size_t>(places);
  if (digits.size() <= width) digits.insert(0, width + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - width, ".");
  return negative ? "-" + digits : digits;
}

std::string Usd::display(int places) const {
  std::string text = fixed(places);
  const bool negative = text.front() == '-';
  if (negative) text.erase(0, 1);
  std::size_t end = text.find('.');
  if (end == std::string::npos) end = text.size();
  while (end > 3) {
    end -= 3;
    text.insert(end, ",");
  }
  return (negative ? "-$" : "$") + text;
}

double Usd::estimate() const {
  const Int128 whole = femto_ / kFemtoPerUsd;
  const Int128 part = femto_ % kFemtoPerUsd;
  return static_cast<double>(whole) + static_cast<double>(part) / 1e15;
}

Result<Rational> Rational::make(std::int64_t numerator, std::int64_t denominator) {
  if (denominator <= 0) {
    return Error{ErrorCode::invalid_argument, "a ratio needs a denominator above zero", {}};
  }
  // Unsigned: the magnitude of the smallest 64-bit integer has no signed counterpart.
  const auto magnitude = numerator < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(numerator)
                                       : static_cast<std::uint64_t>(numerator);
  const auto divisor = static_cast<std::int64_t>(
      std::gcd(magnitude, static_cast<std::uint64_t>(denominator)));  // at most `denominator`
  return Rational(numerator / divisor, denominator / divisor);
}

Result<Rational> Rational::parse(std::string_view text) {
  std::int64_t const denominator = 1'000'000'000'000;
  std::string_view digits = text;
  int places = 12;
  if (!digits.empty() && digits.back() == '%') {
    digits.remove_suffix(1);
    places = 10;
  }
  BREAKEVEN_TRY(const Int128 scaled, parse_scaled_decimal(digits, places, 6));
  return make(static_cast<std::int64_t>(scaled), denominator);
}

Result<Usd> mul_div(Usd amount, std::int64_t n, std::int64_t d) {
  if (d == 0) return Error{ErrorCode::invalid_argument, "cannot divide an amount by zero", {}};
  // Split so that amounts near the bound survive: amount = q*d + r.
  const Int128 quotient = amount.femto() / d;
  const Int128 remainder = amount.femto() % d;
  Int128 high = 0;
  if (__builtin_mul_overflow(quotient, static_cast<Int128>(n), &high)) {
    return Error{ErrorCode::out_of_range, "the amount is too large", {}};
  }
  // |remainder| < 2^63 and |n| <= 2^63: the product fits. A tie goes to the even sum, not to the
  // even quotient of the remainder alone.
  const Division low = divide_floor(remainder * n, d);
  Int128 sum = 0;
  if (__builtin_add_overflow(high, low.quotient, &sum) ||
      __builtin_add_overflow(sum, static_cast<Int128>(rounds_up(low, sum) ? 1 : 0), &sum)) {
    return Error{ErrorCode::out_of_range, "the amount is too large", {}};
  }
  return Usd::from_femto(sum);
}

Result<Usd> scale(Usd amount, Rational factor) {
  return mul_div(amount, factor.numerator(), factor.denominator());
}

Result<Price> Price::parse(std::string_view text, std::int64_t unit_size, int decimals) {
  BREAKEVEN_TRY(Int128 value, parse_scaled_decimal(text, decimals, 9));
  if (value < 0) return bad_number(text, "a price of zero or more");
  if (decimals == kDecimals) return Price{static_cast<std::int64_t>(value), unit_size};
  return Price{static_cast<std::int64_t>(value / kAttoPerNano), unit_size,
               static_cast<std::int64_t>(value % kAttoPerNano)};
}

std::string Price::decimal() const {
  if (atto_usd == 0) return scaled_decimal(nano_usd, kDecimals);
  return scaled_decimal(in_atto(*this), kFinestDecimals);
}

Result<Usd> cost(std::int64_t quantity, Price price) {
  if (quantity < 0) return Error{ErrorCode::out_of_range, "a quantity cannot be negative", {}};
  if (price.unit_size <= 0) {
    return Error{ErrorCode::invalid_argument, "a price needs a unit size above zero", {}};
  }
  if (price.atto_usd != 0) {
    Int128 atto = 0;
    if (__builtin_mul_overflow(in_atto(price), static_cast<Int128>(quantity), &atto)) {
      return Error{ErrorCode::out_of_range, "the cost does not fit in 128 bits", {}};
    }
    return Usd::from_femto(divide_half_even(atto, static_cast<Int128>(price.unit_size) * 1'000));
  }
  const Int128 product = static_cast<Int128>(quantity) * price.nano_usd;
  Int128 femto = 0;
  if (__builtin_mul_overflow(product, static_cast<Int128>(1'000'000), &femto)) {
    return Error{ErrorCode::out_of_range, "the cost does not fit in 128 bits", {}};
  }
  return Usd::from_femto(divide_half_even(femto, price.unit_size));
}

Result<Price> scale(Price price, Rational factor) {
  const Int128 product = static_cast<Int128>(price.nano_usd) * factor.numerator();
  if (price.atto_usd != 0 || product % factor.denominator() != 0) {
    return Error{
        ErrorCode::invalid_argument, "a multiplier must land on whole nano-dollars per unit", {}};
  }
  const Int128 nano = product / factor.denominator();
  if (nano < 0 || nano > INT64_MAX) {
    return Error{ErrorCode::out_of_range, "the scaled price is out of range", {}};
  }
  return Price{static_cast<std::int64_t>(nano), price.unit_size};
}

}  // namespace breakeven
