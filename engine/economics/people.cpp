#include "engine/economics/people.hpp"

#include <cstdint>
#include <string>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::economics {

Result<Usd> people_month(Rational fte, Usd loaded_month, Rational underestimate) {
  if (fte.numerator() < 0) {
    return Error{ErrorCode::out_of_range, "expected at least 0 FTE, found a negative count", "fte"};
  }
  if (underestimate.numerator() <= 0) {
    return Error{ErrorCode::out_of_range, "expected a factor above 0", "underestimate_factor"};
  }
  if (loaded_month < Usd()) {
    return Error{ErrorCode::out_of_range, "expected at least 0, found " + loaded_month.display(),
                 "loaded_month"};
  }
  BREAKEVEN_TRY(const Usd planned, scale(loaded_month, fte));
  return scale(planned, underestimate);
}

int on_call_floor(int sites) {
  constexpr int kOneSite = 8;
  constexpr int kPerSite = 6;
  return sites <= 1 ? kOneSite : kPerSite * sites;
}

Result<Usd> shared_on_call_month(int persons_on_call, Usd stipend_week) {
  if (persons_on_call < 0 || persons_on_call > 1000) {
    return Error{ErrorCode::out_of_range,
                 "expected 0 to 1000, found " + std::to_string(persons_on_call), "persons_on_call"};
  }
  return mul_div(stipend_week * persons_on_call, 365, static_cast<std::int64_t>(7) * 12);
}

}  // namespace breakeven::economics
