#include "engine/advisor/bill.hpp"

#include <algorithm>
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

constexpr std::int64_t kPartsPerMillion = 1'000'000;

std::int64_t parts_per_million(double share) {
  return static_cast<std::int64_t>(std::nearbyint(share * kPartsPerMillion));
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

/// The trace at one card. With writes: a share w of the prompt written costs as much as w of the
/// traffic with nothing but writes and the rest with cache reads only, for prices are linear.
Result<pricing::TraceBill> bill_at(const catalog::RateCard& card,
                                   const pricing::TraceColumns& columns,
                                   pricing::TraceOptions trace_options,
                                   const BillOptions& options) {
  const std::int64_t written = parts_per_million(options.cache_write_share);
  if (!options.cache_share || written <= 0) {
    return pricing::price_trace(card, columns, trace_options);
  }
  pricing::TraceOptions all_written = trace_options;
  all_written.bill_cache_writes = true;
  BREAKEVEN_TRY(all_written.cache_share, Rational::make(0, 1));
  BREAKEVEN_TRY(const pricing::TraceBill writes, pricing::price_trace(card, columns, all_written));
  const std::int64_t rest = kPartsPerMillion - written;
  if (rest <= 0) return writes;
  BREAKEVEN_TRY(trace_options.cache_share,
                Rational::make(std::min(rest, parts_per_million(*options.cache_share)), rest));
  BREAKEVEN_TRY(const pricing::TraceBill reads, pricing::price_trace(card, columns, trace_options));
  BREAKEVEN_TRY(const Rational share, Rational::make(written, kPartsPerMillion));
  return pricing::blend(reads, writes, share);
}

}  // namespace

Result<Rational> share_of(double share) {
  return Rational::make(parts_per_million(share), kPartsPerMillion);
}

Result<MonthlyBill> scaled(const MonthlyBill& bill, double share) {
  BREAKEVEN_TRY(const Rational factor, share_of(share));
  MonthlyBill out = bill;
  out.value = {};
  out.low = {};
  for (BillPart& part : out.parts) {
    BREAKEVEN_TRY(part.usd, scale(part.usd, factor));
    BREAKEVEN_TRY(part.low, scale(part.low, factor));
    part.tokens = static_cast<std::int64_t>(std::llround(static_cast<double>(part.tokens) * share));
    out.value += part.usd;
    out.low += part.low;
  }
  out.high = out.value;
  return out;
}

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
    query.residency = options.residency;
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
  BREAKEVEN_TRY(pricing::TraceBill total, bill_at(card, columns, trace_options, options));
  // First flex, then batch: each takes its share of what the modes before it left.
  const std::int64_t left = kPartsPerMillion - parts_per_million(options.batch_share);
  struct Share {
    catalog::Mode mode;
    std::int64_t of;
    std::int64_t taken;
  };
  for (const Share& part :
       {Share{catalog::Mode::flex, left, parts_per_million(options.flex_share)},
        Share{catalog::Mode::batch, kPartsPerMillion, parts_per_million(options.batch_share)}}) {
    if (part.taken <= 0) continue;
    BREAKEVEN_TRY(const catalog::RateCard mode_card, card_for(part.mode));
    BREAKEVEN_TRY(const pricing::TraceBill other,
                  bill_at(mode_card, columns, trace_options, options));
    BREAKEVEN_TRY(const Rational share, Rational::make(std::min(part.taken, part.of),
                                                       std::max<std::int64_t>(1, part.of)));
    BREAKEVEN_TRY(total, pricing::blend(total, other, share));
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

std::string vendor_of(std::string_view model) {
  return std::string(model.substr(0, model.find('/')));
}

}  // namespace breakeven::advisor
