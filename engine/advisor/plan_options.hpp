// plan_options.hpp — every way to serve the traffic as a ledger of its own.
//
// Units    USD per month of 730 h.
// Shape    Options that cannot be had stay in the list with the reason. GPUs are always on: rent is
//          whole instances x 730 h and is never scaled by utilisation.
// Errors   What the catalogue lacks, as not_found.
#pragma once

#include <string>
#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/catalog/given_defaults.hpp"

namespace breakeven::advisor {

/// What every option needs to know about the month.
struct PlanContext {
  const PlanQuestion* question = nullptr;
  const catalog::Catalog* catalog = nullptr;
  const catalog::GivenDefaults* defaults = nullptr;
  const catalog::OpenModel* model = nullptr;
  const traffic::Trace* open_trace = nullptr;  ///< in the open model's tokens
  double requests_per_month = 0;
  double output_tokens_per_month = 0;
  std::int64_t tokens_per_month = 0;
  std::string api_model;
  Usd api_monthly;  ///< the bill that continues during a parallel run
};

[[nodiscard]] PlanOption api_option(const MonthlyBill& bill, economics::OptionKind kind,
                                    std::string id, std::string title);

/// A fleet on rented instances.
[[nodiscard]] Result<PlanOption> rented_option(const PlanContext& context,
                                               const sizing::PricedFleet& fleet, std::size_t index);

/// How the machines of a fleet follow the load, by what its replay found.
[[nodiscard]] economics::FleetSteps steps_of(const sizing::PricedFleet& fleet, int regions);

/// The cheapest of `fleets` on servers that are bought; unavailable when the catalogue has no
/// server for any of their accelerators.
[[nodiscard]] Result<PlanOption> owned_option(const PlanContext& context,
                                              const sizing::SearchResult& fleets);

/// Lines that running any fleet of `gpus` GPUs implies: people, tooling, operations, migration.
[[nodiscard]] Result<std::vector<economics::Line>> running_lines(const PlanContext& context,
                                                                 int gpus, double weight_bytes);

/// What the machines cost: rent, or servers and the place they stand in.
[[nodiscard]] Usd hardware_of(const economics::Ledger& ledger);

/// The fleet that a self-hosted option runs on: each names one.
[[nodiscard]] const sizing::PricedFleet& fleet_of(const PlanAnswer& answer, const PlanOption& own);

/// Fills the totals and unit costs of an option from its ledger.
[[nodiscard]] Status total_up(const PlanContext& context, PlanOption& option);

/// The latency gate: the replay is the evidence.
[[nodiscard]] decision::Gate latency_gate(const PlanContext& context,
                                          const sizing::FleetPlan& plan);
/// The licence, for whoever runs the weights himself; nothing when it allows commercial use.
void add_licence_gate(const catalog::OpenModel& model, PlanOption& option);

/// Bytes of the weights of one replica.
[[nodiscard]] double weight_bytes(const sizing::FleetPlan& plan);

/// Rent of whole instances in every region, always on.
[[nodiscard]] Result<economics::Line> rent_line(const PlanContext& context,
                                                const catalog::GpuOffer& offer, int instances);

[[nodiscard]] std::string term_title(catalog::Term term);

}  // namespace breakeven::advisor
