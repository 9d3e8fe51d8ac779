// byte_scan.hpp — many bytes at once: where separators stand, numbers of few digits, short texts.
//
// Shape    For text inside a PaddedText: up to kPadding bytes before and behind what is asked for
//          are read, never used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace breakeven::io {

inline constexpr std::size_t kPadding = 64;

/// Room for text that may be read a little over both ends.
class PaddedText {
 public:
  /// Makes room for `size` bytes; what is there stays.
  void reserve(std::size_t size) {
    if (bytes_.size() < size + 2 * kPadding) bytes_.resize(size + 2 * kPadding);
  }
  [[nodiscard]] char* data() { return bytes_.data() + kPadding; }
  [[nodiscard]] const char* data() const { return bytes_.data() + kPadding; }
  [[nodiscard]] std::size_t capacity() const { return bytes_.size() - 2 * kPadding; }

 private:
  std::vector<char> bytes_ = std::vector<char>(2 * kPadding);
};

/// 16 bytes and what they are compared with, as one bit for each.
class Sixteen {
 public:
#if defined(__SSE2__)
  explicit Sixteen(const char* at)
      : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) {}
  [[nodiscard]] std::uint32_t is(char c) const {
    return bits(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c)));
  }
  /// Control characters, below a blank.
  [[nodiscard]] std::uint32_t control() const {
    return bits(_mm_cmpeq_epi8(_mm_min_epu8(bytes_, _mm_set1_epi8(0x1F)), bytes_));
  }
  [[nodiscard]] std::uint32_t same(const Sixteen& other) const {
    return bits(_mm_cmpeq_epi8(bytes_, other.bytes_));
  }

 private:
  static std::uint32_t bits(__m128i mask) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(mask));
  }
  __m128i bytes_;
#else
  explicit Sixteen(const char* at) { std::memcpy(bytes_, at, sizeof bytes_); }
  [[nodiscard]] std::uint32_t is(char c) const {
    return each([&](int i) { return bytes_[i] == c; });
  }
  /// Control characters, below a blank.
  [[nodiscard]] std::uint32_t control() const {
    return each([&](int i) { return static_cast<unsigned char>(bytes_[i]) < 0x20; });
  }
  [[nodiscard]] std::uint32_t same(const Sixteen& other) const {
    return each([&](int i) { return bytes_[i] == other.bytes_[i]; });
  }

 private:
  template <class Test>
  static std::uint32_t each(Test test) {
    std::uint32_t bits = 0;
    for (int i = 0; i < 16; ++i) bits |= (test(i) ? 1U : 0U) << static_cast<unsigned>(i);
    return bits;
  }
  char bytes_[16];
#endif
};

/// Whether the text starts with `wanted`, which lies in padded memory too.
[[nodiscard]] inline bool padded_equal(const char* text, const char* wanted, std::size_t size) {
  if (size <= 16) {
    const std::uint32_t used = (std::uint32_t{1} << size) - 1;
    return (Sixteen(text).same(Sixteen(wanted)) & used) == used;
  }
  return std::memcmp(text, wanted, size) == 0;
}

/// The first eight bytes of a text, those behind its end as zeros.
[[nodiscard]] inline std::uint64_t padded_word(const char* text, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  return size >= sizeof word ? word : word & ((std::uint64_t{1} << (8 * size)) - 1);
}

/// Reads one to eight digits, and nothing else, that end before `end`.
[[nodiscard]] inline bool padded_digits(const char* end, std::size_t size, std::uint64_t& value) {
  // The value's highest digit is the lowest byte of the word; what stands before it becomes zeros.
  std::uint64_t word = 0;
  std::memcpy(&word, end - sizeof word, sizeof word);
  const std::uint64_t used = ~std::uint64_t{0} << (8 * (sizeof word - size));
  word = (word & used) | (0x3030303030303030U & ~used);
  constexpr std::uint64_t kHigh = 0xF0F0F0F0F0F0F0F0U;
  const bool digits =
      ((word & kHigh) | (((word + 0x0606060606060606U) & kHigh) >> 4U)) == 0x3333333333333333U;
  word -= 0x3030303030303030U;
  word = word * 10 + (word >> 8U);
  constexpr std::uint64_t kPairs = 0x000000FF000000FFU;
  value =
      ((word & kPairs) * 0x000F424000000064U + ((word >> 16U) & kPairs) * 0x0000271000000001U) >>
      32U;
  return digits;
}

/// The same for up to sixteen digits.
[[nodiscard]] inline bool padded_long_digits(const char* end, std::size_t size,
                                             std::uint64_t& value) {
  if (size <= 8) return padded_digits(end, size, value);
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  const bool digits = padded_digits(end, 8, low) && padded_digits(end - 8, size - 8, high);
  value = high * 100'000'000 + low;
  return digits;
}

/// Appends where one of three characters stands in the text, in order.
void find_marks(std::string_view text, char a, char b, char c, std::vector<std::uint32_t>& marks);

}  // namespace breakeven::io
