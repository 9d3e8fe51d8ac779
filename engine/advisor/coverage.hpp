// coverage.hpp — does somebody cover a regime: one fact of compliance.csv as a gate.
//
// Shape    A subject is "api:groq", "platform:bedrock", "self:neocloud" (ComplianceFact::covers).
//          Of several facts the best evidence counts, then the worst coverage.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/decision/gates.hpp"

namespace breakeven::advisor {

/// The subjects of a rented machine, the most telling first.
[[nodiscard]] std::vector<std::string> subjects_of(const catalog::GpuOffer& offer);

/// The fact that speaks of one of the subjects; null when none does.
[[nodiscard]] const catalog::ComplianceFact* fact_on(const catalog::Catalog& catalog,
                                                     std::string_view regime,
                                                     const std::vector<std::string>& subjects);

/// State, condition, evidence and expiry of a gate on `regime` for one party.
[[nodiscard]] decision::Gate coverage_gate(const catalog::Catalog& catalog, std::string_view regime,
                                           const std::vector<std::string>& subjects,
                                           double evidence_months);

/// Failing before unknown before conditional before passing.
[[nodiscard]] bool worse(decision::GateState a, decision::GateState b);

}  // namespace breakeven::advisor
