// steady_state.hpp — what a replica settles to under a constant load, in closed form.
//
// Units    Seconds, tokens.
// Shape    B decoding sequences produce B tokens per step; each finished request of osl tokens lets
//          one prompt of isl tokens in, so a step carries B isl / osl prompt tokens on average, in
//          chunks of c = min(isl, budget - B). A share f = B isl / (osl c) of the steps carries a
//          chunk:
//            step = (1 - f) t(B, 0) + f t(B, c) + S s_context + (B / osl) isl^2 / 2 s_pair
//          (engines that do not mix prompts and decodes: t(B, 0) + f t(0, c)). TPOT = step. B
//          follows from the users in a closed loop, B = C osl TPOT / (TTFT + osl TPOT), or from
//          Little's law under arrivals, B = rate osl TPOT, and is bounded by max_num_seqs and by
//          the cache: iterated to a fixed point.
// Sources  The same mean-value argument as AIConfigurator's aggregated mode (arXiv 2601.06288).
#pragma once

#include "engine/serving/step_time.hpp"
#include "tools/calibrate/measured.hpp"

namespace breakeven::calibrate {

struct Steady {
  double tpot_s = 0;
  double ttft_s = 0;
  double output_tokens_per_s = 0;
  double batch = 0;
  bool saturated = false;  ///< the arrivals exceed what the replica can serve
};

/// What does not depend on coefficients: computed once per run.
struct PreparedRun {
  const MeasuredRun* run = nullptr;
  serving::StepPhysics physics;
  serving::EngineLimits limits;
  double kv_tokens = 0;
};
[[nodiscard]] PreparedRun prepare(const MeasuredRun& run);

[[nodiscard]] Steady steady_state(const PreparedRun& prepared, const serving::StepTerms& terms);

}  // namespace breakeven::calibrate
