// option_choice.hpp — which options a question wants compared.
//
// Shape    A name is the id of an option or the part before one of its dots: "rented" stands for
//          rented.on_demand, rented.reserved_1y, ...; "hosted" for every host. The API as billed is
//          what all others are measured against and stays whatever is excluded.
// Errors   not_found with near matches for a name that no option can have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::advisor {

inline constexpr const char* kApiOptimised = "api.optimised";
inline constexpr const char* kProvisioned = "provisioned";
inline constexpr const char* kDedicated = "dedicated";
inline constexpr const char* kOwned = "owned";
inline constexpr const char* kHybrid = "hybrid";

/// "rented.on_demand", "rented.spot", ...
[[nodiscard]] std::string rented_id(catalog::Term term);

/// Refuses names that stand for no option.
[[nodiscard]] Status check_option_names(const PlanQuestion& question);

[[nodiscard]] bool wants(const PlanQuestion& question, std::string_view id);
/// The question names this option itself: what is otherwise shown only may then win.
[[nodiscard]] bool names(const PlanQuestion& question, std::string_view id);
/// An option that needs simulated machines is wanted.
[[nodiscard]] bool wants_machines(const PlanQuestion& question);

}  // namespace breakeven::advisor
