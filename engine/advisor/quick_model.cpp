#include "engine/advisor/quick_model.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/advisor/quick.hpp"
#include "engine/advisor/quick_inputs.hpp"
#include "engine/base/det_math.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/distribution.hpp"
#include "engine/economics/draws.hpp"
#include "engine/economics/uncertainty.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::advisor {

using economics::Distribution;
using economics::Driver;
using economics::Shape;

SizedFor ledger_reading(const QuickInputs& inputs) {
  return inputs.sized_for == SizedFor::mean ? SizedFor::mean : SizedFor::peak;
}

Result<QuickCost> quick_cost(const QuickInputs& in, SizedFor reading) {
  QuickCost cost;
  cost.gpu = in.gpu_usd_month * (in.redundancy * in.regions);
  if (reading == SizedFor::mean) {
    BREAKEVEN_TRY(cost.gpu, mul_div(cost.gpu, in.gpu_utilisation.denominator(),
                                    in.gpu_utilisation.numerator()));
  }
  BREAKEVEN_TRY(cost.ops, scale(in.ops_usd_month, in.underestimate_factor));
  BREAKEVEN_TRY(const Usd extra, scale(in.engineer_usd_month, in.fte));
  BREAKEVEN_TRY(cost.extra_people, scale(extra, in.underestimate_factor));
  cost.tooling = in.tooling_usd_month;
  return cost;
}

Result<Usd> quick_one_off(const QuickInputs& in, Rational migration_months) {
  BREAKEVEN_TRY(const Usd people, scale(in.engineer_usd_month, in.migration_people));
  BREAKEVEN_TRY(const Usd migration, scale(people, migration_months));
  BREAKEVEN_TRY(const Usd parallel, scale(in.api_spend_usd_month, in.parallel_run_months));
  return migration + parallel;
}

namespace {

Distribution about(double median, double sigma) {
  if (median <= 0) return {Shape::fixed, {median}};
  return {Shape::lognormal, {median, sigma}};
}

Distribution trend(double mean, double sd) {
  return {Shape::normal, {mean, sd, std::max(-0.95, mean - 3 * sd), mean + 3 * sd}};
}

}  // namespace

std::vector<Driver> quick_drivers(const QuickInputs& in, const QuickPriors& priors) {
  const double low = in.migration_months_low.estimate();
  const double high = in.migration_months_high.estimate();
  const double middle = 0.5 * (low + high);
  constexpr double kFar = 1e7;
  std::vector<Driver> drivers(kDriverCount);
  const double api = in.api_spend_usd_month.estimate();
  drivers[kApiSpend] = {"api_spend_usd_month",         "API spend", "USD/month", api,
                        about(api, priors.bill_sigma), priors.bill, 0,           kFar};
  const double gpu = in.gpu_usd_month.estimate();
  drivers[kGpu] = {"gpu_usd_month",
                   "GPU rental",
                   "USD/month",
                   gpu,
                   about(gpu, priors.gpu_sigma),
                   priors.gpu,
                   0,
                   kFar};
  const double ops = in.ops_usd_month.estimate();
  drivers[kOps] = {"ops_usd_month",
                   "Operations",
                   "USD/month",
                   ops,
                   about(ops, priors.people_sigma),
                   priors.people,
                   0,
                   kFar};
  const double tooling = in.tooling_usd_month.estimate();
  drivers[kTooling] = {
      "tooling_usd_month", "Tooling", "USD/month", tooling, about(tooling, priors.people_sigma),
      priors.people,       0,         kFar};
  Distribution migration{Shape::fixed, {middle}};
  if (low > 0 && high > low) {
    // Low and high are read as P10 and P90.
    const double z = normal_quantile(0.90);
    migration = {Shape::lognormal, {std::sqrt(low * high), det_log(high / low) / (2 * z)}};
  } else if (high > low) {
    migration = {Shape::uniform, {low, high}};
  }
  drivers[kMigrationMonths] = {"migration_months", "Migration",      "months", middle,
                               migration,          priors.migration, 0,        120};
  const double growth = in.growth_per_month.estimate();
  drivers[kGrowth] = {"growth_per_month",
                      "Growth of the volume",
                      "ratio/month",
                      growth,
                      trend(growth, priors.growth_sd),
                      priors.trends,
                      -0.5,
                      1};
  const double api_trend = in.api_trend_per_year.estimate();
  drivers[kApiTrend] = {"api_trend_per_year",
                        "Trend of the API price",
                        "ratio/year",
                        api_trend,
                        trend(api_trend, priors.api_trend_sd),
                        priors.trends,
                        -0.95,
                        5};
  const double gpu_trend = in.gpu_trend_per_year.estimate();
  drivers[kGpuTrend] = {"gpu_trend_per_year",
                        "Trend of the GPU price",
                        "ratio/year",
                        gpu_trend,
                        trend(gpu_trend, priors.gpu_trend_sd),
                        priors.gpu,
                        -0.95,
                        5};
  return drivers;
}

economics::Model quick_model(const QuickInputs& in) {
  struct Constants {
    int months;
    double gpu_factor;
    double ops_factor;
    double extra_people;
    double load;
    double migration_usd_per_month;
    double parallel_months;
    double discount;
  };
  const double underestimate = in.underestimate_factor.estimate();
  const double mean_factor = in.sized_for == SizedFor::mean ? 1 / in.gpu_utilisation.estimate() : 1;
  const Constants c{static_cast<int>(in.horizon_months),
                    static_cast<double>(in.redundancy * in.regions) * mean_factor,
                    underestimate,
                    in.engineer_usd_month.estimate() * in.fte.estimate() * underestimate,
                    in.gpu_utilisation.estimate(),
                    in.engineer_usd_month.estimate() * in.migration_people.estimate(),
                    in.parallel_run_months.estimate(),
                    1 / (1 + finance::monthly_rate(in.discount_rate_per_year.estimate()))};
  return [c](const double* d) {
    const double api = d[kApiSpend];
    const double gpu = d[kGpu] * c.gpu_factor;
    const double other = d[kOps] * c.ops_factor + c.extra_people + d[kTooling];
    const double one_off =
        d[kMigrationMonths] * c.migration_usd_per_month + c.parallel_months * api;
    const double grow = 1 + d[kGrowth];
    const double api_step = grow * det_pow(1 + d[kApiTrend], 1.0 / 12);
    const double gpu_step = det_pow(1 + d[kGpuTrend], 1.0 / 12);
    double api_month = api;
    double gpu_price = gpu;
    double volume = 1;
    double discount = c.discount;
    double sum = -one_off;
    double present = -one_off * c.discount;
    for (int m = 0; m < c.months; ++m) {
      const double fleets = std::max(1.0, std::ceil(c.load * volume - 1e-9));
      const double flow = api_month - gpu_price * fleets - other;
      sum += flow;
      present += flow * discount;
      discount *= c.discount;
      api_month *= api_step;
      gpu_price *= gpu_step;
      volume *= grow;
    }
    return economics::Outcome{api - gpu - other, sum / c.months, present};
  };
}

}  // namespace breakeven::advisor
