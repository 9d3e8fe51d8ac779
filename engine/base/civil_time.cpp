#include "engine/base/civil_time.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven {
namespace {

// Days from civil and back: the shifted-year algorithm (years start in March), valid for any
// Gregorian year that fits; https://howardhinnant.github.io/date_algorithms.html.
constexpr std::int64_t days_from_civil(std::int64_t y, int m, int d) {
  y -= m <= 2 ? 1 : 0;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146'097 + doe - 719'468;
}

struct Civil {
  std::int64_t year;
  int month;
  int day;
};

constexpr Civil civil_from_days(std::int64_t z) {
  z += 719'468;
  const std::int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const std::int64_t doe = z - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const int day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

bool digits(std::string_view text, std::size_t at, std::size_t count, int& out) {
  if (at + count > text.size()) return false;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  out = value;
  return true;
}

Error bad(std::string_view text, std::string_view expected) {
  return Error{
      ErrorCode::parse_error,
      "expected " + std::string(expected) + ", found \"" + std::string(text.substr(0, 40)) + "\"",
      {}};
}

std::string pad2(int v) {
  return {static_cast<char>('0' + v / 10), static_cast<char>('0' + v % 10)};
}

}  // namespace

Result<Date> Date::from_civil(int year, int month, int day) {
  constexpr std::array<int, 12> kLengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
      day > kLengths[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0)) {
    return Error{ErrorCode::parse_error, "expected a calendar date, found an impossible one", {}};
  }
  return Date{static_cast<std::int32_t>(days_from_civil(year, month, day))};
}

Result<Date> Date::parse(std::string_view text) {
  int y = 0;
  int m = 0;
  int d = 0;
  if (text.size() != 10 || !digits(text, 0, 4, y) || text[4] != '-' || !digits(text, 5, 2, m) ||
      text[7] != '-' || !digits(text, 8, 2, d)) {
    return bad(text, "a date as YYYY-MM-DD");
  }
  auto date = from_civil(y, m, d);
  if (!date) return bad(text, "a date that exists");
  return date;
}

std::string Date::iso() const {
  const Civil c = civil_from_days(days);
  std::string year = std::to_string(c.year < 0 ? -c.year : c.year);
  if (year.size() < 4) year.insert(0, 4 - year.size(), '0');
  return (c.year < 0 ? "-" : "") + year + "-" + pad2(c.month) + "-" + pad2(c.day);
}

int Date::weekday() const {
  return (days % 7 + 10) % 7;  // 1970-01-01 was a Thursday (3 when Monday is 0)
}

Result<Instant> Instant::parse(std::string_view text) {
  if (text.size() < 10) return bad(text, "a time as YYYY-MM-DDThh:mm:ssZ");
  BREAKEVEN_TRY(const Date date, Date::parse(text.substr(0, 10)));
  Instant at = from_date(date);
  if (text.size() == 10) return at;
  int h = 0;
  int m = 0;
  int s = 0;
  if ((text[10] != 'T' && text[10] != 't' && text[10] != ' ') || !digits(text, 11, 2, h) ||
      text.size() < 16 || text[13] != ':' || !digits(text, 14, 2, m) || h > 23 || m > 59) {
    return bad(text, "a time as YYYY-MM-DDThh:mm:ssZ");
  }
  std::size_t i = 16;
  if (i < text.size() && text[i] == ':') {
    if (!digits(text, 17, 2, s) || s > 60) return bad(text, "seconds from 00 to 59");
    i = 19;
    if (i < text.size() && (text[i] == '.' || text[i] == ',')) {
      const std::size_t start = ++i;
      while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
      if (i == start) return bad(text, "digits after the point");
    }
  }
  at.seconds += h * 3600 + m * 60 + s;
  if (i == text.size()) return at;
  if ((text[i] == 'Z' || text[i] == 'z') && i + 1 == text.size()) return at;
  int oh = 0;
  int om = 0;
  if ((text[i] == '+' || text[i] == '-') && digits(text, i + 1, 2, oh)) {
    const bool colon = i + 3 < text.size() && text[i + 3] == ':';
    const std::size_t minutes = i + (colon ? 4 : 3);
    const bool end_after_hours = i + 3 == text.size();
    if (oh <= 23 && (end_after_hours ||
                     (digits(text, minutes, 2, om) && om <= 59 && minutes + 2 == text.size()))) {
      const int offset = oh * 3600 + om * 60;
      at.seconds += text[i] == '+' ? -offset : offset;
      return at;
    }
  }
  return bad(text, "Z or an offset such as +02:00 at the end of the time");
}

Date Instant::date() const {
  std::int64_t d = seconds / 86'400;
  if (seconds % 86'400 < 0) --d;
  return Date{static_cast<std::int32_t>(d)};
}

std::int32_t Instant::second_of_day() const {
  const std::int64_t s = seconds % 86'400;
  return static_cast<std::int32_t>(s < 0 ? s + 86'400 : s);
}

std::string Instant::iso() const {
  const int s = second_of_day();
  return date().iso() + "T" + pad2(s / 3600) + ":" + pad2(s / 60 % 60) + ":" + pad2(s % 60) + "Z";
}

}  // namespace breakeven
