#include "registry/rules.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/price_rule.hpp"

namespace breakeven::registry {
namespace {

using catalog::Mode;
using catalog::PriceField;
using catalog::PriceKind;
using catalog::PriceRow;
using catalog::RuleFormula;

/// A formula without a part of the day holds in every part.
bool gives(const RuleFormula& formula, const PriceField& field) {
  PriceField asked = field;
  asked.when = formula.field.when == PriceRow::When::always ? PriceRow::When::always : field.when;
  // Every operator of a tier is the same tier for a rule.
  asked.inclusive = formula.field.inclusive;
  return asked == formula.field;
}

bool is_base(const RuleFormula& formula, const PriceField& wanted, const PriceField& base) {
  PriceField asked = base;
  if (formula.base.when == PriceRow::When::always && base.when == wanted.when) {
    asked.when = PriceRow::When::always;
  }
  return asked == formula.base;
}

std::string decimal_of(Int128 value) {
  const Int128 per_nano = 1'000'000'000;
  Price price;
  price.nano_usd = static_cast<std::int64_t>(value / per_nano);
  price.atto_usd = static_cast<std::int64_t>(value % per_nano);
  return price.decimal();
}

/// The day from which a price is known: its start, or the day on which it was read if that was
/// before (an announced step) or the start is open.
Date since(const DatedPrice& price) {
  if (price.from_s == std::numeric_limits<std::int64_t>::min()) return price.date;
  return std::min(Instant{price.from_s}.date(), price.date);
}

/// The published price that a formula starts from: the one in effect when the price was read, which
/// for a row of a closed period is within that period.
const DatedPrice* base_of_formula(const RuleFormula& formula, const DatedPrice& published,
                                  const std::vector<const DatedPrice*>& prices) {
  std::int64_t at = Instant::from_date(published.date).seconds;
  if (at >= published.to_s) at = published.to_s - 1;
  if (at < published.from_s) at = published.from_s;
  const auto base = std::ranges::find_if(prices, [&](const DatedPrice* p) {
    return is_base(formula, published.field, p->field) && p->in_effect(Instant{at});
  });
  return base == prices.end() || atto(*(*base)->price) == 0 ? nullptr : *base;
}

int year_of(Date date) {
  const auto year = parse_int(std::string_view(date.iso()).substr(0, 4));
  return year.ok() ? static_cast<int>(*year) : 0;
}

YearCount& count_of(std::vector<YearCount>& years, int year) {
  const auto at = std::ranges::lower_bound(years, year, {}, &YearCount::year);
  if (at != years.end() && at->year == year) return *at;
  return *years.insert(at, YearCount{year, {}, {}});
}

void earliest(std::optional<Prediction>& kept, const Prediction& seen) {
  if (!kept || seen.date < kept->date) kept = seen;
}

using ByModel = std::map<std::string, std::vector<const DatedPrice*>, std::less<>>;

RuleRecord record_of(const catalog::PriceRule& rule, const std::vector<RuleFormula>& formulas,
                     const ByModel& models) {
  RuleRecord record;
  record.id = rule.id;
  const Rational tolerance = *Rational::make(kRoundingPerThousand, 1'000);
  for (const auto& [id, prices] : models) {
    const bool scoped = catalog::rule_applies_to(rule.applies_to, id);
    for (const RuleFormula& formula : formulas) {
      for (const DatedPrice* published : prices) {
        if (!gives(formula, published->field)) continue;
        const DatedPrice* base = base_of_formula(formula, *published, prices);
        if (base == nullptr) continue;
        const bool in_scope =
            scoped && published->from_s < rule.to_s && rule.from_s < published->to_s;
        const Int128 said = scaled_atto(*base->price, formula.factor);
        const Int128 found = atto(*published->price);
        const Int128 gap = said > found ? said - found : found - said;
        const bool hit =
            gap * tolerance.denominator() <= std::max(said, found) * tolerance.numerator();
        const Date date = since(*published);
        YearCount& year = count_of(record.by_year, year_of(date));
        const auto add = [hit](HitCount& count) {
          ++count.tested;
          if (hit) ++count.hits;
        };
        add(record.everywhere);
        add(year.everywhere);
        if (in_scope) {
          add(record.in_scope);
          add(year.in_scope);
        }
        if (hit) continue;
        const Prediction miss{published->vendor,
                              published->model,
                              published->field,
                              decimal_of(said),
                              published->price->decimal(),
                              published->source,
                              date,
                              published->to_s != std::numeric_limits<std::int64_t>::max()};
        earliest(record.first_miss_everywhere, miss);
        if (in_scope) record.misses.push_back(miss);
      }
    }
  }
  std::ranges::stable_sort(record.misses, {}, &Prediction::date);
  int newest = 0;
  for (const YearCount& year : record.by_year) {
    if (year.in_scope.tested > 0) newest = year.year;
  }
  record.holds = std::ranges::none_of(record.misses, [&](const Prediction& miss) {
    return !miss.ended && year_of(miss.date) == newest;
  });
  return record;
}

}  // namespace

std::vector<RuleRecord> backtest(std::span<const catalog::PriceRule> rules,
                                 std::span<const DatedPrice> prices) {
  ByModel models;
  for (const DatedPrice& price : prices) {
    if (price.kind == PriceKind::published && price.price) {
      models[price.id()].push_back(&price);
    }
  }
  std::vector<RuleRecord> out;
  for (const catalog::PriceRule& rule : rules) {
    const auto formulas = catalog::parse_rule_formulas(rule.formula);
    if (formulas.ok() && !formulas->empty()) out.push_back(record_of(rule, *formulas, models));
  }
  return out;
}

namespace {

class InferredList {
 public:
  InferredList(const catalog::PriceBook& book, Instant at) : book_(book), at_(at) {}

  std::vector<InferredPrice> run() {
    static constexpr std::array<Mode, 5> kModes{Mode::standard, Mode::batch, Mode::flex,
                                                Mode::priority, Mode::fast};
    for (const catalog::PricedModel& model : book_.models()) {
      const auto standard = book_.resolve(model, {Mode::standard, {}, at_});
      if (!standard.ok()) continue;
      for (const Mode mode : kModes) {
        const auto card = book_.resolve(model, {mode, {}, at_});
        // Priority and fast are one tier under two names: it is listed under the name it has now.
        if (!card.ok() || (mode == Mode::priority && only_renamed(model))) continue;
        add(model, mode, *standard, *card);
      }
    }
    return std::move(out_);
  }

 private:
  bool only_renamed(const catalog::PricedModel& model) const {
    const auto has = [&](Mode mode) {
      return std::ranges::any_of(model.rows, [&](const PriceRow& row) { return row.mode == mode; });
    };
    return !has(Mode::priority) &&
           (has(Mode::fast) || book_.resolve(model, {Mode::fast, {}, at_}).ok());
  }

  void add(const catalog::PricedModel& model, Mode mode, const catalog::RateCard& standard,
           const catalog::RateCard& card) {
    for (std::size_t i = 0; i < catalog::kBillingUnits; ++i) {
      if (!card.rates[i]) continue;
      const auto unit = static_cast<catalog::BillingUnit>(i);
      PriceField field{unit, mode, 0, false, PriceRow::When::always};
      one(model, field, card.rates[i]->base, standard);
      for (const auto& tier : card.rates[i]->tiers) {
        field.above_input_tokens = tier.above_input_tokens;
        field.inclusive = tier.inclusive;
        one(model, field, tier.quote, standard);
      }
    }
  }

  void one(const catalog::PricedModel& model, PriceField field, const catalog::Quote& quote,
           const catalog::RateCard& standard) {
    if (quote.kind != PriceKind::inferred) return;
    if (quote.row != nullptr) field.when = quote.row->when;
    InferredPrice out;
    out.vendor = model.vendor;
    out.model = model.name;
    out.field = field;
    out.usd = quote.high.decimal();
    out.rule = quote.rule;
    if (quote.row != nullptr) {
      out.source = quote.row->source;
      out.source_date = quote.row->source_date;
    }
    const auto rule = std::ranges::find(book_.rules(), out.rule, &catalog::PriceRule::id);
    if (rule != book_.rules().end()) {
      out.reason = rule->reason;
      // What no row states rests on whoever stated the rule.
      if (quote.row == nullptr) {
        out.source = rule->source;
        out.source_date = rule->source_date;
      }
    }
    base_of(field, rule, standard, out);
    out_.push_back(std::move(out));
  }

  template <class RuleAt>
  void base_of(const PriceField& field, RuleAt rule, const catalog::RateCard& standard,
               InferredPrice& out) const {
    PriceField base = field;
    bool known = false;
    if (rule != book_.rules().end()) {
      const auto formulas = catalog::parse_rule_formulas(rule->formula);
      if (formulas.ok()) {
        for (const RuleFormula& formula : *formulas) {
          if (gives(formula, field)) {
            base = formula.base;
            base.when = field.when;
            known = true;
          }
        }
      }
    }
    // Factors act on every token price of a mode: the base is the same meter in standard mode.
    if (!known && field.mode != Mode::standard) {
      base.mode = Mode::standard;
      known = true;
    }
    if (!known) return;
    const auto& rate = standard.rates[index(base.unit)];
    if (!rate) return;
    out.base_field = to_string(base);
    out.base_usd = rate->at(base.above_input_tokens + 1).high.decimal();
  }

  const catalog::PriceBook& book_;
  Instant at_;
  std::vector<InferredPrice> out_;
};

}  // namespace

std::vector<InferredPrice> inferred_prices(const catalog::PriceBook& book, Instant at) {
  return InferredList(book, at).run();
}

}  // namespace breakeven::registry
