#include "engine/advisor/bill.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/money.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/bill.hpp"
#include "engine/pricing/trace_bill.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {
namespace {

/// A price that holds for less than this is part of a time-of-day schedule: a long holiday with its weekends.
constexpr std::int64_t kLongestPeriodOfSchedule_s = 10 * std::int64_t{86'400};

/// A share in [0, 1] as an exact ratio of parts per million.
Result<Rational> share_of(double share) {
  return Rational::make(static_cast<std::int64_t>(std::nearbyint(share * 1e6)), 1'000'000);
}

Result<Usd> to_month(Usd usd, const traffic::Trace& trace) {
  return mul_div(usd, kSecondsPerMonth * 1'000'000'000, trace.span_ns);
}

/// Says which requests do not fit into the model's context window; empty when all do.
std::string too_long_for(const catalog::PricedModel& model, const traffic::Trace& trace) {
  std::int64_t count = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (std::int64_t{trace.input_tokens[i]} + trace.output_tokens[i] <= model.context_window) {
      continue;
    }
    if (count++ == 0) first = i;
  }
  if (count == 0) return {};
  return std::to_string(count) + (count == 1 ? " request is" : " requests are") +
         " longer than its context window of " + std::to_string(model.context_window) +
         " tokens; the first is request " + std::to_string(first + 1) + " with " +
         std::to_string(std::int64_t{trace.input_tokens[first]} + trace.output_tokens[first]);
}

}  // namespace

double months_factor(const traffic::Trace& trace) {
  return static_cast<double>(kSecondsPerMonth) / trace.span_s();
}

Result<MonthlyBill> monthly_bill(const catalog::Catalog& catalog, std::string_view model,
                                 const traffic::Trace& trace, const BillOptions& options) {
  if (trace.span_ns <= 0) {
    return Error{ErrorCode::invalid_argument,
                 "a trace must span some time to be scaled to a month; all requests arrive at once",
                 trace.name};
  }
  BREAKEVEN_TRY(const catalog::PricedModel* priced, catalog.prices().find(model));
  MonthlyBill bill;
  bill.model = priced->id();

  auto card_for = [&](catalog::Mode mode) -> Result<catalog::RateCard> {
    catalog::RateQuery query;
    query.mode = mode;
    query.at = options.as_of;
    BREAKEVEN_TRY(catalog::RateCard card, catalog.prices().resolve(*priced, query));
    // Bounded on both sides: far from the ends of time, so the difference cannot overflow.
    const bool bounded =
        card.valid_from_s > 0 && card.valid_to_s < std::numeric_limits<std::int64_t>::max();
    if (bounded && card.valid_to_s - card.valid_from_s < kLongestPeriodOfSchedule_s) {
      // A time-of-day price, and the trace has no wall clock: the bill lies between the two.
      query.at.reset();
      BREAKEVEN_TRY(card, catalog.prices().resolve(*priced, query));
      bill.warnings.push_back(
          bill.model +
          " has time-of-day prices and the trace has no wall clock: the bill is "
          "an interval from all off-peak to all peak");
    }
    return card;
  };

  pricing::TraceColumns columns{trace.input_tokens, trace.output_tokens, {}};
  pricing::TraceOptions trace_options;
  trace_options.min_cacheable_tokens = priced->min_cacheable_tokens;
  if (options.cache_share) {
    BREAKEVEN_TRY(trace_options.cache_share, share_of(*options.cache_share));
  } else {
    columns.cached_tokens = trace.cached_tokens;
  }
  BREAKEVEN_TRY(const catalog::RateCard card, card_for(catalog::Mode::standard));
  BREAKEVEN_TRY(pricing::TraceBill total, pricing::price_trace(card, columns, trace_options));
  if (options.batch_share > 0) {
    BREAKEVEN_TRY(const catalog::RateCard batch_card, card_for(catalog::Mode::batch));
    BREAKEVEN_TRY(const pricing::TraceBill batch,
                  pricing::price_trace(batch_card, columns, trace_options));
    BREAKEVEN_TRY(const Rational share, share_of(options.batch_share));
    BREAKEVEN_TRY(total, pricing::blend(total, batch, share));
  }

  for (const pricing::BillPart& part : total.parts) {
    BREAKEVEN_TRY(const Usd usd, to_month(part.usd_high, trace));
    BREAKEVEN_TRY(const Usd low, to_month(part.usd_low, trace));
    BillPart line{std::string(catalog::info(part.unit).label),
                  part.quantity,
                  part.high,
                  usd,
                  low,
                  {},
                  part.kind,
                  part.rule};
    if (part.row != nullptr) {
      line.source = {part.row->source, part.row->source_date, part.row->place};
    }
    bill.parts.push_back(std::move(line));
    bill.value += usd;
    bill.low += low;
  }
  bill.high = bill.value;
  for (const std::string& note : card.notes) bill.warnings.push_back(note);
  if (total.kind == pricing::BillKind::interval) {
    bill.warnings.push_back("some prices of " + bill.model +
                            " are unknown: its bill is an interval, and the list price is used");
  } else if (total.kind != pricing::BillKind::exact) {
    bill.warnings.push_back("some prices of " + bill.model + " are " +
                            std::string(pricing::to_string(total.kind)));
  }
  if (priced->context_window > 0) bill.cannot_serve = too_long_for(*priced, trace);
  return bill;
}

}  // namespace breakeven::advisor
