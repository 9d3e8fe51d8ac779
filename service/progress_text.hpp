// progress_text.hpp — how far the reading of a file is, on one line of a terminal.
#pragma once

#include <string>

#include "service/usage.hpp"

namespace breakeven::service {

/// "usage.csv [#########...........] 45 %, 81 MB/s, 12 s left"; without a bar and an end where the
/// size is not known. Seconds since the file was opened; at least one byte and some time.
[[nodiscard]] std::string progress_text(const UsageProgress& progress, double seconds);

}  // namespace breakeven::service
