// usage_progress.hpp — shows on standard error how far an import is, when somebody is watching.
#pragma once

#include <chrono>
#include <string>

#include "service/usage.hpp"

namespace breakeven::cli {

class UsageProgressLine {
 public:
  UsageProgressLine();
  UsageProgressLine(const UsageProgressLine&) = delete;
  UsageProgressLine& operator=(const UsageProgressLine&) = delete;
  /// Clears the line.
  ~UsageProgressLine();

  /// Shown after the first second of a file and then four times a second.
  void show(const service::UsageProgress& progress);

 private:
  using Clock = std::chrono::steady_clock;
  bool watched_;
  bool shown_ = false;
  std::string file_;
  Clock::time_point start_;
  Clock::time_point next_;
};

}  // namespace breakeven::cli
