#include "engine/pricing/bill.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/usage.hpp"

namespace breakeven::pricing {
namespace {

using catalog::index;
using catalog::info;
using catalog::is_part_of;
using catalog::kBillingUnits;
using catalog::PriceKind;
using catalog::Quote;

BillKind kind_of(PriceKind kind) {
  switch (kind) {
    case PriceKind::published:
      return BillKind::exact;
    case PriceKind::inferred:
      return BillKind::inferred;
    case PriceKind::contested:
      return BillKind::contested;
    case PriceKind::unknown:
      break;
  }
  return BillKind::interval;
}

constexpr std::array<BillingUnit, 2> kRoots{BillingUnit::input, BillingUnit::output};

using UnitSet = std::uint32_t;  ///< one bit per unit
static_assert(kBillingUnits <= 32);

constexpr UnitSet bit(BillingUnit unit) { return UnitSet{1} << index(unit); }

/// Calls `visit` with each unit of a set.
template <class Visit>
void for_each_unit(UnitSet set, Visit visit) {
  for (; set != 0; set &= set - 1) {
    visit(static_cast<BillingUnit>(std::countr_zero(set)));
  }
}

struct Lattice {
  catalog::PerUnit<UnitSet> parts{};   ///< what each unit contains, itself left out
  catalog::PerUnit<UnitSet> wholes{};  ///< what contains it
};

const Lattice& lattice() {
  static const Lattice kLattice = [] {
    Lattice made;
    for (const BillingUnit whole : catalog::parts_first()) {
      for (const BillingUnit part : catalog::parts_first()) {
        if (part == whole || !is_part_of(part, whole)) continue;
        made.parts[index(whole)] |= bit(part);
        made.wholes[index(part)] |= bit(whole);
      }
    }
    return made;
  }();
  return kLattice;
}

UnitSet priced_units(const catalog::RateCard& card) {
  UnitSet priced = 0;
  for (std::size_t i = 0; i < kBillingUnits; ++i) {
    if (card.rates[i]) priced |= UnitSet{1} << i;
  }
  return priced;
}

/// Two priced units that share tokens, whose shared part has a count but no price.
Status check_joints(UnitSet priced, const Counts& counts) {
  for (std::size_t i = 0; i < kBillingUnits; ++i) {
    const auto joint = static_cast<BillingUnit>(i);
    if ((priced & bit(joint)) != 0 || counts[joint] == 0) continue;
    // The priced wholes of an unpriced part must have a smallest one, inside all the others.
    const UnitSet wholes = lattice().wholes[i] & priced;
    bool has_smallest = wholes == 0;
    for_each_unit(wholes, [&](BillingUnit whole) {
      const UnitSet others = wholes & ~bit(whole);
      has_smallest = has_smallest || (lattice().wholes[index(whole)] & others) == others;
    });
    if (has_smallest) continue;
    std::string choices;
    for_each_unit(wholes, [&](BillingUnit whole) {
      if ((lattice().parts[index(whole)] & wholes) != 0) return;
      choices += (choices.empty() ? "" : " or as ") + std::string(info(whole).price_key);
    });
    return Error{ErrorCode::invalid_argument,
                 std::string(info(joint).count_key) + " could be billed as " + choices +
                     "; expected a rate " + std::string(info(joint).price_key),
                 {}};
  }
  return {};
}

Error part_above_whole(BillingUnit whole, std::int64_t have, std::int64_t parts) {
  return Error{ErrorCode::invalid_argument,
               "expected parts of " + std::string(info(whole).count_key) + " of at most " +
                   std::to_string(have) + ", found " + std::to_string(parts),
               {}};
}

}  // namespace

std::string_view to_string(BillKind kind) {
  switch (kind) {
    case BillKind::exact:
      return "exact";
    case BillKind::inferred:
      return "inferred";
    case BillKind::contested:
      return "contested";
    case BillKind::interval:
      break;
  }
  return "interval";
}

Status complete_and_check(Counts& counts) {
  using enum BillingUnit;
  const auto at_least = [&](BillingUnit whole, std::int64_t parts) {
    if (!counts.has(whole) && parts > 0) counts.set(whole, parts);
  };
  at_least(cache_write, counts[cache_write_5m] + counts[cache_write_1h]);
  at_least(cache_read, counts[cache_text_read] + counts[cache_audio_read] +
                           counts[cache_image_read] + counts[cache_video_read]);
  at_least(input_audio, counts[cache_audio_read]);
  at_least(input_image, counts[cache_image_read]);
  at_least(input_video, counts[cache_video_read]);

  for (std::size_t i = 0; i < kBillingUnits; ++i) {
    const auto unit = static_cast<BillingUnit>(i);
    if (counts[unit] < 0 || counts[unit] > kMaxCount) {
      return Error{ErrorCode::out_of_range,
                   std::string(info(unit).count_key) + ": expected 0 to " +
                       std::to_string(kMaxCount) + ", found " + std::to_string(counts[unit]),
                   {}};
    }
  }
  struct Partition {
    BillingUnit whole;
    std::array<BillingUnit, 4> parts;
  };
  // Parts of one line exclude each other; a repeated name fills the row.
  static constexpr std::array<Partition, 10> kPartitions{{
      {input, {cache_read, cache_write, cache_read, cache_read}},
      {input, {input_text, input_audio, input_image, input_video}},
      {cache_write, {cache_write_5m, cache_write_1h, cache_write_5m, cache_write_5m}},
      {cache_read, {cache_text_read, cache_audio_read, cache_image_read, cache_video_read}},
      {input_text, {cache_text_read, cache_text_read, cache_text_read, cache_text_read}},
      {input_audio, {cache_audio_read, cache_audio_read, cache_audio_read, cache_audio_read}},
      {input_image, {cache_image_read, cache_image_read, cache_image_read, cache_image_read}},
      {input_video, {cache_video_read, cache_video_read, cache_video_read, cache_video_read}},
      {output, {output_text, output_audio, output_image, output_video}},
      {output, {output_reasoning, output_citation, output_reasoning, output_reasoning}},
  }};
  for (const auto& [whole, parts] : kPartitions) {
    if (whole == input_text && !counts.has(input_text)) continue;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i == 0 || std::find(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(i),
                              parts[i]) == parts.begin() + static_cast<std::ptrdiff_t>(i)) {
        sum += counts[parts[i]];
      }
    }
    if (sum > counts[whole]) return part_above_whole(whole, counts[whole], sum);
  }
  return {};
}

Status add_to_bill(const catalog::RateCard& card, const Counts& counts, std::string_view model,
                   Bill& bill) {
  const UnitSet priced = priced_units(card);
  BREAKEVEN_CHECK_OK(check_joints(priced, counts));
  const std::int64_t total_input = counts[BillingUnit::input];
  catalog::PerUnit<std::int64_t> leaf{};
  for (const BillingUnit unit : catalog::parts_first()) {
    if ((priced & bit(unit)) == 0) continue;
    std::int64_t count = counts[unit];
    if (unit == BillingUnit::requests && !counts.has(unit)) count = 1;
    std::int64_t in_parts = 0;
    for_each_unit(lattice().parts[index(unit)] & priced,
                  [&](BillingUnit part) { in_parts += leaf[index(part)]; });
    if (in_parts > count) return part_above_whole(unit, count, in_parts);
    leaf[index(unit)] = count - in_parts;
  }
  for (const BillingUnit root : kRoots) {
    if (counts[root] == 0 || card.rates[index(root)]) continue;
    // Parts that have rates of their own may cover the whole.
    std::int64_t billed = 0;
    for_each_unit(lattice().parts[index(root)] & priced,
                  [&](BillingUnit part) { billed += leaf[index(part)]; });
    if (billed < counts[root]) {
      return Error{ErrorCode::invalid_argument,
                   "expected a rate " + std::string(info(root).price_key) + " for " +
                       std::to_string(counts[root] - billed) + " " +
                       std::string(info(root).count_key) + ", found none",
                   {}};
    }
  }
  for (std::size_t i = 0; i < kBillingUnits; ++i) {
    const std::optional<catalog::UnitRate>& rate = card.rates[i];
    if (leaf[i] == 0 || !rate) continue;  // only what has a rate was counted
    const auto unit = static_cast<BillingUnit>(i);
    const Quote& quote = rate->at(total_input);
    BillPart part;
    part.unit = unit;
    part.quantity = leaf[i];
    part.low = quote.low;
    part.high = quote.high;
    BREAKEVEN_TRY(part.usd_low, cost(leaf[i], quote.low));
    BREAKEVEN_TRY(part.usd_high, cost(leaf[i], quote.high));
    part.kind = quote.kind;
    part.rule = quote.rule;
    part.row = quote.row;
    part.model = model;
    bill.low += part.usd_low;
    bill.high += part.usd_high;
    bill.kind = std::max(bill.kind, kind_of(quote.kind));
    if (part.usd_low != part.usd_high) bill.kind = BillKind::interval;
    if (quote.kind != PriceKind::published) {
      bill.warnings.push_back(std::string(info(unit).price_key) + " of " + std::string(model) +
                              " is " + std::string(to_string(quote.kind)) +
                              (quote.rule.empty() ? "" : " (" + std::string(quote.rule) + ")"));
    }
    bill.parts.push_back(std::move(part));
  }
  if (counts[BillingUnit::web_searches] > 0 && !card.rates[index(BillingUnit::web_searches)]) {
    bill.warnings.emplace_back("web_searches are counted but no fee for them is known: not billed");
  }
  for (const std::string& note : card.notes) bill.warnings.push_back(note);
  return {};
}

Result<const Pricer::Known*> Pricer::known(std::string_view vendor, std::string_view model,
                                           catalog::Mode mode, std::string_view residency,
                                           std::optional<Instant> at) {
  Known* same_model = nullptr;
  Known* stale = nullptr;
  for (Known& k : cards_) {
    if (k.model != model || k.vendor != vendor) continue;
    same_model = &k;
    if (k.mode != mode || k.residency != residency || k.timed != at.has_value()) continue;
    if (!at || (at->seconds >= k.card.valid_from_s && at->seconds < k.card.valid_to_s)) return &k;
    stale = &k;
  }
  const catalog::PricedModel* priced = same_model != nullptr ? same_model->priced : nullptr;
  if (priced == nullptr) {
    BREAKEVEN_TRY(priced, book_->find(vendor, model));
  }
  BREAKEVEN_TRY(auto card, book_->resolve(*priced, {mode, residency, at}));
  if (stale != nullptr) {
    stale->card = std::move(card);
    return stale;
  }
  // A stream of ever new names must not grow without end.
  constexpr std::size_t kMaxCards = 512;
  if (cards_.size() >= kMaxCards) cards_.clear();
  cards_.push_back({std::string(vendor), std::string(model), mode, std::string(residency),
                    at.has_value(), priced, std::move(card)});
  return &cards_.back();
}

Status Pricer::add(const CallRequest& request, Usage& usage, std::string_view model, Bill& bill) {
  BREAKEVEN_CHECK_OK(complete_and_check(usage.counts));
  for (std::string& warning : usage.warnings) bill.warnings.push_back(std::move(warning));
  if (request.rates != nullptr) {
    const catalog::Mode mode = usage.mode.value_or(catalog::Mode::standard);
    if (mode != catalog::Mode::standard) {
      bill.warnings.push_back("declared rates are final: " + std::string(to_string(mode)) +
                              " mode does not change them");
    }
    BREAKEVEN_CHECK_OK(add_to_bill(*request.rates, usage.counts, "declared rates", bill));
  } else {
    if (!usage.unknown_term.empty() && !request.mode) {
      return Error{ErrorCode::unsupported,
                   "expected a known service tier or speed, found " + usage.unknown_term,
                   {}};
    }
    const catalog::Mode mode = request.mode.value_or(usage.mode.value_or(catalog::Mode::standard));
    const std::string_view billed = usage.model.empty() ? model : std::string_view(usage.model);
    const std::string_view implied = catalog::place_in_name(model);
    BREAKEVEN_TRY(const Known* k,
                  known(request.vendor, billed, mode,
                        implied.empty() ? std::string_view(usage.residency) : implied, request.at));
    const std::int64_t cached =
        usage.counts[BillingUnit::cache_read] + usage.counts[BillingUnit::cache_write];
    const std::int64_t input = usage.counts[BillingUnit::input];
    if (cached > 0 && input < k->priced->min_cacheable_tokens) {
      bill.warnings.push_back("a prompt of " + std::to_string(input) +
                              " tokens is below the smallest that " + k->priced->id() +
                              " caches (" + std::to_string(k->priced->min_cacheable_tokens) + ")");
    }
    if (k->priced->context_window > 0 && input > k->priced->context_window) {
      bill.warnings.push_back("a prompt of " + std::to_string(input) +
                              " tokens exceeds the context window of " + k->priced->id() + " (" +
                              std::to_string(k->priced->context_window) + ")");
    }
    BREAKEVEN_CHECK_OK(add_to_bill(k->card, usage.counts, k->priced->id(), bill));
  }
  for (Usage& nested : usage.nested) {
    BREAKEVEN_CHECK_OK(add(request, nested, model, bill));
  }
  return {};
}

Result<Bill> Pricer::price(const CallRequest& request, Usage& usage) {
  if (request.rates == nullptr && request.model.empty()) {
    return Error{ErrorCode::invalid_argument, "expected a model, or rates, found neither", {}};
  }
  Bill bill;
  BREAKEVEN_CHECK_OK(add(request, usage, request.model, bill));
  if (request.rates == nullptr && !usage.body_model.empty() && usage.body_model != request.model) {
    BREAKEVEN_TRY(const catalog::PricedModel* said, book_->find(request.vendor, request.model));
    const auto served = book_->find(request.vendor, usage.body_model);
    if (!served.ok() || *served != said) {
      bill.warnings.push_back("the response names " + usage.body_model.substr(0, 80) +
                              ": priced as " + said->id() + ", as the call says");
    }
  }
  return bill;
}

Result<Bill> price_call(const catalog::PriceBook& book, const CallRequest& request, Usage usage) {
  return Pricer(book).price(request, usage);
}

}  // namespace breakeven::pricing
