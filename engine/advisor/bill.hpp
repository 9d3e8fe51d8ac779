// bill.hpp — a trace's bill at an API, scaled to a month of 730 h.
//
// Units    USD per month. The scale is 2 628 000 s / trace span, applied once to each exact
//          line of the bill and rounded half to even at 1e-15 USD; the bill is the sum of its
//          lines.
// Shape    [low, high] differs from `value` only where the catalogue does not know a rate; `value`
//          is then the list price without the unknown discount.
// Errors   not_found for an unknown model (near matches), unsupported for a mode that it lacks.
#pragma once

#include <string>
#include <vector>

#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {

struct BillPart {
  std::string unit;         ///< "input", "cached input", "output"
  std::int64_t tokens = 0;  ///< of the trace, not scaled
  Price rate;               ///< USD per unit size; the upper bound when unknown
  Usd usd;                  ///< per month, at the upper bound
  Usd low;                  ///< per month; below usd only when the rate is unknown
  catalog::Source source;   ///< of the rate
  catalog::PriceKind kind = catalog::PriceKind::published;  ///< of the rate
  std::string rule;                                         ///< that made the rate; may be empty
};

struct MonthlyBill {
  std::string model;  ///< "vendor/name"
  Usd value;
  Usd low;
  Usd high;
  std::vector<BillPart> parts;
  std::vector<std::string> warnings;
  /// Why this API could not serve every request of the trace; empty when it could.
  std::string cannot_serve;
  [[nodiscard]] bool exact() const { return low == high; }
};

struct BillOptions {
  Instant as_of;
  /// Of prompt tokens; absent = what the trace knows, else none.
  std::optional<double> cache_share;
  /// Of prompt tokens, written to the cache for 5 minutes; with it cache_share must be given.
  double cache_write_share = 0;
  double batch_share = 0;  ///< of requests; batch and flex together at most 1
  double flex_share = 0;
  std::string residency;  ///< place of processing, as catalog::RateQuery; empty = anywhere
};

[[nodiscard]] Result<MonthlyBill> monthly_bill(const catalog::Catalog& catalog,
                                               std::string_view model, const traffic::Trace& trace,
                                               const BillOptions& options);

/// The bill for that share of its traffic: every part scaled, half to even at 1e-15 USD.
[[nodiscard]] Result<MonthlyBill> scaled(const MonthlyBill& bill, double share);

/// A share in [0, 1] as an exact ratio of parts per million.
[[nodiscard]] Result<Rational> share_of(double share);

/// 730 h / span, as the exact factor that monthly_bill applies, for counts.
[[nodiscard]] double months_factor(const traffic::Trace& trace);

/// "anthropic" of "anthropic/claude-sonnet-4-6".
[[nodiscard]] std::string vendor_of(std::string_view model);

}  // namespace breakeven::advisor
