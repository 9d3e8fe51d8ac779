#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "codec/finance_functions.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/text.hpp"
#include "engine/economics/owned.hpp"
#include "engine/finance/availability.hpp"
#include "engine/finance/reservation.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kOwnedFields{
    FinanceField{"server", "server_price server_usd price", "USD per node", "",
                 "price of one server with its GPUs"},
    FinanceField{"gpus", "gpus_per_node", "", "8", "GPUs of one server"},
    FinanceField{"nodes", "servers", "", "1", "servers bought"},
    FinanceField{"network_uplift", "network", "share of server", "0.12", "switches and cables"},
    FinanceField{"install", "", "USD per node", "0", "racking, freight, set-up"},
    FinanceField{"residual_share", "residual", "share of capex", "0.2",
                 "worth at the end of its life"},
    FinanceField{"life_years", "years life", "years", "4", "0.5 to 20"},
    FinanceField{"wacc", "annual_rate discount_rate", "share per year", "0.1", "cost of capital"},
    FinanceField{"kw", "power_kw", "kW per node", "10.2", "nameplate power"},
    FinanceField{"load", "", "share of kw", "1", "average power drawn; for energy"},
    FinanceField{"colo_usd_per_kw_month", "colo colocation", "USD per kW and month", "180",
                 "colocation, by contracted power"},
    FinanceField{"colo_includes_power", "", "true or false",
                 "true, or false when usd_per_kwh or pue is given", "energy is in that price"},
    FinanceField{"pue", "", "", "1.54", "facility power over IT power"},
    FinanceField{"usd_per_kwh", "electricity power_price", "USD per kWh", "0.146", "energy"},
    FinanceField{"support_rate", "support", "share of server per year", "0.05", "vendor support"},
    FinanceField{"spares_rate", "spares", "share of server per year", "0.02", "spare parts"},
    FinanceField{"other_month", "other other_usd_month", "USD per node and month", "0",
                 "insurance, remote hands, bandwidth"},
    FinanceField{"utilisation", "utilization", "share of hours", "",
                 "adds usd_per_utilised_gpu_hour"},
    FinanceField{"rent_usd_per_gpu_hour", "rent rental", "USD per GPU-hour", "",
                 "compares with renting"}};

Status owned_node(const FinanceFields& f, economics::OwnedNode& node) {
  BREAKEVEN_TRY(node.server, f.money("server"));
  BREAKEVEN_TRY(const std::int64_t gpus, f.whole("gpus", node.gpus));
  if (gpus < 1 || gpus > 1024) {
    return Error{ErrorCode::out_of_range, "expected 1 to 1024, found " + std::to_string(gpus),
                 f.place("gpus")};
  }
  node.gpus = static_cast<int>(gpus);
  BREAKEVEN_TRY(node.network_uplift, f.number("network_uplift", node.network_uplift));
  BREAKEVEN_TRY(node.install, f.money("install", node.install));
  BREAKEVEN_TRY(node.residual_share, f.number("residual_share", node.residual_share));
  BREAKEVEN_TRY(node.life_years, f.number("life_years", node.life_years));
  BREAKEVEN_TRY(node.wacc, f.number("wacc", node.wacc));
  BREAKEVEN_TRY(node.kw, f.number("kw", node.kw));
  BREAKEVEN_TRY(node.load, f.number("load", node.load));
  BREAKEVEN_TRY(node.colo_usd_per_kw_month,
                f.number("colo_usd_per_kw_month", node.colo_usd_per_kw_month));
  // Who states what energy costs does not want it left out.
  BREAKEVEN_TRY(node.colo_includes_power,
                f.flag("colo_includes_power", !f.has("usd_per_kwh") && !f.has("pue")));
  BREAKEVEN_TRY(node.pue, f.number("pue", node.pue));
  BREAKEVEN_TRY(node.usd_per_kwh, f.number("usd_per_kwh", node.usd_per_kwh));
  BREAKEVEN_TRY(node.support_rate, f.number("support_rate", node.support_rate));
  BREAKEVEN_TRY(node.spares_rate, f.number("spares_rate", node.spares_rate));
  BREAKEVEN_TRY(node.other_month, f.money("other_month", node.other_month));
  return {};
}

Result<Json> owned(const FinanceFields& f) {
  economics::OwnedNode node;
  if (const Status status = owned_node(f, node); !status) return status.error();
  BREAKEVEN_TRY(const std::int64_t nodes, f.whole("nodes", 1));
  if (nodes < 1 || nodes > 100'000) {
    return Error{ErrorCode::out_of_range, "expected 1 to 100000, found " + std::to_string(nodes),
                 f.place("nodes")};
  }
  BREAKEVEN_TRY(const economics::OwnedCost cost, economics::owned_month(node));
  const auto all = [count = static_cast<double>(nodes)](UsdEstimate one) {
    return one.usd * count;
  };
  Json out{{"capex_usd", all(cost.capex)},
           {"capital_usd_month", all(cost.capital)},
           {"colo_usd_month", all(cost.colo)},
           {"energy_usd_month", all(cost.energy)},
           {"support_usd_month", all(cost.support)},
           {"spares_usd_month", all(cost.spares)},
           {"other_usd_month", all(cost.other)},
           {"total_usd_month", all(cost.total)},
           {"straight_line_usd_month", all(cost.straight_line)},
           {"total_usd_life", all(cost.total) * node.life_years * 12},
           {"usd_per_gpu_hour", cost.usd_per_gpu_hour}};
  BREAKEVEN_TRY(const auto utilisation, f.maybe_number("utilisation"));
  if (utilisation) {
    if (!(*utilisation > 0 && *utilisation <= 1)) {
      return Error{ErrorCode::out_of_range,
                   "expected above 0 to 1, found " + shortest(*utilisation),
                   f.place("utilisation")};
    }
    out["usd_per_utilised_gpu_hour"] = cost.usd_per_gpu_hour / *utilisation;
  }
  BREAKEVEN_TRY(const auto rent, f.maybe_number("rent_usd_per_gpu_hour"));
  if (rent) {
    if (!(*rent > 0 && *rent <= 1e6)) {
      return Error{ErrorCode::out_of_range, "expected above 0 to 1e6, found " + shortest(*rent),
                   f.place("rent_usd_per_gpu_hour")};
    }
    const double hours = static_cast<double>(kHoursPerMonth * nodes) * node.gpus;
    out["rent_usd_month"] = *rent * hours;
    out["saving_usd_month"] = *rent * hours - all(cost.total);
    out["break_even_hours_share"] = cost.usd_per_gpu_hour / *rent;
  }
  return out;
}

constexpr std::array kReservedFields{
    FinanceField{"on_demand", "on_demand_rate on_demand_price on_demand_usd_per_hour",
                 "USD per instance-hour", "", "price by the hour"},
    FinanceField{"reserved", "reserved_rate reserved_price reserved_usd_per_hour commit",
                 "USD per instance-hour", "0", "price of a committed hour, used or not"},
    FinanceField{"discount", "", "share", "", "instead of reserved: on_demand x (1 - discount)"},
    FinanceField{"upfront", "upfront_usd", "USD per instance", "0", "paid at the start"},
    FinanceField{"term_months", "term", "months", "12", "length of the commitment"},
    FinanceField{"utilisation", "utilization", "share of hours", "",
                 "compares the two at this use"},
    FinanceField{"demand", "usage hourly", "instances in use, a list of hours", "",
                 "finds the cheapest whole number of instances to commit to"}};

Result<Json> reserved(const FinanceFields& f) {
  finance::Reservation offer;
  BREAKEVEN_TRY(offer.on_demand, f.number("on_demand"));
  BREAKEVEN_TRY(offer.reserved, f.number("reserved", 0));
  BREAKEVEN_TRY(offer.upfront, f.number("upfront", 0));
  BREAKEVEN_TRY(offer.term_months, f.number("term_months", 12));
  if (f.has("discount")) {
    if (f.has("reserved")) {
      return Error{ErrorCode::invalid_argument, "expected one of reserved and discount, found both",
                   f.place("discount")};
    }
    BREAKEVEN_TRY(const double discount, f.number("discount"));
    if (!(discount >= 0 && discount <= 1)) {
      return Error{ErrorCode::out_of_range, "expected 0 to 1, found " + shortest(discount),
                   f.place("discount")};
    }
    offer.reserved = offer.on_demand * (1 - discount);
  } else if (!f.has("reserved") && !f.has("upfront")) {
    return Error{ErrorCode::invalid_argument,
                 "expected reserved, discount or upfront, found nothing", "/reserved"};
  }
  BREAKEVEN_TRY(const finance::ReservationAnswer answer, finance::reservation(offer));
  Json out{{"break_even_utilisation", answer.break_even_utilisation},
           {"break_even_hours_month",
            answer.break_even_utilisation * static_cast<double>(kHoursPerMonth)},
           {"break_even_months", maybe_json(answer.break_even_months)},
           {"reserved_usd_per_hour", answer.reserved_per_hour},
           {"discount", answer.discount}};
  if (answer.break_even_utilisation >= 1) {
    out["never"] = "a committed hour costs " + shortest(answer.reserved_per_hour) +
                   ", an hour on demand " + shortest(offer.on_demand);
  }
  BREAKEVEN_TRY(const auto used, f.maybe_number("utilisation"));
  if (used) {
    if (!(*used >= 0 && *used <= 1)) {
      return Error{ErrorCode::out_of_range, "expected 0 to 1, found " + shortest(*used),
                   f.place("utilisation")};
    }
    constexpr auto kHours = static_cast<double>(kHoursPerMonth);
    const double on_demand = offer.on_demand * *used * kHours;
    const double committed = answer.reserved_per_hour * kHours;
    out["on_demand_usd_month"] = on_demand;
    out["reserved_usd_month"] = committed;
    out["saving_usd_month"] = on_demand - committed;
    out["cheaper"] = committed < on_demand   ? "reserved"
                     : committed > on_demand ? "on_demand"
                                             : "equal";
  }
  if (f.has("demand")) {
    BREAKEVEN_TRY(const auto demand, f.numbers("demand"));
    BREAKEVEN_TRY(const finance::Commitment best,
                  finance::best_commitment(answer, offer.on_demand, demand));
    out["commitment"] = {{"instances", best.instances},
                         {"cost_usd", best.cost},
                         {"all_on_demand_usd", best.all_on_demand},
                         {"saving_usd", best.all_on_demand - best.cost},
                         {"committed_use", best.committed_use},
                         {"hours", demand.size()}};
  }
  return out;
}

constexpr std::array kAvailabilityFields{
    FinanceField{"availability", "node_availability machine_availability a p", "share of time", "",
                 "of one machine; or mtbf and mttr"},
    FinanceField{"mtbf", "mtbf_hours", "hours", "", "mean time between failures"},
    FinanceField{"mttr", "mttr_hours", "hours", "", "mean time to repair"},
    FinanceField{"needed", "k required", "machines", "1", "that must be up"},
    FinanceField{"n", "total machines nodes", "machines", "", "all there are; or spares"},
    FinanceField{"spares", "redundancy r", "machines", "0", "beyond those needed"},
    FinanceField{"regions", "", "", "1", "each with such a fleet; one is enough"},
    FinanceField{"target", "", "share of time", "", "finds the fewest spares that reach it"}};

Result<Json> availability(const FinanceFields& f) {
  finance::FleetAvailability fleet;
  if (f.has("availability") == (f.has("mtbf") || f.has("mttr"))) {
    return Error{ErrorCode::invalid_argument,
                 std::string("expected availability, or mtbf and mttr, found ") +
                     (f.has("availability") ? "both" : "nothing"),
                 f.place("availability")};
  }
  if (f.has("availability")) {
    BREAKEVEN_TRY(fleet.machine, f.number("availability"));
  } else {
    BREAKEVEN_TRY(const double mtbf, f.number("mtbf"));
    BREAKEVEN_TRY(const double mttr, f.number("mttr"));
    BREAKEVEN_TRY(fleet.machine, finance::availability_of(mtbf, mttr));
  }
  BREAKEVEN_TRY(fleet.needed, f.whole("needed", 1));
  BREAKEVEN_TRY(fleet.spares, f.whole("spares", 0));
  BREAKEVEN_TRY(fleet.regions, f.whole("regions", 1));
  if (f.has("n")) {
    if (f.has("spares")) {
      return Error{ErrorCode::invalid_argument, "expected one of n and spares, found both",
                   f.place("n")};
    }
    BREAKEVEN_TRY(const std::int64_t all, f.whole("n"));
    if (all < fleet.needed || all > finance::kMaxMachines) {
      return Error{ErrorCode::out_of_range,
                   "expected " + std::to_string(fleet.needed) + " (needed) to " +
                       std::to_string(finance::kMaxMachines) + " machines, found " +
                       std::to_string(all),
                   f.place("n")};
    }
    fleet.spares = all - fleet.needed;
  }
  std::optional<std::int64_t> spares;
  if (f.has("target")) {
    if (f.has("n") || f.has("spares")) {
      return Error{ErrorCode::invalid_argument, "expected target without n and spares, found both",
                   f.place("target")};
    }
    BREAKEVEN_TRY(const double target, f.number("target"));
    BREAKEVEN_TRY(spares, finance::spares_for(fleet, target));
    fleet.spares = spares.value_or(finance::kMaxSpares);
  }
  BREAKEVEN_TRY(const finance::AvailabilityAnswer answer, finance::availability(fleet));
  Json out{{"availability", answer.availability},
           {"unavailability", answer.unavailability},
           {"downtime_minutes_month", answer.downtime_minutes_month},
           {"downtime_hours_year", answer.downtime_minutes_month * 12 / 60},
           {"machine_availability", fleet.machine},
           {"needed", fleet.needed},
           {"n", fleet.needed + fleet.spares},
           {"spares", fleet.spares},
           {"expected_up", answer.expected_up}};
  if (f.has("target") && !spares) {
    out["spares"] = nullptr;
    out["never"] = "1000 spares do not reach the target";
  }
  return out;
}

constexpr std::array kFunctions{
    FinanceFunction{"owned", "What owned hardware costs a month, all in", kOwnedFields, owned},
    FinanceFunction{"reserved", "A commitment against on demand: break-even use, best commitment",
                    kReservedFields, reserved},
    FinanceFunction{"availability", "How often k of n machines are up", kAvailabilityFields,
                    availability}};

}  // namespace

std::span<const FinanceFunction> fleet_functions() { return kFunctions; }

}  // namespace breakeven::codec
