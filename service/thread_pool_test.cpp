#include "service/thread_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>

namespace breakeven::service {
namespace {

TEST(ThreadPool, RunsEveryBlockExactlyOnce) {
  for (const std::size_t threads : {1U, 2U, 7U}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.size(), threads);
    std::vector<std::atomic<int>> hits(1'000);
    pool.run(hits.size(), [&](std::size_t i) { hits[i].fetch_add(1); });
    for (const auto& hit : hits) EXPECT_EQ(hit.load(), 1);
  }
}

TEST(ThreadPool, ServesSeveralCallersAndNestedRuns) {
  ThreadPool pool(3);
  std::atomic<int> total{0};
  std::vector<std::jthread> callers;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        pool.run(8, [&](std::size_t) { pool.run(3, [&](std::size_t) { total.fetch_add(1); }); });
      }
    });
  }
  callers.clear();
  EXPECT_EQ(total.load(), 4 * 50 * 8 * 3);
}

TEST(ThreadPool, NothingToDoReturnsAtOnce) {
  ThreadPool pool(2);
  pool.run(0, [](std::size_t) { FAIL(); });
}

}  // namespace
}  // namespace breakeven::service
