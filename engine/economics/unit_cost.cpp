#include "engine/economics/unit_cost.hpp"

#include <cmath>
#include <cstdint>
#include <string>

#include "engine/base/det_math.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::economics {
namespace {

Result<Usd> per(Usd month, std::int64_t unit, std::int64_t count, const char* what) {
  if (count < 1) {
    return Error{ErrorCode::out_of_range, "expected at least 1, found " + std::to_string(count),
                 what};
  }
  return mul_div(month, unit, count);
}

}  // namespace

Result<Usd> per_million_tokens(Usd month, std::int64_t tokens) {
  return per(month, 1'000'000, tokens, "tokens");
}

Result<Usd> per_request(Usd month, std::int64_t requests) {
  return per(month, 1, requests, "requests");
}

Result<UsdEstimate> per_successful_task(Usd per_request, const TaskProfile& t) {
  if (!(t.success_rate > 0 && t.success_rate <= 1)) {
    return Error{ErrorCode::out_of_range,
                 "expected above 0 and at most 1, found " + shortest(t.success_rate),
                 "success_rate"};
  }
  if (t.max_attempts < 1 || t.max_attempts > 1000) {
    return Error{ErrorCode::out_of_range,
                 "expected 1 to 1000, found " + std::to_string(t.max_attempts), "max_attempts"};
  }
  if (!(t.tokens_factor > 0 && t.tokens_factor < 1e6)) {
    return Error{ErrorCode::out_of_range,
                 "expected above 0 and below 1e6, found " + shortest(t.tokens_factor),
                 "tokens_factor"};
  }
  const double unfinished = det_pow(1 - t.success_rate, t.max_attempts);
  const double attempts = (1 - unfinished) / t.success_rate;
  const double attempt = per_request.estimate() * t.tokens_factor + t.review_usd;
  return UsdEstimate{(attempts * attempt + unfinished * t.failure_usd) / (1 - unfinished)};
}

}  // namespace breakeven::economics
