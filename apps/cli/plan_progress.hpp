// plan_progress.hpp — says on stderr that work goes on, once it has taken a second, when somebody is
// watching.
#pragma once

#include <atomic>
#include <thread>

namespace breakeven::cli {

class PlanProgress {
 public:
  PlanProgress();
  void stage(const char* name) { stage_.store(name); }

 private:
  std::atomic<const char*> stage_{"working"};
  std::jthread thread_;
};

}  // namespace breakeven::cli
