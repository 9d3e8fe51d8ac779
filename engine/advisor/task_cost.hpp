// task_cost.hpp — what a finished task costs: retries, review, errors, and the tokens of another
// model.
//
// Units    USD per month; USD per finished task.
// Shape    A task has k attempts at most, each finishing it with probability p:
//            attempts  E = (1 - q^k) / p,  q = 1 - p
//            finished  1 - q^k
//          Lines: (E - 1) x metered usage for retries, E x requests x review, requests x q^k x
//          error. A fleet's retries are not charged: its size follows the trace. The mix answers
//          with both models and is held to the weaker rate. A side whose rate is not given has no
//          such line, and no cost per task.
// Sources  engine/economics/unit_cost.hpp. Worked: 0.02 USD a request that succeeds in half of all
//          cases costs 0.04 per finished task and loses to 0.03 at 100 % (test: FinishedTasks).
#pragma once

#include <optional>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {

/// The same requests as the open model sees them; fails when one grows beyond what a trace holds.
[[nodiscard]] Result<traffic::Trace> in_open_tokens(const traffic::Trace& trace,
                                                    double prompt_factor, double answer_factor);

/// Share of tasks that are finished within the attempts; empty when the rate is not given.
[[nodiscard]] std::optional<double> finished_share(const PlanQuestion& question, bool open_model);

/// Adds the lines above to an option. `mixed`: it answers with both models.
[[nodiscard]] Status add_task_lines(const PlanContext& context, bool mixed, PlanOption& option);

/// Fully loaded cost / finished tasks; empty when a rate is missing.
[[nodiscard]] Result<std::optional<Usd>> per_finished_task(const PlanContext& context, bool mixed,
                                                           const PlanOption& option);

}  // namespace breakeven::advisor
