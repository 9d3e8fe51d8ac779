#include "io/usage/text_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/encoded_text.hpp"

namespace breakeven::io {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18;
constexpr std::uint32_t kReplacement = 0xFFFD;

}  // namespace

TextBuffer::TextBuffer(ByteStream& stream, std::function<void(std::int64_t)> heard)
    : stream_(stream), heard_(std::move(heard)), buffer_(2 * kChunk) {}

std::size_t TextBuffer::read_raw(char* to, std::size_t capacity) {
  const auto got = stream_.read(to, capacity);
  if (!got) {
    error_ = got.error();
    eof_ = true;
    return 0;
  }
  bytes_ += static_cast<std::int64_t>(*got);
  if (heard_) heard_(bytes_);
  eof_ = *got == 0;
  return *got;
}

void TextBuffer::start() {
  started_ = true;
  while (end_ < 3 && !eof_) end_ += read_raw(buffer_.data() + end_, kChunk - end_);
  const std::string_view head(buffer_.data(), end_);
  if (head.substr(0, 3) == "\xEF\xBB\xBF") {
    begin_ = 3;
  } else if (head.substr(0, 2) == "\xFF\xFE" || head.substr(0, 2) == "\xFE\xFF") {
    wide_ = head[0] == '\xFF' ? Wide::little : Wide::big;
    const std::string raw(head.substr(2));
    end_ = 0;
    decode(raw);
  }
}

void TextBuffer::decode(std::string_view raw) {
  pending_ += raw;
  const auto put = [this](std::uint32_t code) {
    const Utf8 letter = utf8_of(code);
    if (end_ + letter.size > buffer_.size()) buffer_.resize(buffer_.size() * 2 + 64);
    std::copy_n(letter.bytes.data(), letter.size, buffer_.data() + end_);
    end_ += letter.size;
  };
  std::size_t at = 0;
  for (; at + 1 < pending_.size(); at += 2) {
    const auto first = static_cast<unsigned char>(pending_[at]);
    const auto second = static_cast<unsigned char>(pending_[at + 1]);
    const std::uint32_t unit = wide_ == Wide::little ? first | (std::uint32_t{second} << 8U)
                                                     : second | (std::uint32_t{first} << 8U);
    if (high_ != 0) {
      const bool low = unit >= 0xDC00 && unit < 0xE000;
      put(low ? 0x10000 + ((high_ - 0xD800) << 10U) + (unit - 0xDC00) : kReplacement);
      high_ = 0;
      if (low) continue;
    }
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_ = unit;
    } else {
      put(unit >= 0xDC00 && unit < 0xE000 ? kReplacement : unit);
    }
  }
  pending_.erase(0, at);
}

bool TextBuffer::fill() {
  if (!started_) {
    start();
    return end_ > begin_ || !eof_;
  }
  if (eof_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < end_ + kChunk) buffer_.resize(std::max(buffer_.size() * 2, end_ + kChunk));
  if (wide_ == Wide::no) {
    end_ += read_raw(buffer_.data() + end_, kChunk);
    return !eof_;
  }
  std::string raw(kChunk / 4, '\0');
  raw.resize(read_raw(raw.data(), raw.size()));
  decode(raw);
  return !eof_;
}

std::string_view TextBuffer::at_least(std::size_t size) {
  while (end_ - begin_ < size && fill()) {
  }
  return text();
}

void TextBuffer::consume(std::size_t bytes) {
  const std::string_view gone = text().substr(0, bytes);
  for (std::size_t at = gone.find('\n'); at != std::string_view::npos;
       at = gone.find('\n', at + 1)) {
    ++line_;
  }
  begin_ += bytes;
}

std::size_t TextBuffer::take(char* to, std::size_t capacity) {
  const std::size_t there = std::min(end_ - begin_, capacity);
  if (there > 0) {
    std::memcpy(to, buffer_.data() + begin_, there);
    begin_ += there;
    return there;
  }
  return eof_ ? 0 : read_raw(to, capacity);
}

void TextBuffer::put_back(std::span<const std::string_view> pieces, std::int64_t line) {
  std::vector<char> made;
  for (const std::string_view piece : pieces) made.insert(made.end(), piece.begin(), piece.end());
  const std::string_view window = text();
  made.insert(made.end(), window.begin(), window.end());
  begin_ = 0;
  end_ = made.size();
  made.resize(std::max(made.size(), 2 * kChunk));
  buffer_ = std::move(made);
  line_ = line;
}

}  // namespace breakeven::io
