// work_queue.hpp — a bounded queue in front of a fixed number of threads: what does not fit is
// refused, so that a flood costs an answer of 503 and not the memory of the machine.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace breakeven::service {

class WorkQueue {
 public:
  WorkQueue(std::size_t threads, std::size_t capacity);
  /// Waits for the tasks that run; those still queued are dropped.
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// False when `capacity` tasks are waiting already.
  [[nodiscard]] bool submit(std::function<void()> task);
  [[nodiscard]] std::size_t waiting() const;

 private:
  void work(const std::stop_token& stop);

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::function<void()>> tasks_;
  std::size_t capacity_;
  std::vector<std::jthread> threads_;
};

}  // namespace breakeven::service
