#include "service/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"
#include "engine/catalog/price_history.hpp"
#include "registry/dated_price.hpp"
#include "registry/matching.hpp"
#include "registry/rules.hpp"
#include "service/catalog_store.hpp"
#include "service/registry_rows.hpp"
#include "store/catalogue_import.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;
using codec::Report;
using codec::Table;
using codec::Value;

constexpr std::int64_t kDay = 86'400;

Value text(std::string_view words) { return words.empty() ? Value() : Value(std::string(words)); }
Value whole(std::size_t count) { return static_cast<std::int64_t>(count); }

std::vector<std::string> vendors_of(const catalog::PriceBook& book) {
  std::vector<std::string> out;
  for (const catalog::PricedModel& model : book.models()) {
    if (std::ranges::find(out, model.vendor) == out.end()) out.push_back(model.vendor);
  }
  return out;
}

Table changes_table(std::string title, const std::vector<store::RecordedChange>& rows) {
  Table table{"changes",
              std::move(title),
              {"id", "book", "vendor", "model", "field", "old_usd", "new_usd", "kind", "rule",
               "effective_from", "effective_to", "known_from", "state", "reason", "revises",
               "decided_by", "source", "seen_on", "url"},
              {}};
  for (const store::RecordedChange& row : rows) {
    const store::Change& c = row.change;
    table.rows.push_back({row.id, c.book, c.vendor, c.model, to_string(c.field),
                          usd_value(c.old_price), usd_value(c.new_price),
                          std::string(to_string(c.kind)), text(c.rule),
                          instant_value(c.effective_from), instant_value(c.effective_to),
                          instant_value(c.known_from), std::string(to_string(c.state)),
                          text(c.reason), c.revises ? Value(*c.revises) : Value(),
                          row.decided_by != 0 ? Value(row.decided_by) : Value(),
                          row.evidence.source, row.evidence.seen_on.iso(), text(row.evidence.url)});
  }
  return table;
}

/// The columns that a person reads; the whole rows are in the JSON.
Table short_changes(const Table& all) {
  Table table{{},
              all.title,
              {"id", "known_from", "effective_from", "model", "field", "old_usd", "new_usd", "kind",
               "state", "source"},
              {}};
  for (const auto& row : all.rows) {
    const auto cell = [&](std::string_view name) {
      const auto at = std::ranges::find(all.columns, name) - all.columns.begin();
      return row[static_cast<std::size_t>(at)];
    };
    std::vector<Value> line;
    for (const std::string& column : table.columns) line.push_back(cell(column));
    table.rows.push_back(std::move(line));
  }
  return table;
}

}  // namespace

Result<std::string> default_ledger_path() {
  fs::path base;
  // Read once at start, before any thread exists.
  const char* data = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  if (data != nullptr && *data == '/') {
    base = data;
  } else if (home != nullptr && *home != '\0') {
    base = fs::path(home) / ".local" / "share";
  } else {
    return Error{ErrorCode::not_found,
                 "expected XDG_DATA_HOME or HOME to be set; name a ledger with --store PATH",
                 {}};
  }
  const fs::path folder = base / "breakeven";
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    return Error{ErrorCode::io_error, "cannot make this folder: " + failure.message(),
                 folder.string()};
  }
  return (folder / "registry.db").string();
}

Instant Registry::now() const {
  if (fixed_now_) return *fixed_now_;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::seconds>(since).count()};
}

Result<Registry> Registry::open(const RegistryPlace& place) {
  Registry registry;
  registry.fixed_now_ = place.now;
  registry.location_ = place.store;
  registry.ledger_ = place.ledger;
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(place.catalog_dir));
  BREAKEVEN_TRY(registry.files_, read_catalog_files(directory));
  BREAKEVEN_TRY(auto facts, catalog::Catalog::load(registry.files_));
  registry.catalog_ = std::make_shared<const catalog::Catalog>(std::move(facts));
  if (!registry.ledger_) {
    if (registry.location_.empty()) {
      BREAKEVEN_TRY(registry.location_, default_ledger_path());
    }
    BREAKEVEN_TRY(auto ledger, store::open_ledger(registry.location_));
    registry.ledger_ = std::move(ledger);
  }
  BREAKEVEN_TRY(const auto history, catalog::load_price_history(registry.files_));
  BREAKEVEN_TRY(const auto imported, store::import_catalogue(*registry.ledger_, registry.prices(),
                                                             history, registry.now()));
  (void)imported;
  return registry;
}

catalog::PriceBook Registry::book(Instant known_at) const {
  return ledger_->book(store::kOurBook, known_at, catalog_->prices());
}

Result<Report> Registry::status() {
  const Instant today = now();
  Report report;
  BREAKEVEN_TRY(const store::LedgerCounts counts, ledger_->counts());
  const catalog::PriceBook current = book(today);

  Table vendors{"vendors",
                "Vendors",
                {"vendor", "models", "prices", "published", "inferred", "contested", "unknown",
                 "last_verified", "basis", "by", "age_days", "verified"},
                {}};
  std::int64_t fresh_vendors = 0;
  const std::vector<registry::DatedPrice> rows = registry::rows_of(current);
  for (const std::string& vendor : vendors_of(prices())) {
    std::array<std::int64_t, 4> kinds{};
    std::set<std::string> models;
    for (const registry::DatedPrice& row : rows) {
      if (row.vendor != vendor || !row.in_effect(today)) continue;
      ++kinds[static_cast<std::size_t>(row.kind)];
      models.insert(row.model);
    }
    BREAKEVEN_TRY(const auto seen, verified(*ledger_, vendor, {}));
    Value when;
    Value basis;
    Value by;
    Value age;
    bool fresh = false;
    if (seen) {
      const bool read = seen->basis == store::Verification::Basis::snapshot;
      const std::int64_t days = (today.seconds - seen->at.seconds) / kDay;
      when = seen->at.date().iso();
      basis = std::string(read ? "snapshot" : "crawler run only");
      by = seen->source;
      age = days;
      // That a crawler ran shows only that it ran.
      fresh = read && days <= kFreshDays;
    }
    fresh_vendors += fresh ? 1 : 0;
    vendors.rows.push_back({vendor, whole(models.size()), kinds[0] + kinds[1] + kinds[2] + kinds[3],
                            kinds[0], kinds[1], kinds[2], kinds[3], when, basis, by, age, fresh});
  }

  Table sources{"sources",
                "Sources (last run)",
                {"source", "book", "started", "status", "http_status", "rows", "changes",
                 "quarantined", "error"},
                {}};
  std::set<std::string> listed;
  BREAKEVEN_TRY(const auto runs, ledger_->runs({}, {0, 10'000}));
  for (const store::RecordedRun& one : runs) {
    const store::Run& run = one.run;
    if (!listed.insert(run.source + " " + run.book).second) continue;
    sources.rows.push_back({run.source, run.book, run.started.iso(),
                            std::string(to_string(run.status)),
                            run.http_status == 0 ? Value() : Value(std::int64_t{run.http_status}),
                            run.rows, run.changes, run.quarantined, text(run.error)});
  }
  store::ChangeFilter waiting;
  waiting.undecided = true;
  BREAKEVEN_TRY(const auto undecided, all_changes(*ledger_, waiting));

  report.head = {{"ledger", location_},
                 {"now", today.iso()},
                 {"catalogue", prices().newest().iso()},
                 {"models", whole(prices().models().size())},
                 {"vendors_verified", fmt::format("{} of {} within {} days", fresh_vendors,
                                                  vendors.rows.size(), kFreshDays)},
                 {"verified", fresh_vendors},
                 {"vendor_count", whole(vendors.rows.size())},
                 {"waiting_for_review", whole(undecided.size())},
                 {"runs", counts.runs},
                 {"snapshots", counts.snapshots},
                 {"evidence", counts.evidence},
                 {"changes", counts.changes}};
  report.tables = {std::move(vendors), std::move(sources)};
  return report;
}

namespace {

/// The day so many months before, in the same day of the month where that exists.
Instant months_before(Instant at, int months) {
  const std::string iso = at.date().iso();
  const auto number = [&](std::size_t from, std::size_t size) {
    const auto parsed = parse_int(std::string_view(iso).substr(from, size));
    return parsed.ok() ? static_cast<int>(*parsed) : 1;
  };
  const int total = number(0, 4) * 12 + number(5, 2) - 1 - months;
  for (int day = number(8, 2); day > 0; --day) {
    const auto date = Date::from_civil(total / 12, total % 12 + 1, day);
    if (date.ok()) return Instant::from_date(*date);
  }
  return at;
}

}  // namespace

Result<Report> Registry::history(std::string_view model) {
  const Instant today = now();
  const catalog::PriceBook current = book(today);
  BREAKEVEN_TRY(const registry::Match match, registry::match_model(prices(), {}, model));
  const std::string vendor = match.model->vendor;
  const std::string name = match.model->name;
  Report report;
  report.head = {{"model", match.model->id()},
                 {"asked", std::string(model)},
                 {"matched", std::string(to_string(match.how))},
                 {"now", today.iso()}};

  BREAKEVEN_TRY(auto ours, ledger_->history(store::kOurBook, vendor, name));
  std::map<store::ChangeId, const store::RecordedChange*> by_id;
  for (const store::RecordedChange& row : ours) by_id[row.id] = &row;

  Table now_table{"prices",
                  "Prices in effect",
                  {"field", "usd", "kind", "rule", "effective_from", "known_from", "verified",
                   "basis", "source", "seen_on"},
                  {}};
  for (const store::PriceAsOf& price :
       ledger_->prices(store::kOurBook, vendor, name, today, today)) {
    const auto row = by_id.find(price.change);
    BREAKEVEN_TRY(const auto seen, verified(*ledger_, vendor, price.field));
    const bool read = seen && seen->basis == store::Verification::Basis::snapshot;
    now_table.rows.push_back(
        {to_string(price.field), usd_value(price.price), std::string(to_string(price.kind)),
         text(price.rule), instant_value(price.effective_from), instant_value(price.known_from),
         seen ? Value(seen->at.date().iso()) : Value(),
         seen ? Value(std::string(read ? "snapshot" : "crawler run only")) : Value(),
         row == by_id.end() ? Value() : Value(row->second->evidence.source),
         row == by_id.end() ? Value() : Value(row->second->evidence.seen_on.iso())});
  }

  BREAKEVEN_TRY(const auto everywhere, ledger_->history({}, vendor, name));
  // Before anybody saw the model it had no price, whatever its first row's open start says.
  std::optional<Date> first_seen;
  for (const store::RecordedChange& row : everywhere) {
    if (!first_seen || row.evidence.seen_on < *first_seen) first_seen = row.evidence.seen_on;
  }
  // A budget is made with the list prices of its day; which those were is known better today.
  Table budget{"budget",
               "What a budget set then is off by",
               {"months_ago", "set_on", "field", "then_usd", "now_usd", "off_percent", "note"},
               {}};
  for (const int months : {12, 24}) {
    const Instant then = months_before(today, months);
    for (const char* key : {"input_mtok", "cache_read_mtok", "output_mtok"}) {
      const catalog::PriceField field = catalog::parse_price_field(key).value();
      auto was = ledger_->as_of(store::kOurBook, vendor, name, field, then, today);
      if (was && was->effective_from == store::kAlways && first_seen && then.date() < *first_seen) {
        was.reset();
      }
      const auto is = ledger_->as_of(store::kOurBook, vendor, name, field, today, today);
      Value off;
      std::string note;
      if (!was) {
        note = "not listed then";
      } else if (!is) {
        note = "no longer listed";
      } else if (!was->price || !is->price) {
        note = "unknown: nobody publishes it";
      } else {
        // How far the bill of today lies from what the budget of then foresaw.
        off = registry::percent_above(*is->price, *was->price);
      }
      budget.rows.push_back({std::int64_t{months}, then.date().iso(), std::string(key),
                             was ? usd_value(was->price) : Value(),
                             is ? usd_value(is->price) : Value(), off, text(note)});
    }
  }

  Table table = changes_table("Every change, oldest effect first", ours);
  Table brief = short_changes(table);
  table.title.clear();
  std::vector<store::RecordedChange> others;
  for (const store::RecordedChange& row : everywhere) {
    if (row.change.book != store::kOurBook) others.push_back(row);
  }
  Table seen = changes_table({}, others);
  seen.name = "others";
  report.head.emplace_back("changes_elsewhere", whole(others.size()));
  report.tables = {std::move(now_table), std::move(budget), std::move(table), std::move(seen)};
  report.tables.push_back(std::move(brief));
  return report;
}

Result<Report> Registry::changes(const ChangesQuery& query) {
  store::ChangeFilter filter;
  filter.book = query.book.empty() ? std::string(store::kOurBook) : query.book;
  if (query.book == "all") filter.book.clear();
  filter.vendor = query.vendor.empty() ? std::string() : prices().vendor_id(query.vendor);
  filter.model = query.model;
  if (!query.model.empty() && filter.book == store::kOurBook) {
    BREAKEVEN_TRY(const auto match, registry::match_model(prices(), query.vendor, query.model));
    filter.vendor = match.model->vendor;
    filter.model = match.model->name;
  }
  if (!query.state.empty()) {
    BREAKEVEN_TRY(filter.state, store::parse_change_state(query.state));
  }
  filter.known_since = query.since;
  BREAKEVEN_TRY(const auto rows, ledger_->changes(filter, {query.before, query.limit}));
  Report report;
  report.head = {{"book", filter.book.empty() ? std::string("all") : filter.book},
                 {"next_before",
                  rows.size() == query.limit && !rows.empty() ? Value(rows.back().id) : Value()}};
  Table table = changes_table("Changes, newest first", rows);
  Table brief = short_changes(table);
  table.title.clear();
  report.tables = {std::move(table), std::move(brief)};
  return report;
}

Result<Report> Registry::inferred() {
  const Instant today = now();
  const catalog::PriceBook current = book(today);
  Report report;
  const auto list = registry::inferred_prices(current, today);
  const auto records = registry::backtest(prices().rules(), registry::rows_of(current));
  std::set<std::string> broken;
  for (const registry::RuleRecord& record : records) {
    if (!record.holds) broken.insert(record.id);
  }
  Table table{"inferred",
              "Inferred prices",
              {"vendor", "model", "field", "usd", "kind", "rule", "base_field", "base_usd",
               "reason", "source", "source_date"},
              {}};
  for (const registry::InferredPrice& one : list) {
    // What a broken rule infers is no longer believed.
    const std::string kind = broken.contains(one.rule) ? "contested" : "inferred";
    table.rows.push_back({one.vendor, one.model, to_string(one.field), one.usd, kind, one.rule,
                          text(one.base_field), text(one.base_usd), one.reason, text(one.source),
                          text(one.source_date)});
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
  for (const catalog::PriceRule& rule : prices().rules()) {
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
                          whole(record->in_scope.tested), share(record->in_scope),
                          share(record->everywhere), first, rule.scope, rule.reason});
    for (const registry::YearCount& year : record->by_year) {
      years.rows.push_back({rule.id, std::int64_t{year.year}, whole(year.in_scope.tested),
                            whole(year.in_scope.hits), whole(year.everywhere.tested),
                            whole(year.everywhere.hits)});
    }
    for (const registry::Prediction& miss : record->misses) {
      misses.rows.push_back({rule.id, miss.vendor, miss.model, to_string(miss.field),
                             miss.predicted, miss.published, miss.date.iso(), miss.ended,
                             miss.source});
    }
  }
  report.head = {{"now", today.iso()}, {"inferred_count", whole(list.size())}};
  report.tables = {std::move(table), std::move(rules), std::move(years), std::move(misses)};
  return report;
}

Result<Report> Registry::review(const std::optional<Decision>& decision) {
  Report report;
  if (decision) {
    BREAKEVEN_TRY(const store::RecordedChange row, ledger_->change(decision->change));
    const std::string where = "change " + std::to_string(decision->change);
    if (!decision->accept && decision->reason.empty()) {
      return Error{ErrorCode::invalid_argument, "expected a reason with a rejection", where};
    }
    const bool waits = row.change.state == store::ChangeState::proposed ||
                       row.change.state == store::ChangeState::quarantined;
    if (!waits || row.decided_by != 0) {
      return Error{ErrorCode::invalid_argument,
                   waits ? "is decided already, by change " + std::to_string(row.decided_by)
                         : "expected a proposed or quarantined change, found one that is " +
                               std::string(to_string(row.change.state)),
                   where};
    }
    const Instant today = now();
    store::RunRecord record;
    record.run.book = row.change.book;
    record.run.source = "review";
    record.run.started = today;
    record.run.finished = today;
    store::Evidence evidence = row.evidence;
    if (!decision->reason.empty()) evidence.statement = decision->reason;
    record.evidence.push_back(std::move(evidence));
    store::NewChange change;
    change.change = row.change;
    change.change.known_from = today;
    change.change.state =
        decision->accept ? store::ChangeState::applied : store::ChangeState::rejected;
    change.change.reason = decision->reason;
    change.change.revises = row.id;
    record.changes.push_back(std::move(change));
    BREAKEVEN_TRY(const store::Receipt receipt, ledger_->record(record));
    report.head.emplace_back("decided", decision->change);
    report.head.emplace_back("as", std::string(decision->accept ? "applied" : "rejected"));
    report.head.emplace_back("recorded_as", receipt.first_change);
  }
  store::ChangeFilter filter;
  filter.undecided = true;
  BREAKEVEN_TRY(const auto waiting, all_changes(*ledger_, filter));
  report.head.emplace_back("waiting", whole(waiting.size()));
  Table table = changes_table({}, waiting);
  Table brief{{},
              "Waiting for a decision",
              {"id", "book", "model", "field", "old_usd", "new_usd", "state", "reason"},
              {}};
  for (const store::RecordedChange& row : waiting) {
    brief.rows.push_back({row.id, row.change.book, row.change.vendor + "/" + row.change.model,
                          to_string(row.change.field), usd_value(row.change.old_price),
                          usd_value(row.change.new_price), std::string(to_string(row.change.state)),
                          text(row.change.reason)});
  }
  report.tables = {std::move(table), std::move(brief)};
  return report;
}

}  // namespace breakeven::service
