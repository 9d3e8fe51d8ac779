// exact_price.hpp — a number as it is written, turned into a price without passing through a double.
//
// Units    `shift` is the power of ten from the source's unit to ours: 6 for USD per token -> USD
//          per million, 4 for US cents per token, 3 for USD per thousand tokens or per call -> per
//          thousand calls, 0 for USD per million.
// Shape    The decimal text "3e-07" with shift 6 is exactly 0.3 USD per million tokens (test:
//          TakesTheTextOfTheNumber); as a double it is 0.29999999999999998889776975...
// Errors   parse_error for what is not a decimal number; out_of_range for a negative price, for one
//          of 1e9 USD and more, and for one with digits below 1e-18 USD.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::io {

[[nodiscard]] Result<Price> exact_price(std::string_view number, int shift,
                                        std::int64_t unit_size = 1'000'000);

}  // namespace breakeven::io
