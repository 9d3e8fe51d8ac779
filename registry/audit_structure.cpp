// Rules that a price list breaks by itself, or against the vendor's own habits.
#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <tuple>

#include "engine/base/text.hpp"
#include "engine/catalog/price_rule.hpp"
#include "registry/audit_index.hpp"

namespace breakeven::registry {
namespace {

using catalog::BillingUnit;
using catalog::Mode;
using catalog::PriceField;
using catalog::PriceKind;

// A vendor's habit needs at least so many examples before it is held against a price.
constexpr std::size_t kHabit = 3;
// Where no habit is known: the widest range of published list prices in the catalogue, with room.
constexpr double kLowestOutputRatio = 0.95;
constexpr double kHighestOutputRatio = 20;

PriceField with(PriceField field, BillingUnit unit) {
  field.unit = unit;
  return field;
}

std::string usd(const DatedPrice& row) {
  return row.price->decimal() + (row.price->unit_size == 1'000 ? "/k" : "/M");
}

std::string times(double value) {
  return shortest(static_cast<double>(static_cast<std::int64_t>(value * 1'000 + 0.5)) / 1'000);
}

class Structure {
 public:
  explicit Structure(AuditState& state) : state_(state) {}

  void run() {
    for (const DatedPrice& row : state_.input.rows) {
      // A contested figure is shown as such already.
      if (!row.price || row.kind == PriceKind::contested) continue;
      zero(row);
      if (atto(*row.price) == 0) continue;
      order(row);
      cached(row);
      outputs(row);
      modes(row);
      family(row);
      tiers(row);
      inferred(row);
    }
    for (const auto& [id, rows] : state_.own.models()) complete(rows);
  }

 private:
  /// Fires when the row is on the wrong side of the same model's price for `base`.
  void compare(const DatedPrice& row, BillingUnit base, bool below, std::string_view rule) {
    const DatedPrice* other = state_.sibling(row, with(row.field, base));
    if (other == nullptr || atto(*other->price) == 0) return;
    const bool wrong =
        below ? atto(*row.price) < atto(*other->price) : atto(*row.price) > atto(*other->price);
    if (wrong) {
      state_.add(rule, row,
                 "expected " + std::string(below ? "at least " : "at most ") + usd(*other) + " (" +
                     to_string(other->field) + "), found " + usd(row));
    }
  }

  void order(const DatedPrice& row) {
    switch (row.field.unit) {
      case BillingUnit::output:
        compare(row, BillingUnit::input, true, "output-below-input");
        break;
      case BillingUnit::cache_write:
      case BillingUnit::cache_write_5m:
      case BillingUnit::cache_write_1h:
        compare(row, BillingUnit::input, true, "cache-write-below-input");
        break;
      case BillingUnit::output_reasoning:
        compare(row, BillingUnit::output, false, "reasoning-above-output");
        break;
      case BillingUnit::input_audio:
        compare(row, BillingUnit::input, true, "audio-below-text");
        break;
      default:
        break;
    }
  }

  /// The vendor's published quotients, and those of its other models in other lists.
  const RatioRange& habit(const std::string& vendor, BillingUnit unit, BillingUnit base) {
    const auto [known, fresh] = habits_.try_emplace({vendor, unit, base});
    if (fresh) {
      for (const PriceIndex* index : {&state_.reference, &state_.peers}) {
        const RatioRange more = ratios_of(*index, vendor, unit, base);
        known->second.seen.insert(known->second.seen.end(), more.seen.begin(), more.seen.end());
      }
      std::ranges::sort(known->second.seen);
    }
    return known->second;
  }

  void cached(const DatedPrice& row) {
    if (row.field.unit != BillingUnit::cache_read || row.field.mode != Mode::standard) return;
    const DatedPrice* input = state_.sibling(row, with(row.field, BillingUnit::input));
    if (input == nullptr || atto(*input->price) == 0) return;
    const double found = ratio(*row.price, *input->price);
    if (found >= 1) {
      state_.add("cached-ratio", row,
                 "expected less than input " + usd(*input) + ", found " + usd(row));
      return;
    }
    const RatioRange& published = habit(row.vendor, BillingUnit::cache_read, BillingUnit::input);
    if (published.seen.size() < kHabit || published.has_near(found, 0.05)) return;
    state_.add("cached-ratio", row,
               "expected a ratio to input that " + row.vendor + " publishes (" +
                   times(published.seen.front()) + " to " + times(published.seen.back()) +
                   "), found " + times(found));
  }

  void outputs(const DatedPrice& row) {
    if (row.field.unit != BillingUnit::output || row.field.mode != Mode::standard) return;
    const DatedPrice* input = state_.sibling(row, with(row.field, BillingUnit::input));
    if (input == nullptr || atto(*input->price) == 0) return;
    const double found = ratio(*row.price, *input->price);
    const RatioRange& published = habit(row.vendor, BillingUnit::output, BillingUnit::input);
    double low = kLowestOutputRatio;
    double high = kHighestOutputRatio;
    if (published.seen.size() >= kHabit) {
      // Embedding models have an output of nothing and say nothing about the others.
      const auto first = std::ranges::find_if(published.seen, [](double one) { return one > 0; });
      if (first != published.seen.end()) low = std::min(1.0, *first) == 1.0 ? *first * 0.8 : *first;
      high = std::max(published.seen.back() * 1.25, low);
    }
    if (found < low || found > high) {
      state_.add("output-input-ratio", row,
                 "expected output / input between " + times(low) + " and " + times(high) +
                     ", found " + times(found));
    }
  }

  void modes(const DatedPrice& row) {
    if (row.field.mode == Mode::standard) return;
    PriceField standard = row.field;
    standard.mode = Mode::standard;
    const DatedPrice* base = state_.sibling(row, standard);
    if (base == nullptr || atto(*base->price) == 0) return;
    const double found = ratio(*row.price, *base->price);
    double low = 0;
    double high = 1;
    if (row.field.mode == Mode::priority) {
      low = 1.5;
      high = 2.5;
    } else if (row.field.mode == Mode::fast) {
      low = 1.5;
      high = 6;
    }
    if (found < low || found > high) {
      state_.add("mode-ratio", row,
                 "expected " + times(low) + " to " + times(high) + " times " + usd(*base) + " in " +
                     std::string(to_string(row.field.mode)) + " mode, found " + times(found) +
                     " times");
    }
  }

  void family(const DatedPrice& row) {
    const std::string_view name = undated(row.model);
    if (row.field != PriceField{.unit = BillingUnit::input} || !name.ends_with("-pro") ||
        row.vendor != "openai") {
      return;
    }
    const std::string base_id =
        row.vendor + "/" +
        std::string(name.substr(0, name.size() - std::string_view("-pro").size()));
    const DatedPrice* base = state_.own.at(base_id, row.field, state_.day_of(row));
    if (base == nullptr || atto(*base->price) == 0) return;
    const double found = ratio(*row.price, *base->price);
    if (found < 4 || found > 15) {
      state_.add("family-ratio", row,
                 "expected 4 to 15 times " + base_id + " at " + usd(*base) + ", found " +
                     times(found) + " times");
    }
  }

  void tiers(const DatedPrice& row) {
    if (row.field.above_input_tokens == 0) return;
    const auto window = state_.input.context_window.find(state_.reference_id(row));
    if (window == state_.input.context_window.end() || window->second <= 0) return;
    if (row.field.above_input_tokens >= window->second) {
      state_.add("tier-beyond-context", row,
                 "expected a threshold below the context window of " +
                     std::to_string(window->second) + " tokens, found " +
                     std::to_string(row.field.above_input_tokens));
    }
  }

  void zero(const DatedPrice& row) {
    if (atto(*row.price) != 0 || catalog::info(row.field.unit).per != 1'000'000) return;
    const DatedPrice* expected = state_.expected(row);
    if (expected != nullptr && atto(*expected->price) > 0) {
      state_.add("zero-price", row,
                 "expected " + usd(*expected) + " (" + expected->source + "), found 0");
    } else if (expected == nullptr && row.field.unit == BillingUnit::input) {
      const DatedPrice* output = state_.sibling(row, with(row.field, BillingUnit::output));
      if (output != nullptr && atto(*output->price) > 0) {
        state_.add("zero-price", row,
                   "expected a price: output costs " + usd(*output) + ", found 0 for input");
      }
    }
  }

  void inferred(const DatedPrice& row) {
    if (row.kind != PriceKind::inferred) return;
    for (const catalog::PriceRule& rule : state_.input.rules) {
      if (!catalog::rule_applies_to(rule.applies_to, state_.reference_id(row))) continue;
      if (rule.applies_to.empty()) continue;
      const auto formulas = catalog::parse_rule_formulas(rule.formula);
      if (!formulas.ok()) continue;
      for (const catalog::RuleFormula& formula : *formulas) {
        if (!same_tier(formula.field, row.field)) continue;
        const DatedPrice* base = state_.sibling(row, formula.base);
        if (base == nullptr) continue;
        if (scaled_atto(*base->price, formula.factor) != atto(*row.price)) {
          state_.add("inferred-against-rule", row,
                     "expected " + shortest(formula.factor.estimate()) + " x " + usd(*base) +
                         " by " + rule.id + ", found " + usd(row));
        }
      }
    }
  }

  /// Fields and tiers that the vendor publishes, or other sources carry, and this list has not.
  void complete(const std::vector<const DatedPrice*>& rows) {
    const DatedPrice& first = *rows.front();
    const std::string id = state_.reference_id(first);
    const Instant today = Instant::from_date(state_.input.today);
    const auto lists = [&](const PriceField& field) {
      return std::ranges::any_of(rows, [&](const DatedPrice* row) {
        return row->price && same_tier(row->field, field) && row->in_effect(today);
      });
    };
    const auto lists_tier_of = [&](BillingUnit unit) {
      return std::ranges::any_of(rows, [&](const DatedPrice* row) {
        return row->field.unit == unit && row->field.above_input_tokens > 0;
      });
    };
    if (!lists(PriceField{.unit = BillingUnit::input})) return;
    for (const PriceIndex* index : {&state_.reference, &state_.peers}) {
      for (const DatedPrice* other : index->of(id)) {
        const bool published = other->price && other->kind == PriceKind::published &&
                               other->field.mode == Mode::standard &&
                               other->field.when == catalog::PriceRow::When::always &&
                               other->in_effect(today);
        if (!published) continue;
        DatedPrice missing = first;
        missing.field = other->field;
        if (other->field == PriceField{.unit = BillingUnit::cache_read} && !lists(other->field)) {
          state_.add("field-missing", missing,
                     "expected " + usd(*other) + " (" + other->source +
                         "), found nothing: cached tokens would be billed at zero");
          return;
        }
        if (other->field.above_input_tokens > 0 && other->field.unit == BillingUnit::input &&
            !lists_tier_of(BillingUnit::input)) {
          state_.add("tier-missing", missing,
                     "expected " + usd(*other) + " (" + other->source +
                         ") for long prompts, found no tier");
          return;
        }
      }
    }
  }

  AuditState& state_;
  std::map<std::tuple<std::string, BillingUnit, BillingUnit>, RatioRange> habits_;
};

}  // namespace

void audit_structure(AuditState& state) { Structure(state).run(); }

}  // namespace breakeven::registry
