#include "engine/advisor/plan_verdict.hpp"

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/advisor/option_choice.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_build.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
#include "engine/decision/gates.hpp"
#include "engine/decision/pair.hpp"
#include "engine/decision/verdict.hpp"
#include "engine/economics/draws.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/uncertainty.hpp"

namespace breakeven::advisor {
namespace {

using economics::OptionKind;

std::string flip_text(const economics::FlipPoint& flip,
                      const std::vector<economics::Driver>& drivers) {
  const economics::Driver& d = drivers[flip.driver];
  return d.title + " at " + shortest(std::round(flip.value * 1e4) / 1e4) + " " + d.unit + " (now " +
         shortest(std::round(d.base * 1e4) / 1e4) + ")";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

const PlanOption* hybrid_of(const PlanAnswer& a) {
  if (!a.hybrid || !a.hybrid->mixed()) return nullptr;
  for (const PlanOption& option : a.options) {
    if (option.option.ledger.kind == OptionKind::hybrid && option.feasibility.feasible) {
      return &option;
    }
  }
  return nullptr;
}

/// Asks for the facts that `winner` still needs.
void ask_for(const PlanQuestion& q, const PlanOption& winner, decision::Evidence& e) {
  const std::string today = q.as_of.date().iso();
  for (const decision::Gate& gate : winner.option.gates) {
    if (gate.strength != decision::Strength::hard) continue;
    const decision::GateState state = decision::state_on(gate, today);
    if (state != decision::GateState::unknown && state != decision::GateState::conditional) {
      continue;
    }
    const bool expired = state != gate.state;
    e.open_questions.push_back("For " + spoken_name(winner) + ", obtain: " + gate.title + " (" +
                               gate.condition +
                               (expired ? "; the evidence expired on " + gate.expires : "") + ").");
  }
}

/// The cheapest that may win when nothing is required.
const PlanOption* unconstrained(const PlanAnswer& a) {
  const PlanOption* best = nullptr;
  for (const PlanOption& option : a.options) {
    if (!option.available || !option.may_win) continue;
    if (best == nullptr || option.fully_loaded < best->fully_loaded) best = &option;
  }
  return best;
}

}  // namespace

std::string spoken_name(const PlanOption& option) {
  const economics::Ledger& ledger = option.option.ledger;
  switch (ledger.kind) {
    case OptionKind::api_as_billed:
      return "the API";
    case OptionKind::api_optimised:
      return "the optimised API";
    case OptionKind::hosted_open_weights:
      return "the open model hosted at " + ledger.option_id.substr(sizeof("hosted.") - 1);
    case OptionKind::managed_compliant:
      return "the API's model at " + ledger.option_id.substr(sizeof("managed.") - 1);
    case OptionKind::dedicated_endpoint:
      return "the dedicated endpoint";
    case OptionKind::provisioned_throughput:
      return "the provisioned throughput";
    case OptionKind::hybrid:
      return "the mix";
    default:
      return "self-hosting";
  }
}

void conclude(const PlanQuestion& q, PlanAnswer& a) {
  decision::Evidence e;
  const PlanOption& api = a.options[a.best_api];
  e.api_name = spoken_name(api);
  e.api = api.fully_loaded;
  e.horizon_months = q.horizon_months;
  e.basis = "with all costs in";
  e.api_feasible = api.feasibility.feasible;
  if (!e.api_feasible) e.constraint = joined(api.feasibility.failed);
  const PlanOption* winner = e.api_feasible ? &api : nullptr;
  if (a.best_self_host) {
    const PlanOption& own = a.options[*a.best_self_host];
    e.self_host = own.fully_loaded;
    e.self_host_feasible = own.feasibility.feasible;
    if (!e.self_host_feasible) e.constraint = joined(own.feasibility.failed);
    if (e.self_host_feasible && (winner == nullptr || own.fully_loaded < winner->fully_loaded)) {
      winner = &own;
    }
  } else {
    e.self_host_feasible = false;
    e.both_priced = false;
    if (e.api_feasible) {
      e.constraint =
          wants_machines(q) ? "no fleet meets the objective" : "the question leaves machines out";
    }
  }
  if (const PlanOption* mix = hybrid_of(a); mix != nullptr) {
    e.hybrid = mix->fully_loaded;
    if (winner == nullptr || mix->fully_loaded < winner->fully_loaded) winner = mix;
  }
  if (winner != nullptr) {
    ask_for(q, *winner, e);
    const PlanOption* free = unconstrained(a);
    if (free != nullptr && !free->feasibility.feasible &&
        free->fully_loaded < winner->fully_loaded) {
      e.requirements_usd = winner->fully_loaded - free->fully_loaded;
      e.without_requirements = spoken_name(*free);
    }
  }
  if (a.uncertainty) e.probability = a.uncertainty->probability_cheaper;
  const std::optional<PlanVolume>& volume = a.volume_best ? a.volume_best : a.volume;
  if (volume && !volume->answer.first) e.never = volume->answer.never;
  for (const economics::TornadoBar& bar : a.tornado) {
    if (e.drivers.size() < 3) e.drivers.push_back(a.drivers[bar.driver].title);
  }
  if (!a.flips.empty()) e.nearest_flip = flip_text(a.flips.front(), a.drivers);
  a.verdict = decision::decide(e);
}

namespace {

/// Distinct among the options of a plan.
std::string pair_name(const PlanOption& option) {
  const economics::Ledger& ledger = option.option.ledger;
  const std::string allowed =
      ledger.option_id.ends_with(kAllowed) ? " on machines that are allowed" : "";
  switch (ledger.kind) {
    case OptionKind::rented_on_demand:
      return "renting on demand" + allowed;
    case OptionKind::reserved:
      return (ledger.option_id.find("3y") == std::string::npos ? "reserving for 1 year"
                                                               : "reserving for 3 years") +
             allowed;
    case OptionKind::spot:
      return "spot" + allowed;
    case OptionKind::owned:
      return "owning servers";
    default:
      return spoken_name(option);
  }
}

}  // namespace

void compare_pairs(const PlanQuestion& q, PlanAnswer& a) {
  std::vector<decision::Priced> priced;
  std::vector<std::size_t> index;
  for (std::size_t i = 0; i < a.options.size(); ++i) {
    const PlanOption& option = a.options[i];
    if (!option.available) continue;
    priced.push_back({pair_name(option), option.fully_loaded, option.recurring, option.one_offs,
                      option.feasibility.feasible});
    index.push_back(i);
  }
  for (std::size_t x = 0; x < priced.size(); ++x) {
    for (std::size_t y = x + 1; y < priced.size(); ++y) {
      a.pairs.push_back(
          {index[x], index[y], decision::compare_pair(priced[x], priced[y], q.horizon_months)});
    }
  }
}

}  // namespace breakeven::advisor
