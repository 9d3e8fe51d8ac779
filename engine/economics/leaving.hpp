// leaving.hpp — what an option still costs whoever leaves it again right after it began.
//
// Units    Usd, not discounted.
// Shape    committed = sum over recurring lines of usd x price_fixed_months; sunk = all one-offs. A
//          machine that is owned can be sold: what it fetches is not known, so nothing is taken off.
//          Worked: 1 000 a month fixed for 12 months and 5 000 once = 12 000 committed for 12 months
//          and 5 000 sunk (test: Leaving.*).
#pragma once

#include "engine/base/money.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::economics {

struct Leaving {
  int committed_months = 0;  ///< the longest
  Usd committed;
  Usd sunk;
};
[[nodiscard]] Leaving cost_of_leaving(const Ledger& ledger);

}  // namespace breakeven::economics
