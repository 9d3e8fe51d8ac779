#include <chrono>
#include <cstdint>
#include <random>
#include <thread>

#include "engine/base/civil_time.hpp"
#include "registry/fetcher.hpp"

namespace breakeven::registry {

Clock system_clock() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return Clock{.now =
                   [] {
                     const auto since = std::chrono::system_clock::now().time_since_epoch();
                     return Instant{duration_cast<std::chrono::seconds>(since).count()};
                   },
               .monotonic_ms =
                   [] {
                     const auto since = std::chrono::steady_clock::now().time_since_epoch();
                     return static_cast<std::int64_t>(duration_cast<milliseconds>(since).count());
                   },
               .sleep_ms = [](std::int64_t ms) { std::this_thread::sleep_for(milliseconds(ms)); },
               .random = [] { return std::uint64_t{std::random_device{}()}; },
               .cancelled = {}};
}

}  // namespace breakeven::registry
