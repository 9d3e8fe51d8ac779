// pool.hpp — the only way the engine runs things side by side, and how it is told to stop.
//
// Threads  The engine makes no threads: callers pass a Pool. Work comes in numbered blocks whose
//          results are combined by block number, so the answer does not depend on the thread count.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace breakeven {

class Pool {
 public:
  virtual ~Pool() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Runs task(0) .. task(count - 1), in any order and any number at once; returns when all are
  /// done. A task must not call run() of the same pool.
  virtual void run(std::size_t count, const std::function<void(std::size_t)>& task) = 0;
};

/// Runs everything in the calling thread.
class InlinePool final : public Pool {
 public:
  [[nodiscard]] std::size_t size() const override { return 1; }
  void run(std::size_t count, const std::function<void(std::size_t)>& task) override {
    for (std::size_t i = 0; i < count; ++i) task(i);
  }
};

/// Progress out and cancellation in, polled by long computations once per block of work.
struct Ticker {
  std::atomic<double> fraction_done{0};
  std::atomic<bool> cancel{false};
};

}  // namespace breakeven
