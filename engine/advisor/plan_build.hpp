// plan_build.hpp — every option of a plan as a ledger, in the order in which they are listed.
//
// Shape    What others run: the API as billed and optimised, hosts of the open model, platforms
//          that cover a required regime, provisioned throughput, a dedicated endpoint. Then
//          machines: per term, owned. Options that a hard constraint rules out for every cheap
//          machine appear again on the machines that it allows, with kAllowed after their id.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/base/result.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {

inline constexpr const char* kAllowed = ".allowed";

[[nodiscard]] Status build_api_options(const PlanContext& context, PlanAnswer& answer);

/// `allowed_from`: index of the first of answer.fleets that was searched on allowed machines only.
[[nodiscard]] Status build_machine_options(const PlanContext& context,
                                           const std::vector<sizing::PricedFleet>& dedicated,
                                           std::size_t allowed_from, PlanAnswer& answer);

/// Must self-host: a gate of the options from `first` on that everything but machines of one's own fails.
void add_policy_gates(const PlanQuestion& question, std::size_t first, PlanAnswer& answer);

}  // namespace breakeven::advisor
