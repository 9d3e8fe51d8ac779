// hybrid.hpp — own the base load, burst to the API: how many replicas to own.
//
// Units    Usd per month; shares of the trace's tokens as the capacity table gives them.
// Shape    Candidates n = 0 .. N. n = 0 is the pure API, n = N serves everything: so the cheapest
//          is never dearer than either pure option (property test).
// Sources  The newsvendor problem: own capacity until the next unit costs more than the overflow it
//          saves.
// Errors   invalid_argument unless the table starts at 0 replicas and ends with no overflow.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::economics {

/// n replicas: what they cost with everything that owning at least one implies, and what the API
/// charges for the requests that overflow, priced exactly.
struct HybridPoint {
  int replicas = 0;
  Usd self_host_usd;
  Usd overflow_usd;
  [[nodiscard]] Usd total() const { return self_host_usd + overflow_usd; }
};

struct HybridAnswer {
  std::vector<HybridPoint> points;
  std::size_t best = 0;  ///< index of the cheapest; the fewest replicas on a tie
  [[nodiscard]] const HybridPoint& cheapest() const { return points[best]; }
  /// Neither pure option.
  [[nodiscard]] bool mixed() const { return best != 0 && best + 1 != points.size(); }
};

[[nodiscard]] Result<HybridAnswer> cheapest_hybrid(std::vector<HybridPoint> points);

}  // namespace breakeven::economics
