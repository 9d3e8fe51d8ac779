#include "engine/siblings/exact.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <variant>

#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::siblings {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Int128 greatest_common(Int128 a, Int128 b) {
  if (a < 0) a = -a;
  while (b != 0) {
    const Int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a == 0 ? 1 : a;
}

/// Whether a x b fits; the product is then in `to`.
bool times(Int128 a, Int128 b, Int128& to) { return !__builtin_mul_overflow(a, b, &to); }

/// Beyond this a long division by `bottom` would overflow.
constexpr Int128 kLargestBottom = (static_cast<Int128>(1) << 120);

}  // namespace

Exact Exact::fraction(Int128 top, Int128 bottom, bool money) {
  if (bottom < 0) {
    top = -top;
    bottom = -bottom;
  }
  const Int128 common = greatest_common(top, bottom);
  Exact out;
  out.top_ = top / common;
  out.bottom_ = bottom / common;
  out.money_ = money;
  out.approximate_ = static_cast<double>(out.top_) / static_cast<double>(out.bottom_);
  return out;
}

Exact Exact::guess(double value, bool money) {
  Exact out;
  out.exact_ = false;
  out.money_ = money;
  out.approximate_ = value;
  return out;
}

Exact Exact::of(const explain::Value& value) {
  if (const auto* money = std::get_if<Usd>(&value)) {
    return fraction(money->femto(), kFemtoPerUsd, true);
  }
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return {*whole};
  if (const auto* ratio = std::get_if<Rational>(&value)) {
    return fraction(ratio->numerator(), ratio->denominator(), false);
  }
  return guess(std::get<double>(value), false);
}

Exact Exact::dollars(std::int64_t whole) { return fraction(whole, 1, true); }

Exact Exact::ratio(std::int64_t top, std::int64_t bottom) { return fraction(top, bottom, false); }

explain::Value Exact::value() const {
  if (!exact_ || bottom_ > kLargestBottom) return approximate_;
  if (money_) {
    Int128 femto = top_ / bottom_;
    Int128 rest = top_ % bottom_;
    const bool negative = top_ < 0;
    if (negative) {
      femto = -femto;
      rest = -rest;
    }
    if (femto > kUsdBound / kFemtoPerUsd * 1'000) return approximate_;
    for (int place = 0; place < 15; ++place) {
      rest *= 10;
      femto = femto * 10 + rest / bottom_;
      rest %= bottom_;
    }
    if (2 * rest > bottom_ || (2 * rest == bottom_ && femto % 2 == 1)) ++femto;
    return Usd::from_femto(negative ? -femto : femto);
  }
  constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
  if (top_ > kMost || top_ < -kMost || bottom_ > kMost) return approximate_;
  if (bottom_ == 1) return static_cast<std::int64_t>(top_);
  const auto ratio =
      Rational::make(static_cast<std::int64_t>(top_), static_cast<std::int64_t>(bottom_));
  return ratio.ok() ? explain::Value(*ratio) : explain::Value(approximate_);
}

Exact Exact::magnitude() const { return sign() < 0 ? Exact() - *this : *this; }

int Exact::sign() const {
  if (exact_) return top_ < 0 ? -1 : static_cast<int>(top_ > 0);
  return approximate_ < 0 ? -1 : static_cast<int>(approximate_ > 0);
}

Exact operator+(const Exact& a, const Exact& b) {
  const bool zero = (a.exact_ && a.top_ == 0) || (b.exact_ && b.top_ == 0);
  const bool money = a.money_ || b.money_;
  if (a.exact_ && b.exact_) {
    if (a.money_ != b.money_ && !zero) return Exact::guess(kNan, money);
    const Int128 common = greatest_common(a.bottom_, b.bottom_);
    Int128 left = 0;
    Int128 right = 0;
    Int128 top = 0;
    Int128 bottom = 0;
    if (times(a.top_, b.bottom_ / common, left) && times(b.top_, a.bottom_ / common, right) &&
        !__builtin_add_overflow(left, right, &top) &&
        times(a.bottom_, b.bottom_ / common, bottom)) {
      return Exact::fraction(top, bottom, money);
    }
  }
  return Exact::guess(a.approximate_ + b.approximate_, money);
}

Exact operator-(const Exact& a, const Exact& b) {
  Exact minus = b;
  minus.top_ = -minus.top_;
  minus.approximate_ = -minus.approximate_;
  return a + minus;
}

Exact operator*(const Exact& a, const Exact& b) {
  const bool money = a.money_ || b.money_;
  if (a.money_ && b.money_) return Exact::guess(kNan, true);
  if (a.exact_ && b.exact_) {
    // Reduced crosswise first, so that what fits as a result fits on the way.
    const Int128 left = greatest_common(a.top_, b.bottom_);
    const Int128 right = greatest_common(b.top_, a.bottom_);
    Int128 top = 0;
    Int128 bottom = 0;
    if (times(a.top_ / left, b.top_ / right, top) &&
        times(a.bottom_ / right, b.bottom_ / left, bottom)) {
      return Exact::fraction(top, bottom, money);
    }
  }
  return Exact::guess(a.approximate_ * b.approximate_, money);
}

Exact operator/(const Exact& a, const Exact& b) {
  const bool money = a.money_ && !b.money_;
  if (b.sign() == 0 || (b.money_ && a.exact_ && !a.money_)) return Exact::guess(kNan, money);
  if (b.exact_) {
    const Exact inverse = Exact::fraction(b.bottom_, b.top_, false);
    if (!b.money_) return a * inverse;
    Exact plain = a;
    plain.money_ = false;
    return plain * inverse;
  }
  return Exact::guess(a.approximate_ / b.approximate_, money);
}

int compare(const Exact& a, const Exact& b) { return (a - b).sign(); }

Exact round_up(const Exact& ratio) {
  const explain::Value value = ratio.value();
  if (const auto* part = std::get_if<Rational>(&value)) {
    const std::int64_t whole = part->numerator() / part->denominator();
    return {part->numerator() > 0 ? whole + 1 : whole};
  }
  if (std::holds_alternative<double>(value)) return Exact::of(std::ceil(ratio.estimate()));
  return ratio;
}

Exact rounded(const Exact& ratio) {
  const explain::Value value = (ratio * Exact::dollars(1)).value();
  const auto* const amount = std::get_if<Usd>(&value);
  if (amount == nullptr) return ratio;
  // 15 decimals of an amount, of which 12 are kept.
  const Int128 kept = divide_half_even(amount->femto(), 1'000);
  constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
  if (kept > kMost || kept < -kMost) return Exact::of(ratio.estimate());
  return Exact::ratio(static_cast<std::int64_t>(kept), 1'000'000'000'000);
}

std::string to_words(const Exact& number) {
  const explain::Value value = number.value();
  if (const auto* money = std::get_if<Usd>(&value)) {
    const Usd cents = Usd::from_femto(divide_half_even(money->femto(), kFemtoPerUsd / 100) *
                                      (kFemtoPerUsd / 100));
    const bool small = number.magnitude().estimate() < 100;
    const bool whole = money->femto() % kFemtoPerUsd == 0;
    if (whole) return money->display(0);
    if (!small || cents == *money) return money->display(2);
    std::string text = money->display(6);
    while (text.ends_with('0') && text.size() > text.find('.') + 3) text.pop_back();
    return text;
  }
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    // Thousands are marked as in money.
    std::string text = Usd::from_dollars(*whole % 1'000'000'000'000'000).display(0);
    if (*whole >= 1'000'000'000'000'000 || *whole <= -1'000'000'000'000'000) {
      return std::to_string(*whole);
    }
    text.erase(text.find('$'), 1);
    return text;
  }
  const double x = number.estimate();
  if (std::fabs(x) >= 1e4 && std::fabs(x) < 1e15) {
    return to_words(Exact(static_cast<std::int64_t>(std::nearbyint(x))));
  }
  const double scale = std::fabs(x) < 10 ? 1e4 : 1e2;
  if (!(std::fabs(x) < 1e12)) return shortest(x);
  return shortest(std::nearbyint(x * scale) / scale);
}

}  // namespace breakeven::siblings
