// Real threads for tests: blocks taken in stride, so that the order differs from the inline pool's.
#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "engine/base/pool.hpp"

namespace breakeven::economics {

class Threads final : public Pool {
 public:
  explicit Threads(std::size_t count) : count_(count) {}
  [[nodiscard]] std::size_t size() const override { return count_; }
  void run(std::size_t count, const std::function<void(std::size_t)>& task) override {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < count_; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < count; i += count_) task(i);
      });
    }
  }

 private:
  std::size_t count_;
};

}  // namespace breakeven::economics
