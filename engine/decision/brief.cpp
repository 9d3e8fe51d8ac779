#include "engine/decision/brief.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
#include "engine/decision/verdict.hpp"

namespace breakeven::decision {
namespace {

using Brief = std::vector<BriefSentence>;

/// An amount as it is shown: words are chosen by the sign of what the reader sees.
Usd shown(Usd amount) {
  constexpr Int128 kCent = kFemtoPerUsd / 100;
  return Usd::from_femto(divide_half_even(amount.femto(), kCent) * kCent);
}

int sign(Usd amount) {
  const Usd cents = shown(amount);
  return cents < Usd() ? -1 : static_cast<int>(cents > Usd());
}

std::string dollars(Usd amount) {
  const Usd cents = shown(amount);
  return (cents < Usd() ? -cents : cents).display(2);
}

std::string number(double value, double scale) {
  return shortest(std::nearbyint(value * scale) / scale);
}

std::string listed(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? " and " : ", ";
    out += items[i];
  }
  return out;
}

/// API minus self-hosting, in words.
std::string against_the_api(Usd difference) {
  if (sign(difference) == 0) return "costs the same as the API";
  return (sign(difference) > 0 ? "saves " : "costs ") + dollars(difference) +
         (sign(difference) > 0 ? " a month against the API" : " a month more than the API");
}

void add(Brief& brief, std::string id, std::string text, std::vector<std::string> figures) {
  brief.push_back({std::move(id), std::move(text), std::move(figures)});
}

std::string_view likelihood(double p) {
  if (p < kVeryUnlikely) return "very unlikely";
  if (p < kDoubtLow) return "unlikely";
  if (p <= kDoubtHigh) return "a toss-up";
  return p <= kVeryLikely ? "likely" : "very likely";
}

void run_rate(const BriefFacts& f, Brief& brief) {
  if (!f.run_rate || !f.fully_loaded) return;
  const int first = sign(*f.run_rate);
  const int all = sign(*f.fully_loaded);
  add(brief, "run_rate",
      "On the run rate self-hosting " + against_the_api(*f.run_rate) + "; fully loaded it " +
          against_the_api(*f.fully_loaded) +
          (first * all < 0 ? ", so the first comparison points the wrong way." : "."),
      {"rung.run_rate.difference", "rung.fully_loaded.difference"});
}

void investment(const BriefFacts& f, Brief& brief) {
  if (!f.own) return;
  const BriefOption& own = *f.own;
  const std::string months = std::to_string(f.horizon_months) + " months";
  const std::string start = "option." + own.id;
  std::vector<std::string> figures{start + ".fully_loaded"};
  std::string text = "Self-hosting (" + own.title + ")";
  if (sign(own.one_offs) > 0) {
    text += " takes " + dollars(own.one_offs) + " once, " +
            (own.payback_month ? "paid back in month " + std::to_string(*own.payback_month)
                               : "not paid back within " + months);
    figures.push_back(start + ".one_offs");
  } else {
    text += " takes nothing once";
  }
  if (own.npv_usd && std::fabs(*own.npv_usd) < 1e15) {
    const Usd npv = Usd::from_cents(static_cast<std::int64_t>(std::nearbyint(*own.npv_usd * 100)));
    text += std::string("; over ") + months + " it " +
            (sign(npv) == 0  ? "neither adds nor loses value"
             : sign(npv) > 0 ? "adds " + dollars(npv) + " of net present value"
                             : "loses " + dollars(npv) + " of net present value") +
            " against today's API";
    figures.push_back(start + ".npv");
  }
  add(brief, "investment", text + ".", std::move(figures));
}

void waiting(const BriefFacts& f, Brief& brief) {
  if (!f.cheapest) return;
  const std::string figure = "option." + f.cheapest->id + ".fully_loaded";
  const Usd six = (f.api_bill - f.cheapest->fully_loaded) * 6;
  if (f.cheapest_is_today || sign(six) <= 0) {
    add(brief, "waiting",
        "Waiting costs nothing: no option is cheaper than the API as it is billed today.",
        {"api.monthly", figure});
  } else {
    add(brief, "waiting",
        "Waiting six months costs " + dollars(six) + " against the cheapest option, " +
            f.cheapest->title + ".",
        {"api.monthly", figure});
  }
}

void volume(const BriefFacts& f, Brief& brief) {
  if (!f.never.empty()) {
    add(brief, "volume", "No volume of this mix makes self-hosting cheaper: " + f.never + ".",
        {"volume.today"});
  } else if (f.permanent_tokens && f.tokens_today > 0) {
    const double share =
        static_cast<double>(*f.permanent_tokens) / static_cast<double>(f.tokens_today);
    const bool reached = *f.permanent_tokens <= f.tokens_today;
    add(brief, "volume",
        "Against the API as billed, self-hosting costs less for good from " +
            number(static_cast<double>(*f.permanent_tokens) / 1e9, 1e3) + " G tokens a month, " +
            (reached ? "which today's volume has reached."
                     : number(share, 1e2) + " times today's volume."),
        {"volume.permanent", "volume.today"});
  }
}

void fleet(const BriefFacts& f, Brief& brief) {
  if (!f.fleet) return;
  const BriefFleet& x = *f.fleet;
  const auto figure = [&](const char* name) { return x.figures + "." + name; };
  const int spare = x.replicas - x.replicas_needed;
  const bool holds = x.ttft_s <= f.objective_ttft_s && x.tpot_s <= f.objective_tpot_s;
  add(brief, "fleet",
      counted(x.replicas, "replica") + " of " + x.configuration + " on " + counted(x.gpus, "GPU") +
          " at " + x.provider + ": " + std::to_string(x.replicas_needed) +
          (x.replicas_needed == 1 ? " carries" : " carry") + " the load, " + std::to_string(spare) +
          (spare == 1 ? " is" : " are") + " spare.",
      {figure("replicas"), figure("replicas_needed")});
  add(brief, "latency",
      std::string("With the spares down it ") + (holds ? "holds" : "misses") +
          " the objective: a first token after " + number(x.ttft_s, 1e3) + " s (allowed " +
          number(f.objective_ttft_s, 1e3) + " s) and " + number(x.tpot_s * 1e3, 1e1) +
          " ms per token (allowed " + number(f.objective_tpot_s * 1e3, 1e1) + " ms) at " +
          number(f.percentile, 1e2) + " % of requests.",
      {figure("ttft"), figure("tpot")});
  add(brief, "utilisation",
      std::string("The fleet is ") +
          (x.utilisation < kMostlyIdle  ? "mostly idle"
           : x.utilisation <= kWellUsed ? "partly used"
                                        : "well used") +
          ": it delivers " + number(100 * x.utilisation, 1e1) + " % of what it could.",
      {figure("delivered_utilisation")});
  add(brief, "evidence",
      x.measured ? "Measured serving runs stand behind the simulated speed of these GPUs."
                 : "No measured serving runs stand behind the simulated speed of these GPUs: "
                   "load-test before committing.",
      {figure("max_load")});
}

void quality(const BriefFacts& f, Brief& brief) {
  if (f.benchmarks == 0) {
    add(brief, "quality",
        "No benchmark of the catalogue knows both models: evaluate on your own tasks first.", {});
    return;
  }
  std::string text = "The open model is ";
  if (f.behind == 0) {
    text += "not behind on any of " + counted(f.benchmarks, "benchmark") + " that know both models";
  } else {
    text += "behind on " + std::to_string(f.behind) + " of " + counted(f.benchmarks, "benchmark") +
            " that know both models, most on " + f.worst_benchmark + " by " +
            number(-f.worst_gap, 1e1) + " points";
  }
  add(brief, "quality", text + ".", {});
}

void people(const BriefFacts& f, Brief& brief) {
  if (!f.own || sign(f.people) <= 0 || sign(f.own->recurring) <= 0) return;
  const double share = f.people.estimate() / f.own->recurring.estimate();
  add(brief, "people",
      "People are " + dollars(f.people) + " of its " + dollars(f.own->recurring) + " a month (" +
          number(100 * share, 1e1) + " %).",
      f.people_figures);
}

void gates(const BriefFacts& f, Brief& brief) {
  if (!f.failed_gates.empty()) {
    add(brief, "gates_failed", "Not allowed as it stands: " + listed(f.failed_gates) + ".", {});
  }
  if (!f.open_gates.empty()) {
    add(brief, "gates_open", "To be confirmed first: " + listed(f.open_gates) + ".", {});
  }
}

}  // namespace

std::vector<BriefSentence> cfo_brief(const BriefFacts& f) {
  Brief brief;
  add(brief, "verdict", f.verdict, f.verdict_figures);
  run_rate(f, brief);
  if (f.probability) {
    add(brief, "probability",
        "That self-hosting is the cheaper one is " + std::string(likelihood(*f.probability)) +
            ": it is in " + chance(*f.probability) + " of the simulated futures.",
        {"verdict.probability"});
  }
  investment(f, brief);
  waiting(f, brief);
  if (!f.lever.empty() && sign(f.lever_saving) > 0) {
    add(brief, "lever",
        "At the API in use, \"" + f.lever + "\" would save " + dollars(f.lever_saving) +
            " a month for " +
            (sign(f.lever_effort) > 0 ? dollars(f.lever_effort) + " of work." : "no work."),
        {"api.monthly"});
  }
  volume(f, brief);
  if (!f.nearest_flip.empty()) {
    add(brief, "flip", "What would turn the answer first: " + f.nearest_flip + ".", {});
  }
  if (!f.drivers.empty()) {
    add(brief, "drivers", "Most of the uncertainty comes from " + listed(f.drivers) + ".", {});
  }
  return brief;
}

std::vector<BriefSentence> cto_brief(const BriefFacts& f) {
  Brief brief;
  add(brief, "verdict", f.verdict, f.verdict_figures);
  fleet(f, brief);
  people(f, brief);
  quality(f, brief);
  if (f.hybrid_mixed) {
    add(brief, "hybrid",
        *f.hybrid_mixed
            ? "A mix is the cheapest use of this fleet: it carries the base load, the API the rest."
            : "A mix of fleet and API is not cheaper than one of them alone.",
        {"api.monthly"});
  }
  gates(f, brief);
  return brief;
}

}  // namespace breakeven::decision
