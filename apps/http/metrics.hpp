// metrics.hpp — what the server counts, in the text format of Prometheus.
//
// Units    Seconds and bytes.
// Shape    Requests by method, route (the pattern, so that ids make no series of their own) and
//          status; durations as one histogram per route; gauges are read when they are asked for.
// Sources  prometheus.io, text exposition format 0.0.4.
// Threads  All functions may be called from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace breakeven::http {

class Metrics {
 public:
  void request(std::string_view method, std::string_view route, int status, double seconds,
               std::uint64_t bytes);
  /// A value that is read at every scrape.
  void gauge(std::string name, std::string help, std::function<double()> value);
  [[nodiscard]] std::string text() const;

 private:
  static constexpr std::array<double, 9> kBounds = {0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 2, 10, 60};
  struct Duration {
    std::array<std::uint64_t, kBounds.size() + 1> counts{};
    double sum = 0;
  };
  struct Gauge {
    std::string name;
    std::string help;
    std::function<double()> value;
  };

  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Duration, std::less<>> durations_;
  std::uint64_t bytes_ = 0;
  std::vector<Gauge> gauges_;
};

}  // namespace breakeven::http
