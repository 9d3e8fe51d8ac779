// error_json.hpp — an Error as the JSON that every border of the product shows.
#pragma once

#include <string>

#include "engine/base/result.hpp"

namespace breakeven::codec {

/// {"error":{"code":"not-found","message":"...","where":"..."}} on one line.
[[nodiscard]] std::string error_to_json(const Error& error);

}  // namespace breakeven::codec
