// thread_pool.hpp — the Pool that the engine runs on natively: a fixed number of threads.
//
// Threads  run() may be called from several threads at once; the calling thread works too, so run()
//          inside a task of another run() cannot deadlock.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "engine/base/pool.hpp"

namespace breakeven::service {

class ThreadPool final : public Pool {
 public:
  /// `threads` workers in all, the calling thread included; 0 = as many as the machine has cores.
  explicit ThreadPool(std::size_t threads = 0);
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] std::size_t size() const override { return workers_.size() + 1; }
  void run(std::size_t count, const std::function<void(std::size_t)>& task) override;

 private:
  struct Job;
  static void work_on(Job& job);
  void worker(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::shared_ptr<Job>> jobs_;
  std::vector<std::jthread> workers_;
};

}  // namespace breakeven::service
