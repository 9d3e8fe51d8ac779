#include "service/registry_views.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "registry/matching.hpp"
#include "registry/rules.hpp"
#include "service/registry_rows.hpp"
#include "service/registry_view_rows.hpp"
#include "store/catalogue_import.hpp"

namespace breakeven::service {
namespace {

using catalog::Mode;
using catalog::PriceField;
using catalog::PriceKind;

constexpr std::int64_t kDay = 86'400;
constexpr std::array kModes{Mode::standard, Mode::batch, Mode::flex, Mode::priority, Mode::fast};

Result<codec::RegistryVendor> freshness(store::Ledger& ledger, const std::string& name,
                                        Instant at) {
  codec::RegistryVendor vendor;
  vendor.vendor = name;
  BREAKEVEN_TRY(const auto seen, verified(ledger, name, {}));
  if (!seen) return vendor;
  vendor.last_verified = seen->at.date().iso();
  vendor.basis = basis_of(*seen);
  vendor.source = seen->source;
  vendor.age_days = (at.seconds - seen->at.seconds) / kDay;
  vendor.verified = vendor.basis != "run" && *vendor.age_days <= kFreshDays;
  return vendor;
}

void count(codec::KindCounts& counts, std::string_view kind) {
  if (kind == "published") ++counts.published;
  if (kind == "inferred") ++counts.inferred;
  if (kind == "contested") ++counts.contested;
  if (kind == "unknown") ++counts.unknown;
}

/// "fast" and "priority" are two words for one mode: a model with rows under one has none to show
/// under the other.
bool other_word(const catalog::PricedModel& model, Mode mode) {
  const auto has = [&](Mode one) {
    return std::ranges::any_of(model.rows,
                               [&](const catalog::PriceRow& row) { return row.mode == one; });
  };
  if (mode == Mode::priority) return !has(Mode::priority) && has(Mode::fast);
  if (mode == Mode::fast) return !has(Mode::fast) && has(Mode::priority);
  return false;
}

using RuleNames = std::set<std::string, std::less<>>;

/// What a broken rule infers is no longer believed.
std::string_view kind_by(const RuleNames& broken, std::string_view rule) {
  return to_string(broken.contains(rule) ? PriceKind::contested : PriceKind::inferred);
}

codec::RegistryPrice inferred_price(const registry::InferredPrice& one, const RuleNames& broken) {
  codec::RegistryPrice price = named_price(one.field);
  price.usd = one.usd;
  price.kind = kind_by(broken, one.rule);
  price.rule = one.rule;
  price.reason = one.reason;
  price.base_field = one.base_field;
  price.base_usd = one.base_usd;
  price.source = one.source;
  price.seen_on = one.source_date;
  return price;
}

using Key = std::tuple<catalog::BillingUnit, Mode, std::int64_t>;
Key key_of(const PriceField& field) { return {field.unit, field.mode, field.above_input_tokens}; }

/// The prices of one model in effect: rows of the ledger, then what follows from them.
class ModelPrices {
 public:
  ModelPrices(const catalog::PriceBook& book, const catalog::PricedModel& model, Instant at)
      : book_(book), model_(model), at_(at) {}

  void listed(const std::vector<store::PriceAsOf>& prices, const ChangesById& changes) {
    for (const store::PriceAsOf& price : prices) {
      codec::RegistryPrice shown = named_price(price.field);
      if (const auto row = changes.find(price.change); row != changes.end()) {
        shown = price_of(row->second, book_);
      }
      shown.usd = decimal_text(price.price);
      shown.kind = to_string(price.kind);
      shown.rule = price.rule;
      seen_.insert(key_of(price.field));
      add(price.field, std::move(shown));
    }
  }

  void inferred(const std::vector<registry::InferredPrice>& all, const RuleNames& broken) {
    for (const registry::InferredPrice& one : all) {
      if (one.vendor != model_.vendor || one.model != model_.name) continue;
      const auto same = std::ranges::find(rows_, one.field, &Row::first);
      if (same != rows_.end()) {
        same->second.kind = kind_by(broken, one.rule);
        same->second.base_field = one.base_field;
        same->second.base_usd = one.base_usd;
        same->second.reason = one.reason;
      } else if (seen_.insert(key_of(one.field)).second) {
        add(one.field, inferred_price(one, broken));
      }
    }
  }

  /// What a bill takes as an interval, because nobody publishes the price.
  void unknown() {
    for (const Mode mode : kModes) {
      if (other_word(model_, mode)) continue;
      const auto card = book_.resolve(model_, {mode, {}, at_});
      if (!card.ok()) continue;
      for (std::size_t i = 0; i < catalog::kBillingUnits; ++i) {
        if (!card->rates[i]) continue;
        PriceField field{static_cast<catalog::BillingUnit>(i), mode, 0, false,
                         catalog::PriceRow::When::always};
        interval(field, card->rates[i]->base);
        for (const auto& tier : card->rates[i]->tiers) {
          field.above_input_tokens = tier.above_input_tokens;
          field.inclusive = tier.inclusive;
          interval(field, tier.quote);
        }
      }
    }
  }

  std::vector<codec::RegistryPrice> take() {
    std::ranges::stable_sort(rows_, [](const Row& a, const Row& b) {
      return std::tie(a.first.mode, a.first.above_input_tokens, a.first.unit, a.first.when) <
             std::tie(b.first.mode, b.first.above_input_tokens, b.first.unit, b.first.when);
    });
    std::vector<codec::RegistryPrice> out;
    out.reserve(rows_.size());
    for (Row& row : rows_) out.push_back(std::move(row.second));
    return out;
  }

 private:
  using Row = std::pair<PriceField, codec::RegistryPrice>;

  void add(const PriceField& field, codec::RegistryPrice price) {
    rows_.emplace_back(field, std::move(price));
  }

  void interval(const PriceField& field, const catalog::Quote& quote) {
    if (quote.kind != PriceKind::unknown) return;
    auto listed = std::ranges::find(rows_, field, &Row::first);
    if (listed == rows_.end()) {
      if (!seen_.insert(key_of(field)).second) return;
      codec::RegistryPrice price = named_price(field);
      price.kind = to_string(PriceKind::unknown);
      listed = rows_.emplace(rows_.end(), field, std::move(price));
    }
    codec::RegistryPrice& price = listed->second;
    price.usd.clear();
    price.low_usd = quote.low.decimal();
    price.high_usd = quote.high.decimal();
    price.rule = quote.rule;
    price.reason = reason_of(book_, quote.rule);
    if (!price.source.empty()) return;
    // The bounds rest on the price of the whole, else on the rule.
    const auto rule = std::ranges::find(book_.rules(), quote.rule, &catalog::PriceRule::id);
    if (quote.row != nullptr) {
      price.source = quote.row->source;
      price.seen_on = quote.row->source_date;
    } else if (rule != book_.rules().end()) {
      price.source = rule->source;
      price.seen_on = rule->source_date;
    }
  }

  const catalog::PriceBook& book_;
  const catalog::PricedModel& model_;
  Instant at_;
  std::vector<Row> rows_;
  std::set<Key> seen_;
};

codec::RegistryModel heading(const catalog::PricedModel& model) {
  return {model.vendor, model.name, model.context_window, model.max_output, {}};
}

}  // namespace

RegistryViews::RegistryViews(std::shared_ptr<store::Ledger> ledger,
                             std::shared_ptr<const catalog::Catalog> catalog,
                             std::function<Instant()> clock)
    : ledger_(std::move(ledger)), catalog_(std::move(catalog)), clock_(std::move(clock)) {}

Result<std::shared_ptr<const RegistryViews::Read>> RegistryViews::read() const {
  const std::scoped_lock lock(mutex_);
  BREAKEVEN_TRY(const store::RunId version, ledger_->version());
  if (read_ && read_->version == version) return read_;
  auto fresh = std::make_shared<Read>();
  fresh->version = version;
  BREAKEVEN_TRY(fresh->changes, our_changes(*ledger_));
  const catalog::PriceBook current = book(now());
  for (const registry::RuleRecord& record :
       registry::backtest(current.rules(), registry::rows_of(current))) {
    if (!record.holds) fresh->broken_rules.insert(record.id);
  }
  read_ = std::move(fresh);
  return read_;
}

catalog::PriceBook RegistryViews::book(Instant at) const {
  return ledger_->book(store::kOurBook, at, catalog_->prices());
}

Result<codec::RegistryVendors> RegistryViews::vendors() const {
  const Instant at = now();
  BREAKEVEN_TRY(const auto known, read());
  const catalog::PriceBook current = book(at);
  const auto inferred = registry::inferred_prices(current, at);
  const ChangesById no_evidence;
  codec::RegistryVendors answer;
  answer.now = at.iso();
  answer.fresh_days = kFreshDays;
  for (const catalog::PricedModel& model : current.models()) {
    // The book keeps the order of its files, in which a vendor may come back.
    auto listed = std::ranges::find(answer.vendors, model.vendor, &codec::RegistryVendor::vendor);
    if (listed == answer.vendors.end()) {
      BREAKEVEN_TRY(auto fresh, freshness(*ledger_, model.vendor, at));
      listed = answer.vendors.insert(answer.vendors.end(), std::move(fresh));
    }
    codec::RegistryVendor& vendor = *listed;
    ModelPrices prices(current, model, at);
    prices.listed(ledger_->prices(store::kOurBook, model.vendor, model.name, at, at), no_evidence);
    prices.inferred(inferred, known->broken_rules);
    prices.unknown();
    const auto rows = prices.take();
    if (rows.empty()) continue;
    ++vendor.models;
    for (const codec::RegistryPrice& price : rows) count(vendor.prices, price.kind);
  }
  return answer;
}

Result<codec::RegistryModels> RegistryViews::models(std::string_view query, std::string_view vendor,
                                                    std::size_t limit) const {
  const Instant at = now();
  const catalog::PriceBook& known = catalog_->prices();
  const ModelFilter filter(known, vendor, query);
  BREAKEVEN_TRY(const auto read_before, read());
  const ChangesById& changes = read_before->changes;
  codec::RegistryModels answer;
  answer.query = query;
  for (const catalog::PricedModel& model : known.models()) {
    if (!filter.accepts(model.vendor, model.name)) continue;
    ++answer.found;
    if (answer.models.size() == limit) continue;
    codec::RegistryModel shown = heading(model);
    for (const catalog::BillingUnit unit :
         {catalog::BillingUnit::input, catalog::BillingUnit::output}) {
      for (const auto when : {catalog::PriceRow::When::always, catalog::PriceRow::When::peak,
                              catalog::PriceRow::When::offpeak}) {
        PriceField field;
        field.unit = unit;
        field.when = when;
        const auto price = ledger_->as_of(store::kOurBook, model.vendor, model.name, field, at, at);
        if (!price) continue;
        const auto row = changes.find(price->change);
        if (row != changes.end()) shown.prices.push_back(price_of(row->second, known));
      }
    }
    answer.models.push_back(std::move(shown));
  }
  return answer;
}

Result<codec::RegistryModel> RegistryViews::model(std::string_view vendor,
                                                  std::string_view name) const {
  const Instant at = now();
  BREAKEVEN_TRY(const auto known, read());
  const catalog::PriceBook current = book(at);
  BREAKEVEN_TRY(const registry::Match match, registry::match_model(current, vendor, name));
  const catalog::PricedModel& model = *match.model;
  ModelPrices prices(current, model, at);
  prices.listed(ledger_->prices(store::kOurBook, model.vendor, model.name, at, at), known->changes);
  prices.inferred(registry::inferred_prices(current, at), known->broken_rules);
  prices.unknown();
  codec::RegistryModel shown = heading(model);
  shown.prices = prices.take();
  return shown;
}

Result<std::vector<codec::RegistryInferred>> RegistryViews::inferred() const {
  const Instant at = now();
  BREAKEVEN_TRY(const auto known, read());
  const catalog::PriceBook current = book(at);
  std::vector<codec::RegistryInferred> out;
  for (const registry::InferredPrice& one : registry::inferred_prices(current, at)) {
    out.push_back({one.vendor, one.model, inferred_price(one, known->broken_rules)});
  }
  return out;
}

}  // namespace breakeven::service
