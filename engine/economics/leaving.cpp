#include "engine/economics/leaving.hpp"

#include <algorithm>

#include "engine/economics/ledger.hpp"

namespace breakeven::economics {

Leaving cost_of_leaving(const Ledger& ledger) {
  Leaving leaving;
  leaving.sunk = ledger.one_offs();
  for (const Line& line : ledger.lines) {
    if (line.once_in || line.price_fixed_months <= 0) continue;
    leaving.committed_months = std::max(leaving.committed_months, line.price_fixed_months);
    leaving.committed += line.usd * line.price_fixed_months;
  }
  return leaving;
}

}  // namespace breakeven::economics
