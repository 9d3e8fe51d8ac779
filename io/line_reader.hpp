// line_reader.hpp — the lines of a byte stream, one at a time, in memory that does not grow.
//
// Shape    A line ends at LF; a CR before it is dropped; the last line needs none. A byte order
//          mark at the start is dropped. Every returned view is followed by kPadding readable
//          bytes.
// Errors   resource_limit for a line longer than kMaxLineBytes; the errors of the stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "io/byte_stream.hpp"

namespace breakeven::io {

inline constexpr std::size_t kMaxLineBytes = 1024 * 1024;

class LineReader {
 public:
  static constexpr std::size_t kPadding = 64;

  explicit LineReader(ByteStream& stream);

  /// The next line, valid until the next call; false at the end or at an error.
  [[nodiscard]] bool next(std::string_view& line) { return advance(line, false); }
  /// As next(), but a line break inside double quotes (RFC 4180) does not end the record.
  [[nodiscard]] bool next_record(std::string_view& record) { return advance(record, true); }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  /// 1-based number of the physical line where the last returned one starts.
  [[nodiscard]] std::int64_t line_number() const { return line_number_; }

  /// Up to `count` bytes of what comes next, without consuming them.
  [[nodiscard]] std::string_view peek(std::size_t count);

 private:
  [[nodiscard]] bool advance(std::string_view& line, bool quoted);
  [[nodiscard]] bool fill();

  ByteStream& stream_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::int64_t line_number_ = 0;
  std::int64_t next_line_number_ = 1;
  bool at_start_ = true;
  bool eof_ = false;
  std::optional<Error> error_;
};

}  // namespace breakeven::io
