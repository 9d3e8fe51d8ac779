#include "engine/usage/values.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/civil_time.hpp"
#include "engine/base/decimal_parts.hpp"
#include "engine/base/money.hpp"
#include "engine/base/text.hpp"

namespace breakeven::usage {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// 10^0 to 10^38.
constexpr std::array<Int128, 39> kPowers = [] {
  std::array<Int128, 39> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// digits x 10^(exponent + shift) x factor, half to even; false when it leaves `limit`.
bool scaled(const DecimalParts& number, int shift, std::int64_t factor, Int128 limit, Int128& value,
            bool& exact) {
  constexpr Int128 kRoom = Int128{1} << 126;
  value = number.digits;
  exact = !number.cut;
  if (value == 0) return true;
  // A factor such as 1 000 000 first: it may make whole what is not.
  if (factor > 1 && value > kRoom / factor) {
    value /= 1'000'000'000;
    exact = false;
    shift += 9;
  }
  value *= factor;
  const int power = number.exponent + shift;
  if (power > 0) {
    if (power > 38 ||
        __builtin_mul_overflow(value, kPowers[static_cast<std::size_t>(power)], &value)) {
      return false;
    }
  } else if (power < 0) {
    if (power < -38) {
      value = 0;
      exact = false;
    } else {
      const Int128 divisor = kPowers[static_cast<std::size_t>(-power)];
      exact = exact && value % divisor == 0;
      value = divide_half_even(value, divisor);
    }
  }
  if (value > limit) return false;
  if (number.negative) value = -value;
  return true;
}

/// Digits and nothing else, at most 18 of them.
bool plain_digits(std::string_view text, std::int64_t& value) {
  constexpr std::size_t kMost = 18;
  if (text.empty() || text.size() > kMost) return false;
  std::int64_t sum = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    sum = sum * 10 + (c - '0');
  }
  value = sum;
  return true;
}

Reason bad_number(std::string_view text) {
  return text.empty() ? Reason::missing_field : Reason::not_a_number;
}

/// Reads one to `most` digits.
bool digits(std::string_view text, std::size_t& at, std::size_t most, int& value) {
  const std::size_t start = at;
  value = 0;
  while (at < text.size() && at < start + most && is_digit(text[at])) {
    value = value * 10 + (text[at++] - '0');
  }
  return at > start;
}

bool skip(std::string_view text, std::size_t& at, char c) {
  if (at >= text.size() || text[at] != c) return false;
  ++at;
  return true;
}

/// "Z", " UTC", "+01:00", "+0100", "+01" at the end of a time.
bool parse_zone(std::string_view text, bool& zoned, int& minutes) {
  text = trim(text);
  zoned = !text.empty();
  minutes = 0;
  if (text.empty() || text == "Z" || text == "z" || text == "UTC" || text == "GMT") return true;
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return false;
  std::size_t at = 1;
  int hours = 0;
  int rest = 0;
  if (!digits(text, at, 2, hours)) return false;
  skip(text, at, ':');
  if (at < text.size() && !digits(text, at, 2, rest)) return false;
  if (at != text.size() || hours > 15 || rest > 59) return false;
  minutes = (hours * 60 + rest) * (west ? -1 : 1);
  return true;
}

/// "09:00", "9:00:06.349", "09:00:06,349 AM" and what follows.
bool parse_clock_text(std::string_view text, std::int64_t& ns, std::string_view& rest) {
  std::size_t at = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!digits(text, at, 2, hour) || !skip(text, at, ':') || !digits(text, at, 2, minute)) {
    return false;
  }
  std::int64_t fraction = 0;
  if (skip(text, at, ':')) {
    if (!digits(text, at, 2, second)) return false;
    if (skip(text, at, '.') || skip(text, at, ',')) {
      int places = 0;
      const std::size_t start = at;
      for (; at < text.size() && is_digit(text[at]); ++at) {
        if (places < 9) {
          fraction = fraction * 10 + (text[at] - '0');
          ++places;
        }
      }
      if (at == start) return false;
      for (; places < 9; ++places) fraction *= 10;
    }
  }
  rest = trim(text.substr(at));
  if (const std::string half = to_lower(rest.substr(0, 2)); half == "am" || half == "pm") {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (half == "pm" ? 12 : 0);
    rest = rest.substr(2);
  }
  if (hour > 23 || minute > 59 || second > 60) return false;
  ns = ((std::int64_t{hour} * 60 + minute) * 60 + second) * kSecondNs + fraction;
  return true;
}

/// The year, month and day at the start of a text; the position behind them.
bool parse_day(std::string_view text, std::size_t& at, std::int32_t& days) {
  int first = 0;
  int second = 0;
  int third = 0;
  if (!digits(text, at, 4, first)) return false;
  const bool year_first = at == 4;
  const char separator = at < text.size() ? text[at] : '\0';
  if (separator != '-' && separator != '/') return false;
  if (!year_first && separator == '-') return false;
  if (!skip(text, at, separator) || !digits(text, at, 2, second) || !skip(text, at, separator)) {
    return false;
  }
  const std::size_t last = at;
  if (!digits(text, at, year_first ? 2 : 4, third)) return false;
  int year = first;
  int month = second;
  int day = third;
  if (!year_first) {
    const std::size_t written = at - last;
    if (written != 2 && written != 4) return false;
    year = written == 2 ? 2000 + third : third;
    month = first;
    day = second;
  }
  const auto date = Date::from_civil(year, month, day);
  if (!date || year < 1970 || year > 2200) return false;
  days = date->days;
  return true;
}

/// An epoch of at most 18 digits.
Reason whole_epoch(std::int64_t value, TimeText& time) {
  const std::int64_t unit = value < 100'000'000'000           ? kSecondNs
                            : value < 100'000'000'000'000     ? 1'000'000
                            : value < 100'000'000'000'000'000 ? 1'000
                                                              : 1;
  if (value > 9'000'000'000'000'000'000 / unit) return Reason::bad_time;  // year 2255
  time.ns = value * unit;
  time.zoned = true;
  return Reason::none;
}

Reason epoch(std::string_view text, TimeText& time) {
  DecimalParts number;
  if (!split_decimal(text, number)) return Reason::bad_time;
  if (number.negative) return Reason::bad_time;
  Int128 seconds = 0;
  bool exact = true;
  constexpr Int128 kMost = 9'000'000'000'000'000'000;
  if (!scaled(number, 0, 1, kMost, seconds, exact)) return Reason::bad_time;
  const int shift = seconds < 100'000'000'000           ? 9
                    : seconds < 100'000'000'000'000     ? 6
                    : seconds < 100'000'000'000'000'000 ? 3
                                                        : 0;
  Int128 ns = 0;
  // Cut, not rounded: the time must not run ahead of the record.
  for (int i = 0; number.exponent + shift < 0 && i < 40; ++i) {
    number.digits /= 10;
    ++number.exponent;
  }
  if (!scaled(number, shift, 1, kMost, ns, exact)) return Reason::bad_time;
  time.ns = static_cast<std::int64_t>(ns);
  time.zoned = true;
  return Reason::none;
}

/// Two digits at `at`; 10 000 when they are none.
unsigned two_digits(std::string_view text, std::size_t at) {
  const unsigned high = static_cast<unsigned char>(text[at]) - unsigned{'0'};
  const unsigned low = static_cast<unsigned char>(text[at + 1]) - unsigned{'0'};
  return high > 9 || low > 9 ? 10'000 : high * 10 + low;
}

/// "2026-03-02T09:00:06.349Z" and the same without fraction or zone, as nearly all programs write
/// it. False: the text has to be looked at more closely.
bool plain_instant(std::string_view text, TimeText& time) {
  constexpr std::size_t kSeconds = 19;
  if (text.size() < kSeconds || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') {
    return false;
  }
  const unsigned century = two_digits(text, 0);
  const unsigned year = two_digits(text, 2);
  const unsigned month = two_digits(text, 5);
  const unsigned day = two_digits(text, 8);
  const unsigned hour = two_digits(text, 11);
  const unsigned minute = two_digits(text, 14);
  const unsigned second = two_digits(text, 17);
  const unsigned full_year = century * 100 + year;
  if (full_year < 1970 || full_year > 2200 || hour > 23 || minute > 59 || second > 60) return false;
  const auto date =
      Date::from_civil(static_cast<int>(full_year), static_cast<int>(month), static_cast<int>(day));
  if (!date) return false;
  std::int64_t fraction = 0;
  std::size_t at = kSeconds;
  if (at < text.size() && text[at] == '.') {
    std::int64_t unit = kSecondNs;
    for (++at; at < text.size() && is_digit(text[at]) && unit > 1; ++at) {
      unit /= 10;
      fraction += unit * (text[at] - '0');
    }
    if (unit == kSecondNs) return false;
  }
  time.zoned = at + 1 == text.size() && text[at] == 'Z';
  if (!time.zoned && at != text.size()) return false;
  const std::int64_t of_day = (std::int64_t{hour} * 60 + minute) * 60 + second;
  time.ns = (std::int64_t{date->days} * 86'400 + of_day) * kSecondNs + fraction;
  return true;
}

}  // namespace

std::string_view reason_name(Reason reason) {
  constexpr std::array<std::string_view, kReasons> kNames{"none",
                                                          "invalid-json",
                                                          "too-long",
                                                          "field-count",
                                                          "bad-quote",
                                                          "bad-encoding",
                                                          "truncated",
                                                          "missing-field",
                                                          "not-a-number",
                                                          "not-whole",
                                                          "negative",
                                                          "too-large",
                                                          "bad-time",
                                                          "implausible-time",
                                                          "cached-exceeds-input",
                                                          "inconsistent-total",
                                                          "unknown-unit",
                                                          "unknown-meter",
                                                          "foreign-currency",
                                                          "other-format"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::string_view reason_expectation(Reason reason) {
  constexpr std::array<std::string_view, kReasons> kTexts{
      "",
      "expected one JSON value",
      "expected a record of at most 32 MiB",
      "expected as many fields as the header names",
      "expected a closing quote before the next field",
      "expected UTF-8",
      "expected the rest of the record, found the end of the file",
      "expected a value",
      "expected a number",
      "expected a whole number, written in digits",
      "expected a number that is not negative",
      "expected at most 20 000 000 tokens for a request, 1e15 for a bucket",
      "expected a date and time such as 2026-03-02T09:00:06.349Z, or an epoch",
      "expected a time from 2020 on that is not in the future",
      "expected cached tokens within the input, as this source counts them",
      "expected a total that matches its parts",
      "expected a quantity in tokens, in thousands or in millions of them",
      "expected a meter that names a model and a token class",
      "expected amounts in US dollars",
      "expected a record of the same format as the file"};
  return kTexts[static_cast<std::size_t>(reason)];
}

Reason parse_count(std::string_view text, std::int64_t most, std::int64_t& count) {
  if (std::int64_t value = 0; plain_digits(text, value)) {
    if (value > most) return Reason::too_large;
    count = value;
    return Reason::none;
  }
  text = trim(text);
  DecimalParts number;
  if (!split_decimal(text, number)) return bad_number(text);
  if (number.has_exponent || number.cut) {
    return number.has_exponent ? Reason::not_whole : Reason::too_large;
  }
  for (; number.exponent < 0; ++number.exponent) {
    if (number.digits % 10 != 0) return Reason::not_whole;
    number.digits /= 10;
  }
  if (number.exponent > 0 || number.digits > most) return Reason::too_large;
  count = static_cast<std::int64_t>(number.digits) * (number.negative ? -1 : 1);
  return Reason::none;
}

Reason parse_quantity(std::string_view text, std::int64_t factor, std::int64_t& count,
                      bool& exact) {
  text = trim(text);
  DecimalParts number;
  if (!split_decimal(text, number)) return bad_number(text);
  Int128 value = 0;
  if (!scaled(number, 0, factor, kMaxBucketTokens, value, exact)) return Reason::too_large;
  count = static_cast<std::int64_t>(value);
  return Reason::none;
}

Reason parse_money(std::string_view text, int shift, Usd& amount) {
  text = trim(text);
  DecimalParts number;
  if (!split_decimal(text, number)) return bad_number(text);
  Int128 femto = 0;
  bool exact = true;
  if (!scaled(number, 15 - shift, 1, kUsdBound, femto, exact)) return Reason::too_large;
  amount = Usd::from_femto(femto);
  return Reason::none;
}

Reason parse_duration(std::string_view text, int shift, std::int64_t& ns) {
  text = trim(text);
  DecimalParts number;
  if (!split_decimal(text, number)) return bad_number(text);
  if (number.negative && number.digits != 0) return Reason::negative;
  Int128 value = 0;
  bool exact = true;
  constexpr Int128 kMost = 9'000'000'000'000'000'000;
  if (!scaled(number, 9 - shift, 1, kMost, value, exact)) return Reason::too_large;
  ns = static_cast<std::int64_t>(value);
  return Reason::none;
}

Reason parse_time(std::string_view text, TimeText& time) {
  text = trim(text);
  time = {};
  if (text.empty()) return Reason::missing_field;
  if (plain_instant(text, time)) return Reason::none;
  if (std::int64_t value = 0; plain_digits(text, value)) return whole_epoch(value, time);
  if (std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '+';
      })) {
    return epoch(text, time);
  }
  std::size_t at = 0;
  std::int32_t days = 0;
  if (!parse_day(text, at, days)) return Reason::bad_time;
  std::int64_t of_day = 0;
  std::string_view rest;
  if (at == text.size()) {
    time.date_only = true;
  } else {
    if (text[at] != ' ' && text[at] != 'T' && text[at] != 't') return Reason::bad_time;
    if (!parse_clock_text(text.substr(at + 1), of_day, rest)) return Reason::bad_time;
  }
  int offset = 0;
  if (!parse_zone(rest, time.zoned, offset)) return Reason::bad_time;
  time.ns = (std::int64_t{days} * 86'400 - std::int64_t{offset} * 60) * kSecondNs + of_day;
  return Reason::none;
}

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.empty()) return "nothing";
  const std::string lower = to_lower(text.substr(0, 9));
  const bool word = lower == "true" || lower == "false" || lower == "null" || lower == "none" ||
                    lower == "nan" || lower == "inf" || lower == "infinity" || lower == "-inf";
  const bool figures =
      text.size() <= kLongest && std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || std::string_view("+-.,:/ eETZ").find(c) != std::string_view::npos;
      });
  if (word || figures) return "\"" + std::string(text) + "\"";
  return "a text of " + counted(static_cast<std::int64_t>(text.size()), "byte");
}

bool looks_secret(std::string_view text) {
  constexpr std::array<std::string_view, 9> kPrefixes{"sk-",  "sk_",  "pk-",  "pk_",    "AKIA",
                                                      "AIza", "gsk_", "xai-", "Bearer "};
  if (text.size() >= 12 && std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](auto prefix) {
        return text.substr(0, prefix.size()) == prefix;
      })) {
    return true;
  }
  // Random letters and digits without a break: tokens, hashes of keys.
  return text.size() >= 32 && std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
         });
}

std::string safe_label(std::string_view text) {
  if (!looks_secret(text)) return std::string(text.substr(0, 120));
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string label = "key#";
  for (int i = 0; i < 8; ++i) label += kHex[(hash >> (60 - 4 * i)) & 15U];
  return label;
}

std::string iso_time(std::int64_t ns) {
  std::int64_t seconds = ns / kSecondNs;
  std::int64_t fraction = ns % kSecondNs;
  if (fraction < 0) {
    fraction += kSecondNs;
    --seconds;
  }
  std::string text = Instant{seconds}.iso();
  if (fraction == 0) return text;
  std::string digits_text = std::to_string(fraction + kSecondNs).substr(1);
  while (digits_text.size() > 3 && digits_text.substr(digits_text.size() - 3) == "000") {
    digits_text.resize(digits_text.size() - 3);
  }
  text.pop_back();  // Z
  return text + "." + digits_text + "Z";
}

}  // namespace breakeven::usage
