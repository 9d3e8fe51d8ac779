// text_sink.hpp — where a streamed answer goes, piece by piece.
#pragma once

#include <functional>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::service {

using TextSink = std::function<Status(std::string_view)>;

}  // namespace breakeven::service
