#include "engine/advisor/coverage.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/decision/gates.hpp"

namespace breakeven::advisor {
namespace {

using decision::Gate;
using decision::GateState;

constexpr std::string_view kEuResidency = "EU_residency_inference";

/// Regions of the catalogue's offers that lie in the European Union, as their names begin.
constexpr std::array<std::string_view, 12> kEuRegions{
    "europe-", "eu-",   "westeurope", "northeurope", "swedencentral", "francecentral",
    "germany", "italy", "it-",        "poland",      "spain",         "finland"};

bool lies_in_eu(std::string_view region) {
  return region == "eu" || std::ranges::any_of(kEuRegions, [&](std::string_view begin) {
           return region.starts_with(begin);
         });
}

/// "us/eu/asia": one of several sites is in the EU; "global" leaves them open.
bool sold_in_eu_too(std::string_view region) {
  if (region == "global" || region == "all-commercial" || region == "most-regions") return true;
  while (region.find('/') != std::string_view::npos) {
    const std::size_t slash = region.find('/');
    if (lies_in_eu(region.substr(0, slash))) return true;
    region.remove_prefix(slash + 1);
    if (lies_in_eu(region)) return true;
  }
  return false;
}

/// Official and registry evidence may rule out; the others may not.
int grade(std::string_view evidence) {
  constexpr std::array<std::string_view, 4> kBestFirst{"official", "registry", "secondary",
                                                       "inference"};
  const auto at = std::ranges::find(kBestFirst, evidence);
  return static_cast<int>(at - kBestFirst.begin());
}

bool strong(const catalog::ComplianceFact& fact) { return grade(fact.evidence) <= 1; }

int badness(std::string_view covered) {
  if (covered == "no") return 3;
  if (covered == "unknown") return 2;
  return covered == "partial" ? 1 : 0;
}

/// "self:any" speaks of every machine of one's own, but less than a fact on its kind.
bool speaks_of(const catalog::ComplianceFact& fact, const std::string& subject) {
  return std::ranges::find(fact.covers, subject) != fact.covers.end();
}

GateState state_of(const catalog::ComplianceFact& fact) {
  if (fact.covered == "yes") return strong(fact) ? GateState::pass : GateState::conditional;
  if (fact.covered == "partial") return GateState::conditional;
  return fact.covered == "no" && strong(fact) ? GateState::fail : GateState::unknown;
}

std::string expiry(const std::string& date, double months) {
  const auto from = catalog::parse_partial_date(date);
  if (!from.ok()) return {};
  constexpr double kDaysPerMonth = 365.25 / 12;
  constexpr double kMostMonths = 1'200;
  Date until = *from;
  until.days += static_cast<decltype(until.days)>(
      std::llround(std::clamp(months, 0.0, kMostMonths) * kDaysPerMonth));
  return until.iso();
}

bool of_machines(const std::vector<std::string>& subjects) {
  return std::ranges::any_of(subjects, [](const std::string& s) { return s.starts_with("self:"); });
}

bool owned(const std::vector<std::string>& subjects) {
  return std::ranges::find(subjects, "self:owned") != subjects.end();
}

/// What the words of a regime say by themselves; false when they leave it to evidence.
bool settled_by_definition(std::string_view regime, const std::vector<std::string>& subjects,
                           const catalog::ComplianceFact* fact, Gate& gate) {
  const bool covered = fact != nullptr && (fact->covered == "yes" || fact->covered == "partial");
  if ((regime == "on_prem_only" || regime == "air_gap") && !owned(subjects) && !covered) {
    gate.state = GateState::fail;
    gate.condition = "it runs on somebody else's machines";
    gate.evidence = {"definition", "", ""};
    return true;
  }
  if (regime == kEuResidency && of_machines(subjects) && !owned(subjects) &&
      std::ranges::find(subjects, "self:eu") == subjects.end()) {
    const bool mixed = std::ranges::find(subjects, "region:several") != subjects.end();
    gate.state = mixed ? GateState::conditional : GateState::fail;
    gate.condition = mixed ? "rent it at the provider's site in the EU"
                           : "the region of the offer is not in the EU";
    gate.evidence = {"region of the offer", "", ""};
    return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> subjects_of(const catalog::GpuOffer& offer) {
  std::vector<std::string> subjects;
  const bool gov = offer.region.starts_with("us-gov") || offer.provider.ends_with("GovCloud");
  if (gov) {
    subjects.emplace_back("self:gov");
  } else if (offer.provider_class == catalog::ProviderClass::hyperscaler) {
    subjects.emplace_back("self:hyperscaler");
  } else {
    subjects.emplace_back("self:neocloud");
  }
  if (lies_in_eu(offer.region)) subjects.emplace_back("self:eu");
  if (sold_in_eu_too(offer.region)) subjects.emplace_back("region:several");
  subjects.emplace_back("self:any");
  return subjects;
}

const catalog::ComplianceFact* fact_on(const catalog::Catalog& catalog, std::string_view regime,
                                       const std::vector<std::string>& subjects) {
  for (const std::string& subject : subjects) {
    const catalog::ComplianceFact* best = nullptr;
    for (const catalog::ComplianceFact& fact : catalog.compliance()) {
      if (fact.regime != regime || !speaks_of(fact, subject)) continue;
      if (best == nullptr || grade(fact.evidence) < grade(best->evidence) ||
          (fact.evidence == best->evidence && badness(fact.covered) > badness(best->covered))) {
        best = &fact;
      }
    }
    if (best != nullptr) return best;
  }
  return nullptr;
}

Gate coverage_gate(const catalog::Catalog& catalog, std::string_view regime,
                   const std::vector<std::string>& subjects, double evidence_months) {
  Gate gate;
  const catalog::ComplianceFact* fact = fact_on(catalog, regime, subjects);
  if (settled_by_definition(regime, subjects, fact, gate)) return gate;
  if (fact == nullptr) {
    gate.state = GateState::unknown;
    gate.condition = "no evidence that " + (subjects.empty() ? "it" : subjects.front()) +
                     " covers " + std::string(regime);
    gate.evidence = {"no row in the catalogue", "", "compliance.csv"};
    return gate;
  }
  gate.state = state_of(*fact);
  gate.condition = fact->vendor + ", " + fact->offering +
                   (fact->conditions.empty() ? "" : ": " + fact->conditions);
  if (!strong(*fact)) gate.condition += " (" + fact->evidence + " evidence)";
  gate.evidence = {fact->source.text, fact->source.date, fact->source.place};
  gate.expires = expiry(fact->source.date, evidence_months);
  return gate;
}

bool worse(GateState a, GateState b) {
  const auto rank = [](GateState s) {
    switch (s) {
      case GateState::fail:
        return 3;
      case GateState::unknown:
        return 2;
      case GateState::conditional:
        return 1;
      case GateState::pass:
        break;
    }
    return 0;
  };
  return rank(a) > rank(b);
}

}  // namespace breakeven::advisor
