// Any text as a schedule: it is read or refused with a message, and never has a negative entry.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/serving/schedule_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto week = breakeven::serving::parse_schedule(text);
  if (week.ok()) {
    for (const int replicas : *week)
      if (replicas < 0) std::abort();
  } else if (week.error().message.empty()) {
    std::abort();
  }
  const auto hour = breakeven::serving::parse_hour_of_week(text);
  if (hour.ok() && (*hour < 0 || *hour >= 168)) std::abort();
  return 0;
}
