// people.hpp — what it costs to have somebody run the fleet.
//
// Units    FTE, USD per FTE-month loaded, a factor for what teams forget.
// Shape    cost = FTE x loaded x underestimate, exact for decimal factors. A 24x7 objective has a
//          floor: primary and secondary on call, 8 engineers in one site, 6 per site in two (Google
//          SRE book, "Being On-Call"); shared on-call is charged instead, by the person-week.
// Errors   out_of_range naming the field.
#pragma once

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::economics {

/// 0.3 x 25 000 x 1 = 7 500 (test: PartTimeIsAThird).
[[nodiscard]] Result<Usd> people_month(Rational fte, Usd loaded_month, Rational underestimate);

/// Engineers that a 24x7 rotation of one's own needs.
[[nodiscard]] int on_call_floor(int sites);

/// Stipends of a shared 24x7 rotation: persons on call at once x 365/7/12 weeks x stipend.
[[nodiscard]] Result<Usd> shared_on_call_month(int persons_on_call, Usd stipend_week);

}  // namespace breakeven::economics
