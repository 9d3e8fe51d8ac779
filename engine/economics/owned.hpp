// owned.hpp — the monthly cost of hardware that is bought.
//
// Units    USD, kW, USD per kW-month, ratios. Results are estimates rounded to the cent: a capital
//          annuity is a projection, so it enters a ledger as an `estimated` line.
// Sources  m = (1 + WACC)^(1/12) - 1; capex = server (1 + network) + install;
//          capital = (capex - residual capex / (1+m)^n) m / (1 - (1+m)^-n)
//                  [= -PMT(m; n; capex; -residual capex)]
//          energy = kW load PUE 730 USD/kWh (0 when colocation includes power); support and spares
//          by server.
//          Worked: 8 x H100 at 310K, 12 % network, 20 % residual, 4 years, 10 % WACC,
//          10.2 kW at 180 USD/kW all-in, 5 % support, 2 % spares: 11.2K a month, 1.92 per GPU-hour
//          (test: WorkedH100).
// Errors   out_of_range naming the field for non-positive servers, lives, or shares outside [0, 1].
#pragma once

#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::economics {

struct OwnedNode {
  Usd server;
  int gpus = 8;
  double network_uplift = 0.12;
  Usd install;
  double residual_share = 0.20;
  double life_years = 4;
  double wacc = 0.10;
  double kw = 10.2;
  double load = 1;  ///< of the nameplate power
  double colo_usd_per_kw_month = 180;
  bool colo_includes_power = true;
  double pue = 1.54;
  double usd_per_kwh = 0.146;
  double support_rate = 0.05;  ///< of the server price, per year
  double spares_rate = 0.02;
  Usd other_month;  ///< remote hands, cross connects, insurance, bandwidth
};

struct OwnedCost {
  UsdEstimate capital;
  UsdEstimate colo;
  UsdEstimate energy;
  UsdEstimate support;
  UsdEstimate spares;
  UsdEstimate other;
  UsdEstimate total;          ///< per node and month
  UsdEstimate straight_line;  ///< accounting view of `capital`: (capex - residual) / life
  UsdEstimate capex;
  double usd_per_gpu_hour = 0;
};

[[nodiscard]] Result<OwnedCost> owned_month(const OwnedNode& node);
/// The same as ledger lines for `nodes` nodes, each rounded to the cent.
[[nodiscard]] Result<std::vector<Line>> owned_lines(const OwnedNode& node, int nodes,
                                                    const explain::Source& source);

/// Nearest amount in whole cents, half to even: how an estimate enters a ledger, always as an
/// `estimated` line. Fails with out_of_range beyond 1e12 USD or for a value that is not finite.
[[nodiscard]] Result<Usd> to_cents(UsdEstimate estimate);

}  // namespace breakeven::economics
