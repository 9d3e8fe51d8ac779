// usage.hpp — what one API call consumed, in one shape for every vendor.
//
// Units    Tokens, or calls. `counts` holds totals with their parts inside: input contains cache
//          reads and writes and modalities, output contains reasoning. bill() makes them disjoint.
// Shape    A call can bill other models too (Anthropic's advisor and compaction iterations): each
//          is one Usage of its own in `nested`.
// Errors   check() refuses a part larger than its whole, with both numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::pricing {

using catalog::BillingUnit;

/// Above this a count is absurd and its cost could not be summed a billion times exactly.
inline constexpr std::int64_t kMaxCount = 1'000'000'000'000;

/// Counts by unit; a unit that was not reported differs from one reported as 0.
class Counts {
 public:
  [[nodiscard]] std::int64_t operator[](BillingUnit unit) const {
    return value_[catalog::index(unit)];
  }
  [[nodiscard]] bool has(BillingUnit unit) const {
    return ((present_ >> catalog::index(unit)) & 1U) != 0;
  }
  void set(BillingUnit unit, std::int64_t count) {
    value_[catalog::index(unit)] = count;
    present_ |= 1U << catalog::index(unit);
  }
  void add(BillingUnit unit, std::int64_t count) { set(unit, (*this)[unit] + count); }

 private:
  catalog::PerUnit<std::int64_t> value_{};
  std::uint32_t present_ = 0;
};

/// One call, or one billed part of it.
struct Usage {
  Counts counts;
  std::optional<catalog::Mode> mode;  ///< as the usage object says, if it says
  std::string residency;              ///< "us", ...; empty = not said
  std::string unknown_term;   ///< a service tier or speed that the price book has no word for
  std::string model;          ///< another model than the call's; empty = the call's
  std::string body_model;     ///< the model that a whole response body names; empty = none
  std::vector<Usage> nested;  ///< further billed parts of the same call
  std::vector<std::string> warnings;  ///< assumptions made while reading
};

/// Adds missing wholes between a part and the totals (cache_write of a reported cache_write_1h),
/// then refuses any part, or sum of disjoint parts, that exceeds its whole. Worked: cached 200 of
/// input 100 is refused (test: CachedAboveInputIsRefused).
[[nodiscard]] Status complete_and_check(Counts& counts);

}  // namespace breakeven::pricing
