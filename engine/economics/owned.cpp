#include "engine/economics/owned.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/in_range.hpp"
#include "engine/base/money.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/explain/figure.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::economics {
namespace {

Status check(const OwnedNode& n) {
  BREAKEVEN_CHECK_OK(in_range("server", n.server.estimate(), 1, 1e9));
  BREAKEVEN_CHECK_OK(in_range("gpus", n.gpus, 1, 1024));
  BREAKEVEN_CHECK_OK(in_range("network_uplift", n.network_uplift, 0, 2));
  BREAKEVEN_CHECK_OK(in_range("install", n.install.estimate(), 0, 1e9));
  BREAKEVEN_CHECK_OK(in_range("residual_share", n.residual_share, 0, 1));
  BREAKEVEN_CHECK_OK(in_range("life_years", n.life_years, 0.5, 20));
  BREAKEVEN_CHECK_OK(in_range("wacc", n.wacc, 0, 1));
  BREAKEVEN_CHECK_OK(in_range("kw", n.kw, 0, 1000));
  BREAKEVEN_CHECK_OK(in_range("load", n.load, 0, 1));
  BREAKEVEN_CHECK_OK(in_range("colo_usd_per_kw_month", n.colo_usd_per_kw_month, 0, 10'000));
  BREAKEVEN_CHECK_OK(in_range("pue", n.pue, 1, 5));
  BREAKEVEN_CHECK_OK(in_range("usd_per_kwh", n.usd_per_kwh, 0, 10));
  BREAKEVEN_CHECK_OK(in_range("support_rate", n.support_rate, 0, 1));
  BREAKEVEN_CHECK_OK(in_range("spares_rate", n.spares_rate, 0, 1));
  return in_range("other_month", n.other_month.estimate(), 0, 1e9);
}

}  // namespace

Result<Usd> to_cents(UsdEstimate estimate) {
  constexpr double kLargest = 1e12;
  if (!std::isfinite(estimate.usd) || std::fabs(estimate.usd) > kLargest) {
    return Error{ErrorCode::out_of_range,
                 "expected an amount of at most 1e12 USD, found " + shortest(estimate.usd),
                 "estimate"};
  }
  return Usd::from_cents(static_cast<std::int64_t>(std::nearbyint(estimate.usd * 100)));
}

Result<OwnedCost> owned_month(const OwnedNode& n) {
  BREAKEVEN_CHECK_OK(check(n));
  const double server = n.server.estimate();
  const double capex = server * (1 + n.network_uplift) + n.install.estimate();
  const double months = n.life_years * 12;
  const double m = finance::monthly_rate(n.wacc);
  const double residual = n.residual_share * capex;
  OwnedCost cost;
  cost.capex = {capex};
  cost.straight_line = {(capex - residual) / months};
  if (m > 0) {
    const double shrunk = det_pow(1 + m, -months);
    cost.capital = {(capex - residual * shrunk) * m / (1 - shrunk)};
  } else {
    cost.capital = cost.straight_line;
  }
  cost.colo = {n.kw * n.colo_usd_per_kw_month};
  if (!n.colo_includes_power) {
    cost.energy = {n.kw * n.load * n.pue * static_cast<double>(kHoursPerMonth) * n.usd_per_kwh};
  }
  cost.support = {server * n.support_rate / 12};
  cost.spares = {server * n.spares_rate / 12};
  cost.other = {n.other_month.estimate()};
  cost.total = {cost.capital.usd + cost.colo.usd + cost.energy.usd + cost.support.usd +
                cost.spares.usd + cost.other.usd};
  cost.usd_per_gpu_hour = cost.total.usd / (n.gpus * static_cast<double>(kHoursPerMonth));
  return cost;
}

Result<std::vector<Line>> owned_lines(const OwnedNode& node, int nodes,
                                      const explain::Source& source) {
  BREAKEVEN_CHECK_OK(in_range("nodes", nodes, 1, 100'000));
  BREAKEVEN_TRY(const OwnedCost cost, owned_month(node));
  struct Part {
    const char* id;
    const char* title;
    Group group;
    UsdEstimate usd;
  };
  const Part parts[] = {
      {"owned.capital", "Capital: annuity of the hardware less its residual", Group::hardware,
       cost.capital},
      {"owned.colo", "Colocation", Group::facility, cost.colo},
      {"owned.energy", "Energy", Group::facility, cost.energy},
      {"owned.support", "Hardware support", Group::hardware, cost.support},
      {"owned.spares", "Spare parts", Group::hardware, cost.spares},
      {"owned.other", "Remote hands, cross connects, insurance", Group::facility, cost.other}};
  std::vector<Line> lines;
  for (const Part& part : parts) {
    if (part.usd.usd == 0) continue;
    Line line;
    line.id = part.id;
    line.title = part.title;
    line.group = part.group;
    BREAKEVEN_TRY(line.usd, to_cents({part.usd.usd * nodes}));
    line.kind = explain::Kind::estimated;
    line.source = source;
    line.note = "estimate, rounded half to even to the cent";
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace breakeven::economics
