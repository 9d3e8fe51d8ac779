// decimal_parts.hpp — a written number taken apart, for readers that must neither round nor wrap.
//
// Shape    Sign, digits without the point, power of ten: "-12.50e3" is 1250 x 10^1, negative. What
//          a reader makes of it (tokens, nanoseconds, money) is its own business.
#pragma once

#include <string_view>

#include "engine/base/money.hpp"

namespace breakeven {

struct DecimalParts {
  bool negative = false;
  bool has_exponent = false;
  bool cut = false;  ///< digits beyond the 36th significant one were left out, one of them not zero
  Int128 digits = 0;  ///< at most 36 of them: times ten still fits
  int exponent = 0;
};

/// False when `text` is not a decimal or scientific number from its first to its last letter.
[[nodiscard]] bool split_decimal(std::string_view text, DecimalParts& number);

}  // namespace breakeven
