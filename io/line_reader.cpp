#include "io/line_reader.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace breakeven::io {
namespace {

constexpr std::size_t kChunk = 128 * 1024;
constexpr std::size_t kLargestBuffer = kMaxLineBytes + 2 + kChunk + LineReader::kPadding;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Whether the number of double quotes in the text is odd.
bool odd_quotes(const char* from, std::size_t size) {
  const char* const end = from + size;
  bool odd = false;
  while (from < end) {
    const auto* quote =
        static_cast<const char*>(std::memchr(from, '"', static_cast<std::size_t>(end - from)));
    if (quote == nullptr) break;
    odd = !odd;
    from = quote + 1;
  }
  return odd;
}

}  // namespace

LineReader::LineReader(ByteStream& stream) : stream_(stream), buffer_(kChunk + kPadding) {}

/// Reads more behind the unread bytes; false when nothing more came.
bool LineReader::fill() {
  if (eof_ || error_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  // Only a long line needs more than one chunk.
  if (end_ * 2 > buffer_.size()) {
    buffer_.resize(std::min(buffer_.size() * 2, kLargestBuffer));
  }
  const std::size_t room = buffer_.size() - kPadding - end_;
  auto got = stream_.read(buffer_.data() + end_, std::min(room, kChunk));
  if (!got) {
    error_ = got.error();
    return false;
  }
  end_ += *got;
  eof_ = *got == 0;
  if (at_start_) {
    while (!eof_ && end_ < kByteOrderMark.size()) {
      auto more = stream_.read(buffer_.data() + end_, room - end_);
      if (!more) {
        error_ = more.error();
        return false;
      }
      end_ += *more;
      eof_ = *more == 0;
    }
    at_start_ = false;
    if (std::string_view(buffer_.data(), end_).substr(0, 3) == kByteOrderMark) begin_ = 3;
  }
  return end_ > begin_;
}

std::string_view LineReader::peek(std::size_t count) {
  while (end_ - begin_ < count && fill() && !eof_) {
  }
  return {buffer_.data() + begin_, std::min(count, end_ - begin_)};
}

bool LineReader::advance(std::string_view& line, bool quoted) {
  std::size_t searched = 0;
  std::size_t counted = 0;  // quotes before this offset are in `open`
  bool open = false;
  std::int64_t lines = 0;
  line_number_ = next_line_number_;
  while (true) {
    const char* const from = buffer_.data() + begin_;
    const auto* newline =
        static_cast<const char*>(std::memchr(from + searched, '\n', end_ - begin_ - searched));
    if (newline != nullptr) {
      ++lines;
      const auto size = static_cast<std::size_t>(newline - from);
      if (quoted) {
        if (odd_quotes(from + counted, size - counted)) open = !open;
        counted = size;
        if (open && size <= kMaxLineBytes) {
          searched = size + 1;
          continue;
        }
      }
      if (size <= kMaxLineBytes) {
        line = {from, size};
        begin_ += size + 1;
        next_line_number_ += lines;
        break;
      }
    } else if (end_ - begin_ <= kMaxLineBytes) {
      searched = end_ - begin_;
      if (fill()) continue;
      if (error_ || begin_ == end_) return false;
      if (!eof_) continue;
      line = {buffer_.data() + begin_, end_ - begin_};
      begin_ = end_;
      ++next_line_number_;
      break;
    }
    error_ = Error{ErrorCode::resource_limit,
                   "expected a line of at most " + std::to_string(kMaxLineBytes) +
                       " bytes, found a longer one" +
                       (lines > 1 ? " (a double quote is opened and not closed)" : ""),
                   stream_.name() + ":" + std::to_string(line_number_)};
    return false;
  }
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return true;
}

}  // namespace breakeven::io
