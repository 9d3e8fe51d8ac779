// What a model cost over time, and the changelog.
#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"
#include "registry/dated_price.hpp"
#include "registry/matching.hpp"
#include "service/atom_feed.hpp"
#include "service/registry_view_rows.hpp"
#include "service/registry_views.hpp"

namespace breakeven::service {
namespace {

using catalog::PriceField;

/// The day so many months before; the last of that month where it is shorter.
Date months_before(Date day, int months) {
  const std::string iso = day.iso();
  const auto number = [&](std::size_t from, std::size_t size) {
    const auto parsed = parse_int(std::string_view(iso).substr(from, size));
    return parsed.ok() ? static_cast<int>(*parsed) : 1;
  };
  const int total = number(0, 4) * 12 + number(5, 2) - 1 - months;
  for (int of_month = number(8, 2); of_month > 0; --of_month) {
    const auto date = Date::from_civil(total / 12, total % 12 + 1, of_month);
    if (date.ok()) return *date;
  }
  return day;
}

const catalog::PriceRow* row_at(const catalog::PricedModel& model, const PriceField& field,
                                Instant at) {
  for (const catalog::PriceRow& row : model.rows) {
    if (field_of(row) == field && row.from_s <= at.seconds && at.seconds < row.to_s) return &row;
  }
  return nullptr;
}

/// A row for which no figure is published may still carry one: that of its whole.
std::optional<Price> figure_of(const catalog::PriceRow* row) {
  if (row == nullptr || row->kind == catalog::PriceKind::unknown) return {};
  return row->price;
}

codec::RegistryBudgetLine budget_line(const catalog::PricedModel& model, const PriceField& field,
                                      Instant then, Instant now,
                                      const std::optional<Instant>& first_seen) {
  const bool existed = first_seen && *first_seen <= then;
  const catalog::PriceRow* was = existed ? row_at(model, field, then) : nullptr;
  if (was == nullptr && existed) {
    // One price for the whole day, before there were dear and cheap hours.
    PriceField all_day = field;
    all_day.when = catalog::PriceRow::When::always;
    was = row_at(model, all_day, then);
  }
  const catalog::PriceRow* const is = row_at(model, field, now);
  const auto then_price = figure_of(was);
  const auto now_price = figure_of(is);
  codec::RegistryBudgetLine line;
  line.field = to_string(field);
  line.label = field_label(field);
  line.then_usd = decimal_text(then_price);
  line.now_usd = decimal_text(now_price);
  if (was != nullptr) {
    line.then_kind = to_string(was->kind);
    line.then_source = was->source;
    line.then_seen_on = was->source_date;
  }
  if (was == nullptr) {
    line.note = "not listed then";
  } else if (is == nullptr) {
    line.note = "no longer listed";
  } else if (!then_price || !now_price) {
    line.note = "no published price";
  } else if (registry::atto(*then_price) == 0) {
    line.note = "was free then";
  } else {
    line.off_percent = registry::percent_above(*now_price, *then_price);
  }
  return line;
}

}  // namespace

Result<codec::RegistryHistory> RegistryViews::history(std::string_view vendor,
                                                      std::string_view name) const {
  const Instant at = now();
  BREAKEVEN_CHECK_OK(ledger_->refresh());
  const catalog::PriceBook current = book(at);
  BREAKEVEN_TRY(const registry::Match match, registry::match_model(current, vendor, name));
  const catalog::PricedModel& model = *match.model;
  BREAKEVEN_TRY(const auto everywhere, ledger_->history({}, model.vendor, model.name));

  codec::RegistryHistory answer;
  answer.vendor = model.vendor;
  answer.model = model.name;
  answer.now = at.iso();
  std::optional<Instant> first_seen;
  ChangesById ours;
  for (const store::RecordedChange& row : everywhere) {
    const store::Change& change = row.change;
    const Instant since = change.effective_from == store::kAlways
                              ? Instant::from_date(row.evidence.seen_on)
                              : change.effective_from;
    if (!first_seen || since < *first_seen) first_seen = since;
    if (change.book == store::kOurBook) {
      ours.emplace(row.id, row);
      continue;
    }
    answer.elsewhere.push_back({change.book, to_string(change.field), field_label(change.field),
                                decimal_text(change.old_price), decimal_text(change.new_price),
                                instant_text(change.effective_from),
                                std::string(to_string(change.state)), row.evidence.source,
                                row.evidence.seen_on.iso()});
  }
  if (first_seen) answer.first_seen = first_seen->date().iso();

  std::vector<const catalog::PriceRow*> rows;
  for (const catalog::PriceRow& row : model.rows) rows.push_back(&row);
  std::ranges::stable_sort(rows, [](const auto* a, const auto* b) {
    return std::pair(field_of(*a), a->from_s) < std::pair(field_of(*b), b->from_s);
  });
  for (const catalog::PriceRow* const row : rows) {
    codec::RegistryPrice point = named_price(field_of(*row));
    const auto id = parse_int(std::string_view(row->place).substr(row->place.rfind(':') + 1));
    if (const auto found = id.ok() ? ours.find(*id) : ours.end(); found != ours.end()) {
      point = price_of(found->second, current);
    }
    point.usd = decimal_text(figure_of(row));
    point.kind = to_string(row->kind);
    point.effective_from = instant_text({row->from_s});
    point.effective_to = instant_text({row->to_s});
    answer.points.push_back(std::move(point));
  }

  for (const int months : {12, 24}) {
    const Date day = months_before(at.date(), months);
    codec::RegistryBudget budget;
    budget.months_ago = months;
    budget.set_on = day.iso();
    for (const catalog::BillingUnit unit :
         {catalog::BillingUnit::input, catalog::BillingUnit::cache_read,
          catalog::BillingUnit::output}) {
      PriceField field;
      field.unit = unit;
      std::vector<PriceField> fields;
      for (const auto when : {catalog::PriceRow::When::peak, catalog::PriceRow::When::offpeak}) {
        PriceField part = field;
        part.when = when;
        if (row_at(model, part, at) != nullptr) fields.push_back(part);
      }
      if (fields.empty()) fields.push_back(field);
      for (const PriceField& one : fields) {
        budget.lines.push_back(budget_line(model, one, Instant::from_date(day), at, first_seen));
      }
    }
    answer.budgets.push_back(std::move(budget));
  }
  return answer;
}

Result<codec::RegistryChanges> RegistryViews::changes(std::int64_t before, std::size_t limit,
                                                      std::string_view vendor,
                                                      std::string_view words) const {
  BREAKEVEN_TRY(const auto known, read());
  const ChangesById& all = known->changes;
  std::vector<const store::RecordedChange*> rows;
  rows.reserve(all.size());
  for (const auto& [id, row] : all) rows.push_back(&row);
  // One import writes rows of many days: their numbers are in the order of its files.
  std::ranges::sort(rows, [](const auto* a, const auto* b) {
    return std::pair(a->change.known_from, a->id) > std::pair(b->change.known_from, b->id);
  });
  auto from = rows.begin();
  if (before != 0) {
    from = std::ranges::find(rows, before, &store::RecordedChange::id);
    if (from == rows.end()) {
      return Error{ErrorCode::not_found, "no change has the number " + std::to_string(before),
                   "before"};
    }
    ++from;
  }
  const ModelFilter filter(catalog_->prices(), vendor, words);
  rows.erase(std::remove_if(from, rows.end(),
                            [&](const store::RecordedChange* row) {
                              return !filter.accepts(row->change.vendor, row->change.model);
                            }),
             rows.end());
  codec::RegistryChanges answer;
  for (; from != rows.end() && answer.changes.size() < limit; ++from) {
    const store::RecordedChange& row = **from;
    answer.changes.push_back({row.id, row.change.vendor, row.change.model,
                              decimal_text(row.change.old_price),
                              std::string(to_string(row.change.state)), row.change.reason,
                              price_of(row, catalog_->prices())});
  }
  if (from != rows.end() && !answer.changes.empty()) answer.next_before = answer.changes.back().id;
  return answer;
}

Result<std::string> RegistryViews::changes_atom(std::size_t limit) const {
  BREAKEVEN_TRY(const codec::RegistryChanges answer, changes(0, limit));
  AtomFeed feed;
  feed.id = "urn:breakeven:price-changes";
  feed.link = "/registry/changes";
  feed.updated = answer.changes.empty() ? now().iso() : answer.changes.front().price.known_from;
  for (const codec::RegistryChange& change : answer.changes) {
    const codec::RegistryPrice& price = change.price;
    const auto figure = [](const std::string& usd) { return usd.empty() ? "nothing" : "$" + usd; };
    feed.entries.push_back({"urn:breakeven:price-change:" + std::to_string(change.id),
                            change.vendor + "/" + change.model + ", " + price.label + ": " +
                                figure(change.old_usd) + " to " + figure(price.usd),
                            price.known_from,
                            std::string("USD per ") +
                                (price.per == 1'000 ? "thousand calls" : "million tokens") + "; " +
                                price.kind + ", " + change.state + "; in effect " +
                                (price.effective_from.empty() ? "for as long as is known"
                                                              : "from " + price.effective_from) +
                                "; " + price.source + " (" + price.seen_on + ")"});
  }
  return to_xml(feed);
}

}  // namespace breakeven::service
