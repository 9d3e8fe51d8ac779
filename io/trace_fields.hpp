// trace_fields.hpp — one field of a trace row: whole token counts, exact times, why one is bad.
//
// Units    Times in integer nanoseconds, read as decimal text; digits finer than a nanosecond are
//          cut off. No value passes through a double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace breakeven::io {

/// Why a row is not used.
enum class RowProblem : std::uint8_t {
  none,
  field_count,  ///< more or fewer fields than the header names
  bad_quote,    ///< text after a closing quote, or a quote that is not closed
  invalid_json,
  missing_field,  ///< no value where one is needed
  not_a_number,   ///< text, NaN, infinity
  not_whole,      ///< 12.5 or 1e9 where whole tokens are needed
  negative,
  too_large,
  bad_time,        ///< not a calendar date and time of day
  cached_exceeds,  ///< more cached tokens than the prompt has
};

inline constexpr std::size_t kRowProblems = 11;

/// Stable name, as in JSON: "not-whole".
[[nodiscard]] std::string_view row_problem_name(RowProblem problem);
/// "expected a whole number of tokens".
[[nodiscard]] std::string row_problem_expectation(RowProblem problem);

/// The text with control and non-ASCII bytes as \xNN, at most 40 characters, in double quotes.
[[nodiscard]] std::string quoted_excerpt(std::string_view text);

/// 0 to traffic::kMaxTokensPerRequest; "12.0" is 12.
[[nodiscard]] RowProblem parse_token_count(std::string_view text, std::int32_t& tokens);

/// A decimal number of units of 10^(digits - 9) seconds: digits = 9 for seconds, 6 for
/// milliseconds. "1.5e-3" is accepted. Worked: "0.0520000" s is 52 000 000 ns.
[[nodiscard]] RowProblem parse_clock(std::string_view text, int digits, std::int64_t& ns);

struct Timestamp {
  std::int64_t ns = 0;  ///< since 1970-01-01T00:00:00Z
  bool zoned = false;   ///< the text named its offset; without one it is read as UTC
};

/// "2026-03-02 09:00:06.3490000", "2026-03-02T09:00:06+00:00", "...Z"; years 1970 to 2200.
[[nodiscard]] RowProblem parse_timestamp(std::string_view text, Timestamp& time);

}  // namespace breakeven::io
