#include "service/registry.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "registry/fetcher.hpp"
#include "registry/matching.hpp"
#include "service/registry_rows.hpp"

namespace breakeven::service {
namespace {

using codec::Report;
using codec::Table;
using codec::Value;

Result<Table> sources_table(store::Ledger& ledger) {
  Table sources{"sources",
                "Sources (last run)",
                {"source", "book", "started", "status", "http_status", "rows", "changes",
                 "quarantined", "error"},
                {}};
  BREAKEVEN_TRY(const auto runs, last_runs(ledger));
  for (const store::RecordedRun& one : runs) {
    const store::Run& run = one.run;
    sources.rows.push_back({run.source, run.book, run.started.iso(),
                            std::string(to_string(run.status)),
                            run.http_status == 0 ? Value() : Value(std::int64_t{run.http_status}),
                            run.rows, run.changes, run.quarantined, text_value(run.error)});
  }
  return sources;
}

}  // namespace

Instant Registry::now() const { return views_->now(); }

Result<Registry> Registry::open(const RegistryPlace& place) {
  std::function<Instant()> clock = registry::system_clock().now;
  if (place.now) clock = [now = *place.now] { return now; };
  BREAKEVEN_TRY(OpenedRegistry opened,
                open_registry(place.store, place.catalog_dir, clock(), place.ledger));
  Registry registry;
  registry.fixed_now_ = place.now;
  registry.location_ = std::move(opened.location);
  registry.ledger_ = std::move(opened.ledger);
  registry.catalog_ = std::move(opened.catalog);
  registry.files_ = std::move(opened.files);
  registry.views_ =
      std::make_shared<RegistryViews>(registry.ledger_, registry.catalog_, std::move(clock));
  return registry;
}

catalog::PriceBook Registry::book(Instant known_at) const {
  return ledger_->book(store::kOurBook, known_at, catalog_->prices());
}

Result<Report> Registry::status() {
  Report report;
  BREAKEVEN_TRY(const store::LedgerCounts counts, ledger_->counts());
  BREAKEVEN_TRY(const codec::RegistryVendors found, views_->vendors());
  Table vendors{"vendors",
                "Vendors",
                {"vendor", "models", "prices", "published", "inferred", "contested", "unknown",
                 "last_verified", "basis", "by", "age_days", "verified"},
                {}};
  std::int64_t fresh = 0;
  for (const codec::RegistryVendor& one : found.vendors) {
    const codec::KindCounts& kinds = one.prices;
    fresh += one.verified ? 1 : 0;
    vendors.rows.push_back(
        {one.vendor, one.models, kinds.published + kinds.inferred + kinds.contested + kinds.unknown,
         kinds.published, kinds.inferred, kinds.contested, kinds.unknown,
         text_value(one.last_verified), basis_words(one.basis), text_value(one.source),
         one.age_days ? Value(*one.age_days) : Value(), one.verified});
  }
  BREAKEVEN_TRY(Table sources, sources_table(*ledger_));
  store::ChangeFilter waiting;
  waiting.undecided = true;
  BREAKEVEN_TRY(const auto undecided, all_changes(*ledger_, waiting));
  BREAKEVEN_TRY(const bool read, ever_read(*ledger_));
  const std::string newest = prices().newest().iso();
  report.head = {{"ledger", location_},
                 {"now", found.now},
                 {"catalogue", newest},
                 {"sources_read",
                  read ? Value(true)
                       : Value("never: these are the prices that came with the program, of " +
                               newest + " and before; breakeven registry crawl reads sources")},
                 {"models", count_value(prices().models().size())},
                 {"vendors_verified", fmt::format("{} of {} within {} days", fresh,
                                                  vendors.rows.size(), found.fresh_days)},
                 {"verified", fresh},
                 {"vendor_count", count_value(vendors.rows.size())},
                 {"waiting_for_review", count_value(undecided.size())},
                 {"runs", counts.runs},
                 {"snapshots", counts.snapshots},
                 {"evidence", counts.evidence},
                 {"changes", counts.changes}};
  report.tables = {std::move(vendors), std::move(sources)};
  return report;
}

Result<store::ChangeFilter> Registry::filter_of(const ChangesQuery& query) const {
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
  return filter;
}

Result<Report> Registry::changes(const ChangesQuery& query) {
  BREAKEVEN_TRY(const store::ChangeFilter filter, filter_of(query));
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
  report.head.emplace_back("waiting", count_value(waiting.size()));
  Table table = changes_table({}, waiting);
  Table brief{{},
              "Waiting for a decision",
              {"id", "book", "model", "field", "old_usd", "new_usd", "state", "reason"},
              {}};
  for (const store::RecordedChange& row : waiting) {
    brief.rows.push_back({row.id, row.change.book, row.change.vendor + "/" + row.change.model,
                          to_string(row.change.field), usd_value(row.change.old_price),
                          usd_value(row.change.new_price), std::string(to_string(row.change.state)),
                          text_value(row.change.reason)});
  }
  report.tables = {std::move(table), std::move(brief)};
  return report;
}

}  // namespace breakeven::service
