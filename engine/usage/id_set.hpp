// id_set.hpp — which records were seen before, by fingerprints of their identity.
//
// Units    16 bytes a record, in a table that is at most two thirds full; at most `limit` of them
//          (then nothing more is remembered and full() says so).
// Shape    96 bits of an identity are kept and 32 of the content, so that a look-up touches one
//          line of cache. That two of n different identities share a fingerprint has a chance of
//          about n^2 / 2^97: with 50 million records 1.6e-14.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace breakeven::usage {

/// Hashes parts of an identity one after another.
class Fingerprint {
 public:
  void add(std::string_view text) {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    std::uint64_t w = 0;
    std::size_t at = 0;
    for (; at + kWord <= text.size(); at += kWord) {
      std::memcpy(&w, text.data() + at, kWord);
      word(w);
    }
    word(last_bytes(text, text.size() - at));
    word(text.size());
  }
  void add(std::int64_t number) { word(static_cast<std::uint64_t>(number)); }
  [[nodiscard]] std::uint64_t low() const { return mix(a_); }
  [[nodiscard]] std::uint64_t high() const { return mix(b_ ^ 0x9E3779B97F4A7C15U); }

 private:
  [[nodiscard]] static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
  }
  /// The last `count` bytes, fewer than eight, the first of them highest.
  [[nodiscard]] static std::uint64_t last_bytes(std::string_view text, std::size_t count) {
    std::uint64_t w = 0;
    if (std::endian::native == std::endian::little && text.size() >= sizeof w) {
      // Eight bytes at once, those before the last ones cut off: no loop of unknown length.
      std::memcpy(&w, text.data() + text.size() - sizeof w, sizeof w);
      return __builtin_bswap64(w) & ((std::uint64_t{1} << (8 * count)) - 1);
    }
    for (const char c : text.substr(text.size() - count)) {
      w = (w << 8U) | static_cast<unsigned char>(c);
    }
    return w;
  }
  void word(std::uint64_t w) {
    a_ = mix(a_ ^ w) + 0x2545F4914F6CDD1DU;
    b_ = mix(b_ + w * 0xD6E8FEB86659FD93U) ^ (b_ << 1U);
  }
  std::uint64_t a_ = 0x243F6A8885A308D3U;
  std::uint64_t b_ = 0x13198A2E03707344U;
};

class IdSet {
 public:
  static constexpr std::size_t kDefaultLimit = 50'000'000;

  explicit IdSet(std::size_t limit = kDefaultLimit) : limit_(limit) {}

  enum class Found : std::uint8_t {
    fresh,
    repeat,   ///< seen, with the same content
    conflict  ///< seen, with another content
  };
  [[nodiscard]] Found insert(const Fingerprint& identity, std::uint64_t content) {
    return insert(identity.low(), identity.high(), content);
  }
  /// The same by the identity's 128 bits.
  [[nodiscard]] Found insert(std::uint64_t low, std::uint64_t high, std::uint64_t content);
  /// Fetches what an insert() to come will look at: each is a miss of the cache in a large set.
  void prefetch(std::uint64_t low) const {
    if (!table_.empty()) __builtin_prefetch(&table_[low & (table_.size() - 1)], 1);
  }
  [[nodiscard]] bool full() const { return full_; }

 private:
  struct Entry {
    std::uint64_t low = 0;  ///< 0: empty
    std::uint32_t high = 0;
    std::uint32_t content = 0;
  };
  void grow();

  std::size_t limit_;
  std::vector<Entry> table_;
  std::size_t used_ = 0;
  bool full_ = false;
};

}  // namespace breakeven::usage
