// plan_model.hpp — API against a fleet, month by month, as a cheap function of a few uncertain
// drivers.
//
// Units    USD per month as doubles: projections, never bills. Load 1 is the traffic of the trace.
// Shape    A flat record and a loop over months without allocation, so that 100 000 paths are
//          cheap. difference = API - self-host: positive = self-hosting is cheaper.
// Sources  Trends compound monthly, (1 + r)^(1/12); the drivers' priors are prior.* of the
//          catalogue.
// Threads  Immutable; safe to call from many.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/switch_month.hpp"
#include "engine/economics/uncertainty.hpp"

namespace breakeven::advisor {

/// Replicas that a load needs, by what the replay found: `needed` at load 1 (one less misses the
/// objective), `fleet` at `max_load`. Linear between and beyond; beyond is an extrapolation.
class CapacityCurve {
 public:
  CapacityCurve() = default;
  /// needed >= 1, fleet >= needed, max_load >= 1.
  CapacityCurve(int needed, int fleet, double max_load);

  /// Whole replicas, at least 1, before redundancy. `slowdown` > 1: real steps take longer.
  [[nodiscard]] int replicas_for(double load, double slowdown = 1.0) const;
  /// Load that one more replica carries beyond the fleet that was replayed.
  [[nodiscard]] double load_per_replica() const;

 private:
  double needed_ = 1;
  double fleet_ = 1;
  double max_load_ = 1;
};

/// What is compared; every amount is per month at load 1 unless named otherwise.
struct PlanModel {
  double api = 0;
  double api_once = 0;  ///< once, for changing to that API
  /// The API side buys whole units by the hour instead (then `api` is what is metered beside
  /// them): one unit step at today's price, and how many a load needs.
  double api_step = 0;
  CapacityCurve api_curve;
  int api_spare = 0;
  bool api_step_is_gpus = false;  ///< slower steps need more of them, and they follow GPU prices
  int api_price_fixed_months = 0;
  /// Share of `api` that is left when every discount that nobody publishes is taken whole.
  double api_known_share = 1;
  CapacityCurve curve;
  int redundancy = 0;
  double instance = 0;            ///< one whole instance, always on; 0: the fleet does not step
  int replicas_per_instance = 1;  ///< 0: a replica spans several instances
  int instances_per_replica = 1;
  int fleet_price_fixed_months = 0;  ///< a commitment: the market's GPU price applies after it
  double fixed = 0;                  ///< monthly cost that never steps: owned hardware
  double people = 0;                 ///< before the underestimate factor
  double people_factor = 1;          ///< of the plain answer
  double tooling = 0;
  double operations = 0;      ///< grows with the load
  double migration_work = 0;  ///< once
  double dual_running = 0;    ///< once
  double growth_per_month = 0;
  double growth_ceiling = 0;          ///< of an S-curve, times today; 0 = none
  std::vector<double> launch_factor;  ///< by month; shorter = 1
  int ramp_months = 0;                ///< the traffic moves evenly over so many months
  double api_trend_per_year = 0;
  double gpu_trend_per_year = 0;
  double discount_rate_per_year = 0.12;
  int horizon_months = 36;

  /// Drivers by position; their base values reproduce the plain answer.
  enum DriverIndex : std::uint8_t {
    kApiPrice,     ///< factor on the API bill, average over the horizon
    kGpuPrice,     ///< factor on the GPU price after one year, compounding
    kPeople,       ///< underestimate factor
    kPay,          ///< factor on pay
    kSlowdown,     ///< real over simulated step time
    kGrowth,       ///< demand growth per month
    kMigration,    ///< factor on migration work
    kUnknownRate,  ///< factor on the API bill for discounts that nobody publishes
    kGpuJump,      ///< factor on the GPU price from kGpuJumpMonth on
    kGpuJumpMonth,
    kDriverCount
  };
  [[nodiscard]] economics::Outcome outcome(const double* drivers) const;

  /// Switching month by month, with the drivers at their base; month 0 is the first.
  [[nodiscard]] economics::SwitchProblem switching() const;

  /// Costs of months 0 (one-offs only) .. horizon with the drivers at their base.
  struct Series {
    std::vector<double> api;
    std::vector<double> self_host;
    std::vector<int> replicas;
  };
  [[nodiscard]] Series series() const;
  [[nodiscard]] std::array<double, kDriverCount> base() const;
};

/// The drivers with their priors from the catalogue. `step_p10`, `step_p90`: real / simulated step
/// time of the calibration. `growth_given`: the user stated the growth, so it is not uncertain.
[[nodiscard]] Result<std::vector<economics::Driver>> plan_drivers(
    const catalog::GivenDefaults& catalog, const PlanModel& model, double step_p10, double step_p90,
    bool growth_given);

}  // namespace breakeven::advisor
