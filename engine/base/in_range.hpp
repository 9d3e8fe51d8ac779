// in_range.hpp — the refusal of a number outside its limits, worded once.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven {

/// out_of_range at `field` unless low <= value <= high; not a number is refused.
[[nodiscard]] inline Status in_range(std::string_view field, double value, double low,
                                     double high) {
  if (value >= low && value <= high) return {};
  return Error{ErrorCode::out_of_range,
               "expected " + shortest(low) + " to " + shortest(high) + ", found " + shortest(value),
               std::string(field)};
}

}  // namespace breakeven
