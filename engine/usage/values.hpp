// values.hpp — one value of a usage file, from its text: counts, quantities, money, times.
//
// Units    Times in nanoseconds since 1970 UTC, digits below a nanosecond cut off. Nothing passes
//          through a double: 0.1 + 0.2 of a cost column is 0.3.
// Shape    A count is a whole number in digits; "3.0" is 3, "1e20", "12.5" and "true" are refused.
//          A number without a date is an epoch by its magnitude: below 1e11 seconds, below 1e14
//          milliseconds, below 1e17 microseconds, else nanoseconds. A text without a zone is UTC.
//          "1/2/26" and "03/02/2026" are read as month/day/year, as American exports write them.
// Errors   A Reason, or Reason::none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/money.hpp"

namespace breakeven::usage {

/// Why a record is not used.
enum class Reason : std::uint8_t {
  none,
  invalid_json,
  too_long,      ///< longer than a reader keeps in memory
  field_count,   ///< more or fewer fields than the header names
  bad_quote,     ///< text after a closing quote, or a quote that is not closed
  bad_encoding,  ///< not UTF-8
  truncated,     ///< the file ends inside the record
  missing_field,
  not_a_number,
  not_whole,
  negative,
  too_large,
  bad_time,
  implausible_time,  ///< before 2020 or in the future
  cached_exceeds_input,
  inconsistent_total,  ///< parts and total match no reading
  unknown_unit,        ///< a quantity in a unit that is not tokens
  unknown_meter,       ///< a line of a bill whose words say no token class
  foreign_currency,
  other_format  ///< a record of another shape than the file's
};
inline constexpr std::size_t kReasons = 20;

/// Stable name, as in JSON: "not-whole".
[[nodiscard]] std::string_view reason_name(Reason reason);
/// "expected a whole number of tokens in digits".
[[nodiscard]] std::string_view reason_expectation(Reason reason);

/// Above this the tokens of one request are absurd, and those of a bucket cannot be summed safely.
inline constexpr std::int64_t kMaxRequestTokens = 20'000'000;
inline constexpr std::int64_t kMaxBucketTokens = 1'000'000'000'000'000;

/// A whole number with |count| <= most. A sign is read; the caller decides whether it may stand.
[[nodiscard]] Reason parse_count(std::string_view text, std::int64_t most, std::int64_t& count);

/// text x factor as a whole number. `exact` becomes false when it had to be rounded (half to even).
/// Worked: "9.759" x 1000 = 9759.
[[nodiscard]] Reason parse_quantity(std::string_view text, std::int64_t factor, std::int64_t& count,
                                    bool& exact);

/// text x 10^-shift US dollars, rounded half to even at 1e-15: shift 2 reads cents, 9 nano-dollars.
[[nodiscard]] Reason parse_money(std::string_view text, int shift, Usd& amount);

/// A duration in units of 10^-shift seconds; shift 3 reads milliseconds.
[[nodiscard]] Reason parse_duration(std::string_view text, int shift, std::int64_t& ns);

struct TimeText {
  std::int64_t ns = 0;
  bool zoned = false;      ///< the text or its kind (epoch) named the zone
  bool date_only = false;  ///< a day
};
[[nodiscard]] Reason parse_time(std::string_view text, TimeText& time);

/// What may be shown of a value that is not understood: numbers and times as they stand, anything
/// else only by its length, for it may be a prompt.
[[nodiscard]] std::string shown(std::string_view text);

/// A label that is safe to show: texts that look like secrets become "key#" and a fingerprint.
[[nodiscard]] std::string safe_label(std::string_view text);
[[nodiscard]] bool looks_secret(std::string_view text);

/// 2026-03-02T09:00:06.349Z; fractions as needed (3, 6 or 9 digits).
[[nodiscard]] std::string iso_time(std::int64_t ns);

}  // namespace breakeven::usage
