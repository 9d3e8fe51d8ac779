#include "engine/decision/gates.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace breakeven::decision {

std::string_view to_string(GateTopic topic) {
  switch (topic) {
    case GateTopic::compliance:
      return "compliance";
    case GateTopic::residency:
      return "residency";
    case GateTopic::latency:
      return "latency";
    case GateTopic::quality:
      return "quality";
    case GateTopic::fit:
      return "fit";
    case GateTopic::supply:
      return "supply";
    case GateTopic::privacy:
      return "privacy";
    case GateTopic::cost_structure:
      return "cost_structure";
    case GateTopic::portability:
      return "portability";
    case GateTopic::operations:
      return "operations";
    case GateTopic::cost:
      return "cost";
    case GateTopic::policy:
      break;
  }
  return "policy";
}

std::string_view to_string(Strength strength) {
  switch (strength) {
    case Strength::soft:
      return "soft";
    case Strength::priced:
      return "priced";
    case Strength::hard:
      break;
  }
  return "hard";
}

std::string_view to_string(GateState state) {
  switch (state) {
    case GateState::pass:
      return "pass";
    case GateState::conditional:
      return "conditional";
    case GateState::fail:
      return "fail";
    case GateState::unknown:
      break;
  }
  return "unknown";
}

GateState state_on(const Gate& gate, std::string_view today) {
  const bool expired = !gate.expires.empty() && gate.expires < today;
  return expired && gate.state != GateState::fail ? GateState::unknown : gate.state;
}

Feasibility feasibility(const Option& option, std::string_view today) {
  Feasibility out;
  for (const Gate& gate : option.gates) {
    if (gate.strength != Strength::hard) continue;
    switch (state_on(gate, today)) {
      case GateState::pass:
        break;
      case GateState::fail:
        out.feasible = false;
        out.failed.push_back(gate.title);
        break;
      case GateState::conditional:
      case GateState::unknown:
        out.unconfirmed.push_back(gate.title);
        break;
    }
  }
  return out;
}

Ranking rank(const std::vector<Option>& options, int horizon_months, std::string_view today) {
  Ranking out;
  const auto total = [&](std::size_t i) { return options[i].ledger.fully_loaded(horizon_months); };
  std::size_t cheapest = 0;
  for (std::size_t i = 0; i < options.size(); ++i) {
    (feasibility(options[i], today).feasible ? out.feasible : out.infeasible).push_back(i);
    if (total(i) < total(cheapest)) cheapest = i;
  }
  if (!options.empty()) out.cheapest_of_all = cheapest;
  std::ranges::stable_sort(out.feasible,
                           [&](std::size_t a, std::size_t b) { return total(a) < total(b); });
  if (!out.feasible.empty()) {
    out.price_of_gates = total(out.feasible.front()) - total(cheapest);
  }
  return out;
}

namespace {

/// The cheapest candidate that no gate of `counts` removes; empty when there is none.
template <class Counts>
const Candidate* cheapest(const std::vector<Candidate>& candidates, std::string_view today,
                          Counts counts) {
  const Candidate* best = nullptr;
  for (const Candidate& c : candidates) {
    const bool removed = std::ranges::any_of(*c.gates, [&](const Gate& gate) {
      return counts(gate) && state_on(gate, today) == GateState::fail;
    });
    if (!removed && (best == nullptr || c.cost < best->cost)) best = &c;
  }
  return best;
}

}  // namespace

ConstraintPrice price_of(std::string_view constraint, const std::vector<Candidate>& candidates,
                         std::string_view today) {
  const auto its = [&](const Gate& g) { return g.constraint == constraint; };
  const auto hard = [](const Gate& g) { return g.strength == Strength::hard; };
  ConstraintPrice price;
  for (const Candidate& c : candidates) {
    for (const Gate& gate : *c.gates) {
      if (!its(gate)) continue;
      const GateState state = state_on(gate, today);
      if (state == GateState::fail) price.removed.push_back(c.id);
      if (state == GateState::unknown || state == GateState::conditional) {
        price.unconfirmed.push_back(c.id);
      }
    }
  }
  const Candidate* with =
      cheapest(candidates, today, [&](const Gate& g) { return hard(g) || its(g); });
  const Candidate* without =
      cheapest(candidates, today, [&](const Gate& g) { return hard(g) && !its(g); });
  const Candidate* only = cheapest(candidates, today, its);
  const Candidate* free = cheapest(candidates, today, [](const Gate&) { return false; });
  if (with != nullptr) price.with = with->id;
  if (without != nullptr) price.without = without->id;
  if (with != nullptr && without != nullptr) price.usd = with->cost - without->cost;
  if (only != nullptr && free != nullptr) price.alone = only->cost - free->cost;
  return price;
}

}  // namespace breakeven::decision
