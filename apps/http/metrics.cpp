#include "apps/http/metrics.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/text.hpp"

namespace breakeven::http {
namespace {

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out += "# HELP " + std::string(name) + " " + std::string(help) + "\n# TYPE " + std::string(name) +
         " " + std::string(type) + "\n";
}

}  // namespace

void Metrics::request(std::string_view method, std::string_view route, int status, double seconds,
                      std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(method), std::string(route), status}];
  Duration& duration = durations_[std::string(route)];
  const auto bucket = std::ranges::lower_bound(kBounds, seconds) - kBounds.begin();
  ++duration.counts[static_cast<std::size_t>(bucket)];
  duration.sum += seconds;
  bytes_ += bytes;
}

void Metrics::gauge(std::string name, std::string help, std::function<double()> value) {
  const std::lock_guard lock(mutex_);
  gauges_.push_back({std::move(name), std::move(help), std::move(value)});
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  head(out, "breakeven_http_requests_total", "counter", "Answers by method, route and status.");
  for (const auto& [key, count] : requests_) {
    const auto& [method, route, status] = key;
    out += "breakeven_http_requests_total{method=\"" + method + "\",route=\"" + route +
           "\",status=\"" + std::to_string(status) + "\"} " + std::to_string(count) + "\n";
  }
  head(out, "breakeven_http_request_duration_seconds", "histogram",
       "From the header of a request to its answer.");
  for (const auto& [route, duration] : durations_) {
    const std::string label = "{route=\"" + route + "\"";
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < duration.counts.size(); ++i) {
      sum += duration.counts[i];
      out += "breakeven_http_request_duration_seconds_bucket" + label + ",le=\"" +
             (i < kBounds.size() ? shortest(kBounds[i]) : "+Inf") + "\"} " + std::to_string(sum) +
             "\n";
    }
    out += "breakeven_http_request_duration_seconds_sum" + label + "} " + shortest(duration.sum) +
           "\nbreakeven_http_request_duration_seconds_count" + label + "} " + std::to_string(sum) +
           "\n";
  }
  head(out, "breakeven_http_response_bytes_total", "counter",
       "Bytes of bodies that were answered.");
  out += "breakeven_http_response_bytes_total " + std::to_string(bytes_) + "\n";
  for (const Gauge& gauge : gauges_) {
    head(out, gauge.name, "gauge", gauge.help);
    out += gauge.name + " " + shortest(gauge.value()) + "\n";
  }
  return out;
}

}  // namespace breakeven::http
