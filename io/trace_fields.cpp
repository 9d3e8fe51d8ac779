#include "io/trace_fields.hpp"

#include <algorithm>
#include <array>

#include "engine/base/civil_time.hpp"
#include "engine/base/decimal_parts.hpp"
#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::io {
namespace {

constexpr std::int64_t kMaxClockNs = 9'000'000'000'000'000'000;  // 285 years, below 2^63

bool is_digit(char c) { return c >= '0' && c <= '9'; }

RowProblem slow_token_count(std::string_view text, std::int32_t& tokens) {
  text = trim(text);
  if (text.empty()) return RowProblem::missing_field;
  DecimalParts number;
  if (!split_decimal(text, number)) return RowProblem::not_a_number;
  if (number.has_exponent || number.cut) return RowProblem::not_whole;
  for (; number.exponent < 0; ++number.exponent) {
    if (number.digits % 10 != 0) return RowProblem::not_whole;
    number.digits /= 10;
  }
  if (number.negative && number.digits != 0) return RowProblem::negative;
  if (number.exponent > 0 || number.digits > traffic::kMaxTokensPerRequest) {
    return RowProblem::too_large;
  }
  tokens = static_cast<std::int32_t>(number.digits);
  return RowProblem::none;
}

RowProblem slow_clock(std::string_view text, int digits, std::int64_t& ns) {
  text = trim(text);
  if (text.empty()) return RowProblem::missing_field;
  DecimalParts number;
  if (!split_decimal(text, number)) return RowProblem::not_a_number;
  if (number.digits == 0) {
    ns = 0;
    return RowProblem::none;
  }
  if (number.negative) return RowProblem::negative;
  int shift = number.exponent + digits;
  for (; shift < 0 && number.digits > 0; ++shift) number.digits /= 10;
  for (; shift > 0; --shift) {
    number.digits *= 10;
    if (number.digits > kMaxClockNs) return RowProblem::too_large;
  }
  if (number.digits > kMaxClockNs) return RowProblem::too_large;
  ns = static_cast<std::int64_t>(number.digits);
  return RowProblem::none;
}

bool two_digits(std::string_view text, std::size_t at, int& value) {
  if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return false;
  value = (text[at] - '0') * 10 + (text[at + 1] - '0');
  return true;
}

/// "", "Z", "+01:00", "+0100", "+01" behind a time; false when it is something else.
bool parse_offset(std::string_view text, bool& zoned, int& minutes) {
  zoned = !text.empty();
  minutes = 0;
  if (text.empty() || text == "Z" || text == "z" || text == " UTC") return true;
  if (text.front() != '+' && text.front() != '-') return false;
  int hours = 0;
  int rest = 0;
  if (!two_digits(text, 1, hours)) return false;
  if (text.size() > 3) {
    const std::size_t at = text[3] == ':' ? 4 : 3;
    if (!two_digits(text, at, rest) || text.size() != at + 2) return false;
  }
  if (hours > 15 || rest > 59) return false;
  minutes = (hours * 60 + rest) * (text.front() == '-' ? -1 : 1);
  return true;
}

}  // namespace

std::string_view row_problem_name(RowProblem problem) {
  constexpr std::array<std::string_view, kRowProblems> kNames{
      "none",          "field-count",  "bad-quote",           "invalid-json",
      "missing-field", "not-a-number", "not-whole",           "negative",
      "too-large",     "bad-time",     "cached-exceeds-input"};
  return kNames[static_cast<std::size_t>(problem)];
}

std::string row_problem_expectation(RowProblem problem) {
  switch (problem) {
    case RowProblem::field_count:
      return "expected as many fields as the header names";
    case RowProblem::bad_quote:
      return "expected a closing quote before the next field";
    case RowProblem::invalid_json:
      return "expected one JSON object";
    case RowProblem::missing_field:
      return "expected a value";
    case RowProblem::not_a_number:
      return "expected a number";
    case RowProblem::not_whole:
      return "expected a whole number of tokens, written in digits";
    case RowProblem::negative:
      return "expected a number that is not negative";
    case RowProblem::too_large:
      return "expected at most " + std::to_string(traffic::kMaxTokensPerRequest) +
             " tokens or 285 years";
    case RowProblem::bad_time:
      return "expected a date and time such as 2026-03-02 09:00:06.349";
    case RowProblem::cached_exceeds:
      return "expected cached tokens within the prompt";
    case RowProblem::none:
      break;
  }
  return {};
}

std::string quoted_excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F) {
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    } else {
      out += c;
    }
  }
  return out + (text.size() > kLongest ? "...\"" : "\"");
}

RowProblem parse_token_count(std::string_view text, std::int32_t& tokens) {
  if (text.empty() || text.size() > 8) return slow_token_count(text, tokens);
  std::int32_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return slow_token_count(text, tokens);
    value = value * 10 + (c - '0');
  }
  if (value > traffic::kMaxTokensPerRequest) return RowProblem::too_large;
  tokens = value;
  return RowProblem::none;
}

RowProblem parse_clock(std::string_view text, int digits, std::int64_t& ns) {
  // At most 9 whole and `digits` decimal digits fit; everything else takes the long way.
  std::size_t at = 0;
  std::int64_t value = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (at == 9) return slow_clock(text, digits, ns);
    value = value * 10 + (text[at] - '0');
  }
  if (at == 0) return slow_clock(text, digits, ns);
  int left = digits;
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]) && left > 0; ++at, --left) {
      value = value * 10 + (text[at] - '0');
    }
  }
  if (at != text.size()) return slow_clock(text, digits, ns);
  for (; left > 0; --left) value *= 10;
  ns = value;
  return RowProblem::none;
}

RowProblem parse_timestamp(std::string_view text, Timestamp& time) {
  text = trim(text);
  if (text.empty()) return RowProblem::missing_field;
  int century = 0;
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (text.size() < 19 || !two_digits(text, 0, century) || !two_digits(text, 2, year) ||
      text[4] != '-' || !two_digits(text, 5, month) || text[7] != '-' ||
      !two_digits(text, 8, day) || (text[10] != ' ' && text[10] != 'T') ||
      !two_digits(text, 11, hour) || text[13] != ':' || !two_digits(text, 14, minute) ||
      text[16] != ':' || !two_digits(text, 17, second) || hour > 23 || minute > 59 || second > 60) {
    return RowProblem::bad_time;
  }
  year += century * 100;
  const auto date = Date::from_civil(year, month, day);
  if (!date || year < 1970 || year > 2200) return RowProblem::bad_time;

  std::size_t at = 19;
  std::int64_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    int decimals = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (decimals < 9) {
        fraction = fraction * 10 + (text[at] - '0');
        ++decimals;
      }
    }
    if (decimals == 0) return RowProblem::bad_time;
    for (; decimals < 9; ++decimals) fraction *= 10;
  }
  int offset_minutes = 0;
  if (!parse_offset(text.substr(at), time.zoned, offset_minutes)) return RowProblem::bad_time;
  const std::int64_t seconds =
      std::int64_t{date->days} * 86'400 + hour * 3'600 + (minute - offset_minutes) * 60 + second;
  time.ns = seconds * 1'000'000'000 + fraction;
  return RowProblem::none;
}

}  // namespace breakeven::io
