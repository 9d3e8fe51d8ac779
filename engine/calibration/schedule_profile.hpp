// schedule_profile.hpp — what the iterations of one simulated run were, so that other step times can
// be tried on the same schedule without simulating again.
//
// Units    Seconds, tokens.
// Shape    Iterations are gathered by (decoding sequences, prompt tokens), both rounded to about
//          3 %. With t the step time, B the sequences past their first token and W those before it,
//              mean TPOT = sum B t / sum of tokens decoded
//              mean TTFT = sum W t / requests + entry
//          Both are exact for the schedule observed, but for the iteration under way when a request
//          arrives, which counts as a whole. In a closed loop the schedule does not depend
//          on the step times at all (every event is at an iteration boundary) except through the
//          entry time; in an open loop it does, so a fit simulates anew after each round.
// Threads  One observer per simulation.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "engine/serving/simulation.hpp"
#include "engine/serving/step_time.hpp"

namespace breakeven::calibration {

struct ProfiledTimes {
  double ttft_s = 0;  ///< entry time included
  double tpot_s = 0;
};

class ScheduleProfile final : public serving::StepObserver {
 public:
  void observe(const serving::ObservedSteps& steps) override;
  /// Call once after the simulation of so many requests.
  void finish(std::int64_t requests);
  [[nodiscard]] ProfiledTimes times(const serving::StepTerms& terms) const;

 private:
  struct Bucket {
    double steps = 0;
    double decoding = 0;  ///< sums over the iterations, means after finish()
    double prefill = 0;
    double pairs = 0;
    double decode_weight = 0;
    double wait_weight = 0;
  };
  std::map<std::pair<std::int64_t, std::int64_t>, Bucket> gathering_;
  std::vector<Bucket> buckets_;
  double requests_ = 0;
  double decoded_ = 0;
  double decode_context_ = 0;  ///< sums of weight x S
  double wait_context_ = 0;
  double decode_pairs_ = 0;  ///< sums of weight x Q
  double wait_pairs_ = 0;
};

}  // namespace breakeven::calibration
