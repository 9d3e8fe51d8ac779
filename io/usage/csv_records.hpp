// csv_records.hpp — the records of a CSV file, one at a time, in memory that one record fits in.
//
// Shape    RFC 4180 with LF or CRLF; the delimiter is a comma, semicolon, tab or bar, whichever the
//          header has most of. A quote that is never closed, or not within kMaxRecord, costs one
//          line: it is reported, and reading goes on behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/usage/values.hpp"
#include "io/usage/text_buffer.hpp"

namespace breakeven::io {

/// A field's value: without blanks around it, empty where a database wrote that there is none.
[[nodiscard]] std::string_view csv_value(std::string_view field);

class CsvRecords {
 public:
  /// A record may be this long, whatever is in it.
  static constexpr std::size_t kMaxRecord = std::size_t{4} << 20;

  /// Without a delimiter, the first record is a header that tells it.
  explicit CsvRecords(TextBuffer& text, char delimiter = '\0')
      : text_(text), delimiter_(delimiter) {}

  /// The next record that is not blank; false at the end.
  [[nodiscard]] bool next();
  /// Consumes the current record: the window stands behind it.
  void release();
  enum class Line : std::uint8_t {
    blank,
    record,  ///< it is the current record
    open     ///< its record goes on behind it
  };
  /// Reads one line, without its line break, from elsewhere than the window.
  [[nodiscard]] Line read_line(std::string_view line, std::int64_t number);
  [[nodiscard]] char delimiter() const { return delimiter_; }
  /// Its fields, without quotes; valid until the next call.
  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }
  [[nodiscard]] usage::Reason problem() const { return problem_; }
  [[nodiscard]] std::int64_t line() const { return line_; }
  /// The record ended with the file and not with a line break.
  [[nodiscard]] bool at_end() const { return at_end_; }

 private:
  /// How far the search for the end of a record is.
  struct Search {
    std::size_t at = 0;
    bool quoted = false;
    std::size_t first_line = std::string_view::npos;  ///< its first line break inside of quotes
  };
  [[nodiscard]] bool ends(std::string_view window, bool whole, Search& search) const;
  [[nodiscard]] std::size_t find_end(std::size_t& skip);
  [[nodiscard]] std::size_t give_up(const Search& search, std::size_t& skip);
  [[nodiscard]] bool accept(std::string_view record);
  void choose_delimiter(std::string_view header);
  void split(std::string_view record);

  TextBuffer& text_;
  std::vector<std::string_view> fields_;
  std::string unquoted_;
  std::size_t taken_ = 0;  ///< bytes of the current record, consumed by the next call
  char delimiter_ = '\0';
  usage::Reason problem_ = usage::Reason::none;
  std::int64_t line_ = 0;
  bool at_end_ = false;
};

}  // namespace breakeven::io
