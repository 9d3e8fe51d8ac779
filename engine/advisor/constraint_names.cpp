#include "engine/advisor/constraint_names.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/decision/gates.hpp"

namespace breakeven::advisor {
namespace {

using decision::GateTopic;

struct Known {
  const char* name;
  GateTopic topic;
  const char* title;
  bool valued;         ///< takes a number
  const char* regime;  ///< of compliance.csv; null: computed from the option
};
constexpr std::array<Known, 15> kKnown{
    {{"residency.eu", GateTopic::residency, "Inference in the EU", false, "EU_residency_inference"},
     {"residency.non_us", GateTopic::residency, "No US-operated party in the path", false,
      "data_sovereignty_non_US"},
     {"privacy.no_training", GateTopic::privacy, "No training on the data", false,
      "no_training_on_data"},
     {"privacy.zdr", GateTopic::privacy, "Zero data retention", false, "ZDR"},
     {"privacy.on_premises", GateTopic::privacy, "On one's own premises", false, "on_prem_only"},
     {"privacy.air_gap", GateTopic::privacy, "Without a connection to the outside", false,
      "air_gap"},
     {"latency.objective", GateTopic::latency, "Latency objective held by evidence", false,
      nullptr},
     {"quality.min_score", GateTopic::quality, "Least score on the benchmarks that matter", true,
      nullptr},
     {"cost_structure.max_fixed_share", GateTopic::cost_structure,
      "Share of the monthly cost that does not follow volume", true, nullptr},
     {"portability.open_weights", GateTopic::portability, "Weights that can be taken elsewhere",
      false, nullptr},
     {"portability.max_commitment_months", GateTopic::portability, "Longest commitment in months",
      true, nullptr},
     {"operations.max_fte", GateTopic::operations, "People who run machines, FTE", true, nullptr},
     {"operations.no_machines", GateTopic::operations, "No machines of one's own", false, nullptr},
     {"cost.max_usd_month", GateTopic::cost, "Fully loaded cost a month", true, nullptr},
     {"cost.max_once_usd", GateTopic::cost, "Cost once", true, nullptr}}};
constexpr std::string_view kCompliance = "compliance.";

const Known* known(std::string_view name) {
  const auto at =
      std::ranges::find(kKnown, name, [](const Known& k) { return std::string_view(k.name); });
  return at == kKnown.end() ? nullptr : &*at;
}

std::vector<std::string> all_names(const catalog::Catalog& catalog) {
  std::vector<std::string> names;
  names.reserve(std::size(kKnown) + catalog.compliance().size());
  for (const Known& k : kKnown) names.emplace_back(k.name);
  for (const catalog::ComplianceFact& fact : catalog.compliance()) {
    std::string name = std::string(kCompliance) + fact.regime;
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::string regime_of(std::string_view name) {
  if (name.starts_with(kCompliance)) return std::string(name.substr(kCompliance.size()));
  const Known* k = known(name);
  return k != nullptr && k->regime != nullptr ? k->regime : std::string();
}

GateTopic topic_of(std::string_view name) {
  const Known* k = known(name);
  if (k != nullptr) return k->topic;
  return name.starts_with(kCompliance) ? GateTopic::compliance : GateTopic::policy;
}

std::string title_of(const Constraint& c) {
  if (c.name == kMustSelfHost) return "must self-host";
  const Known* k = known(c.name);
  if (k == nullptr) return c.name.substr(std::min(c.name.size(), kCompliance.size()));
  return std::string(k->title) +
         (c.value ? (is_at_least(c.name) ? ": at least " : ": at most ") + shortest(*c.value)
                  : std::string());
}

std::vector<ConstraintKind> constraint_kinds(const catalog::Catalog& catalog) {
  const auto asked_otherwise = [](std::string_view name) {
    return std::ranges::any_of(kKnown, [&](const Known& k) {
      return k.regime != nullptr && regime_of(name) == k.regime && name != k.name;
    });
  };
  std::vector<ConstraintKind> kinds;
  for (const std::string& name : all_names(catalog)) {
    if (asked_otherwise(name)) continue;
    const Known* k = known(name);
    Constraint asked;
    asked.name = name;
    kinds.push_back({name, topic_of(name), title_of(asked), k != nullptr && k->valued});
  }
  return kinds;
}

bool is_at_least(std::string_view name) { return name == "quality.min_score"; }

Status check_constraints(const PlanQuestion& q, const catalog::Catalog& catalog) {
  const std::vector<std::string> names = all_names(catalog);
  for (const Constraint& c : q.constraints) {
    const bool found = std::ranges::find(names, c.name) != names.end();
    if (!found) return not_found("constraint", c.name, names, "constraints");
    const Known* k = known(c.name);
    const bool valued = k != nullptr && k->valued;
    if (valued != c.value.has_value() || (c.value && !(*c.value >= 0 && *c.value <= 1e12))) {
      return Error{ErrorCode::invalid_argument,
                   valued ? "expected a number from 0 to 1e12 with " + c.name
                          : "expected no number with " + c.name,
                   "constraints"};
    }
    const bool priced = c.strength == decision::Strength::priced;
    if (priced != (c.usd_per_month > Usd()) || c.usd_per_month > Usd::from_dollars(1'000'000'000)) {
      return Error{ErrorCode::invalid_argument,
                   "expected an amount above 0 and up to 1e9 USD with a priced constraint, and "
                   "none with any other: " +
                       c.name,
                   "constraints"};
    }
  }
  for (const std::string& text : q.confirmed) {
    const std::string name = text.substr(0, text.find('@'));
    const bool asked =
        std::ranges::any_of(q.constraints, [&](const Constraint& c) { return c.name == name; });
    if (asked) continue;
    std::vector<std::string> all;
    all.reserve(q.constraints.size());
    for (const Constraint& c : q.constraints) all.push_back(c.name);
    return not_found("constraint of this question", name, all, "confirmed");
  }
  return {};
}

}  // namespace breakeven::advisor
