// quantities.hpp — strong types for what is counted, so that tokens are never added to dollars.
//
// Units    As named. A month is 730 hours and a year 8 760 hours everywhere in the product.
// Shape    No dimensional algebra: only the products that mean something are written.
#pragma once

#include <compare>
#include <cstdint>

namespace breakeven {

inline constexpr std::int64_t kHoursPerMonth = 730;
inline constexpr std::int64_t kHoursPerYear = 8'760;
inline constexpr std::int64_t kSecondsPerMonth = kHoursPerMonth * 3'600;

/// A number with a unit. Adds, subtracts and compares only with itself; scales by a plain number.
template <class Tag, class Rep>
struct Quantity {
  Rep value{};
  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity& operator+=(Quantity other) {
    value += other.value;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value -= other.value;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
  friend constexpr Quantity operator*(Quantity a, Rep factor) { return {a.value * factor}; }
};

using Tokens = Quantity<struct TokensTag, std::int64_t>;
using Seconds = Quantity<struct SecondsTag, double>;
using Hours = Quantity<struct HoursTag, double>;
using Ratio = Quantity<struct RatioTag, double>;
using TokensPerSecond = Quantity<struct TokensPerSecondTag, double>;
using Bytes = Quantity<struct BytesTag, double>;

constexpr Seconds to_seconds(Hours h) { return {h.value * 3600.0}; }
constexpr Hours to_hours(Seconds s) { return {s.value / 3600.0}; }
constexpr Seconds operator/(Tokens t, TokensPerSecond rate) {
  return {static_cast<double>(t.value) / rate.value};
}
constexpr TokensPerSecond operator/(Tokens t, Seconds s) {
  return {static_cast<double>(t.value) / s.value};
}

}  // namespace breakeven
