#include "io/feeds/exact_price.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::io {
namespace {

constexpr int kLargestExponent =
    400;                            // beyond every double: a longer one is a mistake, not a price
constexpr int kLargestDigits = 27;  // 1e9 USD in units of 1e-18 USD
constexpr std::int64_t kAttoPerNano = 1'000'000'000;

Error unreadable(ErrorCode code, std::string_view expected, std::string_view number) {
  return Error{
      code,
      "expected " + std::string(expected) + ", found \"" + std::string(number.substr(0, 40)) + "\"",
      {}};
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<Price> exact_price(std::string_view number, int shift, std::int64_t unit_size) {
  const Error not_decimal = unreadable(ErrorCode::parse_error, "a decimal number", number);
  std::size_t at = 0;
  bool negative = false;
  if (at < number.size() && (number[at] == '-' || number[at] == '+')) {
    negative = number[at] == '-';
    ++at;
  }
  std::string digits;  // significant ones, without leading zeros
  int fraction = 0;
  bool any = false;
  bool point = false;
  for (; at < number.size(); ++at) {
    const char c = number[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(c)) break;
    any = true;
    if (point) ++fraction;
    if (c != '0' || !digits.empty()) digits += c;
    if (digits.size() > kLargestExponent || fraction > kLargestExponent) return not_decimal;
  }
  if (!any) return not_decimal;
  int exponent = 0;
  if (at < number.size() && (number[at] == 'e' || number[at] == 'E')) {
    ++at;
    bool below = false;
    if (at < number.size() && (number[at] == '-' || number[at] == '+')) {
      below = number[at] == '-';
      ++at;
    }
    const std::size_t first = at;
    for (; at < number.size() && is_digit(number[at]); ++at) {
      exponent = exponent * 10 + (number[at] - '0');
      if (exponent > kLargestExponent) return not_decimal;
    }
    if (at == first) return not_decimal;
    if (below) exponent = -exponent;
  }
  if (at != number.size()) return not_decimal;

  exponent += shift - fraction;
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  if (digits.empty()) return Price{0, unit_size};
  if (negative) {
    return unreadable(ErrorCode::out_of_range, "a price of zero or more", number);
  }
  const int zeros = exponent + Price::kFinestDecimals;
  if (zeros < 0) {
    return unreadable(ErrorCode::out_of_range, "no digits below 1e-18 USD", number);
  }
  if (static_cast<int>(digits.size()) + zeros > kLargestDigits) {
    return unreadable(ErrorCode::out_of_range, "a price below 1e9 USD", number);
  }
  Int128 atto = 0;
  for (const char c : digits) atto = atto * 10 + (c - '0');
  for (int i = 0; i < zeros; ++i) atto *= 10;
  return Price{static_cast<std::int64_t>(atto / kAttoPerNano), unit_size,
               static_cast<std::int64_t>(atto % kAttoPerNano)};
}

}  // namespace breakeven::io
