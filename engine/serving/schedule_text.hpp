// schedule_text.hpp — replicas by hour of the week, as people write them.
//
// Shape    Rules separated by ';', later ones override earlier ones:
//
//            else=1; mon-fri 08-18=6; sat,sun=2
//
//          DAYS HOURS=N, DAYS=N, HOURS=N or else=N (every hour). Days are mon tue wed thu fri sat
//          sun, ranges a-b (fri-mon wraps) and lists a,b. Hours are from-until, 0 to 24, until
//          exclusive; 22-06 ends on the next day. Hours without a rule have 0.
//          Worked: the example has 6 on Tuesday 08:00, 1 on Tuesday 18:00 and 2 on Saturday noon
//          (test: LaterRulesOverride).
// Errors   parse_error with the rule, what was expected and what was found.
#pragma once

#include <array>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/serving/elasticity.hpp"

namespace breakeven::serving {

[[nodiscard]] Result<std::array<int, kHoursPerWeek>> parse_schedule(std::string_view text);

/// "tue", "tue 14:30" or "14:30" (Monday) as hours of the week: 38.5.
[[nodiscard]] Result<double> parse_hour_of_week(std::string_view text);

}  // namespace breakeven::serving
