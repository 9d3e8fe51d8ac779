// usage_json.hpp — an import's report as JSON (docs/formats/usage-import.md).
//
// Shape    Amounts are decimal strings; counts are integers, and decimal strings beyond 64 bits.
#pragma once

#include <string>

#include "engine/usage/report.hpp"

namespace breakeven::codec {

[[nodiscard]] std::string usage_report_to_json(const usage::ImportReport& report);

}  // namespace breakeven::codec
