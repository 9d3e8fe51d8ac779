#include "engine/advisor/quick.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/advisor/quick_inputs.hpp"
#include "engine/advisor/quick_model.hpp"
#include "engine/advisor/quick_words.hpp"
#include "engine/base/det_math.hpp"
#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/defaults.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/decision/rungs.hpp"
#include "engine/decision/verdict.hpp"
#include "engine/economics/break_even.hpp"
#include "engine/economics/cash_flow.hpp"
#include "engine/economics/draws.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/owned.hpp"
#include "engine/economics/uncertainty.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::advisor {

using economics::Group;
using economics::Ledger;
using economics::Line;
using economics::OptionKind;
using economics::Trend;

Result<QuickPriors> quick_priors(std::span<const catalog::Default> defaults) {
  const auto source = [](const catalog::Default& d) {
    return explain::Source{d.title + ": " + d.source.text, d.source.date, d.source.place};
  };
  QuickPriors priors;
  BREAKEVEN_TRY(const auto* const people,
                catalog::find_default(defaults, "people.underestimate_factor"));
  BREAKEVEN_TRY(const auto* const gpu,
                catalog::find_default(defaults, "prior.gpu_price_log_per_year"));
  BREAKEVEN_TRY(const auto* const cut,
                catalog::find_default(defaults, "prior.same_model_price_cut_size"));
  BREAKEVEN_TRY(const auto* const low,
                catalog::find_default(defaults, "migration.engineer_months_low"));
  if (people->parameters.size() >= 2) priors.people_sigma = people->parameters[1];
  if (gpu->parameters.size() >= 2) priors.gpu_trend_sd = priors.gpu_sigma = gpu->parameters[1];
  priors.people = source(*people);
  priors.gpu = source(*gpu);
  priors.trends = source(*cut);
  priors.migration = source(*low);
  priors.bill = {"month-to-month spread of a steady bill (analyst estimate)", "2026-11-21", {}};
  return priors;
}

namespace {

constexpr const char* kGiven = "given";

Line line(const char* id, const char* title, Group group, Usd usd, Trend trend, const char* field) {
  Line l;
  l.id = id;
  l.title = title;
  l.group = group;
  l.usd = usd;
  l.trend = trend;
  l.source = {kGiven, {}, field};
  return l;
}

Result<Ledger> api_ledger(const QuickInputs& in) {
  Ledger ledger{"api", "The API as billed", OptionKind::api_as_billed, {}};
  Line usage = line("api.usage", "API spend", Group::usage, in.api_spend_usd_month,
                    Trend::api_price, "api_spend_usd_month");
  usage.follows_volume = true;
  ledger.add(std::move(usage));
  return ledger;
}

Result<Ledger> self_host_ledger(const QuickInputs& in) {
  BREAKEVEN_TRY(const QuickCost cost, quick_cost(in, ledger_reading(in)));
  Ledger ledger{"self_host", "Self-hosting on rented GPUs", OptionKind::rented_on_demand, {}};
  Line gpu =
      line("self_host.gpu", "GPU rental", Group::gpu, cost.gpu, Trend::gpu_price, "gpu_usd_month");
  gpu.fleet = economics::FleetSteps{in.gpu_utilisation.estimate(),
                                    static_cast<int>(in.redundancy * in.regions)};
  gpu.note = "always on: not scaled by utilisation";
  if (ledger_reading(in) == SizedFor::mean) {
    gpu.note = "sized for the mean: divided by the utilisation to serve the peak";
  }
  ledger.add(std::move(gpu));
  ledger.add(
      line("self_host.ops", "Operations", Group::people, cost.ops, Trend::none, "ops_usd_month"));
  if (cost.extra_people != Usd()) {
    ledger.add(line("self_host.people", "Further engineers", Group::people, cost.extra_people,
                    Trend::none, "fte"));
  }
  ledger.add(line("self_host.tooling", "Tooling", Group::tooling, cost.tooling, Trend::none,
                  "tooling_usd_month"));
  // The one-off lines carry the middle of the band; the band itself is in low and high.
  BREAKEVEN_TRY(const Usd people, scale(in.engineer_usd_month, in.migration_people));
  BREAKEVEN_TRY(const Usd low, scale(people, in.migration_months_low));
  BREAKEVEN_TRY(const Usd high, scale(people, in.migration_months_high));
  if (high != Usd()) {
    Line migration = line("self_host.migration", "Migration", Group::migration,
                          Usd::from_femto(divide_half_even((low + high).femto(), 2)), Trend::none,
                          "migration_months_low, migration_months_high");
    migration.once_in = 0;
    migration.low = low;
    migration.high = high;
    migration.kind = explain::Kind::assumed;
    migration.note = "middle of the band";
    ledger.add(std::move(migration));
  }
  BREAKEVEN_TRY(const Usd parallel, scale(in.api_spend_usd_month, in.parallel_run_months));
  if (parallel != Usd()) {
    Line run = line("self_host.parallel_run", "API bill while both run", Group::parallel_run,
                    parallel, Trend::none, "parallel_run_months");
    run.once_in = 0;
    ledger.add(std::move(run));
  }
  return ledger;
}

Result<SizingReading> read_sizing(const QuickInputs& in) {
  SizingReading sizing;
  BREAKEVEN_TRY(const QuickCost peak, quick_cost(in, SizedFor::peak));
  BREAKEVEN_TRY(const QuickCost mean, quick_cost(in, SizedFor::mean));
  sizing.self_host_if_peak = peak.total();
  sizing.difference_if_peak = in.api_spend_usd_month - peak.total();
  sizing.self_host_if_mean = mean.total();
  sizing.difference_if_mean = in.api_spend_usd_month - mean.total();
  sizing.peak_factor = 1 / in.gpu_utilisation.estimate();
  // For a total T that stays the same, a GPU share g and a peak factor f: f g + (T - g) = API at
  // g = (API - T) / (f - 1), with f - 1 = (1 - u) / u.
  const std::int64_t spare = in.gpu_utilisation.denominator() - in.gpu_utilisation.numerator();
  if (spare > 0 && sizing.difference_if_peak >= Usd()) {
    BREAKEVEN_TRY(sizing.gpu_flip_if_mean,
                  mul_div(sizing.difference_if_peak, in.gpu_utilisation.numerator(), spare));
  }
  sizing.asked = in.sized_for == SizedFor::unknown &&
                 (sizing.difference_if_peak > Usd()) != (sizing.difference_if_mean > Usd());
  return sizing;
}

Status solve_volume(QuickAnswer& a) {
  const QuickInputs& in = a.inputs;
  // Volume is counted so that today's is numerator x k and one fleet serves denominator x k.
  constexpr std::int64_t kFine = 1'000'000'000'000;
  const std::int64_t k = std::max<std::int64_t>(1, kFine / in.gpu_utilisation.denominator());
  BREAKEVEN_TRY(const QuickCost cost, quick_cost(in, ledger_reading(in)));
  a.volume_today = in.gpu_utilisation.numerator() * k;
  a.volume_problem.api_usd = in.api_spend_usd_month;
  a.volume_problem.api_units = a.volume_today;
  a.volume_problem.fixed_usd = cost.total() - cost.gpu;
  a.volume_problem.step_usd = cost.gpu;
  a.volume_problem.step_capacity = in.gpu_utilisation.denominator() * k;
  BREAKEVEN_TRY(a.volume, economics::break_even_volume(a.volume_problem));
  if (!a.volume.never.empty()) {
    // Say it in the calculator's own units instead of the solver's.
    BREAKEVEN_TRY(const Usd full, mul_div(in.api_spend_usd_month, in.gpu_utilisation.denominator(),
                                          in.gpu_utilisation.numerator()));
    a.volume.never = "one more fleet costs " + cost.gpu.display() +
                     " a month and, when full, serves what the API charges " + full.display() +
                     " for: " + full.display() + " <= " + cost.gpu.display();
  }
  const double api = in.api_spend_usd_month.estimate();
  if (api > 0) {
    a.utilisation_break_even = in.gpu_utilisation.estimate() * cost.total().estimate() / api;
  }
  return {};
}

Status draw_chart(QuickAnswer& a, const QuickPriors& priors) {
  const double z = normal_quantile(0.90);
  const double gpu_up = det_exp(z * priors.gpu_sigma);
  const double people_up = det_exp(z * priors.people_sigma);
  double end = 3;
  if (a.volume.permanent) {
    end = std::max(
        end, 1.25 * static_cast<double>(*a.volume.permanent) / static_cast<double>(a.volume_today));
  }
  end = std::min(end, 20.0);
  const auto add = [&](std::int64_t volume) -> Status {
    ChartPoint point;
    point.volume_share = static_cast<double>(volume) / static_cast<double>(a.volume_today);
    BREAKEVEN_TRY(point.api, economics::api_cost_at(a.volume_problem, volume));
    BREAKEVEN_TRY(point.self_host, economics::self_host_cost_at(a.volume_problem, volume));
    const double fixed = a.volume_problem.fixed_usd.estimate();
    const double gpu = point.self_host.estimate() - fixed;
    BREAKEVEN_TRY(point.low, economics::to_cents({gpu / gpu_up + fixed / people_up}));
    BREAKEVEN_TRY(point.high, economics::to_cents({gpu * gpu_up + fixed * people_up}));
    a.chart.push_back(point);
    return {};
  };
  const auto last = static_cast<std::int64_t>(end * static_cast<double>(a.volume_today));
  const std::int64_t step = a.volume_problem.step_capacity;
  // Both ends of every tread, so that risers are drawn vertical.
  BREAKEVEN_CHECK_OK(add(0));
  for (std::int64_t top = step; top < last; top += step) {
    BREAKEVEN_CHECK_OK(add(top));
    BREAKEVEN_CHECK_OK(add(top + 1));
  }
  return add(last);
}

Status project_cash(QuickAnswer& a) {
  const QuickInputs& in = a.inputs;
  economics::Outlook outlook;
  outlook.horizon_months = static_cast<int>(in.horizon_months);
  outlook.growth_per_month = in.growth_per_month.estimate();
  outlook.api_trend_per_year = in.api_trend_per_year.estimate();
  outlook.gpu_trend_per_year = in.gpu_trend_per_year.estimate();
  outlook.discount_rate_per_year = in.discount_rate_per_year.estimate();
  const economics::Projection api = project(a.api, outlook);
  const economics::Projection self = project(a.self_host, outlook);
  a.comparison = economics::compare(api.total_usd, self.total_usd, outlook.discount_rate_per_year);
  a.switch_month = economics::best_switch_month(api.total_usd, self.recurring_usd, self.one_off_usd,
                                                outlook.discount_rate_per_year);
  const double middle = a.self_host.one_offs().estimate();
  const double spread_low = a.one_off_low.estimate() - middle;
  const double spread_high = a.one_off_high.estimate() - middle;
  for (std::size_t m = 0; m < a.comparison.cumulative_usd.size(); ++m) {
    const double cumulative = a.comparison.cumulative_usd[m];
    a.cash.push_back({static_cast<int>(m) + 1,
                      {api.total_usd[m]},
                      {self.total_usd[m]},
                      {cumulative},
                      {cumulative - spread_high},
                      {cumulative - spread_low}});
  }
  return {};
}

/// The flip value as it would be typed in: cents for money, then the difference is computed again.
Result<std::vector<QuickFlip>> find_flips(const QuickAnswer& a) {
  std::vector<QuickFlip> flips;
  const economics::Model model = quick_model(a.inputs);
  std::vector<economics::FlipPoint> found =
      economics::flip_points(a.drivers, model, economics::Difference::run_rate);
  const std::size_t on_run_rate = found.size();
  for (const std::size_t d : {kMigrationMonths, kGrowth, kApiTrend, kGpuTrend}) {
    const auto flip =
        economics::flip_point(a.drivers, model, d, economics::Difference::fully_loaded);
    if (flip) found.push_back(*flip);
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const economics::Driver& driver = a.drivers[found[i].driver];
    QuickFlip flip;
    flip.driver = driver.id;
    flip.title = driver.title;
    flip.unit = driver.unit;
    flip.now = driver.base;
    flip.value = found[i].value;
    if (driver.unit == "USD/month") flip.value = std::round(flip.value * 100) / 100;
    flip.basis =
        i < on_run_rate ? economics::Difference::run_rate : economics::Difference::fully_loaded;
    std::vector<double> values;
    values.reserve(a.drivers.size());
    for (const economics::Driver& other : a.drivers) values.push_back(other.base);
    values[found[i].driver] = flip.value;
    const economics::Outcome again = model(values.data());
    flip.difference_at_flip = {i < on_run_rate ? again.run_rate_usd_month
                                               : again.fully_loaded_usd_month};
    QuickInputs probe = a.inputs;
    for (const QuickField& field : quick_fields()) {
      if (field.name != driver.id || !std::holds_alternative<Usd QuickInputs::*>(field.member)) {
        continue;
      }
      BREAKEVEN_TRY(const Usd typed, economics::to_cents({flip.value}));
      flip.in_range = set_quick_field(probe, field.name, typed.decimal()).ok();
    }
    flips.push_back(std::move(flip));
  }
  return flips;
}

Status climb(QuickAnswer& a) {
  const QuickInputs& in = a.inputs;
  const Usd api = in.api_spend_usd_month;
  const int horizon = static_cast<int>(in.horizon_months);
  decision::Ladder ladder;
  ladder.step(decision::kRungRunRate, "Run rate", api, a.sizing.self_host_if_peak,
              "GPU, operations and tooling as given");
  if (in.sized_for == SizedFor::mean) {
    ladder.step(decision::kRungCapacity, "Corrected for capacity", api, a.sizing.self_host_if_mean,
                "the GPU figure was sized for the mean: the peak takes " +
                    one_decimal(a.sizing.peak_factor) + " times as many");
  } else if (in.sized_for == SizedFor::peak) {
    ladder.step(decision::kRungCapacity, "Corrected for capacity", api, a.sizing.self_host_if_peak,
                "the GPU figure was sized for the peak: nothing to add");
  } else {
    ladder.missing(decision::kRungCapacity, "Corrected for capacity",
                   "whether the GPU figure was sized for the mean or for the peak; for the mean, "
                   "self-hosting costs " +
                       a.sizing.self_host_if_mean.display() + " a month");
  }
  ladder.step(decision::kRungFullyLoaded, "Fully loaded", a.api.fully_loaded(horizon),
              a.self_host.fully_loaded(horizon),
              "migration and parallel run spread over " + std::to_string(horizon) + " months");
  ladder.missing(decision::kRungPerTask, "Per successful task",
                 "success rate, retries and verbosity of both models");
  ladder.missing(
      decision::kRungBestApi, "Against the optimised API and hosted open weights",
      "tokens and models: the plan from traffic prices caching, batch and hosted models");
  BREAKEVEN_TRY(const Usd median, economics::to_cents({a.uncertainty.fully_loaded.p50}));
  BREAKEVEN_TRY(const Usd p10, economics::to_cents({a.uncertainty.fully_loaded.p10}));
  BREAKEVEN_TRY(const Usd p90, economics::to_cents({a.uncertainty.fully_loaded.p90}));
  const Usd loaded_api = a.api.fully_loaded(horizon);
  ladder.step(decision::kRungUncertainty, "Under uncertainty", loaded_api, loaded_api - median,
              "median of " + std::to_string(a.uncertainty.paths) + " paths; P10 " + p10.display() +
                  ", P90 " + p90.display() + "; self-hosting is cheaper in " +
                  chance(a.uncertainty.probability_cheaper));
  a.rungs = ladder.rungs();
  return {};
}

}  // namespace

Result<QuickAnswer> quick(const QuickInputs& inputs, const QuickPriors& priors,
                          const QuickOptions& options, Pool& pool) {
  BREAKEVEN_CHECK_OK(check_quick_inputs(inputs));
  QuickAnswer a;
  a.inputs = inputs;
  BREAKEVEN_TRY(a.api, api_ledger(inputs));
  BREAKEVEN_TRY(a.self_host, self_host_ledger(inputs));
  BREAKEVEN_TRY(a.sizing, read_sizing(inputs));
  BREAKEVEN_TRY(a.one_off_low, quick_one_off(inputs, inputs.migration_months_low));
  BREAKEVEN_TRY(a.one_off_high, quick_one_off(inputs, inputs.migration_months_high));
  BREAKEVEN_CHECK_OK(solve_volume(a));
  BREAKEVEN_CHECK_OK(draw_chart(a, priors));
  BREAKEVEN_CHECK_OK(project_cash(a));
  a.drivers = quick_drivers(inputs, priors);
  const economics::Model model = quick_model(inputs);
  BREAKEVEN_TRY(a.uncertainty,
                economics::simulate(a.drivers, model, options.paths, options.seed, pool));
  BREAKEVEN_TRY(a.tornado, economics::tornado(a.drivers, model));
  BREAKEVEN_TRY(a.flips, find_flips(a));
  BREAKEVEN_CHECK_OK(climb(a));

  decision::Evidence evidence;
  evidence.api = a.api.run_rate();
  evidence.self_host = a.self_host.run_rate();
  evidence.one_off_low = a.one_off_low;
  evidence.one_off_high = a.one_off_high;
  evidence.horizon_months = static_cast<int>(inputs.horizon_months);
  evidence.probability = a.uncertainty.probability_cheaper;
  evidence.never = a.volume.never;
  if (inputs.must_self_host) {
    evidence.api_feasible = false;
    evidence.constraint = "privacy or compliance requires it";
  }
  if (a.sizing.asked) evidence.open_questions.push_back(sizing_question(a));
  for (const economics::TornadoBar& bar : a.tornado) {
    evidence.drivers.push_back(a.drivers[bar.driver].title);
  }
  if (!a.flips.empty()) evidence.nearest_flip = flip_words(a.flips.front());
  a.verdict = decision::decide(evidence);
  a.thumb_rules = thumb_rules(a);
  a.warnings = quick_warnings(a);
  return a;
}

}  // namespace breakeven::advisor
