#include "engine/pricing/trace_bill.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/bill.hpp"
#include "engine/pricing/usage.hpp"

namespace breakeven::pricing {
namespace {

using catalog::index;
using catalog::Quote;
using catalog::RateCard;
using catalog::UnitRate;

/// Sums of one context tier.
struct Band {
  std::int64_t from = 0;  ///< smallest total input in the band
  std::int64_t calls = 0;
  std::int64_t plain = 0;
  std::int64_t read = 0;
  std::int64_t write = 0;
  std::int64_t output = 0;
};

/// Smallest prompts of the bands between which no price changes.
std::vector<Band> bands_of(const RateCard& card) {
  std::vector<Band> bands(1);
  for (const auto& rate : card.rates) {
    if (!rate) continue;
    for (const UnitRate::Tier& tier : rate->tiers) {
      Band band;
      band.from = tier.above_input_tokens + (tier.inclusive ? 0 : 1);
      bands.push_back(band);
    }
  }
  std::ranges::sort(bands, {}, &Band::from);
  const auto again = std::ranges::unique(bands, {}, &Band::from);
  bands.erase(again.begin(), again.end());
  return bands;
}

Error bad_row(std::size_t row, std::string what) {
  return Error{ErrorCode::invalid_argument, std::move(what), "request " + std::to_string(row)};
}

struct Columns {
  const std::int32_t* input;
  const std::int32_t* output;
  const std::int32_t* cached;  ///< null: none
};

/// Adds rows [from, to) to one band. Kept free of branches so that it vectorises.
std::int64_t add_rows(const Columns& c, std::size_t from, std::size_t to, Band& band) {
  std::int64_t plain = 0;
  std::int64_t read = 0;
  std::int64_t output = 0;
  std::int64_t bad = 0;
  if (c.cached != nullptr) {
    for (std::size_t i = from; i < to; ++i) {
      const std::int64_t fresh = std::int64_t{c.input[i]} - c.cached[i];
      bad |= fresh | c.input[i] | c.output[i] | c.cached[i];
      plain += fresh;
      read += c.cached[i];
      output += c.output[i];
    }
  } else {
    for (std::size_t i = from; i < to; ++i) {
      bad |= c.input[i] | c.output[i];
      plain += c.input[i];
      output += c.output[i];
    }
  }
  band.plain += plain;
  band.read += read;
  band.output += output;
  band.calls += static_cast<std::int64_t>(to - from);
  return bad;
}

Status bill_unit(const std::optional<UnitRate>& rate, BillingUnit unit, std::int64_t quantity,
                 std::int64_t prompt, TraceBill& bill) {
  if (quantity == 0) return {};
  if (!rate) {
    return Error{ErrorCode::invalid_argument,
                 "expected a rate " + std::string(catalog::info(unit).price_key) + ", found none",
                 {}};
  }
  const Quote& quote = rate->at(prompt);
  BillPart part;
  part.unit = unit;
  part.quantity = quantity;
  part.low = quote.low;
  part.high = quote.high;
  part.kind = quote.kind;
  part.rule = quote.rule;
  part.row = quote.row;
  BREAKEVEN_TRY(part.usd_low, cost(quantity, quote.low));
  BREAKEVEN_TRY(part.usd_high, cost(quantity, quote.high));
  bill.low += part.usd_low;
  bill.high += part.usd_high;
  BillKind kind = BillKind::exact;
  if (quote.kind == catalog::PriceKind::inferred) kind = BillKind::inferred;
  if (quote.kind == catalog::PriceKind::contested) kind = BillKind::contested;
  if (quote.kind == catalog::PriceKind::unknown || part.usd_low != part.usd_high) {
    kind = BillKind::interval;
  }
  bill.kind = std::max(bill.kind, kind);
  bill.parts.push_back(std::move(part));
  return {};
}

}  // namespace

Rational TraceOptions::zero() {
  const auto made = Rational::make(0, 1);
  return made.ok() ? *made : Rational();
}

TraceBill& TraceBill::operator+=(const TraceBill& other) {
  low += other.low;
  high += other.high;
  kind = std::max(kind, other.kind);
  calls += other.calls;
  input_tokens += other.input_tokens;
  cached_tokens += other.cached_tokens;
  output_tokens += other.output_tokens;
  calls_in_tiers += other.calls_in_tiers;
  for (const BillPart& part : other.parts) {
    const auto same = std::ranges::find_if(parts, [&](const BillPart& p) {
      return p.unit == part.unit && p.low == part.low && p.high == part.high && p.row == part.row;
    });
    if (same == parts.end()) {
      parts.push_back(part);
    } else {
      same->quantity += part.quantity;
      same->usd_low += part.usd_low;
      same->usd_high += part.usd_high;
    }
  }
  return *this;
}

Result<TraceBill> price_trace(const RateCard& card, const TraceColumns& trace,
                              const TraceOptions& options) {
  const std::size_t rows = trace.input_tokens.size();
  if (trace.output_tokens.size() != rows ||
      (!trace.cached_tokens.empty() && trace.cached_tokens.size() != rows)) {
    return Error{ErrorCode::invalid_argument, "expected columns of one length", {}};
  }
  const Rational share = options.cache_share;
  if (share.numerator() < 0 || share.numerator() > share.denominator()) {
    return Error{ErrorCode::out_of_range, "cache share: expected 0 to 1", {}};
  }
  const bool shared = trace.cached_tokens.empty() && share.numerator() > 0;
  const auto& write_rate = card.rates[index(BillingUnit::cache_write)];
  const bool writes = options.bill_cache_writes && write_rate.has_value();
  std::vector<Band> bands = bands_of(card);

  if (bands.size() == 1 && !shared && !writes && options.min_cacheable_tokens <= 0) {
    const Columns columns{trace.input_tokens.data(), trace.output_tokens.data(),
                          trace.cached_tokens.empty() ? nullptr : trace.cached_tokens.data()};
    if (add_rows(columns, 0, rows, bands[0]) < 0) {
      for (std::size_t i = 0; i < rows; ++i) {
        const std::int32_t cached = trace.cached_tokens.empty() ? 0 : trace.cached_tokens[i];
        if (trace.input_tokens[i] < 0 || trace.output_tokens[i] < 0 || cached < 0 ||
            cached > trace.input_tokens[i]) {
          return bad_row(i, "expected 0 <= cached <= input and 0 <= output");
        }
      }
    }
  } else {
    // The last band is rare; most calls end the search at the first comparison.
    for (std::size_t i = 0; i < rows; ++i) {
      const std::int64_t input = trace.input_tokens[i];
      const std::int64_t output = trace.output_tokens[i];
      std::int64_t cached = trace.cached_tokens.empty() ? 0 : trace.cached_tokens[i];
      if (shared) {
        cached = static_cast<std::int64_t>(static_cast<Int128>(input) * share.numerator() /
                                           share.denominator());
      }
      if (input < 0 || output < 0 || cached < 0 || cached > input) {
        return bad_row(i, "expected 0 <= cached <= input and 0 <= output");
      }
      if (input < options.min_cacheable_tokens) cached = 0;
      std::size_t b = bands.size() - 1;
      while (bands[b].from > input) --b;
      Band& band = bands[b];
      const bool written = writes && input >= options.min_cacheable_tokens;
      band.calls += 1;
      band.read += cached;
      band.write += written ? input - cached : 0;
      band.plain += written ? 0 : input - cached;
      band.output += output;
    }
  }

  TraceBill bill;
  const auto& read_rate = card.rates[index(BillingUnit::cache_read)];
  for (const Band& band : bands) {
    const auto rate = [&](BillingUnit unit) -> const std::optional<UnitRate>& {
      return card.rates[index(unit)];
    };
    bill.calls += band.calls;
    bill.input_tokens += band.plain + band.read + band.write;
    bill.cached_tokens += band.read;
    bill.output_tokens += band.output;
    if (band.from > 0) bill.calls_in_tiers += band.calls;
    // Without a cached rate (declared cards), cached tokens are plain input.
    const std::int64_t plain = band.plain + (read_rate ? 0 : band.read);
    BREAKEVEN_CHECK_OK(
        bill_unit(rate(BillingUnit::input), BillingUnit::input, plain, band.from, bill));
    BREAKEVEN_CHECK_OK(bill_unit(rate(BillingUnit::cache_read), BillingUnit::cache_read,
                                 read_rate ? band.read : 0, band.from, bill));
    BREAKEVEN_CHECK_OK(
        bill_unit(write_rate, BillingUnit::cache_write, band.write, band.from, bill));
    BREAKEVEN_CHECK_OK(
        bill_unit(rate(BillingUnit::output), BillingUnit::output, band.output, band.from, bill));
    if (rate(BillingUnit::requests)) {
      BREAKEVEN_CHECK_OK(bill_unit(rate(BillingUnit::requests), BillingUnit::requests, band.calls,
                                   band.from, bill));
    }
  }
  return bill;
}

Result<TraceBill> blend(const TraceBill& standard, const TraceBill& batch, Rational batch_share) {
  if (batch_share.numerator() < 0 || batch_share.numerator() > batch_share.denominator()) {
    return Error{ErrorCode::out_of_range, "batch share: expected 0 to 1", {}};
  }
  BREAKEVEN_TRY(const Rational rest,
                Rational::make(batch_share.denominator() - batch_share.numerator(),
                               batch_share.denominator()));
  const auto part_of = [](const TraceBill& whole, Rational share) -> Result<TraceBill> {
    TraceBill out = whole;
    BREAKEVEN_TRY(out.low, scale(whole.low, share));
    BREAKEVEN_TRY(out.high, scale(whole.high, share));
    for (BillPart& part : out.parts) {
      BREAKEVEN_TRY(part.usd_low, scale(part.usd_low, share));
      BREAKEVEN_TRY(part.usd_high, scale(part.usd_high, share));
      BREAKEVEN_TRY(const Usd quantity, scale(Usd::from_femto(part.quantity), share));
      part.quantity = static_cast<std::int64_t>(quantity.femto());
    }
    return out;
  };
  BREAKEVEN_TRY(TraceBill out, part_of(standard, rest));
  BREAKEVEN_TRY(const TraceBill other, part_of(batch, batch_share));
  out += other;
  // Both bills describe the same traffic: it is counted once.
  out.calls = standard.calls;
  out.input_tokens = standard.input_tokens;
  out.cached_tokens = standard.cached_tokens;
  out.output_tokens = standard.output_tokens;
  out.calls_in_tiers = standard.calls_in_tiers;
  if (batch_share.numerator() == 0) out.kind = standard.kind;
  return out;
}

Result<Projection> project(Usd call, Rational calls_per_day) {
  Projection p;
  p.call = call;
  BREAKEVEN_TRY(p.day, scale(call, calls_per_day));
  BREAKEVEN_TRY(const Rational month, Rational::make(730, 24));
  BREAKEVEN_TRY(p.month, scale(p.day, month));
  p.year = p.day * 365;
  return p;
}

}  // namespace breakeven::pricing
