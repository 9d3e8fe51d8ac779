// unit_cost.hpp — dollars per million tokens, per request, per successful task.
//
// Units    Exact quotients of a monthly total, rounded half to even at 1e-15 USD.
// Errors   out_of_range for counts below 1 and success rates outside (0, 1].
#pragma once

#include <cstdint>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::economics {

[[nodiscard]] Result<Usd> per_million_tokens(Usd month, std::int64_t tokens);
[[nodiscard]] Result<Usd> per_request(Usd month, std::int64_t requests);

/// What a model does to the number of attempts and tokens that a finished task takes.
struct TaskProfile {
  double tokens_factor = 1;  ///< tokenizer and verbosity, against today's model
  double success_rate = 1;   ///< share of attempts that finish the task
  int max_attempts = 1;      ///< retries included
  double review_usd = 0;     ///< human check per attempt
  double failure_usd = 0;    ///< cost of a task that stays unfinished
};
/// Expected cost per successful task: attempts E = (1 - q^k) / p, q = 1 - p, every attempt costs
/// the request x tokens_factor + review; unfinished tasks q^k cost failure_usd; divided by 1 - q^k.
/// Worked: 0.02 USD a request, p = 0.8, k = 2: E = 1.2, success 0.96, 0.025 USD per task.
[[nodiscard]] Result<UsdEstimate> per_successful_task(Usd per_request, const TaskProfile& profile);

}  // namespace breakeven::economics
