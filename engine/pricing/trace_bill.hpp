// trace_bill.hpp — the API bill of a whole trace, in columns.
//
// Units    USD to 1e-15; tokens are counts. A month is 730 h.
// Shape    Tokens are summed per context tier in whole numbers and multiplied by the price once, so
//          the bill equals the sum of the bills of its calls exactly (test: ColumnsEqualCalls). A
//          day's schedule is applied by slicing the trace: give each slice its own card.
// Threads  Pure; slices of a trace may be billed side by side and added.
// Errors   Columns of different length, negative tokens, cached above input, no rate for a
//          direction that has tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/bill.hpp"

namespace breakeven::pricing {

/// Columns of a trace (traffic::Trace has exactly these).
struct TraceColumns {
  std::span<const std::int32_t> input_tokens;  ///< whole prompt, cached tokens included
  std::span<const std::int32_t> output_tokens;
  std::span<const std::int32_t> cached_tokens;  ///< empty: see TraceOptions::cache_share
};

struct TraceOptions {
  /// Share of each prompt that the API reads from its cache; used when there is no cached column.
  /// The cached tokens of a call are floor(input x share).
  Rational cache_share = zero();
  /// Prompts below this are never cached (PricedModel::min_cacheable_tokens).
  std::int64_t min_cacheable_tokens = 0;
  /// Tokens that are not read from the cache are written to it (5 minutes), when a write has a rate
  /// and the prompt is cacheable. Off: no write is billed.
  bool bill_cache_writes = false;

 private:
  static Rational zero();
};

/// What a trace costs.
struct TraceBill {
  Usd low;
  Usd high;  ///< above `low` when a price is unknown
  BillKind kind = BillKind::exact;
  std::int64_t calls = 0;
  std::int64_t input_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t calls_in_tiers = 0;  ///< calls above a context threshold
  std::vector<BillPart> parts;      ///< one per unit and price

  TraceBill& operator+=(const TraceBill& other);
};

[[nodiscard]] Result<TraceBill> price_trace(const catalog::RateCard& card,
                                            const TraceColumns& trace, const TraceOptions& options);

/// The bill when `batch_share` of the traffic goes through `batch` and the rest through `standard`:
/// both bills scaled, half to even at 1e-15 USD. 0 <= batch_share <= 1.
[[nodiscard]] Result<TraceBill> blend(const TraceBill& standard, const TraceBill& batch,
                                      Rational batch_share);

/// A bill seen at other time scales. Month 730 h, year 8 760 h.
struct Projection {
  Usd call;
  Usd day;
  Usd month;
  Usd year;
};

/// `calls_per_day` calls like this one: day = call x calls, month = day x 730 / 24, year = day x
/// 365.
[[nodiscard]] Result<Projection> project(Usd call, Rational calls_per_day);

}  // namespace breakeven::pricing
