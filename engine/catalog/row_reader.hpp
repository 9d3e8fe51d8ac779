// row_reader.hpp — reads one catalogue table field by field and notes every mistake with its place.
//
// Shape    Internal to the catalogue room. A getter that finds a mistake notes it and gives a
//          harmless value, so that one pass over a file finds all mistakes; nothing read is used
//          when there was any.
// Errors   Issues keeps them in file order; each is file:line:column, what was expected, what was
//          found.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::catalog {

/// Mistakes found so far, in the order of the files.
class Issues {
 public:
  void add(Error error) { errors_.push_back(std::move(error)); }
  [[nodiscard]] const std::vector<Error>& errors() const { return errors_; }
  [[nodiscard]] bool none() const { return errors_.empty(); }

 private:
  std::vector<Error> errors_;
};

class RowReader {
 public:
  /// Checks that the table has exactly `columns`, in any order. After a mistake there, next() gives
  /// no rows.
  RowReader(const CsvTable& table, std::span<const std::string_view> columns, Issues& issues);

  /// Moves to the next row; false at the end.
  [[nodiscard]] bool next();

  /// A text that must not be empty.
  std::string text(std::string_view column);
  std::string optional_text(std::string_view column);
  /// A whole number within [low, high]; an empty field is `when_empty`, or a mistake when that is
  /// below `low`.
  std::int64_t integer(std::string_view column, std::int64_t low, std::int64_t high,
                       std::int64_t when_empty = -1);
  /// As integer(), narrowed: `high` must fit into an int.
  int small(std::string_view column, int low, int high, int when_empty = -1);
  double number(std::string_view column, double low, double high);
  double optional_number(std::string_view column, double low, double high, double when_empty = 0);
  /// yes or no.
  bool yes_no(std::string_view column);
  /// One of `allowed`.
  std::string one_of(std::string_view column, std::span<const std::string_view> allowed);
  /// One of `values`, compared by to_string.
  template <class Enum, std::size_t N>
  Enum choice(std::string_view column, const std::array<Enum, N>& values) {
    const std::string_view found = raw(column);
    for (const Enum value : values) {
      if (to_string(value) == found) return value;
    }
    std::vector<std::string_view> names;
    names.reserve(values.size());
    for (const Enum value : values) names.push_back(to_string(value));
    refuse_choice(column, names);
    return values[0];
  }
  /// A partial date (see above), kept as written.
  std::string date(std::string_view column);
  /// Columns source and source_date, and the place of the row.
  Source source();

  /// Notes a mistake at `column` of the current row.
  void refuse(std::string_view column, std::string message,
              ErrorCode code = ErrorCode::parse_error);
  [[nodiscard]] std::string_view raw(std::string_view column) const;
  /// "file:line" of the current row.
  [[nodiscard]] std::string place() const;
  /// "file:line:column" of a field of the current row.
  [[nodiscard]] std::string place(std::string_view column) const;

 private:
  void refuse_choice(std::string_view column, std::span<const std::string_view> names);
  [[nodiscard]] std::size_t index_of(std::string_view column) const;

  const CsvTable& table_;
  Issues& issues_;
  bool usable_ = true;
  std::size_t next_row_ = 0;
  const CsvTable::Row* row_ = nullptr;
};

}  // namespace breakeven::catalog
