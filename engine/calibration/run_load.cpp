// The load of a measured run as a trace.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/base/det_math.hpp"
#include "engine/base/random.hpp"
#include "engine/calibration/conditions.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::calibration {
namespace {

std::int32_t whole_tokens(double tokens) {
  return static_cast<std::int32_t>(std::max(1.0, std::floor(tokens + 0.5)));
}

}  // namespace

traffic::Trace load_of(const MeasuredRun& run) {
  if (run.load == Load::request_log) return run.log;
  const Conditions& c = run.conditions;
  // One data-parallel rank is simulated: it serves its share of the load.
  const double level = run.level / run.config.data_parallel;
  const RandomStream random(1, "calibration.load");
  traffic::Trace trace;
  trace.name = run.id;
  const auto add = [&](std::uint64_t i, double at_s) {
    const auto length = [&](std::uint64_t replication, double nominal) {
      const double share =
          c.shortest_share + (1 - c.shortest_share) * random.uniform(replication, i);
      return whole_tokens(nominal * share);
    };
    trace.arrival_ns.push_back(static_cast<std::int64_t>(at_s * 1e9));
    trace.input_tokens.push_back(length(1, run.input_tokens));
    trace.output_tokens.push_back(length(2, run.output_tokens));
    if (c.cached_tokens > 0)
      trace.cached_tokens.push_back(i == 0 ? 0 : static_cast<std::int32_t>(c.cached_tokens));
  };
  if (run.load == Load::open_loop) {
    constexpr std::uint64_t kMostRequests = 20'000;
    double now = 0;
    for (std::uint64_t i = 0; i < kMostRequests && (now < c.seconds || i == 0); ++i) {
      add(i, now);
      now -= det_log(random.uniform(0, i)) / level;
    }
  } else {
    const double users = std::max(1.0, std::floor(level + 0.5));
    const double requests = run.load == Load::burst ? users : users * c.requests_per_user;
    constexpr double kMostRequests = 200'000;
    const auto count = static_cast<std::uint64_t>(std::min(requests, kMostRequests));
    for (std::uint64_t i = 0; i < count; ++i) add(i, 0);
  }
  trace.span_ns = trace.arrival_ns.back() + 1;
  return trace;
}

}  // namespace breakeven::calibration
