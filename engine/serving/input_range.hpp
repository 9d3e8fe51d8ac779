// input_range.hpp — errors that name a field, its range and what was found.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::serving {

[[nodiscard]] inline Error bad_input(std::string where, std::string expected,
                                     const std::string& found) {
  return {ErrorCode::invalid_argument, "expected " + std::move(expected) + ", found " + found,
          std::move(where)};
}

[[nodiscard]] inline Status in_range(std::string_view where, std::int64_t value, std::int64_t low,
                                     std::int64_t high) {
  if (value >= low && value <= high) return {};
  return bad_input(std::string(where),
                   "a whole number from " + std::to_string(low) + " to " + std::to_string(high),
                   std::to_string(value));
}

[[nodiscard]] inline Status in_range(std::string_view where, double value, double low,
                                     double high) {
  if (value >= low && value <= high) return {};
  return bad_input(std::string(where), "a number from " + shortest(low) + " to " + shortest(high),
                   shortest(value));
}

}  // namespace breakeven::serving
