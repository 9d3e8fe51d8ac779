// timeline.hpp — what each replica did over time, in windows of equal length.
//
// Units    Seconds from the first arrival; shares 0 to 1.
// Shape    Iterations are spread over the windows they overlap in proportion to time; the cache
//          grows linearly within a stretch of equal iterations. A replica keeps at most 20 000
//          windows: when a replay lasts longer, neighbours are merged and the windows are twice as
//          long, so memory does not grow with the trace.
// Threads  One replay's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/serving/simulation.hpp"

namespace breakeven::serving {

/// One window of one replica. Means are over the whole window, idle time included.
struct TimelineCell {
  double busy = 0;      ///< share of the window in which an iteration ran
  double decoding = 0;  ///< sequences in the batch, mean
  double queued = 0;    ///< requests not admitted yet, mean
  double kv_use = 0;    ///< share of the KV blocks, mean
  double most_decoding = 0;
  double most_queued = 0;
  double most_kv_use = 0;
  double prefill_tokens = 0;
  double decode_tokens = 0;
  double iterations = 0;
};

class Timeline final : public StepObserver {
 public:
  /// `window_s` > 0 is the length that windows have at first.
  Timeline(double window_s, std::int64_t kv_blocks);
  void observe(const ObservedSteps& steps) override;

  [[nodiscard]] double window_s() const { return window_s_; }
  /// Windows of each replica that did something, from time 0 to its last one.
  [[nodiscard]] const std::map<std::int32_t, std::vector<TimelineCell>>& replicas() const {
    return replicas_;
  }

 private:
  void merge_neighbours();

  double window_s_;
  double kv_blocks_;
  std::map<std::int32_t, std::vector<TimelineCell>> replicas_;
};

}  // namespace breakeven::serving
