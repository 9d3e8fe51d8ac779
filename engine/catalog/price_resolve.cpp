#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_data.hpp"

namespace breakeven::catalog {
namespace {

using When = PriceRow::When;

constexpr std::int64_t kDay = 86'400;

bool token_unit(BillingUnit unit) { return info(unit).per == 1'000'000; }

/// What part of the vendor's day an instant falls into, and how long that lasts.
struct Phase {
  bool known = true;
  When when = When::always;
  std::int64_t from_s = std::numeric_limits<std::int64_t>::min();
  std::int64_t to_s = std::numeric_limits<std::int64_t>::max();
};

bool peak_at(const std::vector<CalendarEntry>& calendar, std::int64_t t) {
  const Date day = Instant{t}.date();
  const std::int32_t second = Instant{t}.second_of_day();
  bool peak = false;
  for (const CalendarEntry& e : calendar) {
    if (t < e.from_s || t >= e.to_s) continue;
    if (e.holiday) return false;
    const auto on = [&](int weekday) { return ((e.weekdays >> weekday) & 1U) != 0; };
    if (e.start_s < e.end_s) {
      peak = peak || (on(day.weekday()) && second >= e.start_s && second < e.end_s);
    } else {
      // Past midnight a window still belongs to the weekday on which it opened.
      peak = peak || (on(day.weekday()) && second >= e.start_s) ||
             (on((day.weekday() + 6) % 7) && second < e.end_s);
    }
  }
  return peak;
}

Phase phase_of(const std::vector<CalendarEntry>* calendar, std::int64_t t) {
  Phase phase;
  if (calendar == nullptr) return phase;
  phase.when = peak_at(*calendar, t) ? When::peak : When::offpeak;
  // The phase can change only at midnight, at the edge of a window and at the edge of an entry.
  const std::int64_t midnight = t - Instant{t}.second_of_day();
  const auto edge = [&](std::int64_t e) {
    if (e <= t) phase.from_s = std::max(phase.from_s, e);
    if (e > t) phase.to_s = std::min(phase.to_s, e);
  };
  edge(midnight);
  edge(midnight + kDay);
  for (const CalendarEntry& e : *calendar) {
    edge(e.from_s);
    edge(e.to_s);
    if (!e.holiday) {
      edge(midnight + e.start_s);
      edge(midnight + e.end_s);
    }
  }
  return phase;
}

class Resolver {
 public:
  Resolver(const PriceBook::Data& data, const PricedModel& model, const RateQuery& query)
      : data_(data), model_(model), query_(query) {
    at_ = query.at ? query.at->seconds : Instant::from_date(data.newest).seconds;
    const auto calendar = data.calendars.find(model.vendor);
    const bool scheduled =
        std::ranges::any_of(model.rows, [](const PriceRow& r) { return r.when != When::always; });
    if (scheduled && calendar != data.calendars.end()) {
      phase_ = phase_of(&calendar->second, at_);
      phase_.known = query.at.has_value();
    }
  }

  Result<RateCard> card() {
    BREAKEVEN_CHECK_OK(fill());
    unknown_reads();
    unknown_joints();
    BREAKEVEN_CHECK_OK(residency());
    period();
    if (!phase_.known && two_phases_) {
      card_.notes.emplace_back(
          "peak and off-peak prices differ and no time was given: the interval spans both");
    }
    return std::move(card_);
  }

 private:
  /// Rows of `unit` in `mode` that are in effect, as one rate.
  std::optional<UnitRate> rate_of(BillingUnit unit, Mode mode) {
    std::vector<UnitRate::Tier> tiers;
    for (const PriceRow& row : model_.rows) {
      if (row.unit != unit || row.mode != mode || at_ < row.from_s || at_ >= row.to_s) continue;
      if (row.when != When::always && phase_.known && row.when != phase_.when) continue;
      const auto tier =
          std::ranges::find(tiers, row.above_input_tokens, &UnitRate::Tier::above_input_tokens);
      const Quote quote{row.price, row.price, row.kind, row.rule, &row};
      if (tier == tiers.end()) {
        tiers.push_back({row.above_input_tokens, row.inclusive, quote});
        continue;
      }
      two_phases_ = true;
      if (row.price.nano_usd < tier->quote.low.nano_usd) tier->quote.low = row.price;
      if (row.price.nano_usd > tier->quote.high.nano_usd) {
        tier->quote.high = row.price;
        tier->quote.row = &row;
      }
    }
    if (tiers.empty()) return std::nullopt;
    std::ranges::sort(tiers, {}, &UnitRate::Tier::above_input_tokens);
    UnitRate rate;
    rate.base = tiers.front().quote;
    if (tiers.front().above_input_tokens == 0) tiers.erase(tiers.begin());
    rate.tiers = std::move(tiers);
    return rate;
  }

  std::optional<UnitRate> rate_in_mode(BillingUnit unit) {
    if (auto rate = rate_of(unit, query_.mode)) return rate;
    // OpenAI renamed priority to fast on 2026-07-30; callers use either word.
    if (query_.mode == Mode::fast) return rate_of(unit, Mode::priority);
    if (query_.mode == Mode::priority) return rate_of(unit, Mode::fast);
    return std::nullopt;
  }

  const PriceFactor* factor_of(std::string_view what) const {
    for (const PriceFactor& f : data_.factors) {
      if (f.vendor != model_.vendor || f.what != what || at_ < f.from_s || at_ >= f.to_s) continue;
      if (!f.models.empty() && std::ranges::find(f.models, model_.name) == f.models.end()) continue;
      if (!f.places.empty() &&
          std::ranges::find(f.places, std::string(query_.residency)) == f.places.end()) {
        continue;
      }
      return &f;
    }
    return nullptr;
  }

  static Status scale_rate(UnitRate& rate, Rational factor, PriceKind kind, std::string_view rule) {
    const auto one = [&](Quote& q) -> Status {
      BREAKEVEN_TRY(q.low, scale(q.low, factor));
      BREAKEVEN_TRY(q.high, scale(q.high, factor));
      if (q.kind == PriceKind::published) q.kind = kind;
      if (!rule.empty()) q.rule = rule;
      return {};
    };
    BREAKEVEN_CHECK_OK(one(rate.base));
    for (UnitRate::Tier& tier : rate.tiers) BREAKEVEN_CHECK_OK(one(tier.quote));
    return {};
  }

  Status fill() {
    const auto standard_input = rate_of(BillingUnit::input, Mode::standard);
    bool any = false;
    for (std::size_t i = 0; i < kBillingUnits; ++i) {
      const auto unit = static_cast<BillingUnit>(i);
      card_.rates[i] = rate_of(unit, Mode::standard);
      any = any || card_.rates[i].has_value();
    }
    if (!any) return nothing_in_effect();
    if (query_.mode == Mode::standard) return {};

    const PriceFactor* factor = factor_of(to_string(query_.mode));
    const auto mode_input = rate_in_mode(BillingUnit::input);
    if (factor == nullptr && !mode_input) {
      return Error{ErrorCode::unsupported,
                   "no " + std::string(to_string(query_.mode)) + " price is known for " +
                       model_.id() + modes_known(),
                   {}};
    }
    std::optional<Rational> ratio;
    if (factor != nullptr) {
      ratio = factor->factor;
    } else if (standard_input && standard_input->base.low.nano_usd > 0) {
      const auto made =
          Rational::make(mode_input->base.low.nano_usd, standard_input->base.low.nano_usd);
      if (made.ok()) ratio = *made;
    }
    for (std::size_t i = 0; i < kBillingUnits; ++i) {
      const auto unit = static_cast<BillingUnit>(i);
      if (auto own = rate_in_mode(unit)) {
        card_.rates[i] = std::move(own);
      } else if (card_.rates[i] && token_unit(unit)) {
        const bool read = is_part_of(unit, BillingUnit::cache_read);
        if (!ratio || (read && (factor == nullptr || !factor->cache_reads))) {
          // A vendor's discount on input says nothing about cached input (0.02 against 0.03 for
          // one Gemini model): without a stated factor the cached rate of this mode is unknown.
          card_.rates[i].reset();
          continue;
        }
        const PriceKind kind = factor != nullptr ? factor->kind : PriceKind::inferred;
        const std::string_view rule =
            factor != nullptr ? std::string_view(factor->rule) : std::string_view("R-MODE-RATIO");
        if (!scale_rate(*card_.rates[i], *ratio, kind, rule).ok()) card_.rates[i].reset();
      }
    }
    return {};
  }

  /// A cached rate that nobody publishes lies between nothing and the price of plain input.
  void unknown_reads() {
    auto& read = card_.rates[index(BillingUnit::cache_read)];
    const auto& input = card_.rates[index(BillingUnit::input)];
    if (!input) return;
    const auto widen = [](Quote& q, const Quote& whole) {
      q.low = Price{0, whole.high.unit_size};
      q.high = whole.high;
      q.kind = PriceKind::unknown;
    };
    if (read && read->base.kind != PriceKind::unknown) return;
    UnitRate unknown = *input;
    const PriceRow* row = read ? read->base.row : nullptr;
    const std::string_view rule = read ? read->base.rule : std::string_view("R-UNKNOWN-CACHE");
    widen(unknown.base, input->base);
    unknown.base.row = row;
    unknown.base.rule = rule;
    for (std::size_t i = 0; i < unknown.tiers.size(); ++i) {
      widen(unknown.tiers[i].quote, input->tiers[i].quote);
      unknown.tiers[i].quote.row = row;
      unknown.tiers[i].quote.rule = rule;
    }
    read = std::move(unknown);
  }

  /// Cached audio, where audio and cached input have prices and their joint has none.
  void unknown_joints() {
    struct Joint {
      BillingUnit joint;
      BillingUnit modality;
    };
    static constexpr std::array<Joint, 4> kJoints{{
        {BillingUnit::cache_text_read, BillingUnit::input_text},
        {BillingUnit::cache_audio_read, BillingUnit::input_audio},
        {BillingUnit::cache_image_read, BillingUnit::input_image},
        {BillingUnit::cache_video_read, BillingUnit::input_video},
    }};
    const auto& read = card_.rates[index(BillingUnit::cache_read)];
    for (const auto& [joint, modality] : kJoints) {
      auto& rate = card_.rates[index(joint)];
      const auto& whole = card_.rates[index(modality)];
      if (rate || !whole || !read) continue;
      UnitRate between = *whole;
      const auto span = [&](Quote& q, const Quote& r) {
        if (r.low.nano_usd < q.low.nano_usd) q.low = r.low;
        if (r.high.nano_usd > q.high.nano_usd) q.high = r.high;
        q.kind = PriceKind::unknown;
        q.rule = "R-UNKNOWN-CACHE";
      };
      span(between.base, read->base);
      for (auto& tier : between.tiers) span(tier.quote, read->at(tier.above_input_tokens + 1));
      rate = std::move(between);
    }
  }

  Status residency() {
    if (query_.residency.empty() || query_.residency == "global") return {};
    const PriceFactor* factor = factor_of("residency");
    if (factor == nullptr) {
      // Implied by the name, not asked for: older models cost the same everywhere.
      if (query_.residency == kBedrockRegion) return {};
      card_.notes.push_back("no uplift for processing in \"" + std::string(query_.residency) +
                            "\" is known for " + model_.id());
      return {};
    }
    for (std::size_t i = 0; i < kBillingUnits; ++i) {
      auto& rate = card_.rates[i];
      if (!rate || !token_unit(static_cast<BillingUnit>(i))) continue;
      BREAKEVEN_CHECK_OK(scale_rate(*rate, factor->factor, factor->kind, factor->rule));
    }
    return {};
  }

  void period() {
    const auto edge = [&](std::int64_t e) {
      if (e <= at_) card_.valid_from_s = std::max(card_.valid_from_s, e);
      if (e > at_) card_.valid_to_s = std::min(card_.valid_to_s, e);
    };
    for (const PriceRow& row : model_.rows) {
      edge(row.from_s);
      edge(row.to_s);
    }
    for (const PriceFactor& f : data_.factors) {
      if (f.vendor != model_.vendor) continue;
      edge(f.from_s);
      edge(f.to_s);
    }
    edge(phase_.from_s);
    edge(phase_.to_s);
  }

  Error nothing_in_effect() const {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (const PriceRow& row : model_.rows) {
      first = std::min(first, row.from_s);
      last = std::max(last, row.to_s);
    }
    std::string message = "no price of " + model_.id() + " is in effect at " + Instant{at_}.iso();
    if (model_.rows.empty()) message = "no price of " + model_.id() + " is known";
    if (!model_.rows.empty() && at_ < first) {
      message += "; the first known one starts at " + Instant{first}.iso();
    } else if (!model_.rows.empty() && at_ >= last) {
      message += "; the last known one ended at " + Instant{last}.iso();
    }
    return Error{ErrorCode::not_found, message, {}};
  }

  std::string modes_known() const {
    std::string out;
    for (const Mode mode : {Mode::standard, Mode::batch, Mode::flex, Mode::priority, Mode::fast}) {
      const bool rows =
          std::ranges::any_of(model_.rows, [&](const PriceRow& r) { return r.mode == mode; });
      if (rows || (mode != Mode::standard && factor_of(to_string(mode)) != nullptr)) {
        out += (out.empty() ? "; it has " : ", ") + std::string(to_string(mode));
      }
    }
    return out;
  }

  const PriceBook::Data& data_;
  const PricedModel& model_;
  const RateQuery& query_;
  std::int64_t at_ = 0;
  Phase phase_;
  bool two_phases_ = false;
  RateCard card_;
};

}  // namespace

Result<RateCard> PriceBook::resolve(const PricedModel& model, const RateQuery& query) const {
  return Resolver(*data_, model, query).card();
}

}  // namespace breakeven::catalog
