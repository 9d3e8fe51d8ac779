#include "engine/advisor/plan_build.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/advisor/api_levers.hpp"
#include "engine/advisor/compliant_options.hpp"
#include "engine/advisor/constraints.hpp"
#include "engine/advisor/managed_options.hpp"
#include "engine/advisor/migration_lines.hpp"
#include "engine/advisor/option_choice.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/decision/gates.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {
namespace {

using economics::OptionKind;

decision::Gate policy_gate() {
  decision::Gate gate;
  gate.id = "policy.self_host";
  gate.title = "must self-host";
  gate.topic = decision::GateTopic::policy;
  gate.constraint = gate.id;
  gate.state = decision::GateState::fail;
  gate.condition = "the question requires that the model runs on machines of one's own";
  gate.evidence = {"given", "", "--must-self-host"};
  return gate;
}

/// The API with its levers, or what would have to be declared.
Result<PlanOption> optimised_option(const PlanContext& context, const PlanAnswer& a) {
  PlanOption option;
  if (!a.api_optimised) {
    option.available = false;
    option.option.ledger.option_id = kApiOptimised;
    option.option.ledger.kind = OptionKind::api_optimised;
    option.option.ledger.title = "API optimised: " + a.api.model;
    option.reason =
        "no share is declared that could be cached, routed, taken slowly or in batch, "
        "and no discount";
    return option;
  }
  std::string what;
  for (const ApiLever& lever : a.levers) {
    if (!lever.applied) continue;
    what += (what.empty() ? "" : ", ") + lever.id + " " + shortest(lever.share * 100) + " %";
  }
  option = api_option(*a.api_optimised, OptionKind::api_optimised, kApiOptimised,
                      "API optimised (" + what + "): " + a.api.model);
  for (const ApiLever& lever : a.levers) {
    if (!lever.applied) continue;
    option.option.ledger.add(lever.effort);
    for (const std::string& condition : lever.preconditions) {
      option.option.notes.push_back(lever.id + ": " + condition);
    }
  }
  BREAKEVEN_CHECK_OK(total_up(context, option));
  return option;
}

}  // namespace

Status build_api_options(const PlanContext& context, PlanAnswer& a) {
  const PlanQuestion& q = *context.question;
  PlanOption billed =
      api_option(a.api, OptionKind::api_as_billed, "api", "API as billed: " + a.api.model);
  BREAKEVEN_CHECK_OK(total_up(context, billed));
  a.options.push_back(std::move(billed));
  if (wants(q, kApiOptimised)) {
    BREAKEVEN_TRY(PlanOption optimised, optimised_option(context, a));
    a.options.push_back(std::move(optimised));
  }
  for (const MonthlyBill& bill : a.hosted) {
    PlanOption option = api_option(bill, OptionKind::hosted_open_weights, "hosted." + bill.model,
                                   "Hosted open weights: " + bill.model);
    if (!bill.cannot_serve.empty()) {
      option.available = false;
      option.reason = bill.cannot_serve;
    }
    BREAKEVEN_TRY(std::vector<economics::Line> lines, model_switch_lines(*context.defaults, q));
    for (economics::Line& line : lines) option.option.ledger.add(std::move(line));
    BREAKEVEN_CHECK_OK(total_up(context, option));
    a.options.push_back(std::move(option));
  }
  BREAKEVEN_TRY(std::vector<PlanOption> compliant, compliant_options(context, a));
  for (PlanOption& option : compliant) a.options.push_back(std::move(option));
  if (wants(q, kProvisioned)) {
    BREAKEVEN_TRY(PlanOption provisioned, provisioned_option(context));
    a.options.push_back(std::move(provisioned));
  }
  return {};
}

namespace {

/// The cheapest option of the term stands on a machine that the requirements allow.
Result<bool> allowed_already(const PlanContext& context, const PlanAnswer& a, catalog::Term term) {
  for (const PlanOption& option : a.options) {
    if (option.option.ledger.option_id != rented_id(term) || !option.fleet) continue;
    BREAKEVEN_TRY(const bool out, rules_out(context, *a.fleets.fleets[*option.fleet].offer));
    return !out;
  }
  return false;
}

/// Per term the option that costs least on the fleets [from, to); its id ends in `suffix`.
Status rent(const PlanContext& context, std::size_t from, std::size_t to, const char* suffix,
            PlanAnswer& a) {
  for (const catalog::Term term : {catalog::Term::on_demand, catalog::Term::reserved_1y,
                                   catalog::Term::reserved_3y, catalog::Term::spot}) {
    if (!wants(*context.question, rented_id(term))) continue;
    std::optional<PlanOption> best;
    // The cheapest rent is not always the cheapest fleet: fewer GPUs may need fewer people.
    for (std::size_t i = from; i < to; ++i) {
      if (a.fleets.fleets[i].offer->term != term) continue;
      BREAKEVEN_TRY(PlanOption option, rented_option(context, a.fleets.fleets[i], i));
      if (!best || option.fully_loaded < best->fully_loaded) best = std::move(option);
    }
    if (!best) continue;
    BREAKEVEN_TRY(const bool known, allowed_already(context, a, term));
    if (known) continue;
    best->option.ledger.option_id += suffix;
    a.options.push_back(std::move(*best));
  }
  return {};
}

}  // namespace

Status build_machine_options(const PlanContext& context,
                             const std::vector<sizing::PricedFleet>& dedicated,
                             std::size_t allowed_from, PlanAnswer& a) {
  const PlanQuestion& q = *context.question;
  if (wants(q, kDedicated)) {
    BREAKEVEN_TRY(PlanOption endpoint, dedicated_option(context, dedicated));
    a.options.push_back(std::move(endpoint));
  }
  BREAKEVEN_CHECK_OK(rent(context, 0, allowed_from, "", a));
  BREAKEVEN_CHECK_OK(rent(context, allowed_from, a.fleets.fleets.size(), kAllowed, a));
  if (wants(q, kOwned)) {
    BREAKEVEN_TRY(PlanOption owned, owned_option(context, a.fleets));
    a.options.push_back(std::move(owned));
  }
  return {};
}

/// What the question forbids everything but machines of one's own.
void add_policy_gates(const PlanQuestion& q, std::size_t first, PlanAnswer& a) {
  if (!q.must_self_host) return;
  for (std::size_t i = first; i < a.options.size(); ++i) {
    PlanOption& option = a.options[i];
    if (economics::is_self_hosted(option.option.ledger.kind)) continue;
    option.option.gates.push_back(policy_gate());
  }
}

}  // namespace breakeven::advisor
