// gates.hpp — requirements that money cannot buy off.
//
// Shape    A gate says whether an option may be used. fail removes it; unknown or expired evidence
//          does not remove it but makes the verdict unverified until somebody confirms. Dates are
//          ISO text, compared as text; `today` is passed in because the engine has no clock.
// Sources  Coverage per regime and offering: catalog/compliance.csv.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::decision {

enum class GateTopic : std::uint8_t {
  compliance,
  residency,
  latency,
  quality,
  fit,
  supply,
  policy,
  privacy,
  cost_structure,
  portability,
  operations,
  cost
};
[[nodiscard]] std::string_view to_string(GateTopic topic);

enum class GateState : std::uint8_t { pass, conditional, unknown, fail };
[[nodiscard]] std::string_view to_string(GateState state);

/// hard: failing removes the option. soft: it is told, and what it would cost. priced: an option
/// that does not pass is charged for it, as a line of its ledger.
enum class Strength : std::uint8_t { hard, soft, priced };
[[nodiscard]] std::string_view to_string(Strength strength);

struct Gate {
  std::string id;  ///< "compliance.HIPAA_BAA"
  std::string title;
  GateTopic topic = GateTopic::policy;
  GateState state = GateState::unknown;
  std::string condition;  ///< what must be ticked when conditional; why, when it fails
  explain::Source evidence;
  /// ISO date after which the evidence no longer counts; empty = does not expire.
  std::string expires;
  Strength strength = Strength::hard;
  std::string constraint;  ///< of the question that asks for it; empty: it stands by itself
};

/// The state that counts today: expired evidence is unknown, except that a failure stays one.
[[nodiscard]] GateState state_on(const Gate& gate, std::string_view today);

struct Option {
  economics::Ledger ledger;
  std::vector<Gate> gates;
  std::vector<std::string> notes;
};

struct Feasibility {
  bool feasible = true;
  std::vector<std::string> failed;       ///< titles
  std::vector<std::string> unconfirmed;  ///< unknown, expired or conditional
};
/// Of the hard gates.
[[nodiscard]] Feasibility feasibility(const Option& option, std::string_view today);

struct Ranking {
  std::vector<std::size_t> feasible;  ///< indices of options, cheapest fully loaded first
  std::vector<std::size_t> infeasible;
  std::optional<std::size_t> cheapest_of_all;  ///< gates ignored
  /// Best feasible minus best of all: what the gates cost a month. Empty when nothing is feasible.
  std::optional<Usd> price_of_gates;
};
[[nodiscard]] Ranking rank(const std::vector<Option>& options, int horizon_months,
                           std::string_view today);

/// An option as the price of a constraint sees it.
struct Candidate {
  std::string id;
  Usd cost;
  const std::vector<Gate>* gates = nullptr;
};

/// What one constraint costs: the cheapest option with it less the cheapest without it.
struct ConstraintPrice {
  std::optional<Usd> usd;    ///< among all hard constraints; empty when nothing is left with them
  std::optional<Usd> alone;  ///< as the only constraint
  std::string with;          ///< cheapest option with every hard constraint; empty: none
  std::string without;       ///< cheapest without this one
  std::vector<std::string> removed;      ///< options that fail it
  std::vector<std::string> unconfirmed;  ///< options that pass only with a fact to obtain
};
/// Unknown and conditional gates do not remove an option here. A soft or priced constraint is
/// priced as if it were hard.
[[nodiscard]] ConstraintPrice price_of(std::string_view constraint,
                                       const std::vector<Candidate>& candidates,
                                       std::string_view today);

}  // namespace breakeven::decision
