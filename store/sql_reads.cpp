#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/catalog/billing_unit.hpp"
#include "store/sql_ledger.hpp"

namespace breakeven::store {
namespace {

constexpr std::size_t kLongestPage = 10'000;

/// Conditions of a WHERE clause with their values, numbered as they come.
class Conditions {
 public:
  /// `condition` ends where its value goes: "c.book =".
  void add(std::string_view condition, SqlValue value) {
    values_.push_back(std::move(value));
    and_then(std::string(condition) + " $" + std::to_string(values_.size()));
  }
  void and_then(const std::string& condition) {
    text_ += (text_.empty() ? "WHERE " : " AND ") + condition;
  }
  void add_text(std::string_view condition, std::string_view value) {
    if (!value.empty()) add(condition, std::string(value));
  }
  /// The page of rows before a number, newest first: what follows text().
  [[nodiscard]] std::string newest_first(const std::string& id, const Page& page) {
    if (page.before > 0) add(id + " <", page.before);
    values_.emplace_back(static_cast<std::int64_t>(page.limit));
    return " ORDER BY " + id + " DESC LIMIT $" + std::to_string(values_.size());
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<SqlValue>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<SqlValue> values_;
};

Status check_page(const Page& page) {
  if (page.limit >= 1 && page.limit <= kLongestPage && page.before >= 0) return {};
  return Error{ErrorCode::out_of_range,
               "expected a page of 1 to " + std::to_string(kLongestPage) + " rows, found " +
                   std::to_string(page.limit),
               "limit"};
}

/// A text that this program wrote and cannot read: the ledger was altered.
Error altered(std::string_view table, std::int64_t id, const Error& why) {
  return Error{ErrorCode::parse_error, why.text(), std::string(table) + ":" + std::to_string(id)};
}

Result<catalog::PriceKind> kind_of(std::string_view text) {
  using catalog::PriceKind;
  for (const PriceKind kind :
       {PriceKind::published, PriceKind::inferred, PriceKind::contested, PriceKind::unknown}) {
    if (to_string(kind) == text) return kind;
  }
  return Error{ErrorCode::parse_error, "expected a kind of price, found " + std::string(text), {}};
}

Result<RunStatus> status_of(std::string_view text) {
  for (const RunStatus status :
       {RunStatus::succeeded, RunStatus::not_modified, RunStatus::failed}) {
    if (to_string(status) == text) return status;
  }
  return Error{ErrorCode::parse_error, "expected a run's status, found " + std::string(text), {}};
}

std::optional<Price> price_of(const SqlRow& row, int nano, int atto, catalog::BillingUnit unit) {
  if (row.null(nano)) return std::nullopt;
  return Price{row.integer(nano), catalog::info(unit).per, row.integer(atto)};
}

constexpr const char* kSelectChange =
    "SELECT c.id, c.run, c.evidence, c.book, c.vendor, c.model, c.field, c.old_nano_usd,"
    " c.old_atto_usd, c.new_nano_usd, c.new_atto_usd, c.kind, c.rule, c.base_field,"
    " c.effective_from, c.effective_to, c.known_from, c.state, c.reason, c.revises,"
    " e.source, e.url, e.statement, e.seen_on, e.content_hash, d.id"
    " FROM price_changelog c JOIN price_evidence e ON e.id = c.evidence"
    " LEFT JOIN price_changelog d ON d.revises = c.id ";

Result<RecordedChange> change_of(const SqlRow& row) {
  RecordedChange out;
  out.id = row.integer(0);
  out.run = row.integer(1);
  out.evidence_id = row.integer(2);
  Change& c = out.change;
  c.book = row.text(3);
  c.vendor = row.text(4);
  c.model = row.text(5);
  const auto field = catalog::parse_price_field(row.text(6));
  if (!field.ok()) return altered("price_changelog", out.id, field.error());
  c.field = *field;
  c.old_price = price_of(row, 7, 8, c.field.unit);
  c.new_price = price_of(row, 9, 10, c.field.unit);
  const auto kind = kind_of(row.text(11));
  if (!kind.ok()) return altered("price_changelog", out.id, kind.error());
  c.kind = *kind;
  c.rule = row.text(12);
  if (const std::string_view base = row.text(13); !base.empty()) {
    const auto base_field = catalog::parse_price_field(base);
    if (!base_field.ok()) return altered("price_changelog", out.id, base_field.error());
    c.base_field = *base_field;
  }
  c.effective_from = Instant{row.integer(14)};
  if (!row.null(15)) c.effective_to = Instant{row.integer(15)};
  c.known_from = Instant{row.integer(16)};
  const auto state = parse_change_state(row.text(17));
  if (!state.ok()) return altered("price_changelog", out.id, state.error());
  c.state = *state;
  c.reason = row.text(18);
  if (!row.null(19)) c.revises = row.integer(19);
  out.evidence.source = row.text(20);
  out.evidence.url = row.text(21);
  out.evidence.statement = row.text(22);
  out.evidence.seen_on = Date{static_cast<std::int32_t>(row.integer(23))};
  out.evidence.content_hash = row.text(24);
  out.decided_by = row.integer(25);
  return out;
}

Result<RecordedRun> run_of(const SqlRow& row) {
  RecordedRun out;
  out.id = row.integer(0);
  out.run.book = row.text(1);
  out.run.source = row.text(2);
  out.run.vendor = row.text(3);
  out.run.started = Instant{row.integer(4)};
  out.run.finished = Instant{row.integer(5)};
  const auto status = status_of(row.text(6));
  if (!status.ok()) return altered("crawler_runs", out.id, status.error());
  out.run.status = *status;
  out.run.http_status = static_cast<int>(row.integer(7));
  out.run.rows = row.integer(8);
  out.run.changes = row.integer(9);
  out.run.quarantined = row.integer(10);
  out.run.error = row.text(11);
  return out;
}

}  // namespace

Result<std::vector<RecordedChange>> SqlLedger::select_changes(const std::string& where,
                                                              const std::vector<SqlValue>& values,
                                                              const std::string& order_and_limit) {
  std::vector<RecordedChange> out;
  BREAKEVEN_CHECK_OK(connection_->query(kSelectChange + where + " " + order_and_limit, values,
                                        [&](const SqlRow& row) -> Status {
                                          BREAKEVEN_TRY(RecordedChange one, change_of(row));
                                          out.push_back(std::move(one));
                                          return {};
                                        }));
  return out;
}

Result<std::vector<RecordedChange>> SqlLedger::history(std::string_view book,
                                                       std::string_view vendor,
                                                       std::string_view model) {
  Conditions where;
  where.add("c.vendor =", std::string(vendor));
  where.add("c.model =", std::string(model));
  where.add_text("c.book =", book);
  const std::scoped_lock lock(database_mutex_);
  BREAKEVEN_CHECK_OK(catch_up());
  return select_changes(where.text(), where.values(), "ORDER BY c.effective_from, c.id");
}

Result<std::vector<RecordedChange>> SqlLedger::changes(const ChangeFilter& filter,
                                                       const Page& page) {
  BREAKEVEN_CHECK_OK(check_page(page));
  Conditions where;
  where.add_text("c.book =", filter.book);
  where.add_text("c.vendor =", filter.vendor);
  where.add_text("c.model =", filter.model);
  if (filter.field) where.add("c.field =", to_string(*filter.field));
  if (filter.state) where.add("c.state =", std::string(to_string(*filter.state)));
  if (filter.kind) where.add("c.kind =", std::string(to_string(*filter.kind)));
  if (filter.run) where.add("c.run =", *filter.run);
  if (filter.known_since) where.add("c.known_from >=", filter.known_since->seconds);
  if (filter.known_before) where.add("c.known_from <", filter.known_before->seconds);
  if (filter.undecided) {
    where.and_then("c.state IN ('proposed', 'quarantined') AND d.id IS NULL");
  }
  const std::string order = where.newest_first("c.id", page);
  const std::scoped_lock lock(database_mutex_);
  BREAKEVEN_CHECK_OK(catch_up());
  return select_changes(where.text(), where.values(), order);
}

Result<RecordedChange> SqlLedger::change(ChangeId id) {
  const std::scoped_lock lock(database_mutex_);
  BREAKEVEN_TRY(std::vector<RecordedChange> found, select_changes("WHERE c.id = $1", {id}, ""));
  if (found.empty()) {
    return Error{ErrorCode::not_found, "no change " + std::to_string(id) + " in this ledger",
                 connection_->place()};
  }
  return std::move(found.front());
}

Result<std::vector<RecordedRun>> SqlLedger::runs(std::string_view source, const Page& page) {
  BREAKEVEN_CHECK_OK(check_page(page));
  Conditions where;
  where.add_text("source =", source);
  const std::string order = where.newest_first("id", page);
  const std::scoped_lock lock(database_mutex_);
  std::vector<RecordedRun> out;
  BREAKEVEN_CHECK_OK(connection_->query(
      "SELECT id, book, source, vendor, started, finished, status, http_status, rows_read,"
      " changes, quarantined, error FROM crawler_runs " +
          where.text() + order,
      where.values(), [&](const SqlRow& row) -> Status {
        BREAKEVEN_TRY(RecordedRun one, run_of(row));
        out.push_back(std::move(one));
        return {};
      }));
  return out;
}

Result<std::vector<RecordedSnapshot>> SqlLedger::snapshots(std::string_view source,
                                                           const Page& page) {
  BREAKEVEN_CHECK_OK(check_page(page));
  Conditions where;
  where.add_text("source =", source);
  const std::string order = where.newest_first("id", page);
  const std::scoped_lock lock(database_mutex_);
  std::vector<RecordedSnapshot> out;
  BREAKEVEN_CHECK_OK(connection_->query(
      "SELECT id, run, source, taken_at, content_hash, etag, rows_read FROM pricing_snapshots " +
          where.text() + order,
      where.values(), [&](const SqlRow& row) -> Status {
        RecordedSnapshot one;
        one.id = row.integer(0);
        one.run = row.integer(1);
        one.snapshot.source = row.text(2);
        one.snapshot.taken_at = Instant{row.integer(3)};
        one.snapshot.content_hash = row.text(4);
        one.snapshot.etag = row.text(5);
        one.snapshot.rows = row.integer(6);
        out.push_back(std::move(one));
        return {};
      }));
  for (RecordedSnapshot& one : out) {
    const std::vector<SqlValue> of{one.id};
    BREAKEVEN_CHECK_OK(connection_->query(
        "SELECT vendor, field, rows_read, verified_at FROM snapshot_coverage WHERE snapshot = $1",
        of, [&](const SqlRow& row) -> Status {
          const auto field = catalog::parse_price_field(row.text(1));
          if (!field.ok()) return altered("snapshot_coverage", one.id, field.error());
          one.snapshot.covers.push_back(
              {std::string(row.text(0)), *field, row.integer(2), Instant{row.integer(3)}});
          return {};
        }));
    // Here, because databases differ in how they order texts.
    std::ranges::sort(one.snapshot.covers, {}, [](const Coverage& coverage) {
      return std::pair(coverage.vendor, to_string(coverage.field));
    });
  }
  return out;
}

Result<std::optional<Verification>> SqlLedger::last_verified(
    std::string_view book, std::string_view vendor,
    const std::optional<catalog::PriceField>& field) {
  std::optional<Verification> found;
  const auto take = [&found](Verification::Basis basis) {
    return [&found, basis](const SqlRow& row) -> Status {
      found =
          Verification{Instant{row.integer(0)}, basis, std::string(row.text(1)), row.integer(2)};
      return {};
    };
  };
  Conditions covered;
  covered.add("v.book =", std::string(book));
  covered.add("v.vendor =", std::string(vendor));
  if (field) covered.add("v.field =", to_string(*field));
  const std::scoped_lock lock(database_mutex_);
  BREAKEVEN_CHECK_OK(
      connection_->query("SELECT v.verified_at, s.source, s.run FROM snapshot_coverage v"
                         " JOIN pricing_snapshots s ON s.id = v.snapshot " +
                             covered.text() + " ORDER BY v.verified_at DESC, s.id DESC LIMIT 1",
                         covered.values(), take(Verification::Basis::snapshot)));
  if (found) return found;
  Conditions ran;
  ran.add("book =", std::string(book));
  ran.add("vendor =", std::string(vendor));
  ran.and_then("status <> 'failed'");
  BREAKEVEN_CHECK_OK(connection_->query("SELECT finished, source, id FROM crawler_runs " +
                                            ran.text() + " ORDER BY finished DESC, id DESC LIMIT 1",
                                        ran.values(), take(Verification::Basis::run)));
  return found;
}

Result<LedgerCounts> SqlLedger::counts() {
  LedgerCounts counts;
  const std::scoped_lock lock(database_mutex_);
  BREAKEVEN_CHECK_OK(catch_up());
  BREAKEVEN_CHECK_OK(connection_->query(
      "SELECT (SELECT count(*) FROM crawler_runs), (SELECT count(*) FROM pricing_snapshots),"
      " (SELECT count(*) FROM price_evidence), (SELECT count(*) FROM price_changelog)",
      {}, [&](const SqlRow& row) -> Status {
        counts = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
        return {};
      }));
  return counts;
}

}  // namespace breakeven::store
