// csv_records.hpp — the records of a CSV file, one at a time, in memory that one record fits in.
//
// Shape    RFC 4180 with LF or CRLF; the delimiter is a comma, semicolon, tab or bar, whichever the
//          header has most of. A quote that is never closed costs one line: it is reported, and
//          reading goes on behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/usage/values.hpp"
#include "io/usage/text_buffer.hpp"

namespace breakeven::io {

class CsvRecords {
 public:
  /// A quoted field may be this long before its quote counts as never closed.
  static constexpr std::size_t kMaxRecord = std::size_t{4} << 20;

  explicit CsvRecords(TextBuffer& text) : text_(text) {}

  /// The next record that is not blank; false at the end.
  [[nodiscard]] bool next();
  /// Its fields, without quotes; valid until the next call.
  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }
  [[nodiscard]] usage::Reason problem() const { return problem_; }
  [[nodiscard]] std::int64_t line() const { return line_; }
  /// The record ended with the file and not with a line break.
  [[nodiscard]] bool at_end() const { return at_end_; }

 private:
  [[nodiscard]] std::size_t find_end(std::size_t& skip);
  void choose_delimiter(std::string_view header);
  void split(std::string_view record);

  TextBuffer& text_;
  std::vector<std::string_view> fields_;
  std::string unquoted_;
  std::string_view record_;
  std::size_t taken_ = 0;  ///< bytes of the current record, consumed by the next call
  char delimiter_ = '\0';
  usage::Reason problem_ = usage::Reason::none;
  std::int64_t line_ = 0;
  bool at_end_ = false;
};

}  // namespace breakeven::io
