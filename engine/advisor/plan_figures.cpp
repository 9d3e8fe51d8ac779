#include "engine/advisor/plan_figures.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/advisor/bill.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/decision/rungs.hpp"
#include "engine/economics/break_even.hpp"
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
  g.assumption("time.month", "A month of 730 h", kMonthNs, "ns",
               {"convention of the product: 8 760 h / 12", "", "engine/base/quantities.hpp"});
  g.assumption("time.hours_per_month", "Hours in a month", kHoursPerMonth, "h",
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
  g.computed(prefix + ".instances", "Whole instances",
             {prefix + ".replicas", prefix + ".gpus_per_replica", prefix + ".gpus_per_instance"},
             "instances",
             "replicas packed into whole instances; a replica spans two only when larger than one",
             [](const std::vector<Value>& v) {
               return Value(std::int64_t{
                   sizing::instances_for(static_cast<int>(std::get<std::int64_t>(v[0])),
                                         static_cast<int>(std::get<std::int64_t>(v[1])),
                                         static_cast<int>(std::get<std::int64_t>(v[2])))});
             });
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

void option_figures(const PlanOption& option, FigureGraph& g) {
  const economics::Ledger& ledger = option.option.ledger;
  const std::string prefix = "option." + ledger.option_id;
  std::vector<std::string> recurring;
  std::vector<std::string> one_offs;
  for (const economics::Line& line : ledger.lines) {
    const std::string name = prefix + "." + line.id;
    const bool rent = line.id == "gpu.rental" && ledger.kind != OptionKind::hybrid && option.fleet;
    if (rent) {
      const std::string fleet = "fleet." + std::to_string(*option.fleet + 1);
      g.product(name, line.title,
                {fleet + ".usd_per_hour", fleet + ".instances", "time.hours_per_month"}, kUsdMonth)
          .note = "always on: never scaled by utilisation";
    } else {
      explain::Figure& figure =
          line.kind == explain::Kind::exact
              ? g.lookup(name, line.title, line.usd, line.once_in ? "USD" : kUsdMonth, line.source)
              : g.assumption(name, line.title, line.usd, line.once_in ? "USD" : kUsdMonth,
                             line.source);
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
  if (option.against_api) {
    g.simulated(
        prefix + ".npv", "Net present value of switching from the API as billed",
        option.against_api->npv_usd, "USD",
        "monthly differences over the horizon, discounted monthly; the first flow by one period");
  }
}

void rung_figures(const PlanAnswer& a, FigureGraph& g) {
  for (const decision::Rung& rung : a.rungs) {
    if (!rung.evaluated) continue;
    const std::string prefix = "rung." + rung.id;
    auto side = [&](const char* which, Usd usd) {
      // A side that equals an option's figure points to it; the others are shown as they were
      // composed.
      for (const explain::Figure& figure : g.figures()) {
        const bool total = figure.name == "api.monthly" ||
                           (figure.name.size() > 13 &&
                            figure.name.compare(figure.name.size() - 13, 13, ".fully_loaded") == 0);
        if (total && std::holds_alternative<Usd>(figure.value) &&
            std::get<Usd>(figure.value) == usd) {
          const std::string source = figure.name;
          g.chosen(prefix + "." + which, rung.title + ", " + which, {source}, source, kUsdMonth,
                   rung.note);
          return;
        }
      }
      g.assumption(prefix + "." + which, rung.title + ", " + which, usd, kUsdMonth,
                   {rung.note, "", "rungs of docs/methodology/economics.md"});
    };
    side("api", rung.api);
    side("self_host", rung.self_host);
    g.difference(prefix + ".difference", rung.title + ": API less self-host", prefix + ".api",
                 prefix + ".self_host", kUsdMonth);
  }
}

void volume_figures(const PlanVolume& volume, const std::string& prefix, FigureGraph& g) {
  const economics::VolumeProblem& p = volume.problem;
  g.input(prefix + ".api", "API at today's volume", p.api_usd, kUsdMonth,
          {"see api.monthly", "", ""});
  g.input(prefix + ".today", "Tokens of a month today", p.api_units, "tokens/month",
          {"trace", "", "--trace"});
  g.input(prefix + ".fixed", "Self-host cost that does not follow volume", p.fixed_usd, kUsdMonth,
          {"fully loaded cost less rent, spares added", "", ""});
  g.input(prefix + ".step", "One more step: " + volume.step, p.step_usd, kUsdMonth,
          {"offer", "", ""});
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
  traffic_figures(a, question, g);
  bill_figures(a.api, "api", g);
  for (const MonthlyBill& bill : a.hosted) bill_figures(bill, "hosted." + bill.model, g);
  for (std::size_t i = 0; i < a.fleets.fleets.size(); ++i) {
    fleet_figures(a.fleets.fleets[i], "fleet." + std::to_string(i + 1), question, g);
  }
  for (const PlanOption& option : a.options) {
    if (option.available) option_figures(option, g);
  }
  rung_figures(a, g);
  if (a.volume) volume_figures(*a.volume, "volume", g);
  if (a.volume_best) volume_figures(*a.volume_best, "volume_best", g);
  if (a.verdict.probability) {
    g.simulated("verdict.probability", "Probability that self-hosting is cheaper",
                *a.verdict.probability, "probability",
                std::to_string(question.paths) + " paths, seed " + std::to_string(question.seed) +
                    ", drivers and priors as listed");
  }
  return g;
}

}  // namespace breakeven::advisor
