#include "engine/usage/record.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace breakeven::usage {

std::string_view bucket_name(Bucket bucket) {
  constexpr std::array<std::string_view, kBuckets> kNames{
      "uncached",    "cache_read",   "cache_write_5m", "cache_write_1h", "output",
      "audio_input", "audio_output", "image_input",    "image_output"};
  return kNames[static_cast<std::size_t>(bucket)];
}

std::string_view kind_name(Kind kind) {
  constexpr std::array<std::string_view, kKinds> kNames{"chat",   "embedding",         "batch",
                                                        "failed", "gateway-cache-hit", "other"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view grain_name(Grain grain) {
  switch (grain) {
    case Grain::request:
      return "request";
    case Grain::bucket:
      return "bucket";
    case Grain::charge:
      return "charge";
    case Grain::counter:
      break;
  }
  return "counter";
}

}  // namespace breakeven::usage
