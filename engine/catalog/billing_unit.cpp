#include "engine/catalog/billing_unit.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace breakeven::catalog {
namespace {

constexpr std::uint32_t kIn = 1U << 0;
constexpr std::uint32_t kOut = 1U << 1;
constexpr std::uint32_t kText = 1U << 2;
constexpr std::uint32_t kAudio = 1U << 3;
constexpr std::uint32_t kImage = 1U << 4;
constexpr std::uint32_t kVideo = 1U << 5;
constexpr std::uint32_t kRead = 1U << 6;
constexpr std::uint32_t kWrite = 1U << 7;
constexpr std::uint32_t kFiveMinutes = 1U << 8;
constexpr std::uint32_t kOneHour = 1U << 9;
constexpr std::uint32_t kReasoning = 1U << 10;
constexpr std::uint32_t kCitation = 1U << 11;
constexpr std::uint32_t kSearch = 1U << 12;
constexpr std::uint32_t kRequest = 1U << 13;
constexpr std::uint32_t kMedium = 1U << 14;
constexpr std::uint32_t kHigh = 1U << 15;

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kThousand = 1'000;

constexpr std::array<BillingUnitInfo, kBillingUnits> kInfo{{
    {"input_tokens", "input_mtok", "input", kMillion, kIn},
    {"input_text_tokens", "input_text_mtok", "text input", kMillion, kIn | kText},
    {"input_audio_tokens", "input_audio_mtok", "audio input", kMillion, kIn | kAudio},
    {"input_image_tokens", "input_image_mtok", "image input", kMillion, kIn | kImage},
    {"input_video_tokens", "input_video_mtok", "video input", kMillion, kIn | kVideo},
    {"cache_read_tokens", "cache_read_mtok", "cache read", kMillion, kIn | kRead},
    {"cache_text_read_tokens", "cache_text_read_mtok", "text cache read", kMillion,
     kIn | kRead | kText},
    {"cache_audio_read_tokens", "cache_audio_read_mtok", "audio cache read", kMillion,
     kIn | kRead | kAudio},
    {"cache_image_read_tokens", "cache_image_read_mtok", "image cache read", kMillion,
     kIn | kRead | kImage},
    {"cache_video_read_tokens", "cache_video_read_mtok", "video cache read", kMillion,
     kIn | kRead | kVideo},
    {"cache_write_tokens", "cache_write_mtok", "cache write", kMillion, kIn | kWrite},
    {"cache_write_5m_tokens", "cache_write_5m_mtok", "cache write (5 min)", kMillion,
     kIn | kWrite | kFiveMinutes},
    {"cache_write_1h_tokens", "cache_write_1h_mtok", "cache write (1 h)", kMillion,
     kIn | kWrite | kOneHour},
    {"output_tokens", "output_mtok", "output", kMillion, kOut},
    {"output_text_tokens", "output_text_mtok", "text output", kMillion, kOut | kText},
    {"output_audio_tokens", "output_audio_mtok", "audio output", kMillion, kOut | kAudio},
    {"output_image_tokens", "output_image_mtok", "image output", kMillion, kOut | kImage},
    {"output_video_tokens", "output_video_mtok", "video output", kMillion, kOut | kVideo},
    {"output_reasoning_tokens", "output_reasoning_mtok", "reasoning output", kMillion,
     kOut | kReasoning},
    {"output_citation_tokens", "output_citation_mtok", "citation output", kMillion,
     kOut | kCitation},
    {"web_searches", "web_searches_kcount", "web searches", kThousand, kSearch},
    {"requests", "requests_kcount", "requests", kThousand, kRequest},
    {"requests_medium", "requests_medium_kcount", "requests (medium search)", kThousand,
     kRequest | kMedium},
    {"requests_high", "requests_high_kcount", "requests (high search)", kThousand,
     kRequest | kHigh},
}};

std::array<BillingUnit, kBillingUnits> by_depth() {
  std::array<BillingUnit, kBillingUnits> order{};
  for (std::size_t i = 0; i < kBillingUnits; ++i) order[i] = static_cast<BillingUnit>(i);
  std::ranges::stable_sort(order, [](BillingUnit a, BillingUnit b) {
    return std::popcount(info(a).dimensions) > std::popcount(info(b).dimensions);
  });
  return order;
}

template <class Key>
std::optional<BillingUnit> unit_with(std::string_view key, Key key_of) {
  for (std::size_t i = 0; i < kBillingUnits; ++i) {
    if (key_of(kInfo[i]) == key) return static_cast<BillingUnit>(i);
  }
  return std::nullopt;
}

}  // namespace

const BillingUnitInfo& info(BillingUnit unit) { return kInfo[index(unit)]; }

std::optional<BillingUnit> unit_of_count_key(std::string_view key) {
  return unit_with(key, [](const BillingUnitInfo& i) { return i.count_key; });
}

std::optional<BillingUnit> unit_of_price_key(std::string_view key) {
  return unit_with(key, [](const BillingUnitInfo& i) { return i.price_key; });
}

const std::array<BillingUnit, kBillingUnits>& parts_first() {
  static const std::array<BillingUnit, kBillingUnits> kOrder = by_depth();
  return kOrder;
}

}  // namespace breakeven::catalog
