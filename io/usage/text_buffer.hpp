// text_buffer.hpp — a window on the text of a byte stream that grows to one record and no further.
//
// Shape    UTF-8 as it is, without its byte order mark; UTF-16 (told by its mark) is turned into
//          UTF-8 on the way. Line numbers count the LFs before the window.
// Errors   The stream's error ends the text: what was read before it is there, then end() is true
//          and error() says why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "io/byte_stream.hpp"

namespace breakeven::io {

class TextBuffer {
 public:
  /// `heard` is told after each piece how many unpacked bytes were read so far.
  explicit TextBuffer(ByteStream& stream, std::function<void(std::int64_t)> heard = {});

  /// What is in the window; valid until fill() or consume().
  [[nodiscard]] std::string_view text() const { return {buffer_.data() + begin_, end_ - begin_}; }
  /// Reads more behind the window; false at the end. Offsets into text() stay what they are.
  bool fill();
  /// Fills until `size` bytes are there or the end comes.
  std::string_view at_least(std::size_t size);
  /// Moves the start of the window.
  void consume(std::size_t bytes);

  /// Takes up to `capacity` bytes out of the window, or of the stream behind it when the window is
  /// empty; 0 at the end. For readers of large pieces, who count lines themselves and put back what
  /// they leave. Not for text that has to be decoded.
  [[nodiscard]] std::size_t take(char* to, std::size_t capacity);
  /// Puts pieces of text, one behind another, back before the window; the first of them starts on
  /// `line`.
  void put_back(std::span<const std::string_view> pieces, std::int64_t line);

  /// 1-based line of the window's first byte.
  [[nodiscard]] std::int64_t line() const { return line_; }
  [[nodiscard]] bool end() const { return eof_; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }  ///< unpacked, read so far
  [[nodiscard]] bool utf16() const { return wide_ != Wide::no; }

 private:
  enum class Wide : std::uint8_t { no, little, big };
  [[nodiscard]] std::size_t read_raw(char* to, std::size_t capacity);
  void start();
  void decode(std::string_view raw);

  ByteStream& stream_;
  std::function<void(std::int64_t)> heard_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::int64_t line_ = 1;
  std::int64_t bytes_ = 0;
  bool started_ = false;
  bool eof_ = false;
  Wide wide_ = Wide::no;
  std::string pending_;     ///< an odd byte of UTF-16
  std::uint32_t high_ = 0;  ///< first half of a surrogate pair
  std::optional<Error> error_;
};

}  // namespace breakeven::io
