// admission.hpp — which requests an undersized fleet should send elsewhere, and how many.
//
// Units    Seconds, tokens.
// Shape    A request is turned away at its arrival when the replica that the router chose
//            - has no free sequence slot or not enough free KV blocks for what waits and for it,
//            - would show its first token later than strictness x TTFT limit:
//                entry + one decode iteration + ceil(W / C) iterations with C = budget - B prefill
//                tokens, W = prefill backlog + its own uncached prompt, or
//            - would decode slower than strictness x TPOT limit with it: t(B + 1, S + prompt).
//          The forecast ignores completions and later arrivals, so a strictness is looked for at
//          which the requests that were served do meet the objective: from 2 down to 0.05, for
//          n replicas beginning one notch looser than what n - 1 needed.
#pragma once

#include <vector>

#include "engine/serving/fleet.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::sizing {

/// Forecast of the TTFT of a request handed to `replica` now.
[[nodiscard]] double forecast_ttft_s(const serving::StepModel& step,
                                     const serving::EngineLimits& limits,
                                     const serving::ReplicaSim& replica,
                                     std::int64_t uncached_tokens, std::int64_t prompt_tokens);

/// The capacity table of `replica` up to `needed` replicas, which hold the objective. Strictness is
/// looked for on `sample` and confirmed on `trace`.
[[nodiscard]] Result<std::vector<CapacityPoint>> capacity_table(const traffic::Trace& trace,
                                                                const traffic::Trace& sample,
                                                                const serving::Replica& replica,
                                                                int needed,
                                                                const SizingOptions& options);

}  // namespace breakeven::sizing
