#include "engine/advisor/constraints.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/bill.hpp"
#include "engine/advisor/constraint_names.hpp"
#include "engine/advisor/coverage.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/advisor/quality.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/decision/gates.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::advisor {
namespace {

using decision::Gate;
using decision::GateState;
using decision::GateTopic;

/// Longest time for which somebody must pay whatever he uses.
int commitment_of(const PlanContext& context, const PlanOption& option) {
  int months = 0;
  for (const economics::Line& line : option.option.ledger.lines) {
    months = std::max(months, line.price_fixed_months);
    if (line.id != "owned.capital") continue;
    constexpr double kMonthsPerYear = 12;
    const auto life = context.defaults->default_value("owned.life_years");
    if (life)
      months = std::max(months, static_cast<int>(std::min(100.0, (*life)->value) * kMonthsPerYear));
  }
  return months;
}

double fixed_share(const PlanOption& option) {
  Usd fixed;
  for (const economics::Line& line : option.option.ledger.lines) {
    const bool metered = line.follows_volume && (line.group == economics::Group::usage ||
                                                 line.group == economics::Group::quality);
    if (!line.once_in && !metered) fixed += line.usd;
  }
  return option.recurring > Usd() ? fixed.estimate() / option.recurring.estimate() : 0;
}

Gate at_most(double found, double allowed, const std::string& unit) {
  Gate gate;
  gate.state = found <= allowed + 1e-9 ? GateState::pass : GateState::fail;
  gate.condition = "found " + shortest(found) + (unit.empty() ? "" : " " + unit) + ", at most " +
                   shortest(allowed);
  gate.evidence = {"computed from the option's ledger", "", "docs/methodology/constraints.md"};
  return gate;
}

Gate yes_or_no(bool yes, std::string condition) {
  Gate gate;
  gate.state = yes ? GateState::pass : GateState::fail;
  gate.condition = std::move(condition);
  gate.evidence = {"definition", "", "docs/methodology/constraints.md"};
  return gate;
}

/// The model's score with its noise against the least that is asked for.
Result<Gate> quality_gate(const PlanContext& context, const PlanAnswer& a, const Constraint& c,
                          const PlanOption& option) {
  const PlanQuestion& q = *context.question;
  // A mix answers with both models: the weaker one counts.
  std::vector<std::string> models{option.open_weights ? a.open_model : a.api.model};
  if (option.option.ledger.kind == economics::OptionKind::hybrid) {
    models = {a.open_model};
    if (a.hybrid_overflow == a.api.model) models.push_back(a.api.model);
  }
  if (option.option.ledger.kind == economics::OptionKind::api_optimised &&
      !q.api_easy_model.empty() && q.api_easy_share > 0) {
    models.push_back(q.api_easy_model);
  }
  std::optional<Gate> worst;
  for (const std::string& model : models) {
    BREAKEVEN_TRY(const auto score,
                  model_score(*context.catalog, *context.defaults, model, q.benchmarks));
    Gate gate;
    if (!score) {
      gate.state = GateState::unknown;
      gate.condition = "no score of " + model + " on these benchmarks: measure it on your tasks";
      gate.evidence = {"no row in the catalogue", "", "quality.csv"};
    } else {
      const double least = c.value.value_or(0);
      gate.state = score->score - score->noise >= least  ? GateState::pass
                   : score->score + score->noise < least ? GateState::fail
                                                         : GateState::conditional;
      gate.condition = model + " scores " + shortest(score->score) + " with a noise of " +
                       shortest(score->noise) + " on " + score->on;
      gate.evidence = {score->source.text, score->source.date, score->source.place};
    }
    if (!worst || worse(gate.state, worst->state)) worst = std::move(gate);
  }
  return worst.value_or(Gate{});
}

/// A constraint that is read off the option itself.
Gate computed_gate(const PlanContext& context, const Constraint& c, const PlanOption& option) {
  const economics::OptionKind kind = option.option.ledger.kind;
  const bool machines = economics::is_self_hosted(kind) || kind == economics::OptionKind::hybrid;
  const double value = c.value.value_or(0);
  if (c.name == "latency.objective") {
    for (const Gate& gate : option.option.gates) {
      if (gate.id == "latency") return gate;
    }
    Gate gate;
    gate.state = GateState::unknown;
    gate.condition = "measure time to first token and per token of this API on your traffic";
    gate.evidence = {"no measurement in the catalogue", "", ""};
    return gate;
  }
  if (c.name == "cost_structure.max_fixed_share") return at_most(fixed_share(option), value, "");
  if (c.name == "portability.open_weights") {
    return yes_or_no(option.open_weights,
                     option.open_weights ? "the weights can be run elsewhere"
                                         : "only the vendor and his platforms serve this model");
  }
  if (c.name == "portability.max_commitment_months") {
    return at_most(commitment_of(context, option), value, "months");
  }
  if (c.name == "operations.max_fte") return at_most(option.team_fte, value, "FTE");
  if (c.name == "operations.no_machines") {
    return yes_or_no(!machines, machines ? "somebody of one's own runs machines" : "nobody does");
  }
  if (c.name == "cost.max_usd_month") {
    return at_most(option.fully_loaded.estimate(), value, "USD a month");
  }
  return at_most(option.one_offs.estimate(), value, "USD once");
}

Result<double> evidence_months(const PlanContext& context) {
  BREAKEVEN_TRY(const catalog::Default* months,
                context.defaults->default_value("operations.compliance_evidence_months"));
  return months->value;
}

/// The worst of all parties that an option stands on.
Gate regime_gate(const PlanContext& context, const std::string& regime, const PlanOption& option,
                 double months) {
  std::optional<Gate> worst;
  for (const std::vector<std::string>& party : option.subjects) {
    Gate gate = coverage_gate(*context.catalog, regime, party, months);
    const std::string today = context.question->as_of.date().iso();
    if (!worst || worse(decision::state_on(gate, today), decision::state_on(*worst, today))) {
      worst = std::move(gate);
    }
  }
  return worst.value_or(Gate{});
}

bool confirmed(const PlanQuestion& q, const std::string& name, const std::string& option) {
  return std::ranges::any_of(
      q.confirmed, [&](const std::string& c) { return c == name || c == name + "@" + option; });
}

/// What is confirmed passes whatever the evidence was; a failure stays one.
void confirm(const PlanQuestion& q, const std::string& option, Gate& gate) {
  if (gate.state == GateState::fail || !confirmed(q, gate.constraint, option)) return;
  gate.state = GateState::pass;
  gate.expires.clear();
  gate.evidence = {"confirmed by the user", "", "--confirm"};
}

Status charge(const PlanContext& context, const Constraint& c, const Gate& gate,
              PlanOption& option) {
  const std::string today = context.question->as_of.date().iso();
  const GateState state = decision::state_on(gate, today);
  if (c.strength != decision::Strength::priced || state == GateState::pass) return {};
  economics::Line line;
  line.id = "risk." + c.name;
  line.title = "Risk: " + gate.title + (state == GateState::fail ? " not met" : " not confirmed");
  line.group = economics::Group::other;
  line.usd = c.usd_per_month;
  line.in_run_rate = false;
  line.kind = explain::Kind::assumed;
  line.source = {"given", "", "--risk"};
  option.option.ledger.add(std::move(line));
  return total_up(context, option);
}

}  // namespace

void name_subjects(const PlanContext& context, PlanAnswer& a) {
  using economics::OptionKind;
  const std::string billed = vendor_of(a.api.model);
  const bool billed_is_open = std::ranges::any_of(
      context.catalog->hosted_models(),
      [&](const catalog::HostedModel& host) { return host.price_id() == a.api.model; });
  const auto machines = [&](const PlanOption& option) -> std::vector<std::string> {
    const bool owned =
        option.option.ledger.kind == OptionKind::owned ||
        (option.option.ledger.kind == OptionKind::hybrid && a.hybrid_base == "owned");
    if (owned || !option.fleet) return {"self:owned", "self:any"};
    return subjects_of(*a.fleets.fleets[*option.fleet].offer);
  };
  for (PlanOption& option : a.options) {
    const economics::Ledger& ledger = option.option.ledger;
    switch (ledger.kind) {
      case OptionKind::api_as_billed:
      case OptionKind::provisioned_throughput:
        option.subjects = {{"api:" + billed}};
        option.open_weights = billed_is_open;
        break;
      case OptionKind::api_optimised:
        option.subjects = {{"api:" + billed}};
        if (!context.question->api_easy_model.empty()) {
          option.subjects.push_back({"api:" + vendor_of(context.question->api_easy_model)});
        }
        option.open_weights = billed_is_open;
        break;
      case OptionKind::hosted_open_weights:
        option.subjects = {{"api:" + vendor_of(ledger.option_id.substr(sizeof("hosted.") - 1))}};
        option.open_weights = true;
        break;
      case OptionKind::managed_compliant:
        break;  // named when it was made
      case OptionKind::dedicated_endpoint:
        option.open_weights = true;
        break;
      case OptionKind::hybrid:
        option.subjects = {machines(option), {"api:" + vendor_of(a.hybrid_overflow)}};
        option.open_weights = a.hybrid_overflow != a.api.model || billed_is_open;
        break;
      default:
        option.subjects = {machines(option)};
        option.open_weights = true;
    }
  }
}

Status apply_constraints(const PlanContext& context, std::size_t first, PlanAnswer& a) {
  const PlanQuestion& q = *context.question;
  BREAKEVEN_TRY(const double months, evidence_months(context));
  for (std::size_t i = first; i < a.options.size(); ++i) {
    PlanOption& option = a.options[i];
    if (!option.available) continue;
    for (const Constraint& c : q.constraints) {
      const std::string regime = regime_of(c.name);
      Gate gate;
      if (c.name == "quality.min_score") {
        BREAKEVEN_TRY(gate, quality_gate(context, a, c, option));
      } else if (regime.empty()) {
        gate = computed_gate(context, c, option);
      } else {
        gate = regime_gate(context, regime, option, months);
      }
      gate.id = c.name;
      gate.constraint = c.name;
      gate.title = title_of(c);
      gate.topic = topic_of(c.name);
      gate.strength = c.strength;
      confirm(q, option.option.ledger.option_id, gate);
      BREAKEVEN_CHECK_OK(charge(context, c, gate, option));
      option.option.gates.push_back(std::move(gate));
    }
  }
  return {};
}

void price_constraints(const PlanContext& context, PlanAnswer& a) {
  const PlanQuestion& q = *context.question;
  const std::string today = q.as_of.date().iso();
  std::vector<decision::Candidate> candidates;
  for (const PlanOption& option : a.options) {
    if (!option.available || !option.may_win) continue;
    candidates.push_back(
        {option.option.ledger.option_id, option.fully_loaded, &option.option.gates});
  }
  std::vector<Constraint> asked = q.constraints;
  if (q.must_self_host) asked.insert(asked.begin(), Constraint{kMustSelfHost, {}, {}, {}});
  for (const Constraint& c : asked) {
    ConstraintReport report;
    report.asked = c;
    report.title = title_of(c);
    report.topic = topic_of(c.name);
    report.price = decision::price_of(c.name, candidates, today);
    for (const PlanOption& option : a.options) {
      if (option.option.ledger.option_id != report.price.with) continue;
      for (const Gate& gate : option.option.gates) {
        if (gate.constraint != c.name) continue;
        const GateState state = decision::state_on(gate, today);
        if (state == GateState::unknown || state == GateState::conditional) {
          report.obtain.push_back(gate.condition);
        }
      }
    }
    a.constraints.push_back(std::move(report));
  }
}

Result<bool> rules_out(const PlanContext& context, const catalog::GpuOffer& offer) {
  BREAKEVEN_TRY(const double months, evidence_months(context));
  const std::vector<std::string> subjects = subjects_of(offer);
  for (const Constraint& c : context.question->constraints) {
    const std::string regime = regime_of(c.name);
    if (regime.empty() || c.strength != decision::Strength::hard) continue;
    if (coverage_gate(*context.catalog, regime, subjects, months).state == GateState::fail) {
      return true;
    }
  }
  return false;
}

}  // namespace breakeven::advisor
