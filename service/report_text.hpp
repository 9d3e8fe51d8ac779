// report_text.hpp — a report as aligned text for a terminal.
#pragma once

#include <string>

#include "codec/report_json.hpp"

namespace breakeven::service {

/// The head as "name  value" lines, then each table that has a title. Columns of numbers stand to
/// the right. Control characters of foreign texts are replaced.
[[nodiscard]] std::string report_text(const codec::Report& report);

}  // namespace breakeven::service
