// owned_servers.hpp — a fleet on servers that are bought.
//
// Units    USD per month; capital once, as an estimate.
// Shape    Whole servers, in every region. Nothing (empty) when the catalogue has no server price
//          for the accelerator: none is invented.
// Sources  owned.* of catalog/defaults.csv; engine/economics/owned.hpp for the formula.
#pragma once

#include <string>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::advisor {

/// Capital charge, colocation, metered power, support, spares, remote hands.
struct OwnedServers {
  std::vector<economics::Line> monthly;
  UsdEstimate capex;  ///< servers, network and installation
  int servers = 0;
  int gpus_per_server = 0;
};
[[nodiscard]] Result<OwnedServers> owned_lines(const catalog::GivenDefaults& defaults,
                                               const std::string& accelerator, int replicas,
                                               int gpus_per_replica, int regions = 1);

}  // namespace breakeven::advisor
