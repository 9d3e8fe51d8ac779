#include "store/sql_ledger.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

#include "store/ledger_check.hpp"

namespace breakeven::store {
namespace {

constexpr std::int64_t kRowsPerPart = 10'000;

SqlValue nano(const std::optional<Price>& price) {
  if (!price) return {};
  return price->nano_usd;
}
SqlValue atto(const std::optional<Price>& price) {
  if (!price) return {};
  return price->atto_usd;
}
std::string text(std::string_view view) { return std::string(view); }

PriceAsOf answer(const catalog::PriceFact& fact) {
  PriceAsOf out;
  out.field = fact.field;
  out.price = fact.price;
  out.kind = fact.kind;
  out.rule = fact.rule;
  out.source = fact.source;
  out.source_date = fact.source_date;
  out.effective_from = Instant{fact.from_s};
  out.known_from = Instant{fact.known_s};
  out.change = fact.id;
  return out;
}

}  // namespace

SqlLedger::SqlLedger(std::unique_ptr<SqlConnection> connection)
    : connection_(std::move(connection)) {}

Status SqlLedger::refresh() {
  const std::scoped_lock lock(database_mutex_);
  return catch_up();
}

Result<RunId> SqlLedger::version() {
  const std::scoped_lock lock(database_mutex_);
  RunId newest = 0;
  BREAKEVEN_CHECK_OK(connection_->query("SELECT coalesce(max(id), 0) FROM crawler_runs", {},
                                        [&](const SqlRow& row) -> Status {
                                          newest = row.integer(0);
                                          return {};
                                        }));
  return newest;
}

Status SqlLedger::catch_up() {
  // In parts, so that a long ledger is not held twice. indexed_ is written only under
  // database_mutex_, which the caller holds.
  for (;;) {
    BREAKEVEN_TRY(
        const std::vector<RecordedChange> added,
        select_changes("WHERE c.id > $1", {indexed_, kRowsPerPart}, "ORDER BY c.id LIMIT $2"));
    const std::unique_lock lock(index_mutex_);
    for (const RecordedChange& one : added) index(one);
    if (std::ssize(added) < kRowsPerPart) break;
  }
  return catch_up_rules();
}

Status SqlLedger::catch_up_rules() {
  std::vector<std::pair<std::string, RuleText>> added;
  std::int64_t last = rules_read_;
  BREAKEVEN_CHECK_OK(connection_->query(
      "SELECT id, name, known_from, content FROM pricing_rules WHERE id > $1 ORDER BY id",
      std::vector<SqlValue>{rules_read_}, [&](const SqlRow& row) -> Status {
        last = row.integer(0);
        const catalog::NamedText text{std::string(row.text(1)), std::string(row.text(3))};
        const auto mistakes = catalog::PriceBook::rule_mistakes({&text, 1});
        if (!mistakes.empty()) return mistakes.front();
        added.emplace_back(text.name, RuleText{Instant{row.integer(2)}, text.content});
        return {};
      }));
  const std::unique_lock lock(index_mutex_);
  for (auto& [name, text] : added) rules_[name].push_back(std::move(text));
  rules_read_ = last;
  return {};
}

void SqlLedger::index(const RecordedChange& recorded) {
  const Change& c = recorded.change;
  const catalog::PriceOwner owner{c.book, c.vendor, c.model};
  if (c.state == ChangeState::applied) {
    const std::string seen_on = recorded.evidence.seen_on.iso();
    catalog::PriceFact fact;
    fact.id = recorded.id;
    fact.field = c.field;
    fact.from_s = c.effective_from.seconds;
    if (c.effective_to) fact.to_s = c.effective_to->seconds;
    fact.known_s = c.known_from.seconds;
    fact.price = c.new_price;
    fact.kind = c.kind;
    fact.rule = c.rule;
    fact.source = recorded.evidence.source;
    fact.source_date = seen_on;
    index_.add(owner, fact);
  } else if (c.state == ChangeState::cancelled) {
    (void)index_.cancel(owner, c.field, c.revises.value_or(0), c.known_from.seconds);
  }
  Newest& newest = newest_[c.book];
  newest.known = std::max(newest.known, c.known_from);
  newest.id = recorded.id;
  indexed_ = recorded.id;
}

Result<Receipt> SqlLedger::record(const RunRecord& record) {
  BREAKEVEN_CHECK_OK(check_record(record));
  const std::scoped_lock lock(database_mutex_);
  BREAKEVEN_CHECK_OK(connection_->begin_write());
  Result<Receipt> written = write(record);
  if (!written.ok()) {
    connection_->rollback();
    return written;
  }
  if (const Status committed = connection_->commit(); !committed.ok()) {
    connection_->rollback();
    return committed.error();
  }
  // The rows are safe. Should the index not see them now, the next refresh() or record() will.
  (void)catch_up();
  return written;
}

Result<Receipt> SqlLedger::write(const RunRecord& record) {
  // Inside the transaction no other writer can add to what is checked against.
  BREAKEVEN_CHECK_OK(catch_up());
  BREAKEVEN_CHECK_OK(check_against_ledger(record));
  BREAKEVEN_TRY(const Receipt numbers, next_numbers(record));
  BREAKEVEN_CHECK_OK(insert_run(record, numbers));
  BREAKEVEN_CHECK_OK(insert_snapshot(record, numbers));
  BREAKEVEN_CHECK_OK(insert_evidence(record, numbers));
  BREAKEVEN_CHECK_OK(insert_changes(record, numbers));
  BREAKEVEN_CHECK_OK(insert_rules(record, numbers));
  return numbers;
}

Status SqlLedger::check_against_ledger(const RunRecord& record) {
  const auto newest = newest_.find(record.run.book);
  const ChangeId last = newest == newest_.end() ? 0 : newest->second.id;
  if (record.made_after && last > *record.made_after) {
    return Error{ErrorCode::invalid_argument,
                 "expected book " + record.run.book + " unchanged since change " +
                     std::to_string(*record.made_after) + ", found change " + std::to_string(last),
                 "run"};
  }
  for (const catalog::NamedText& text : record.rules) {
    const auto known = rules_.find(text.name);
    if (known != rules_.end() && record.run.started < known->second.back().known) {
      return Error{ErrorCode::invalid_argument,
                   "known times never run backwards: expected " + known->second.back().known.iso() +
                       " or later, found " + record.run.started.iso(),
                   text.name};
    }
  }
  for (std::size_t i = 0; i < record.changes.size(); ++i) {
    const Change& c = record.changes[i].change;
    const std::string where = "change " + std::to_string(i + 1);
    if (newest != newest_.end()) {
      BREAKEVEN_CHECK_OK(check_known(c, newest->second.known, where));
    }
    if (!c.revises) continue;
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (record.changes[earlier].change.revises == c.revises) {
        return Error{ErrorCode::invalid_argument,
                     "expected a row that nothing has decided upon, found it decided by change " +
                         std::to_string(earlier + 1),
                     where};
      }
    }
    BREAKEVEN_TRY(const std::vector<RecordedChange> about,
                  select_changes("WHERE c.id = $1", {*c.revises}, ""));
    if (about.empty()) {
      return Error{ErrorCode::not_found, "no change " + std::to_string(*c.revises) + " to revise",
                   where};
    }
    BREAKEVEN_CHECK_OK(
        check_decision(c, about.front().change, about.front().decided_by != 0, where));
  }
  return {};
}

Result<Receipt> SqlLedger::next_numbers(const RunRecord& record) {
  Receipt next;
  BREAKEVEN_CHECK_OK(
      connection_->query("SELECT (SELECT coalesce(max(id), 0) FROM crawler_runs),"
                         " (SELECT coalesce(max(id), 0) FROM pricing_snapshots),"
                         " (SELECT coalesce(max(id), 0) FROM price_evidence),"
                         " (SELECT coalesce(max(id), 0) FROM price_changelog)",
                         {}, [&](const SqlRow& row) -> Status {
                           next.run = row.integer(0) + 1;
                           next.snapshot = record.snapshot ? row.integer(1) + 1 : 0;
                           next.first_evidence = row.integer(2) + 1;
                           next.first_change = row.integer(3) + 1;
                           return {};
                         }));
  return next;
}

Status SqlLedger::insert_run(const RunRecord& record, const Receipt& numbers) {
  static constexpr std::array<std::string_view, 12> kColumns{
      "id",     "book",        "source",    "vendor",  "started",     "finished",
      "status", "http_status", "rows_read", "changes", "quarantined", "error"};
  std::int64_t changes = 0;
  std::int64_t quarantined = 0;
  for (const NewChange& added : record.changes) {
    const ChangeState state = added.change.state;
    if (state == ChangeState::quarantined) ++quarantined;
    if (state == ChangeState::applied || state == ChangeState::proposed) ++changes;
  }
  const Run& run = record.run;
  const std::vector<SqlValue> values{numbers.run,
                                     run.book,
                                     run.source,
                                     run.vendor,
                                     run.started.seconds,
                                     run.finished.seconds,
                                     text(to_string(run.status)),
                                     std::int64_t{run.http_status},
                                     run.rows,
                                     changes,
                                     quarantined,
                                     run.error};
  return connection_->insert("crawler_runs", kColumns, values);
}

Status SqlLedger::insert_snapshot(const RunRecord& record, const Receipt& numbers) {
  static constexpr std::array<std::string_view, 7> kColumns{
      "id", "run", "source", "taken_at", "content_hash", "etag", "rows_read"};
  static constexpr std::array<std::string_view, 6> kCovered{"snapshot", "book",      "vendor",
                                                            "field",    "rows_read", "verified_at"};
  if (!record.snapshot) return {};
  const Snapshot& snapshot = *record.snapshot;
  const std::vector<SqlValue> values{
      numbers.snapshot,      numbers.run,   snapshot.source, snapshot.taken_at.seconds,
      snapshot.content_hash, snapshot.etag, snapshot.rows};
  BREAKEVEN_CHECK_OK(connection_->insert("pricing_snapshots", kColumns, values));
  std::vector<SqlValue> covered;
  covered.reserve(snapshot.covers.size() * kCovered.size());
  for (const Coverage& coverage : snapshot.covers) {
    covered.insert(covered.end(),
                   {numbers.snapshot, record.run.book, coverage.vendor, to_string(coverage.field),
                    coverage.rows, coverage.verified_at.seconds});
  }
  return connection_->insert("snapshot_coverage", kCovered, covered);
}

Status SqlLedger::insert_evidence(const RunRecord& record, const Receipt& numbers) {
  static constexpr std::array<std::string_view, 7> kColumns{
      "id", "run", "source", "url", "statement", "seen_on", "content_hash"};
  std::vector<SqlValue> values;
  values.reserve(record.evidence.size() * kColumns.size());
  EvidenceId id = numbers.first_evidence;
  for (const Evidence& e : record.evidence) {
    values.insert(values.end(), {id++, numbers.run, e.source, e.url, e.statement,
                                 std::int64_t{e.seen_on.days}, e.content_hash});
  }
  return connection_->insert("price_evidence", kColumns, values);
}

Status SqlLedger::insert_changes(const RunRecord& record, const Receipt& numbers) {
  static constexpr std::array<std::string_view, 20> kColumns{
      "id",           "run",        "evidence",     "book",         "vendor",
      "model",        "field",      "old_nano_usd", "old_atto_usd", "new_nano_usd",
      "new_atto_usd", "kind",       "rule",         "base_field",   "effective_from",
      "effective_to", "known_from", "state",        "reason",       "revises"};
  std::vector<SqlValue> values;
  values.reserve(record.changes.size() * kColumns.size());
  ChangeId id = numbers.first_change;
  for (const NewChange& added : record.changes) {
    const Change& c = added.change;
    SqlValue effective_to;
    if (c.effective_to) effective_to = c.effective_to->seconds;
    SqlValue revises;
    if (c.revises) revises = *c.revises;
    if (added.revises_here) {
      revises = numbers.first_change + static_cast<ChangeId>(*added.revises_here);
    }
    values.insert(values.end(), {id++,
                                 numbers.run,
                                 numbers.first_evidence + static_cast<EvidenceId>(added.evidence),
                                 c.book,
                                 c.vendor,
                                 c.model,
                                 to_string(c.field),
                                 nano(c.old_price),
                                 atto(c.old_price),
                                 nano(c.new_price),
                                 atto(c.new_price),
                                 text(to_string(c.kind)),
                                 c.rule,
                                 c.base_field ? to_string(*c.base_field) : std::string(),
                                 c.effective_from.seconds,
                                 effective_to,
                                 c.known_from.seconds,
                                 text(to_string(c.state)),
                                 c.reason,
                                 revises});
  }
  return connection_->insert("price_changelog", kColumns, values);
}

Status SqlLedger::insert_rules(const RunRecord& record, const Receipt& numbers) {
  static constexpr std::array<std::string_view, 5> kColumns{"id", "run", "name", "known_from",
                                                            "content"};
  std::vector<SqlValue> values;
  std::int64_t id = rules_read_;
  for (const catalog::NamedText& text : record.rules) {
    values.insert(values.end(),
                  {++id, numbers.run, text.name, record.run.started.seconds, text.content});
  }
  return values.empty() ? Status() : connection_->insert("pricing_rules", kColumns, values);
}

std::vector<catalog::NamedText> SqlLedger::rules(Instant known_at) const {
  const std::shared_lock lock(index_mutex_);
  std::vector<catalog::NamedText> out;
  for (const auto& [name, texts] : rules_) {
    const RuleText* known = &texts.front();
    for (const RuleText& text : texts) {
      if (text.known <= known_at) known = &text;
    }
    out.push_back({name, known->content});
  }
  return out;
}

std::optional<PriceAsOf> SqlLedger::as_of(std::string_view book, std::string_view vendor,
                                          std::string_view model, const catalog::PriceField& field,
                                          Instant effective_at, Instant known_at) const {
  const std::shared_lock lock(index_mutex_);
  const auto fact =
      index_.find({book, vendor, model}, field, effective_at.seconds, known_at.seconds);
  if (!fact) return std::nullopt;
  return answer(*fact);
}

std::vector<std::pair<std::string, std::string>> SqlLedger::models(std::string_view book) const {
  const std::shared_lock lock(index_mutex_);
  std::vector<std::pair<std::string, std::string>> out;
  for (const catalog::PriceOwner& owner : index_.models(book)) {
    out.emplace_back(owner.vendor, owner.model);
  }
  return out;
}

std::vector<PriceAsOf> SqlLedger::prices(std::string_view book, std::string_view vendor,
                                         std::string_view model, Instant effective_at,
                                         Instant known_at) const {
  const std::shared_lock lock(index_mutex_);
  std::vector<PriceAsOf> out;
  for (const catalog::PriceFact& fact :
       index_.find_all({book, vendor, model}, effective_at.seconds, known_at.seconds)) {
    out.push_back(answer(fact));
  }
  return out;
}

catalog::PriceBook SqlLedger::book(std::string_view book, Instant known_at,
                                   const catalog::PriceBook& base) const {
  std::vector<catalog::PricedModel> models;
  {
    const std::shared_lock lock(index_mutex_);
    for (const catalog::PriceOwner& owner : index_.models(book)) {
      catalog::PricedModel model;
      model.vendor = owner.vendor;
      model.name = owner.model;
      model.rows = index_.rows(owner, known_at.seconds, "price_changelog:");
      if (!model.rows.empty()) models.push_back(std::move(model));
    }
  }
  return base.with_prices(std::move(models), known_at, rules(known_at));
}

}  // namespace breakeven::store
