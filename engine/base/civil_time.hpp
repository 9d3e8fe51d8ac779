// civil_time.hpp — instants and dates in UTC, proleptic Gregorian, without a clock.
//
// Units    Instant counts seconds since 1970-01-01T00:00:00Z; fractions are dropped.
//          Date counts days since 1970-01-01. Weekday 0 is Monday.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven {

struct Date {
  std::int32_t days = 0;
  constexpr auto operator<=>(const Date&) const = default;
  /// Parses "2026-11-21".
  [[nodiscard]] static Result<Date> parse(std::string_view text);
  [[nodiscard]] static Result<Date> from_civil(int year, int month, int day);
  [[nodiscard]] std::string iso() const;
  [[nodiscard]] int weekday() const;  ///< 0 = Monday .. 6 = Sunday
};

struct Instant {
  std::int64_t seconds = 0;
  constexpr auto operator<=>(const Instant&) const = default;
  /// Parses RFC 3339 ("2026-08-16T16:00:00Z", offsets, fractions, space for T) or a bare date
  /// (midnight UTC). A time without zone is read as UTC.
  [[nodiscard]] static Result<Instant> parse(std::string_view text);
  [[nodiscard]] static constexpr Instant from_date(Date d) {
    return {static_cast<std::int64_t>(d.days) * 86'400};
  }
  [[nodiscard]] Date date() const;
  [[nodiscard]] std::int32_t second_of_day() const;
  [[nodiscard]] std::string iso() const;
};

}  // namespace breakeven
