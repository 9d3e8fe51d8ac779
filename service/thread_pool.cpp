#include "service/thread_pool.hpp"

#include <algorithm>
#include <atomic>

namespace breakeven::service {

struct ThreadPool::Job {
  std::size_t count = 0;
  const std::function<void(std::size_t)>* task = nullptr;
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex mutex;
  std::condition_variable finished;
};

ThreadPool::ThreadPool(std::size_t threads) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t i = 1; i < threads; ++i) {
    workers_.emplace_back([this](const std::stop_token& stop) { worker(stop); });
  }
}

ThreadPool::~ThreadPool() {
  for (std::jthread& thread : workers_) thread.request_stop();
  wake_.notify_all();
}

void ThreadPool::work_on(Job& job) {
  std::size_t finished = 0;
  for (;;) {
    const std::size_t i = job.next.fetch_add(1, std::memory_order_relaxed);
    if (i >= job.count) break;
    (*job.task)(i);
    ++finished;
  }
  if (finished == 0) return;
  const std::lock_guard lock(job.mutex);
  job.done += finished;
  if (job.done == job.count) job.finished.notify_all();
}

void ThreadPool::worker(const std::stop_token& stop) {
  for (;;) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !jobs_.empty(); })) return;
      job = jobs_.front();
      if (job->next.load(std::memory_order_relaxed) >= job->count) {
        jobs_.pop_front();  // every block is taken; others finish it
        continue;
      }
    }
    work_on(*job);
  }
}

void ThreadPool::run(std::size_t count, const std::function<void(std::size_t)>& task) {
  if (count == 0) return;
  auto job = std::make_shared<Job>();
  job->count = count;
  job->task = &task;
  if (count > 1 && !workers_.empty()) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(job);
    }
    wake_.notify_all();
  }
  work_on(*job);
  std::unique_lock lock(job->mutex);
  job->finished.wait(lock, [&] { return job->done == job->count; });
  lock.unlock();
  const std::lock_guard queue(mutex_);
  std::erase(jobs_, job);
}

}  // namespace breakeven::service
