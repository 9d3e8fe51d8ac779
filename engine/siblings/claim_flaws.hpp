// claim_flaws.hpp — the usual mistakes of published comparisons, as rules.
//
// Shape    Internal to the room. mistake_behind() tries, for a figure that does not follow, what
//          each mistake would have given; flaws_in_the_inputs() are those that need no claimed
//          figure to show.
#pragma once

#include <optional>
#include <vector>

#include "engine/siblings/claim.hpp"
#include "engine/siblings/claim_figures.hpp"

namespace breakeven::siblings {

/// Whether a claimed number says `value`, as far as its digits go.
[[nodiscard]] bool says(const Inputs::Given& claimed, const Exact& value);

/// The first mistake that gives the claimed figure; adds its figure to the sheet.
[[nodiscard]] std::optional<ClaimFlaw> mistake_behind(const ClaimCheck& check, const Inputs& inputs,
                                                      const ClaimBasis& basis, Sheet& sheet);

[[nodiscard]] std::vector<ClaimFlaw> flaws_in_the_inputs(const Inputs& inputs,
                                                         const ClaimBasis& basis, Sheet& sheet);

/// Flaws that no figure survives: the machine cannot do what the comparison says.
[[nodiscard]] bool is_impossible(const ClaimFlaw& flaw);

}  // namespace breakeven::siblings
