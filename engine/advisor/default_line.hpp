// default_line.hpp — a ledger line whose amount and range come from the catalogue's defaults.
//
// Units    Dollars; entered to the cent, half to even: these are defaults with wide ranges, and a
//          cent is the finest that a ledger shows.
#pragma once

#include <string>
#include <vector>

#include "engine/catalog/facts.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::advisor {

/// A number with the range that people quote.
struct Ranged {
  double value = 0;
  double low = 0;
  double high = 0;
};

[[nodiscard]] Ranged ranged(const catalog::Default& d);
[[nodiscard]] Ranged certain(double value);
/// Of numbers that are not negative.
[[nodiscard]] Ranged product(Ranged a, Ranged b);

/// `from`: the defaults behind the amount, the most telling first: its source is the line's, and
/// all of them are what the user may set instead (economics::Line::settings).
[[nodiscard]] economics::Line default_line(std::string id, std::string title,
                                           economics::Group group, Ranged usd,
                                           const std::vector<const catalog::Default*>& from);

}  // namespace breakeven::advisor
