// cost_lines.hpp — what running a fleet costs besides the machines, line by line, from the
// catalogue's defaults.
//
// Units    USD per month of 730 h; one-offs in USD.
// Shape    Every line names the defaults it comes from, so that it can be traced and set
//          (economics::Line::settings, --set). People follow the size class of the fleet
//          (people.fleet_gpus_up_to.*) and the region they work in, tooling the same classes.
// Sources  docs/methodology/plan.md, "Hidden lines".
// Errors   not_found when the catalogue lacks a default that a line needs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/advisor/default_line.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::advisor {

/// Pay of a role where the people work, and the defaults it comes from.
struct Pay {
  Ranged month;
  std::vector<const catalog::Default*> from;
};
/// `role`: "people.sre_usd_month".
[[nodiscard]] Result<Pay> pay_of(const catalog::GivenDefaults& defaults,
                                 const PlanQuestion& question, std::string_view role);

[[nodiscard]] Usd sum(const std::vector<economics::Line>& lines);

/// Size class of a fleet: pilot, service, production, platform or large.
[[nodiscard]] Result<std::string> size_class(const catalog::GivenDefaults& defaults, int gpus);

/// FTE of both roles for a fleet of that many GPUs, as given or by its size class.
[[nodiscard]] Result<double> team_fte(const catalog::GivenDefaults& defaults,
                                      const PlanQuestion& question, int gpus);

/// ML engineers and SREs of a fleet of that many GPUs, before any underestimate factor.
[[nodiscard]] Result<std::vector<economics::Line>> people_lines(
    const catalog::GivenDefaults& defaults, const PlanQuestion& question, int gpus);

/// The one line that makes people realistic: (factor - 1) x people, with the factor's range.
[[nodiscard]] Result<economics::Line> underestimate_line(
    const catalog::GivenDefaults& defaults, const PlanQuestion& question,
    const std::vector<economics::Line>& people);

/// 24x7: stipends of a shared rotation, or the engineers that a rotation of one's own lacks. Nothing
/// for small fleets unless asked for, nor when the team is as large as the floor (Google SRE: 8
/// engineers in one site, 6 in each of two).
[[nodiscard]] Result<std::vector<economics::Line>> on_call_lines(
    const catalog::GivenDefaults& defaults, const PlanQuestion& question, int gpus);

/// Licences, observability, evaluation, security, ...: one line each, the same at every size class
/// but scaled to the total of the class, or the user's own total.
[[nodiscard]] Result<std::vector<economics::Line>> tooling_lines(
    const catalog::GivenDefaults& defaults, const PlanQuestion& question, int gpus);

/// Storage of weights, logs and egress from the traffic.
[[nodiscard]] Result<std::vector<economics::Line>> operations_lines(
    const catalog::GivenDefaults& defaults, const PlanQuestion& question, double weight_bytes,
    double requests_per_month, double output_tokens_per_month);

/// Work that comes back every year: model upgrades and their evaluation, retraining, security.
[[nodiscard]] Result<std::vector<economics::Line>> upkeep_lines(
    const catalog::GivenDefaults& defaults, const PlanQuestion& question);

}  // namespace breakeven::advisor
