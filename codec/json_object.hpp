// json_object.hpp — text to JSON without exceptions, so that the same code runs where there are none.
//
// Errors   parse_error naming the byte at which the text stops being JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::codec {

/// Fields keep their order.
[[nodiscard]] Result<nlohmann::ordered_json> json_object(std::string_view text,
                                                         std::string_view where);

}  // namespace breakeven::codec
