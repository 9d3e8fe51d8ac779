// random.hpp — counter-based random numbers: any draw can be computed alone, in any order.
//
// Shape    draw(seed, stream, replication, index) is a pure function. A stream is named after the
//          variable it feeds, so adding a variable never shifts another one's draws.
// Sources  Philox4x32-10: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11.
//          Check value: the 10 000th output of std::philox4x32 with its default key is 1955073260.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace breakeven {

using PhiloxBlock = std::array<std::uint32_t, 4>;

/// One Philox4x32-10 block for a 128-bit counter and a 64-bit key.
[[nodiscard]] constexpr PhiloxBlock philox(PhiloxBlock counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {
        static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
        static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

/// A stable 32-bit id for a named variable (FNV-1a).
[[nodiscard]] constexpr std::uint32_t stream_id(std::string_view name) {
  std::uint32_t h = 2166136261U;
  for (const char c : name) h = (h ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return h;
}

/// The random numbers of one named variable under one seed.
class RandomStream {
 public:
  constexpr RandomStream(std::uint64_t seed, std::string_view name)
      : key_{static_cast<std::uint32_t>(seed) ^ stream_id(name),
             static_cast<std::uint32_t>(seed >> 32)} {}

  /// 64 random bits for draw `index` of replication `replication`.
  [[nodiscard]] constexpr std::uint64_t bits(std::uint64_t replication, std::uint64_t index) const {
    const PhiloxBlock b = philox(
        {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
         static_cast<std::uint32_t>(replication), static_cast<std::uint32_t>(replication >> 32)},
        key_);
    return (std::uint64_t{b[1]} << 32) | b[0];
  }

  /// Uniform in the open interval (0, 1): odd multiples of 2^-53, so neither end can be
  /// drawn (with 53 random bits the largest would round up to 1).
  [[nodiscard]] constexpr double uniform(std::uint64_t replication, std::uint64_t index) const {
    return (static_cast<double>(bits(replication, index) >> 12) + 0.5) * 0x1p-52;
  }

 private:
  std::array<std::uint32_t, 2> key_;
};

}  // namespace breakeven
