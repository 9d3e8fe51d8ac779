// cost_lines.hpp — what self-hosting costs besides the GPUs, line by line, from the catalogue's
// defaults.
//
// Units    USD per month of 730 h; one-offs in USD.
// Shape    Every line names the default it comes from, so that it can be traced and overridden.
//          People follow the size class of the fleet (people.fleet_gpus_up_to.*), tooling the same
//          classes.
// Errors   not_found when the catalogue lacks a default that a line needs.
#pragma once

#include <string>
#include <vector>

#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::advisor {

[[nodiscard]] Usd sum(const std::vector<economics::Line>& lines);

/// Size class of a fleet: pilot, service, production, platform or large.
[[nodiscard]] Result<std::string> size_class(const catalog::Catalog& catalog, int gpus);

/// ML engineers and SREs of a fleet of that many GPUs, before any underestimate factor.
[[nodiscard]] Result<std::vector<economics::Line>> people_lines(const catalog::Catalog& catalog,
                                                                const PlanQuestion& question,
                                                                int gpus);

/// The one line that makes people realistic: (factor - 1) x people, with the factor's range.
[[nodiscard]] Result<economics::Line> underestimate_line(
    const catalog::Catalog& catalog, const PlanQuestion& question,
    const std::vector<economics::Line>& people);

/// Licences, observability, evaluation, security, ... of the size class, or the user's own figure.
[[nodiscard]] Result<std::vector<economics::Line>> tooling_lines(const catalog::Catalog& catalog,
                                                                 const PlanQuestion& question,
                                                                 int gpus);

/// Storage of weights, logs and egress from the traffic.
[[nodiscard]] Result<std::vector<economics::Line>> operations_lines(const catalog::Catalog& catalog,
                                                                    double weight_bytes,
                                                                    double requests_per_month,
                                                                    double output_tokens_per_month);

/// Migration work and dual running, as one-offs. `api_monthly` is the bill that continues.
[[nodiscard]] Result<std::vector<economics::Line>> migration_lines(const catalog::Catalog& catalog,
                                                                   const PlanQuestion& question,
                                                                   Usd api_monthly);

/// What changing to another model costs even when somebody else hosts it, as one-offs: evaluation,
/// prompts, shadow traffic. Nothing when the user gave the engineer-months of the whole migration
/// as 0.
[[nodiscard]] Result<std::vector<economics::Line>> model_switch_lines(
    const catalog::Catalog& catalog, const PlanQuestion& question);

/// An owned fleet of whole servers: capital charge, colocation, support, spares, remote hands.
/// Nothing (empty) when the catalogue has no server price for the accelerator.
struct OwnedServers {
  std::vector<economics::Line> monthly;
  UsdEstimate capex;  ///< servers, network and installation
  int servers = 0;
  int gpus_per_server = 0;
};
[[nodiscard]] Result<OwnedServers> owned_lines(const catalog::Catalog& catalog,
                                               const std::string& accelerator, int replicas,
                                               int gpus_per_replica);

}  // namespace breakeven::advisor
