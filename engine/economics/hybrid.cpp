#include "engine/economics/hybrid.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::economics {

Result<HybridAnswer> cheapest_hybrid(std::vector<HybridPoint> points) {
  if (points.empty() || points.front().replicas != 0) {
    return Error{ErrorCode::invalid_argument, "expected a first point with 0 replicas",
                 "hybrid.points"};
  }
  if (points.front().self_host_usd != Usd()) {
    return Error{
        ErrorCode::invalid_argument,
        "expected 0 replicas to cost nothing, found " + points.front().self_host_usd.display(),
        "hybrid.points"};
  }
  if (points.back().overflow_usd != Usd()) {
    return Error{
        ErrorCode::invalid_argument,
        "expected a last point without overflow, found " + points.back().overflow_usd.display(),
        "hybrid.points"};
  }
  HybridAnswer answer;
  answer.points = std::move(points);
  for (std::size_t i = 1; i < answer.points.size(); ++i) {
    if (answer.points[i].replicas <= answer.points[i - 1].replicas) {
      return Error{ErrorCode::invalid_argument,
                   "expected rising replica counts, found " +
                       std::to_string(answer.points[i].replicas) + " after " +
                       std::to_string(answer.points[i - 1].replicas),
                   "hybrid.points"};
    }
    if (answer.points[i].total() < answer.points[answer.best].total()) answer.best = i;
  }
  return answer;
}

}  // namespace breakeven::economics
