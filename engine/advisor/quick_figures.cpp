#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/advisor/quick.hpp"
#include "engine/advisor/quick_inputs.hpp"
#include "engine/advisor/quick_model.hpp"
#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/economics/break_even.hpp"
#include "engine/economics/draws.hpp"
#include "engine/economics/uncertainty.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::advisor {

using explain::FigureGraph;
using explain::Value;

namespace {

constexpr const char* kMonthly = "USD/month";

/// Fields whose initial value is a guess of ours; the others start neutral or are the user's bill.
bool is_guess(std::string_view name) {
  return name.starts_with("migration_") || name == "engineer_usd_month" ||
         name == "horizon_months" || name == "discount_rate_per_year" || name == "gpu_utilisation";
}

void add_inputs(const QuickAnswer& a, const QuickPriors& priors, FigureGraph& g) {
  for (const QuickField& field : quick_fields()) {
    const explain::Source source{"given", {}, "/" + std::string(field.name)};
    const std::string name = "input." + std::string(field.name);
    const std::string title(field.title);
    const std::string unit(field.unit);
    Value value;
    if (const auto* usd = std::get_if<Usd QuickInputs::*>(&field.member)) {
      value = a.inputs.**usd;
    } else if (const auto* ratio = std::get_if<Rational QuickInputs::*>(&field.member)) {
      value = a.inputs.**ratio;
    } else if (const auto* count = std::get_if<std::int64_t QuickInputs::*>(&field.member)) {
      value = a.inputs.**count;
    } else {
      continue;
    }
    if (is_guess(field.name) && quick_field_text(a.inputs, field) == field.initial) {
      explain::Source guess{"default of the calculator", {}, "/" + std::string(field.name)};
      if (field.name.starts_with("migration_months")) guess = priors.migration;
      g.assumption(name, title, value, unit, guess);
    } else {
      g.input(name, title, value, unit, source);
    }
  }
}

void add_run_rate(const QuickAnswer& a, FigureGraph& g) {
  g.sum("api.monthly", "API, run rate", {"input.api_spend_usd_month"}, kMonthly);
  const std::vector<std::string> gpu{"input.gpu_usd_month", "input.redundancy", "input.regions"};
  if (ledger_reading(a.inputs) == SizedFor::mean) {
    g.product("self_host.gpu.as_given", "GPU rental as given, all copies", gpu, kMonthly);
    g.quotient("self_host.gpu.monthly", "GPU rental for the peak", "self_host.gpu.as_given",
               "input.gpu_utilisation", kMonthly)
        .note = "sized for the mean: the peak takes 1 / utilisation as many; half to even at 1e-15";
  } else {
    g.product("self_host.gpu.monthly", "GPU rental", gpu, kMonthly).note =
        "always on: never scaled by utilisation";
  }
  g.product("self_host.ops.monthly", "Operations",
            {"input.ops_usd_month", "input.underestimate_factor"}, kMonthly);
  std::vector<std::string> parts{"self_host.gpu.monthly", "self_host.ops.monthly",
                                 "self_host.tooling.monthly"};
  if (a.inputs.fte.numerator() != 0) {
    g.product("self_host.people.monthly", "Further engineers",
              {"input.engineer_usd_month", "input.fte", "input.underestimate_factor"}, kMonthly);
    parts.emplace_back("self_host.people.monthly");
  }
  g.sum("self_host.tooling.monthly", "Tooling", {"input.tooling_usd_month"}, kMonthly);
  g.sum("self_host.monthly", "Self-hosting, run rate", parts, kMonthly);
  g.difference("difference.run_rate", "API minus self-hosting, run rate", "api.monthly",
               "self_host.monthly", kMonthly);
  if (a.inputs.api_spend_usd_month > Usd()) {
    g.quotient("difference.share", "Saving as a share of the API spend", "difference.run_rate",
               "api.monthly", "ratio");
  }
  g.assumption("months_per_year", "Months in a year", std::int64_t{12}, "months",
               {"calendar", {}, {}});
  g.product("difference.yearly", "API minus self-hosting in a year",
            {"difference.run_rate", "months_per_year"}, "USD/year");
  g.sum("break_even.spend", "API spend at which both cost the same", {"self_host.monthly"},
        kMonthly);
}

void add_one_offs(const QuickAnswer& a, FigureGraph& g) {
  g.product("migration.monthly_people", "Migration team",
            {"input.engineer_usd_month", "input.migration_people"}, kMonthly);
  g.product("parallel_run", "API bill while both run",
            {"input.api_spend_usd_month", "input.parallel_run_months"}, "USD");
  for (const std::string end : {"low", "high"}) {
    g.product("migration." + end, "Migration, " + end,
              {"migration.monthly_people", "input.migration_months_" + end}, "USD");
    g.sum("one_off." + end, "One-off cost, " + end, {"migration." + end, "parallel_run"}, "USD");
    if (a.verdict.payback.months_low) {
      g.quotient("payback.months_" + end, "Payback, " + end, "one_off." + end,
                 "difference.run_rate", "months");
    }
  }
  g.computed("one_off.middle", "One-off cost, middle of the band", {"one_off.low", "one_off.high"},
             "USD", "(one_off.low + one_off.high) / 2",
             [](const std::vector<Value>& in) -> Value {
               const Usd both = std::get<Usd>(in[0]) + std::get<Usd>(in[1]);
               return Usd::from_femto(divide_half_even(both.femto(), 2));
             })
      .note = "half to even at 1e-15 USD";
  g.quotient("one_off.monthly", "One-off cost spread over the horizon", "one_off.middle",
             "input.horizon_months", kMonthly);
  g.sum("self_host.fully_loaded", "Self-hosting, fully loaded",
        {"self_host.monthly", "one_off.monthly"}, kMonthly);
  g.difference("difference.fully_loaded", "API minus self-hosting, fully loaded", "api.monthly",
               "self_host.fully_loaded", kMonthly);
}

void add_break_even(const QuickAnswer& a, FigureGraph& g) {
  if (a.utilisation_break_even) {
    g.computed("break_even.utilisation", "Utilisation at which one fleet breaks even",
               {"input.gpu_utilisation", "self_host.monthly", "api.monthly"}, "ratio",
               "input.gpu_utilisation x self_host.monthly / api.monthly",
               [](const std::vector<Value>& in) -> Value {
                 return explain::estimate(in[0]) * explain::estimate(in[1]) /
                        explain::estimate(in[2]);
               });
  }
  const auto volume = [&](const char* name, const char* title) {
    const economics::VolumeProblem problem = a.volume_problem;
    const std::int64_t today = a.volume_today;
    const bool permanent = std::string(name) == "break_even.volume_permanent";
    g.computed(
        name, title,
        {"api.monthly", "self_host.monthly", "self_host.gpu.monthly", "input.gpu_utilisation"},
        "of today's volume",
        "smallest v with api.monthly x v >= self_host.monthly - gpu + gpu x max(1, ceil(v x "
        "utilisation))" +
            std::string(permanent ? " there and for every larger v" : ""),
        [problem, today, permanent](const std::vector<Value>&) -> Value {
          const auto again = economics::break_even_volume(problem);
          const auto found =
              again ? (permanent ? again->permanent : again->first) : std::optional<std::int64_t>{};
          return static_cast<double>(found.value_or(0)) / static_cast<double>(today);
        });
  };
  if (a.volume.first)
    volume("break_even.volume", "First volume at which self-hosting costs no more");
  if (a.volume.permanent) {
    volume("break_even.volume_permanent", "Volume from which self-hosting never costs more");
  }
}

void add_projection(const QuickAnswer& a, const QuickPriors& priors, FigureGraph& g) {
  g.assumption("prior.api_spend_sigma", "Spread of the API spend", priors.bill_sigma, "sd of ln",
               priors.bill);
  g.assumption("prior.gpu_sigma", "Spread of the GPU price", priors.gpu_sigma, "sd of ln",
               priors.gpu);
  g.assumption("prior.people_sigma", "Spread of people and tooling", priors.people_sigma,
               "sd of ln", priors.people);
  g.assumption("prior.growth_sd", "Spread of the growth", priors.growth_sd, "ratio/month",
               priors.trends);
  g.assumption("prior.api_trend_sd", "Spread of the API price trend", priors.api_trend_sd,
               "ratio/year", priors.trends);
  g.assumption("prior.gpu_trend_sd", "Spread of the GPU price trend", priors.gpu_trend_sd,
               "ratio/year", priors.gpu);
  const std::vector<std::string> plain{
      "input.api_spend_usd_month", "self_host.monthly",           "one_off.middle",
      "input.horizon_months",      "input.growth_per_month",      "input.api_trend_per_year",
      "input.gpu_trend_per_year",  "input.discount_rate_per_year"};
  std::vector<std::string> spread = plain;
  for (const char* prior : {"prior.api_spend_sigma", "prior.gpu_sigma", "prior.people_sigma",
                            "prior.growth_sd", "prior.api_trend_sd", "prior.gpu_trend_sd"}) {
    spread.emplace_back(prior);
  }
  std::vector<double> base;
  base.reserve(a.drivers.size());
  for (const economics::Driver& driver : a.drivers) base.push_back(driver.base);
  g.estimated(
      "npv", "Net present value of switching now, over the horizon", plain, "USD",
      "sum over months of (API - self-host) / (1 + r)^month, r = (1 + rate)^(1/12) - 1; the "
      "first flow is discounted by one period, as in a spreadsheet",
      quick_model(a.inputs)(base.data()).npv_usd,
      [inputs = a.inputs, base](const std::vector<Value>&) -> Value {
        return quick_model(inputs)(base.data()).npv_usd;
      });
  // All statistics come from one simulation, which the first verification repeats.
  const auto again = std::make_shared<std::optional<economics::Uncertainty>>();
  const auto statistic = [&](const char* name, const char* title, const char* unit,
                             const char* formula, auto pick) {
    g.estimated(name, title, spread, unit, formula, pick(a.uncertainty),
                [again, pick, inputs = a.inputs, drivers = a.drivers,
                 u = a.uncertainty](const std::vector<Value>&) -> Value {
                  if (!*again) {
                    InlinePool pool;
                    auto repeated =
                        economics::simulate(drivers, quick_model(inputs), u.paths, u.seed, pool);
                    *again = repeated ? *repeated : economics::Uncertainty{};
                  }
                  return pick(**again);
                })
        .note =
        std::to_string(a.uncertainty.paths) + " paths, seed " + std::to_string(a.uncertainty.seed);
  };
  using economics::Uncertainty;
  statistic("probability", "Probability that self-hosting is cheaper, fully loaded", "probability",
            "share of paths whose average monthly difference over the horizon is above 0",
            [](const Uncertainty& u) { return u.probability_cheaper; });
  statistic("difference.p10", "Fully loaded difference, P10", kMonthly,
            "10 % quantile of the paths", [](const Uncertainty& u) { return u.fully_loaded.p10; });
  statistic("difference.p50", "Fully loaded difference, median", kMonthly, "median of the paths",
            [](const Uncertainty& u) { return u.fully_loaded.p50; });
  statistic("difference.p90", "Fully loaded difference, P90", kMonthly,
            "90 % quantile of the paths", [](const Uncertainty& u) { return u.fully_loaded.p90; });
}

}  // namespace

FigureGraph quick_figures(const QuickAnswer& answer, const QuickPriors& priors) {
  FigureGraph graph;
  add_inputs(answer, priors, graph);
  add_run_rate(answer, graph);
  add_one_offs(answer, graph);
  add_break_even(answer, graph);
  add_projection(answer, priors, graph);
  return graph;
}

}  // namespace breakeven::advisor
