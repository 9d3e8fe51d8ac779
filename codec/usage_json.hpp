// usage_json.hpp — an import's report as JSON (docs/formats/usage-import.md).
//
// Shape    Amounts are decimal strings; counts are integers, and decimal strings beyond 64 bits.
#pragma once

#include <string>
#include <vector>

#include "codec/traffic_json.hpp"
#include "engine/traffic/trace.hpp"
#include "engine/usage/breakdown.hpp"
#include "engine/usage/load.hpp"
#include "engine/usage/report.hpp"

namespace breakeven::codec {

[[nodiscard]] std::string usage_report_to_json(const usage::ImportReport& report);

/// What there is to say about the traffic in an import; nothing is owned.
struct UsageStats {
  struct Band {
    double window_s = 0;
    double low = 0;
    double middle = 0;
    double high = 0;
  };
  const usage::ImportReport* report = nullptr;
  const usage::Load* load = nullptr;
  const TraceDescription* trace = nullptr;
  std::vector<traffic::PeakToMean> peaks;
  std::vector<Band> bands;
  const std::vector<usage::Breakdown::Part>* days = nullptr;
  const std::vector<usage::Breakdown::Part>* keys = nullptr;
  const std::vector<usage::Breakdown::Part>* teams = nullptr;
};
[[nodiscard]] std::string usage_stats_to_json(const UsageStats& stats);

}  // namespace breakeven::codec
