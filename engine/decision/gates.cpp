#include "engine/decision/gates.hpp"

#include <algorithm>

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
    case GateTopic::policy:
      break;
  }
  return "policy";
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
  for (std::size_t i = 0; i < options.size(); ++i) {
    (feasibility(options[i], today).feasible ? out.feasible : out.infeasible).push_back(i);
    if (!out.cheapest_of_all || total(i) < total(*out.cheapest_of_all)) out.cheapest_of_all = i;
  }
  std::ranges::stable_sort(out.feasible,
                           [&](std::size_t a, std::size_t b) { return total(a) < total(b); });
  if (!out.feasible.empty()) {
    out.price_of_gates = total(out.feasible.front()) - total(*out.cheapest_of_all);
  }
  return out;
}

}  // namespace breakeven::decision
