// figure_json.hpp — figures and their derivations as JSON.
//
// Shape    Money and exact numbers are decimal strings, doubles are numbers. Kept apart from
//          nlohmann so that callers need not see it.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::codec {

/// {"name":..., "title":..., "value":..., "unit":..., "kind":..., "formula":..., "inputs":[...],
///  "sources":[...], "note":...}: one figure with the figures under it, nested once each.
[[nodiscard]] Result<std::string> derivation_to_json(const explain::FigureGraph& graph,
                                                     std::string_view name);

}  // namespace breakeven::codec
