#include "engine/serving/finish_calendar.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace breakeven::serving {

void FinishCalendar::remove(std::int64_t iteration, std::int32_t slot) {
  const auto found = std::find(far_.begin(), far_.end(), Far{iteration, slot});
  if (found != far_.end()) {
    far_.erase(found);
    std::make_heap(far_.begin(), far_.end(), std::greater<>());
    return;
  }
  const auto at = static_cast<std::size_t>(iteration) & kMask;
  std::int32_t* link = &first_[at];
  while (*link != slot && *link != kNone) link = &next_[static_cast<std::size_t>(*link)];
  if (*link == kNone) return;
  *link = next_[static_cast<std::size_t>(slot)];
  if (first_[at] == kNone) clear(at);
}

}  // namespace breakeven::serving
