// scale.hpp — what happens to a bill at 10, 100 and 1 000 times the volume, and month by month as it
// grows.
//
// Units    USD a month of 730 h. Month 1 is today's volume; month m of exponential growth g is
//          (1 + g)^(m - 1) times it. Growth factors keep 12 decimals, half to even.
// Shape    Ways to serve: the API as it is (linear), the API with levers, hosted open weights
//          (linear), own fleets (fixed + whole fleets, each up to its capacity). Levers multiply:
//          bill x (1 - batch share x discount) x (1 - routed share x saving)
//          x (1 - input share x cached share x discount) x (1 - volume discount, above its
//          threshold); a discount with two ends gives a bill with two ends.
//          A budget is breached in the first month whose cumulative spend is above it.
//          Worked: 120 000 a year at 30 % a month is breached in month 7 when the first month costs
//          6 825 to 9 407, in month 11 when it costs 2 128 to 2 815 (test: TheMonthOfTheBreach);
//          400 a month is 40 000 at 100 times the volume.
// Sources  docs/formats/scale.md.
// Errors   invalid_argument without a bill of today.
#pragma once

#include <span>

#include "engine/base/result.hpp"
#include "engine/siblings/answer.hpp"
#include "engine/siblings/inputs.hpp"

namespace breakeven::siblings {

[[nodiscard]] std::span<const Field> scale_fields();

/// Verdicts: stays (the same way is cheapest throughout), changes, table (no growth was given).
[[nodiscard]] Result<Answer> scale_up(const Inputs& given);

}  // namespace breakeven::siblings
