// json_lines.hpp — a stream of JSON lines as flat field trees, one at a time, in bounded memory.
//
// Shape    Every line of the stream gives one answer: a tree, or what is wrong with that line. Only
//          a failing stream ends the reading early.
// Threads  One reader per stream.
// Errors   Per line: parse_error (not one JSON value, not UTF-8, nested deeper than kMaxJsonDepth,
//          NaN), resource_limit (longer than kMaxJsonLineBytes; the rest of the line is skipped).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/pricing/usage_fields.hpp"
#include "io/byte_stream.hpp"

namespace breakeven::io {

inline constexpr std::size_t kMaxJsonLineBytes = std::size_t{8} << 20;
inline constexpr std::size_t kMaxJsonDepth = 64;

/// Parses one JSON value after another into the same tree.
class JsonFields {
 public:
  JsonFields();
  ~JsonFields();
  JsonFields(JsonFields&&) noexcept;
  JsonFields& operator=(JsonFields&&) noexcept;
  JsonFields(const JsonFields&) = delete;
  JsonFields& operator=(const JsonFields&) = delete;

  /// The tree lives until the next call. With `padded`, 64 readable bytes follow the text and it is
  /// not copied.
  [[nodiscard]] Result<pricing::Fields::Ref> parse(std::string_view text, bool padded = false);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class JsonLines {
 public:
  explicit JsonLines(ByteStream& stream);

  /// Moves to the next line; false at the end or when the stream failed.
  [[nodiscard]] bool next();
  /// The current line's tree, or what is wrong with it. Valid until the next call of next().
  [[nodiscard]] Result<pricing::Fields::Ref> fields();
  /// The current line's text, without its line end. Valid until the next call of next().
  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] std::int64_t line_number() const { return line_number_; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  [[nodiscard]] bool fill();

  ByteStream& stream_;
  JsonFields parser_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string_view line_;
  bool too_long_ = false;
  bool at_start_ = true;
  bool eof_ = false;
  std::int64_t line_number_ = 0;
  std::optional<Error> error_;
};

}  // namespace breakeven::io
