// figure_value.hpp — for the codec's own files: values and figures as nlohmann objects.
#pragma once

#include <nlohmann/json.hpp>

#include "engine/explain/figure.hpp"

namespace breakeven::codec {

/// Usd and rationals as decimal strings, whole numbers and doubles as numbers.
[[nodiscard]] nlohmann::ordered_json value_json(const explain::Value& value);
/// {name: {title, value, unit, kind}} of a whole graph.
[[nodiscard]] nlohmann::ordered_json figures_json(const explain::FigureGraph& graph);

}  // namespace breakeven::codec
