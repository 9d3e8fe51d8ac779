// amounts.hpp — amounts as a report shows them: to the cent, and lines that add up to their total.
#pragma once

#include <string>
#include <vector>

#include "engine/base/money.hpp"

namespace breakeven::report {

/// "1,234.56", "-0.40".
[[nodiscard]] std::string cents(Usd amount);
/// Of an estimate; "-" for what is no number or beyond 1e15.
[[nodiscard]] std::string cents(double usd);

/// `lines` to the cent, so that they add up to the total to the cent: each is rounded down and the
/// cents that are missing go to the largest remainders, the first of equals.
[[nodiscard]] std::vector<Usd> in_cents(const std::vector<Usd>& lines);

}  // namespace breakeven::report
