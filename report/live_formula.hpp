// live_formula.hpp — the formula of a figure as one that a spreadsheet computes.
//
// Shape    "a + b", "tokens x rate / 1000000 x month / span": operands between + - x and /, each a
//          number or an input of the figure, by its name or else in its turn; ", to the nearest
//          whole" rounds. What comes out is computed here too: a formula that does not give the figure's
//          own value to 1e-9 is not used.
#pragma once

#include <map>
#include <string>

#include "codec/plan_summary.hpp"

namespace breakeven::report {

struct LiveCell {
  std::string place;  ///< "C12"
  double value = 0;
};

/// Without "="; empty for a figure that comes from no arithmetic. `cells`: of the figures before it.
[[nodiscard]] std::string live_formula(const codec::SummaryFigure& figure,
                                       const std::map<std::string, LiveCell>& cells);

}  // namespace breakeven::report
