#include "engine/advisor/plan_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/distribution.hpp"
#include "engine/economics/draws.hpp"
#include "engine/economics/gpu_price.hpp"
#include "engine/economics/growth.hpp"
#include "engine/economics/switch_month.hpp"
#include "engine/economics/uncertainty.hpp"
#include "engine/explain/figure.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::advisor {
namespace {

double compounded_monthly(double per_year) { return 1.0 + finance::monthly_rate(per_year); }

/// What the API, the fleet and everything else of one's own cost in a month.
struct Month {
  double api = 0;
  double fleet = 0;      ///< machines at today's GPU price, those that never step included
  double rented = 0;     ///< the part of `fleet` that follows the GPU price
  double gpu_price = 1;  ///< the market's, today = 1
  double other = 0;
  int replicas = 0;
};

/// Visits months 1..horizon.
template <class Visit>
void walk(const PlanModel& m, const double* d, Visit visit) {
  const double api_step = compounded_monthly(m.api_trend_per_year);
  economics::GpuPriceWalk gpu(
      compounded_monthly(m.gpu_trend_per_year) * det_exp(det_log(d[PlanModel::kGpuPrice]) / 12.0),
      d[PlanModel::kGpuJump], d[PlanModel::kGpuJumpMonth]);
  const double people = m.people * d[PlanModel::kPeople] * d[PlanModel::kPay];
  economics::VolumeWalk growth(d[PlanModel::kGrowth], m.growth_ceiling);
  double api_market = 1.0;
  Month now;
  for (int month = 1; month <= m.horizon_months; ++month) {
    const auto index = static_cast<std::size_t>(month) - 1;
    const double load =
        growth.volume() * (index < m.launch_factor.size() ? m.launch_factor[index] : 1.0);
    now.gpu_price = gpu.price();
    now.rented = 0;
    now.replicas = 0;
    if (m.instance > 0) {
      now.replicas = m.curve.replicas_for(load, d[PlanModel::kSlowdown]) + m.redundancy;
      const int instances =
          m.replicas_per_instance > 0
              ? (now.replicas + m.replicas_per_instance - 1) / m.replicas_per_instance
              : now.replicas * m.instances_per_replica;
      now.rented = instances * m.instance;
    }
    now.fleet = m.fixed + now.rented;
    now.other = people + m.tooling + m.operations * load;
    now.api = m.api * d[PlanModel::kApiPrice] * d[PlanModel::kUnknownRate] * api_market * load;
    if (m.api_step > 0) {
      const double slowdown = m.api_step_is_gpus ? d[PlanModel::kSlowdown] : 1.0;
      const double committed = month <= m.api_price_fixed_months ? 1.0 : api_market;
      now.api += (m.api_curve.replicas_for(load, slowdown) + m.api_spare) * m.api_step *
                 (m.api_step_is_gpus ? now.gpu_price : committed);
    }
    visit(now, month);
    growth.next();
    api_market *= api_step;
    gpu.next();
  }
}

/// One's own side of a month after switching now: a commitment keeps today's price, and whoever renews
/// it pays what the market has come to. Until all traffic has moved, the rest stays at the API.
double own_cost(const PlanModel& m, const Month& now, int month) {
  const double price = month <= m.fleet_price_fixed_months ? 1.0 : now.gpu_price;
  const double moved =
      month <= m.ramp_months ? static_cast<double>(month) / (m.ramp_months + 1) : 1.0;
  return now.fleet - now.rented + now.rented * price + now.other + now.api * (1 - moved);
}

double one_offs(const PlanModel& m, const double* d) {
  return m.migration_work * d[PlanModel::kMigration] * d[PlanModel::kPay] + m.dual_running;
}

}  // namespace

CapacityCurve::CapacityCurve(int needed, int fleet, double max_load)
    : needed_(needed), fleet_(fleet), max_load_(std::max(1.0, max_load)) {}

double CapacityCurve::load_per_replica() const {
  return std::max(max_load_ / fleet_, 1.0 / needed_);
}

int CapacityCurve::replicas_for(double load, double slowdown) const {
  const double wanted = load * slowdown;
  double n = 0;
  if (wanted <= 1.0) {
    n = wanted * needed_;
  } else if (wanted <= max_load_ && fleet_ > needed_) {
    n = needed_ + (wanted - 1.0) / (max_load_ - 1.0) * (fleet_ - needed_);
  } else if (wanted <= max_load_) {
    n = needed_;
  } else {
    n = fleet_ + (wanted - max_load_) / load_per_replica();
  }
  // A load that a knot carries exactly must not step up by a rounding error.
  return std::max(1, static_cast<int>(std::ceil(n - 1e-9)));
}

economics::Outcome PlanModel::outcome(const double* drivers) const {
  const double factor = 1.0 / compounded_monthly(discount_rate_per_year);
  double discount = 1.0;
  double sum = 0;
  double present = 0;
  double first = 0;
  bool started = false;
  walk(*this, drivers, [&](const Month& now, int month) {
    const double difference = now.api - own_cost(*this, now, month);
    if (!started) first = difference;
    started = true;
    discount *= factor;
    sum += difference;
    present += difference * discount;
  });
  const double once = one_offs(*this, drivers) - api_once * drivers[kMigration] * drivers[kPay];
  economics::Outcome result;
  result.run_rate_usd_month = first;
  result.fully_loaded_usd_month = (sum - once) / std::max(1, horizon_months);
  result.npv_usd = present - once;
  return result;
}

std::array<double, PlanModel::kDriverCount> PlanModel::base() const {
  std::array<double, kDriverCount> values{};
  values.fill(1.0);
  values[kPeople] = people_factor;
  values[kGrowth] = growth_per_month;
  values[kGpuJumpMonth] = 0.5 * horizon_months;
  return values;
}

PlanModel::Series PlanModel::series() const {
  const auto drivers = base();
  Series s;
  s.api.push_back(api_once);
  s.self_host.push_back(one_offs(*this, drivers.data()));
  s.replicas.push_back(0);
  walk(*this, drivers.data(), [&](const Month& now, int month) {
    s.api.push_back(now.api);
    s.self_host.push_back(own_cost(*this, now, month));
    s.replicas.push_back(now.replicas);
  });
  return s;
}

economics::SwitchProblem PlanModel::switching() const {
  const auto drivers = base();
  economics::SwitchProblem p;
  walk(*this, drivers.data(), [&](const Month& now, int) {
    p.api_usd.push_back(now.api);
    p.other_usd.push_back(now.other + now.fleet - now.rented);
    p.fleet_usd.push_back(now.rented);
    p.gpu_price.push_back(now.gpu_price);
  });
  p.committed_months = fleet_price_fixed_months;
  // One-offs are due before the month's flows, so they are worth one month's interest more.
  p.one_off_usd = {(one_offs(*this, drivers.data()) - api_once) *
                   compounded_monthly(discount_rate_per_year)};
  p.moved = economics::even_ramp(ramp_months);
  p.discount_rate_per_year = discount_rate_per_year;
  return p;
}

namespace {

/// Average price factor over the horizon when every year the list price stays, is cut or rises
/// once, in the middle of the year, independently: all outcomes with their weights.
Result<economics::Distribution> same_model_price(const catalog::GivenDefaults& catalog,
                                                 int horizon_months) {
  BREAKEVEN_TRY(const catalog::Default* cut, catalog.default_value("prior.same_model_price_cut"));
  BREAKEVEN_TRY(const catalog::Default* cut_size,
                catalog.default_value("prior.same_model_price_cut_size"));
  BREAKEVEN_TRY(const catalog::Default* rise, catalog.default_value("prior.same_model_price_rise"));
  BREAKEVEN_TRY(const catalog::Default* rise_size,
                catalog.default_value("prior.same_model_price_rise_size"));
  const std::array<double, 3> factor{1.0 - cut_size->value, 1.0, 1.0 + rise_size->value};
  const std::array<double, 3> weight{cut->value, 1.0 - cut->value - rise->value, rise->value};
  const int years = std::clamp((horizon_months + 11) / 12, 1, 5);
  int outcomes = 1;
  for (int y = 0; y < years; ++y) outcomes *= 3;
  std::vector<std::pair<double, double>> table;
  for (int k = 0; k < outcomes; ++k) {
    double probability = 1.0;
    double price = 1.0;
    double sum = 0;
    int code = k;
    for (int month = 0; month < horizon_months; ++month) {
      if (month % 12 == 6 && month / 12 < years) {
        const auto step = static_cast<std::size_t>(code % 3);
        code /= 3;
        price *= factor[step];
        probability *= weight[step];
      }
      sum += price;
    }
    table.emplace_back(sum / std::max(1, horizon_months), probability);
  }
  std::sort(table.begin(), table.end());
  economics::Distribution distribution{economics::Shape::discrete, {}};
  for (const auto& [value, probability] : table) {
    distribution.parameters.push_back(value);
    distribution.parameters.push_back(probability);
  }
  return distribution;
}

explain::Source source_of(const catalog::Default& d) {
  return {d.source.text, d.source.date, d.source.place};
}

}  // namespace

Result<std::vector<economics::Driver>> plan_drivers(const catalog::GivenDefaults& catalog,
                                                    const PlanModel& model, double step_p10,
                                                    double step_p90, bool growth_given) {
  using economics::Distribution;
  using economics::Shape;
  BREAKEVEN_TRY(const catalog::Default* cut, catalog.default_value("prior.same_model_price_cut"));
  BREAKEVEN_TRY(const catalog::Default* gpu, catalog.default_value("prior.gpu_price_log_per_year"));
  BREAKEVEN_TRY(const catalog::Default* people,
                catalog.default_value("people.underestimate_factor"));
  BREAKEVEN_TRY(const catalog::Default* pay, catalog.default_value("prior.loaded_salary"));
  BREAKEVEN_TRY(const catalog::Default* growth,
                catalog.default_value("prior.demand_growth_per_month"));
  BREAKEVEN_TRY(const catalog::Default* overrun,
                catalog.default_value("prior.migration_cost_overrun"));
  BREAKEVEN_TRY(Distribution api_price, same_model_price(catalog, model.horizon_months));
  if (gpu->parameters.size() < 2 || people->parameters.size() < 2 || pay->parameters.size() < 2 ||
      growth->parameters.size() < 2 || overrun->parameters.size() < 2) {
    return Error{ErrorCode::parse_error, "a prior of the plan lacks its parameters",
                 "defaults.csv"};
  }
  // The calibration's 10th and 90th percentile of real / simulated are 2 x 1.2816 deviations apart.
  const double step_sigma =
      std::max(0.0, (det_log(step_p90) - det_log(step_p10)) / (2.0 * 1.2815515655446004));
  const double step_median = det_exp(0.5 * (det_log(step_p90) + det_log(step_p10)));
  const auto base = model.base();

  std::vector<economics::Driver> drivers(PlanModel::kDriverCount);
  drivers[PlanModel::kApiPrice] = {"api_price", "API price, average over the horizon",
                                   "x today's", 1.0,
                                   api_price,   source_of(*cut),
                                   0.01,        10.0};
  drivers[PlanModel::kGpuPrice] = {
      "gpu_price",
      "GPU price after a year",
      "x today's",
      1.0,
      {Shape::lognormal, {det_exp(gpu->parameters[0]), gpu->parameters[1]}},
      source_of(*gpu),
      0.05,
      5.0};
  drivers[PlanModel::kPeople] = {"people_factor",
                                 "People beyond the estimate",
                                 "x the estimate",
                                 base[PlanModel::kPeople],
                                 {Shape::lognormal, {people->parameters[0], people->parameters[1]}},
                                 source_of(*people),
                                 0.0,
                                 20.0};
  drivers[PlanModel::kPay] = {"pay",
                              "Loaded pay",
                              "x the default",
                              1.0,
                              {Shape::lognormal, {1.0, pay->parameters[1]}},
                              source_of(*pay),
                              0.05,
                              5.0};
  drivers[PlanModel::kSlowdown] = {"step_time",
                                   "Real over simulated step time",
                                   "x simulated",
                                   1.0,
                                   {Shape::lognormal, {step_median, step_sigma}},
                                   {"residuals of the step-time calibration on left-out models", "",
                                    "docs/methodology/step-time.md"},
                                   0.1,
                                   20.0};
  Distribution demand{Shape::normal, {model.growth_per_month, growth->parameters[1], -0.05, 0.15}};
  if (growth_given) demand = {Shape::fixed, {model.growth_per_month}};
  drivers[PlanModel::kGrowth] = {
      "growth", "Demand growth per month", "per month", base[PlanModel::kGrowth],
      demand,   source_of(*growth),        -0.2,        0.3};
  drivers[PlanModel::kMigration] = {
      "migration",
      "Migration cost",
      "x the estimate",
      1.0,
      {Shape::lognormal, {overrun->parameters[0], overrun->parameters[1]}},
      source_of(*overrun),
      0.0,
      100.0};
  // Nothing says where in its interval an unknown discount lies.
  Distribution unknown{Shape::uniform, {model.api_known_share, 1.0}};
  if (model.api_known_share >= 1) unknown = {Shape::fixed, {1.0}};
  drivers[PlanModel::kUnknownRate] = {
      "unknown_rate",
      "Prices that nobody publishes",
      "x the bill at list price",
      1.0,
      unknown,
      {"interval from all of the discount to none: R-UNKNOWN-CACHE, R-CACHE-PRO", "",
       "prices/rules.csv"},
      model.api_known_share,
      1.0};
  BREAKEVEN_TRY(const catalog::Default* jump,
                catalog.default_value("prior.gpu_price_jump_probability"));
  BREAKEVEN_TRY(const catalog::Default* jump_size,
                catalog.default_value("prior.gpu_price_jump_size"));
  BREAKEVEN_TRY(Distribution jumps,
                economics::gpu_jump(jump->value, jump_size->value, model.horizon_months));
  // When it happens is as likely at any time; without a jump there is no such time.
  const double end = std::max(1, model.horizon_months);
  Distribution when{Shape::uniform, {0.0, end}};
  if (jumps.shape == Shape::fixed) when = {Shape::fixed, {base[PlanModel::kGpuJumpMonth]}};
  drivers[PlanModel::kGpuJump] = {"gpu_price_jump",
                                  "Jump of the GPU price",
                                  "x the price before",
                                  1.0,
                                  std::move(jumps),
                                  source_of(*jump),
                                  0.05,
                                  5.0};
  drivers[PlanModel::kGpuJumpMonth] = {"gpu_price_jump_month",
                                       "When the GPU price jumps",
                                       "months from now",
                                       base[PlanModel::kGpuJumpMonth],
                                       std::move(when),
                                       source_of(*jump),
                                       0.0,
                                       end};
  return drivers;
}

}  // namespace breakeven::advisor
