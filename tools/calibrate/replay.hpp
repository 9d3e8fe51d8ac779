// replay.hpp — measured open-loop runs replayed in the event simulator with the fitted
// coefficients.
//
// Units    Seconds.
// Shape    A run without a request log becomes a Poisson stream of its stated rate, with every
//          request of the mean length, for 600 s; a run with a log (arrival_s, input_tokens,
//          output_tokens, ttft_ms, tpot_ms, e2e_ms, queue_ms) is replayed request by request, with
//          at most as many at once as ran. Compared are means, and p99 with a log.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/serving/coefficients.hpp"
#include "tools/calibrate/measured.hpp"

namespace breakeven::calibrate {

struct ReplayCheck {
  std::string name;
  double ttft = 0;  ///< predicted / measured mean; 0 = not measured
  double tpot = 0;
  double end_to_end = 0;
  double ttft_p99 = 0;
  double end_to_end_p99 = 0;
};

/// `logs` maps a run id to the text of its request log.
[[nodiscard]] Result<std::vector<ReplayCheck>> replay(
    const std::vector<MeasuredRun>& runs, const std::map<std::string, std::string>& logs,
    const serving::Coefficients& coefficients);

/// Markdown: one line for all Poisson runs of an accelerator and source, one per request log.
[[nodiscard]] std::string replay_tables(const std::vector<ReplayCheck>& checks);

}  // namespace breakeven::calibrate
