// usage_traffic.hpp — usage exports as the traffic of a plan, and what that traffic looks like.
//
// Errors   Those of import_usage() and usage::LoadCollector::build(); a file that cannot be read to
//          its end fails the whole, and so does a share of rejected records above the limit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codec/usage_json.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/usage/breakdown.hpp"
#include "engine/usage/load.hpp"
#include "engine/usage/report.hpp"
#include "io/trace_reader.hpp"
#include "service/usage.hpp"

namespace breakeven::service {

struct UsageTrafficRequest {
  UsageRequest files;
  usage::LoadOptions load;
  double max_rejected_share = 0.01;
};

struct UsageTraffic {
  usage::ImportReport report;
  usage::Load load;
  std::vector<codec::UsageStats::Band> bands;  ///< over seeds; empty when arrivals are exact
  std::vector<usage::Breakdown::Part> days;
  std::vector<usage::Breakdown::Part> keys;
  std::vector<usage::Breakdown::Part> teams;
};

inline constexpr int kBandSeeds = 5;

/// Reads the files, makes the trace, and says what it looks like over `kBandSeeds` seeds.
[[nodiscard]] Result<UsageTraffic> usage_traffic(const catalog::PriceBook& book,
                                                 const UsageTrafficRequest& request);

/// The same as the traffic of a plan, as if it had been read from a trace; assumptions and warnings
/// of the import become its warnings.
[[nodiscard]] Result<io::TraceImport> usage_trace(const catalog::PriceBook& book,
                                                  const UsageTrafficRequest& request);

[[nodiscard]] std::string usage_stats_text(const UsageTraffic& traffic);
[[nodiscard]] std::string usage_stats_json(const UsageTraffic& traffic);

}  // namespace breakeven::service
