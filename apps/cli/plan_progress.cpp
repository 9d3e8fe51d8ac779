#include "apps/cli/plan_progress.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace breakeven::cli {

PlanProgress::PlanProgress() {
  if (isatty(STDERR_FILENO) == 0) return;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    using std::chrono::steady_clock;
    const auto start = steady_clock::now();
    bool shown = false;
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      const std::chrono::duration<double> passed = steady_clock::now() - start;
      if (passed.count() < 1.0) continue;
      std::fprintf(stderr, "\r%s ... %.0f s ", stage_.load(), passed.count());
      shown = true;
    }
    if (shown) std::fputs("\r\033[K", stderr);
  });
}

}  // namespace breakeven::cli
