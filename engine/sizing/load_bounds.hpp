// load_bounds.hpp — what no fleet of a configuration can beat on a trace, without simulating it.
//
// Units    Seconds, tokens.
// Shape    Requests are gathered into cells by uncached prompt, prompt and answer, each rounded down
//          to 8 steps per doubling, so that every figure below is a true bound:
//
//            latency   p95 of entry + prompt in chunks of the budget + (answer - 1) t(1, 0, prompt),
//                      without attention, less the 0.05 % that a percentile may be off
//            replicas  of n requests at least m = ceil(p n) meet each limit. The first tokens of the m
//                      shortest prompts are due by span + TTFT:
//                        R >= sum of m shortest prompts x base(0, budget) / budget / (span + TTFT)
//                      and n - 2 (n - m) answers meet both limits:
//                        R >= sum of these, shortest first, x base(B, 0) / B
//                                / (span + TTFT + TPOT x longest answer),  B = most sequences
//
//          The last two need a step model whose base(B, P) falls with neither argument, and whose
//          base(0, P) / P and base(B, 0) / B never grow: true of step_time.hpp.
//          Worked: test LoadBounds.ByHand.
// Threads  Immutable.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::sizing {

class LoadBounds {
 public:
  explicit LoadBounds(const traffic::Trace& trace);

  /// Least p95 of end-to-end time.
  [[nodiscard]] double end_to_end_p95_s(const serving::StepModel& step,
                                        const serving::EngineLimits& limits) const;
  /// Fewest simulated replicas (data-parallel ranks) that can hold the objective; at least 1.
  [[nodiscard]] int replicas(const serving::StepModel& step, const serving::EngineLimits& limits,
                             const serving::Objective& objective) const;

 private:
  struct Cell {
    std::int64_t uncached = 0;
    std::int64_t prompt = 0;
    std::int64_t output = 0;
    std::int64_t requests = 0;
  };
  std::vector<Cell> cells_;
  std::vector<std::int64_t> uncached_;  ///< of every request, rounded down, ascending
  std::vector<std::int64_t> decoded_;   ///< answers less their first token, likewise
  double span_s_ = 0;
  double longest_answer_ = 0;
};

}  // namespace breakeven::sizing
