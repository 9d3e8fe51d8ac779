// billing_unit.hpp — what an API call is billed for, and which unit is a part of which.
//
// Units    Token units are counted in tokens and priced per million; request units are counted in
//          calls and priced per thousand.
// Shape    A unit is a set of dimensions (direction, modality, cache, purpose). One unit contains
//          another when its dimensions are a subset of the other's: input contains cache_read
//          contains cache_audio_read. `whole_of` in pricing/bill.cpp follows from that alone.
// Sources  The lattice is the one that genai-prices (MIT) publishes as its unit registry.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace breakeven::catalog {

enum class BillingUnit : std::uint8_t {
  input,
  input_text,
  input_audio,
  input_image,
  input_video,
  cache_read,
  cache_text_read,
  cache_audio_read,
  cache_image_read,
  cache_video_read,
  cache_write,
  cache_write_5m,
  cache_write_1h,
  output,
  output_text,
  output_audio,
  output_image,
  output_video,
  output_reasoning,
  output_citation,
  web_searches,
  requests,
  requests_medium,  ///< of a search with a medium context, where that has a fee of its own
  requests_high
};

inline constexpr std::size_t kBillingUnits = 24;

/// Everything that is fixed about a unit.
struct BillingUnitInfo {
  std::string_view count_key;  ///< field of a usage object: "cache_read_tokens"
  std::string_view price_key;  ///< field of a rate card: "cache_read_mtok"
  std::string_view label;      ///< for people: "cache read"
  std::int64_t per;            ///< 1 000 000 or 1 000
  std::uint32_t dimensions;    ///< one bit per dimension value; see billing_unit.cpp
};

[[nodiscard]] const BillingUnitInfo& info(BillingUnit unit);
[[nodiscard]] std::optional<BillingUnit> unit_of_count_key(std::string_view key);
[[nodiscard]] std::optional<BillingUnit> unit_of_price_key(std::string_view key);

/// True when every unit of `part` is also one of `whole` (a unit is a part of itself).
[[nodiscard]] inline bool is_part_of(BillingUnit part, BillingUnit whole) {
  const std::uint32_t d = info(whole).dimensions;
  return (info(part).dimensions & d) == d;
}

/// Units in an order in which parts come before their wholes.
[[nodiscard]] const std::array<BillingUnit, kBillingUnits>& parts_first();

template <class T>
using PerUnit = std::array<T, kBillingUnits>;

[[nodiscard]] constexpr std::size_t index(BillingUnit unit) {
  return static_cast<std::size_t>(unit);
}

}  // namespace breakeven::catalog
