// A model's prices over time, and what is inferred, as reports.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "registry/dated_price.hpp"
#include "registry/matching.hpp"
#include "registry/rules.hpp"
#include "service/registry.hpp"
#include "service/registry_rows.hpp"

namespace breakeven::service {
namespace {

using codec::Report;
using codec::Table;
using codec::Value;

Table budget_table(const std::vector<codec::RegistryBudget>& budgets) {
  Table table{"budget",
              "What a budget set then is off by",
              {"months_ago", "set_on", "field", "then_usd", "now_usd", "off_percent", "note"},
              {}};
  for (const codec::RegistryBudget& budget : budgets) {
    for (const codec::RegistryBudgetLine& line : budget.lines) {
      table.rows.push_back({budget.months_ago, budget.set_on, line.field, text_value(line.then_usd),
                            text_value(line.now_usd),
                            line.off_percent ? Value(*line.off_percent) : Value(),
                            text_value(line.note)});
    }
  }
  return table;
}

}  // namespace

Result<Report> Registry::history(std::string_view model) {
  BREAKEVEN_TRY(const registry::Match match, registry::match_model(prices(), {}, model));
  const std::string vendor = match.model->vendor;
  const std::string name = match.model->name;
  BREAKEVEN_TRY(const codec::RegistryModel now_listed, views_->model(vendor, name));
  BREAKEVEN_TRY(const codec::RegistryHistory past, views_->history(vendor, name));
  Report report;
  report.head = {{"model", match.model->id()},
                 {"asked", std::string(model)},
                 {"matched", std::string(to_string(match.how))},
                 {"now", past.now}};

  Table in_effect{"prices",
                  "Prices in effect",
                  {"field", "usd", "low_usd", "high_usd", "kind", "rule", "effective_from",
                   "known_from", "verified", "basis", "source", "seen_on"},
                  {}};
  for (const codec::RegistryPrice& price : now_listed.prices) {
    BREAKEVEN_TRY(const auto field, catalog::parse_price_field(price.field));
    BREAKEVEN_TRY(const auto seen, verified(*ledger_, vendor, field));
    in_effect.rows.push_back({price.field, text_value(price.usd), text_value(price.low_usd),
                              text_value(price.high_usd), price.kind, text_value(price.rule),
                              text_value(price.effective_from), text_value(price.known_from),
                              seen ? Value(seen->at.date().iso()) : Value(),
                              seen ? basis_words(basis_of(*seen)) : Value(),
                              text_value(price.source), text_value(price.seen_on)});
  }

  BREAKEVEN_TRY(const auto everywhere, ledger_->history({}, vendor, name));
  std::vector<store::RecordedChange> ours;
  std::vector<store::RecordedChange> others;
  for (const store::RecordedChange& row : everywhere) {
    (row.change.book == store::kOurBook ? ours : others).push_back(row);
  }
  Table table = changes_table("Every change, oldest effect first", ours);
  Table brief = short_changes(table);
  table.title.clear();
  Table seen = changes_table({}, others);
  seen.name = "others";
  report.head.emplace_back("changes_elsewhere", count_value(others.size()));
  report.tables = {std::move(in_effect), budget_table(past.budgets), std::move(table),
                   std::move(seen), std::move(brief)};
  return report;
}

Result<Report> Registry::inferred() {
  const Instant today = now();
  const catalog::PriceBook current = book(today);
  Report report;
  BREAKEVEN_TRY(const auto list, views_->inferred());
  const auto records = registry::backtest(current.rules(), registry::rows_of(current));
  Table table{"inferred",
              "Inferred prices",
              {"vendor", "model", "field", "usd", "kind", "rule", "base_field", "base_usd",
               "reason", "source", "source_date"},
              {}};
  for (const codec::RegistryInferred& one : list) {
    const codec::RegistryPrice& price = one.price;
    table.rows.push_back({one.vendor, one.model, price.field, price.usd, price.kind, price.rule,
                          text_value(price.base_field), text_value(price.base_usd), price.reason,
                          text_value(price.source), text_value(price.seen_on)});
  }
  Table rules{"rules",
              "Rules against what vendors published",
              {"rule", "holds", "tested", "hit_percent", "everywhere_percent", "first_miss",
               "scope", "reason"},
              {}};
  Table years{"rule_years",
              {},
              {"rule", "year", "tested", "hits", "everywhere_tested", "everywhere_hits"},
              {}};
  Table misses{"rule_misses",
               {},
               {"rule", "vendor", "model", "field", "predicted_usd", "published_usd", "since",
                "ended", "source"},
               {}};
  for (const catalog::PriceRule& rule : current.rules()) {
    const auto record = std::ranges::find(records, rule.id, &registry::RuleRecord::id);
    if (record == records.end()) {
      rules.rows.push_back(
          {rule.id, Value(), Value(), Value(), Value(), Value(), rule.scope, rule.reason});
      continue;
    }
    const auto share = [](const registry::HitCount& count) {
      return count.tested == 0 ? Value() : Value(count.share() * 100);
    };
    Value first;
    if (!record->misses.empty()) {
      const registry::Prediction& miss = record->misses.front();
      first = fmt::format("{} {} {}: {} not {}", miss.date.iso(), miss.model, to_string(miss.field),
                          miss.published, miss.predicted);
    }
    rules.rows.push_back({rule.id, record->in_scope.tested == 0 ? Value() : Value(record->holds),
                          count_value(record->in_scope.tested), share(record->in_scope),
                          share(record->everywhere), first, rule.scope, rule.reason});
    for (const registry::YearCount& year : record->by_year) {
      years.rows.push_back({rule.id, std::int64_t{year.year}, count_value(year.in_scope.tested),
                            count_value(year.in_scope.hits), count_value(year.everywhere.tested),
                            count_value(year.everywhere.hits)});
    }
    for (const registry::Prediction& miss : record->misses) {
      misses.rows.push_back({rule.id, miss.vendor, miss.model, to_string(miss.field),
                             miss.predicted, miss.published, miss.date.iso(), miss.ended,
                             miss.source});
    }
  }
  report.head = {{"now", today.iso()}, {"inferred_count", count_value(list.size())}};
  report.tables = {std::move(table), std::move(rules), std::move(years), std::move(misses)};
  return report;
}

}  // namespace breakeven::service
