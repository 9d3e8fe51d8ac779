// text.hpp — small text tools shared by every reader of human-written input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven {

[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string to_lower(std::string_view text);  ///< ASCII only

/// Parses a whole non-negative or signed integer, all of `text`; no sign '+', no spaces, no wrap.
[[nodiscard]] Result<std::int64_t> parse_int(std::string_view text);
/// Parses a finite decimal or scientific number, all of `text`, locale-free.
[[nodiscard]] Result<double> parse_double(std::string_view text);
/// Shortest text that reads back as the same double; whole numbers without a point.
[[nodiscard]] std::string shortest(double value);

/// "1 replica", "2 replicas": the noun takes an s unless there is one.
[[nodiscard]] std::string counted(std::int64_t n, std::string_view noun);

/// A probability estimated from paths: "47.3 %", and "under 0.1 %" or "over 99.9 %" where more
/// would be claimed than a finite number of paths can show.
[[nodiscard]] std::string chance(double probability);

/// Up to `count` candidates that a person may have meant by `wanted`, best first: those that
/// contain it or differ by few edits (case-insensitive Damerau-Levenshtein over the name and its
/// parts).
[[nodiscard]] std::vector<std::string> near_matches(std::string_view wanted,
                                                    const std::vector<std::string>& candidates,
                                                    std::size_t count = 3);

/// "no <kind> named "x"; did you mean a, b or c?" as a not_found error.
[[nodiscard]] Error not_found(std::string_view kind, std::string_view wanted,
                              const std::vector<std::string>& candidates, std::string where = {});

/// One CSV file (RFC 4180: quotes, doubled quotes, CRLF or LF, optional BOM; '#' starts a comment
/// line when it is the first character) held as fields with their place.
class CsvTable {
 public:
  struct Row {
    std::size_t line = 0;                 ///< 1-based physical line where the row starts
    std::vector<std::string> fields;      ///< as many as the header has
    std::vector<std::size_t> columns_at;  ///< 1-based column where each field starts
  };

  /// `name` is used in error places ("name:line:column"). Fails with parse_error on an unclosed
  /// quote, text after a closing quote, a row whose field count differs from the header's, or no
  /// header.
  [[nodiscard]] static Result<CsvTable> parse(std::string_view content, std::string name);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  /// Index of a column, or a parse_error that lists the columns there are.
  [[nodiscard]] Result<std::size_t> column(std::string_view title) const;
  /// "name:line:column" of a field.
  [[nodiscard]] std::string place(const Row& row, std::size_t column) const;

 private:
  std::string name_;
  std::vector<std::string> header_;
  std::vector<Row> rows_;
};

}  // namespace breakeven
