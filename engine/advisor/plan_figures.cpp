#include "engine/advisor/plan_figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/advisor/bill.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/advisor/task_cost.hpp"
#include "engine/base/money.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/decision/rungs.hpp"
#include "engine/economics/break_even.hpp"
#include "engine/economics/cash_flow.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/explain/figure.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {
namespace {

using economics::OptionKind;
using explain::FigureGraph;
using explain::Source;
using explain::Value;

constexpr const char* kUsdMonth = "USD/month";
constexpr std::int64_t kMonthNs = kSecondsPerMonth * 1'000'000'000;

Source given(std::string place) { return {"given", "", std::move(place)}; }

Source to_source(const catalog::Source& s) { return {s.text, s.date, s.place}; }

Value money_or_zero(const Result<Usd>& result) {
  return result.ok() ? Value(*result) : Value(Usd());
}

void traffic_figures(const PlanAnswer& a, const PlanQuestion& q, FigureGraph& g) {
  const Source trace{"trace " + a.trace_name, "", "--trace"};
  g.input("traffic.requests", "Requests in the trace", a.traffic.requests, "requests", trace);
  g.input("traffic.input_tokens", "Prompt tokens in the trace", a.traffic.input_tokens, "tokens",
          trace);
  g.input("traffic.output_tokens", "Answer tokens in the trace", a.traffic.output_tokens, "tokens",
          trace);
  g.input("traffic.span", "Time that the trace covers", q.trace->span_ns, "ns", trace);
  // Definitions, not guesses: they leave an exact bill exact.
  g.lookup("time.month", "A month of 730 h", kMonthNs, "ns",
           {"convention of the product: 8 760 h / 12", "", "engine/base/quantities.hpp"});
  g.lookup("time.hours_per_month", "Hours in a month", kHoursPerMonth, "h",
           {"convention of the product: 8 760 h / 12", "", "engine/base/quantities.hpp"});
  g.quotient("traffic.months", "Months per trace", "time.month", "traffic.span", "ratio");
  for (const char* what : {"requests", "input_tokens", "output_tokens"}) {
    const std::string name = std::string("traffic.") + what;
    g.computed(name + "_per_month", "Per month: " + std::string(what),
               {name, "time.month", "traffic.span"}, "1/month",
               "count x month / span, to the nearest whole", [](const std::vector<Value>& v) {
                 const double n =
                     explain::estimate(v[0]) * (explain::estimate(v[1]) / explain::estimate(v[2]));
                 return Value(static_cast<std::int64_t>(std::llround(n)));
               });
  }
}

/// <prefix>.monthly = sum of parts, part = tokens x rate x month / span, rounded once.
void bill_figures(const MonthlyBill& bill, const std::string& prefix, FigureGraph& g) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < bill.parts.size(); ++i) {
    const BillPart& part = bill.parts[i];
    const std::string name = prefix + ".part." + std::to_string(i + 1);
    g.input(name + ".tokens", "Billed in the trace: " + part.unit, part.tokens, "units",
            {"trace", "", "--trace"});
    const std::int64_t per = part.rate.unit_size;
    g.lookup(name + ".rate", bill.model + ": " + part.unit,
             Usd::from_femto(static_cast<Int128>(part.rate.nano_usd) * 1'000'000),
             "USD per " + std::to_string(per), to_source(part.source));
    g.computed(name, "Month of " + part.unit,
               {name + ".tokens", name + ".rate", "time.month", "traffic.span"}, kUsdMonth,
               "tokens x rate / " + std::to_string(per) + " x month / span",
               [per](const std::vector<Value>& v) {
                 const auto rate = mul_div(std::get<Usd>(v[1]), std::get<std::int64_t>(v[0]), per);
                 if (!rate.ok()) return Value(Usd());
                 return money_or_zero(
                     mul_div(*rate, std::get<std::int64_t>(v[2]), std::get<std::int64_t>(v[3])));
               })
        .note = "rounded once, half to even at 1e-15 USD";
    parts.push_back(name);
  }
  auto& total = g.sum(prefix + ".monthly", "Monthly bill at " + bill.model, parts, kUsdMonth);
  if (!bill.exact()) {
    total.low = bill.low;
    total.high = bill.high;
    total.note = "some rates are unknown: an interval from no discount known to list price";
  }
}

/// Whole instances of fleet `fleet` for the replicas in figure `replicas`.
void packed_instances(const std::string& name, const std::string& replicas,
                      const std::string& fleet, FigureGraph& g) {
  g.computed(name, "Whole instances",
             {replicas, fleet + ".gpus_per_replica", fleet + ".gpus_per_instance"}, "instances",
             "replicas packed into whole instances; a replica spans two only when larger than one",
             [](const std::vector<Value>& v) {
               return Value(std::int64_t{
                   sizing::instances_for(static_cast<int>(std::get<std::int64_t>(v[0])),
                                         static_cast<int>(std::get<std::int64_t>(v[1])),
                                         static_cast<int>(std::get<std::int64_t>(v[2])))});
             });
}

void fleet_figures(const sizing::PricedFleet& fleet, const std::string& prefix,
                   const PlanQuestion& q, FigureGraph& g) {
  const sizing::FleetPlan& plan = fleet.plan;
  const std::string how =
      "replay of the trace on " + plan.replica.name() + "; " + plan.replica.calibration;
  g.simulated(prefix + ".replicas_needed", "Fewest replicas that hold the objective",
              std::int64_t{plan.replicas_needed}, "replicas", how);
  g.input(prefix + ".redundancy", "Replicas that may be down", std::int64_t{q.redundancy},
          "replicas", given("--redundancy"));
  g.sum(prefix + ".replicas", "Replicas", {prefix + ".replicas_needed", prefix + ".redundancy"},
        "replicas");
  g.lookup(prefix + ".gpus_per_instance", "GPUs of one " + fleet.offer->instance,
           std::int64_t{fleet.offer->gpus}, "GPUs", to_source(fleet.offer->source));
  g.input(prefix + ".gpus_per_replica", "GPUs of one replica", std::int64_t{plan.replica.gpus()},
          "GPUs", {"tensor parallelism of the configuration", "", ""});
  packed_instances(prefix + ".instances", prefix + ".replicas", prefix, g);
  g.lookup(prefix + ".usd_per_hour",
           "Price of one " + fleet.offer->instance + " at " + fleet.offer->provider,
           Usd::from_femto(static_cast<Int128>(fleet.offer->usd_per_hour.nano_usd) * 1'000'000),
           "USD/h", to_source(fleet.offer->source));
  g.simulated(prefix + ".max_load", "Largest multiple of the load that the fleet carries",
              plan.max_load_factor, "ratio", how)
      .note = "bisection to 2 %";
  g.computed(prefix + ".delivered_utilisation", "Delivered utilisation", {prefix + ".max_load"},
             "ratio",
             "1 / largest load: tokens served / tokens that the fleet could serve at the objective",
             [](const std::vector<Value>& v) { return Value(1.0 / explain::estimate(v[0])); });
  g.simulated(prefix + ".ttft", "TTFT at the objective's percentile, spares down",
              plan.at_needed.ttft_at_objective_s, "s", how);
  g.simulated(prefix + ".tpot", "TPOT at the objective's percentile, spares down",
              plan.at_needed.tpot_at_objective_s, "s", how);
}

/// Figure of a bill's part behind a line of an API option; empty where the line is a blend of two
/// bills.
std::string part_behind(const economics::Ledger& ledger, std::size_t line) {
  const std::string part = ".part." + std::to_string(line + 1);
  if (ledger.lines[line].group != economics::Group::usage) return {};
  if (ledger.kind == OptionKind::api_as_billed) return "api" + part;
  if (ledger.kind == OptionKind::hosted_open_weights) return ledger.option_id + part;
  return {};
}

/// What the figures of the option's fleet begin with; every self-hosted option has one.
std::string fleet_name(const PlanOption& option) {
  return "fleet." + std::to_string(option.fleet.value_or(0) + 1);
}

void rent_figure(const PlanQuestion& question, const PlanOption& option,
                 const economics::Line& line, const std::string& name, FigureGraph& g) {
  const std::string fleet = fleet_name(option);
  std::string instances = fleet + ".instances";
  if (option.option.ledger.kind == OptionKind::hybrid) {
    const std::string prefix = "option." + option.option.ledger.option_id;
    g.simulated(prefix + ".replicas", "Replicas of the cheapest mix", std::int64_t{option.replicas},
                "replicas", "the replay at which rent and overflow cost least together");
    instances = prefix + ".instances";
    packed_instances(instances, prefix + ".replicas", fleet, g);
  }
  std::vector<std::string> factors{fleet + ".usd_per_hour", instances, "time.hours_per_month"};
  if (question.regions > 1) factors.emplace_back("regions");
  g.product(name, line.title, std::move(factors), kUsdMonth).note =
      "always on: never scaled by utilisation";
}

/// The net present value from the months of both ledgers, again when verified.
void npv_figure(const PlanQuestion& question, const PlanOption& api, const PlanOption& option,
                FigureGraph& g) {
  if (!option.against_api) return;
  const std::string prefix = "option." + option.option.ledger.option_id;
  std::vector<std::string> inputs{"option.api.recurring", prefix + ".recurring", "horizon",
                                  "discount_rate"};
  if (option.one_offs != Usd()) inputs.push_back(prefix + ".one_offs");
  const economics::Outlook outlook = outlook_of(question);
  g.estimated(prefix + ".npv", "Net present value of switching from the API as billed",
              std::move(inputs), "USD",
              "months of both ledgers under growth and trends; differences discounted monthly, the "
              "first by one period",
              option.against_api->npv_usd,
              [reference = api.option.ledger, own = option.option.ledger,
               outlook](const std::vector<Value>&) {
                return Value(economics::compare(economics::project(reference, outlook).total_usd,
                                                economics::project(own, outlook).total_usd,
                                                outlook.discount_rate_per_year)
                                 .npv_usd);
              });
}

void option_figures(const PlanQuestion& question, const PlanOption& api, const PlanOption& option,
                    FigureGraph& g) {
  const economics::Ledger& ledger = option.option.ledger;
  const std::string prefix = "option." + ledger.option_id;
  std::vector<std::string> recurring;
  std::vector<std::string> one_offs;
  for (std::size_t i = 0; i < ledger.lines.size(); ++i) {
    const economics::Line& line = ledger.lines[i];
    const std::string name = prefix + "." + line.id;
    const char* unit = line.once_in ? "USD" : kUsdMonth;
    if (line.id == "gpu.rental") {
      rent_figure(question, option, line, name, g);
    } else if (const std::string part = part_behind(ledger, i); !part.empty()) {
      g.chosen(name, line.title, {part}, part, unit, line.note);
    } else if (line.kind == explain::Kind::simulated) {
      g.simulated(name, line.title, line.usd, unit,
                  line.follows_volume
                      ? "requests that the replay turns away, priced one by one, and outages"
                      : "units for the replicas of the replay x price x 730 h, in every region");
    } else {
      explain::Figure& figure = line.kind == explain::Kind::exact
                                    ? g.lookup(name, line.title, line.usd, unit, line.source)
                                    : g.assumption(name, line.title, line.usd, unit, line.source);
      if (line.low) figure.low = *line.low;
      if (line.high) figure.high = *line.high;
      figure.note = line.note;
    }
    (line.once_in ? one_offs : recurring).push_back(name);
  }
  g.sum(prefix + ".recurring", ledger.title + ", every month", recurring, kUsdMonth);
  if (one_offs.empty()) {
    g.chosen(prefix + ".fully_loaded", ledger.title + ", fully loaded", {prefix + ".recurring"},
             prefix + ".recurring", kUsdMonth, "no one-offs");
  } else {
    g.sum(prefix + ".one_offs", ledger.title + ", once", one_offs, "USD");
    g.quotient(prefix + ".one_offs_per_month", "One-offs over the horizon", prefix + ".one_offs",
               "horizon", kUsdMonth);
    g.sum(prefix + ".fully_loaded", ledger.title + ", fully loaded",
          {prefix + ".recurring", prefix + ".one_offs_per_month"}, kUsdMonth);
  }
  if (option.against_api) npv_figure(question, api, option, g);
}

bool hardware(const economics::Line& line) {
  return line.group == economics::Group::gpu || line.group == economics::Group::hardware ||
         line.group == economics::Group::facility;
}

/// Names of the lines of an option that are in its run rate; without the machines when `bare`.
std::vector<std::string> run_rate_lines(const PlanOption& option, bool bare) {
  std::vector<std::string> names;
  for (const economics::Line& line : option.option.ledger.lines) {
    if (line.once_in || !line.in_run_rate || (bare && hardware(line))) continue;
    names.push_back("option." + option.option.ledger.option_id + "." + line.id);
  }
  return names;
}

/// Rent of the needed replicas alone: no spare, no whole instances.
void bare_rent_figure(const std::string& fleet, FigureGraph& g) {
  g.computed(
      "rung.run_rate.bare_rent", "Rent of the GPUs that the load needs",
      {fleet + ".usd_per_hour", "time.hours_per_month", fleet + ".replicas_needed",
       fleet + ".gpus_per_replica", fleet + ".gpus_per_instance"},
      kUsdMonth, "price x hours x replicas needed x GPUs of one / GPUs of an instance",
      [](const std::vector<Value>& v) {
        return money_or_zero(mul_div(std::get<Usd>(v[0]) * std::get<std::int64_t>(v[1]),
                                     std::get<std::int64_t>(v[2]) * std::get<std::int64_t>(v[3]),
                                     std::get<std::int64_t>(v[4])));
      });
}

/// `name` = `cost` / success rate: the cost of as many successes as there are requests.
void per_success(const std::string& name, const std::string& title, const std::string& cost,
                 double rate, const char* flag, FigureGraph& g) {
  const auto share = Rational::make(static_cast<std::int64_t>(std::llround(rate * 1e6)), 1'000'000);
  if (!share) return;
  g.input(name + ".success_rate", "Share of tasks that are finished", Value(*share), "ratio",
          given(flag));
  g.quotient(name, title, cost, name + ".success_rate", kUsdMonth);
}

void rung_figures(const PlanQuestion& question, const PlanAnswer& a, FigureGraph& g) {
  if (!a.best_self_host) return;
  const PlanOption& own = a.options[*a.best_self_host];
  const std::string own_total = "option." + own.option.ledger.option_id + ".fully_loaded";
  const std::string best_api =
      "option." + a.options[a.best_api].option.ledger.option_id + ".fully_loaded";
  const std::string fleet = fleet_name(own);
  for (const decision::Rung& rung : a.rungs) {
    if (!rung.evaluated) continue;
    const std::string prefix = "rung." + rung.id;
    const std::string api = prefix + ".api";
    const std::string self = prefix + ".self_host";
    const std::string api_title = rung.title + ", API";
    const std::string self_title = rung.title + ", self-host";
    const auto as = [&](const std::string& name, const std::string& title,
                        const std::string& source) {
      g.chosen(name, title, {source}, source, kUsdMonth, rung.note);
    };
    if (rung.id == decision::kRungRunRate) {
      as(api, api_title, "api.monthly");
      const bool rented = own.option.ledger.kind != OptionKind::owned;
      std::vector<std::string> lines = run_rate_lines(own, rented);
      if (rented) {
        bare_rent_figure(fleet, g);
        lines.insert(lines.begin(), "rung.run_rate.bare_rent");
      }
      g.sum(self, self_title, std::move(lines), kUsdMonth).note = rung.note;
    } else if (rung.id == decision::kRungCapacity) {
      as(api, api_title, "api.monthly");
      g.sum(self, self_title, run_rate_lines(own, false), kUsdMonth).note = rung.note;
    } else if (rung.id == decision::kRungFullyLoaded) {
      as(api, api_title, "option.api.fully_loaded");
      as(self, self_title, own_total);
    } else if (rung.id == decision::kRungPerTask) {
      // Evaluated only with both rates given.
      per_success(api, api_title, "option.api.fully_loaded",
                  finished_share(question, false).value_or(1), "--api-success", g);
      per_success(self, self_title, own_total, finished_share(question, true).value_or(1),
                  "--open-success", g);
    } else if (rung.id == decision::kRungBestApi) {
      as(api, api_title, best_api);
      as(self, self_title, own_total);
    } else {
      as(api, api_title, best_api);
      g.simulated("uncertainty.difference.p50", "Median difference over all paths", rung.difference,
                  kUsdMonth,
                  std::to_string(question.paths) + " paths, seed " + std::to_string(question.seed) +
                      "; to the cent");
      g.difference(self, self_title, api, "uncertainty.difference.p50", kUsdMonth);
    }
    g.difference(prefix + ".difference", rung.title + ": API less self-host", api, self, kUsdMonth);
  }
  g.difference("verdict.saving", "Best API less best self-hosted option, fully loaded", best_api,
               own_total, kUsdMonth);
}

void volume_figures(const PlanQuestion& question, const PlanAnswer& a, const PlanVolume& volume,
                    const std::string& api, const std::string& prefix, FigureGraph& g) {
  const economics::VolumeProblem& p = volume.problem;
  const PlanOption& own = a.options[a.best_self_host.value_or(0)];
  const std::string option = "option." + own.option.ledger.option_id;
  const std::string fleet = fleet_name(own);
  g.chosen(prefix + ".api", "API at today's volume", {api + ".recurring"}, api + ".recurring",
           kUsdMonth, "what it costs once stands on the other side");
  g.sum(prefix + ".today", "Tokens of a month today",
        {"traffic.input_tokens_per_month", "traffic.output_tokens_per_month"}, "tokens/month");
  g.input(prefix + ".instances_per_step", "Instances of one step",
          std::int64_t{volume.instances_per_step}, "instances",
          {"one step is " + volume.step, "", ""});
  std::vector<std::string> factors{fleet + ".usd_per_hour", "time.hours_per_month",
                                   prefix + ".instances_per_step"};
  if (question.regions > 1) factors.emplace_back("regions");
  g.product(prefix + ".step", "One more step: " + volume.step, std::move(factors), kUsdMonth);
  g.simulated(prefix + ".spare_steps", "Steps that are spare", std::int64_t{volume.spare_steps},
              "steps", "redundancy in whole steps");
  g.computed(
      prefix + ".fixed", "Self-host cost that does not follow volume",
      {option + ".fully_loaded", option + ".gpu.rental", prefix + ".step", prefix + ".spare_steps",
       api + ".fully_loaded", api + ".recurring"},
      kUsdMonth, "fully loaded - rent + spare steps - one-offs of changing to that API, at least 0",
      [](const std::vector<Value>& v) {
        const auto usd = [&](std::size_t i) { return std::get<Usd>(v[i]); };
        return Value(std::max(
            Usd(), usd(0) - usd(1) + usd(2) * std::get<std::int64_t>(v[3]) - (usd(4) - usd(5))));
      });
  g.simulated(prefix + ".step_capacity", "Tokens a month that a step carries", p.step_capacity,
              "tokens/month",
              "largest load of the fleet / replicas, in tokens of this trace's mix");
  auto crossing = [&](const char* which, bool permanent, std::optional<std::int64_t> at) {
    if (!at) return;
    g.computed(prefix + "." + which,
               permanent ? "Self-hosting always costs less from here on"
                         : "First volume at which self-hosting costs less",
               {prefix + ".api", prefix + ".today", prefix + ".fixed", prefix + ".step",
                prefix + ".step_capacity"},
               "tokens/month", "crossing of the API line with the staircase of whole steps",
               [permanent](const std::vector<Value>& v) {
                 economics::VolumeProblem problem;
                 problem.api_usd = std::get<Usd>(v[0]);
                 problem.api_units = std::get<std::int64_t>(v[1]);
                 problem.fixed_usd = std::get<Usd>(v[2]);
                 problem.step_usd = std::get<Usd>(v[3]);
                 problem.step_capacity = std::get<std::int64_t>(v[4]);
                 const auto answer = economics::break_even_volume(problem);
                 if (!answer.ok()) return Value(std::int64_t{-1});
                 const auto& value = permanent ? answer->permanent : answer->first;
                 return Value(value.value_or(-1));
               });
  };
  crossing("first", false, volume.answer.first);
  crossing("permanent", true, volume.answer.permanent);
}

}  // namespace

FigureGraph figures_of(const PlanQuestion& question, const PlanAnswer& a) {
  FigureGraph g;
  g.input("horizon", "Months over which one-offs are spread", std::int64_t{question.horizon_months},
          "months", given("--horizon"));
  g.input("discount_rate", "Discount rate per year", question.discount_rate_per_year, "per year",
          given("--discount-rate"));
  if (question.regions > 1) {
    g.input("regions", "Regions that each carry the whole load", std::int64_t{question.regions},
            "regions", given("--regions"));
  }
  traffic_figures(a, question, g);
  bill_figures(a.api, "api", g);
  for (const MonthlyBill& bill : a.hosted) bill_figures(bill, "hosted." + bill.model, g);
  for (std::size_t i = 0; i < a.fleets.fleets.size(); ++i) {
    fleet_figures(a.fleets.fleets[i], "fleet." + std::to_string(i + 1), question, g);
  }
  const auto api = std::find_if(a.options.begin(), a.options.end(), [](const PlanOption& o) {
    return o.option.ledger.kind == OptionKind::api_as_billed;
  });
  option_figures(question, *api, *api, g);
  for (const PlanOption& option : a.options) {
    if (option.available && &option != &*api) option_figures(question, *api, option, g);
  }
  rung_figures(question, a, g);
  if (a.volume) volume_figures(question, a, *a.volume, "option.api", "volume", g);
  if (a.volume_best) {
    volume_figures(question, a, *a.volume_best,
                   "option." + a.options[a.best_api].option.ledger.option_id, "volume_best", g);
  }
  if (a.verdict.probability) {
    g.simulated("verdict.probability", "Probability that self-hosting is cheaper",
                *a.verdict.probability, "probability",
                std::to_string(question.paths) + " paths, seed " + std::to_string(question.seed) +
                    ", drivers and priors as listed");
  }
  return g;
}

}  // namespace breakeven::advisor
