#include "store/ledger_check.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "engine/catalog/billing_unit.hpp"

namespace breakeven::store {
namespace {

Error wrong(std::string_view where, std::string message) {
  return Error{ErrorCode::invalid_argument, std::move(message), std::string(where)};
}

/// Texts go to databases of which one ends them at a NUL.
bool printable(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
}

Status name(std::string_view text, std::string_view what, std::string_view where) {
  if (!text.empty() && printable(text)) return {};
  return wrong(where, "expected " + std::string(what) + " without control characters, found " +
                          (text.empty() ? "none" : "some"));
}

Status price(const std::optional<Price>& price, const catalog::PriceField& field,
             std::string_view what, std::string_view where) {
  if (!price) return {};
  if (price->nano_usd < 0 || price->atto_usd < 0 || price->atto_usd > 999'999'999) {
    return wrong(where, "expected " + std::string(what) + " of at least 0, found " +
                            std::to_string(price->nano_usd) + " nano-dollars");
  }
  if (price->unit_size != catalog::info(field.unit).per) {
    return wrong(where, "expected " + std::string(what) + " per " +
                            std::to_string(catalog::info(field.unit).per) +
                            " as its field, found per " + std::to_string(price->unit_size));
  }
  return {};
}

/// Years 1970 to 9999: what both databases and every calendar agree on.
bool datable(Instant instant) { return instant.seconds >= 0 && instant.seconds < 253'402'300'800; }

Status check_run(const Run& run) {
  BREAKEVEN_CHECK_OK(name(run.book, "a book", "run"));
  BREAKEVEN_CHECK_OK(name(run.source, "a source", "run"));
  if (!printable(run.vendor) || !printable(run.error)) {
    return wrong("run", "expected texts without control characters");
  }
  if (!datable(run.started) || !datable(run.finished)) {
    return wrong("run", "expected times between 1970 and 9999");
  }
  if (run.finished < run.started) return wrong("run", "expected it to finish after it started");
  if ((run.status == RunStatus::failed) != !run.error.empty()) {
    return wrong("run", "expected an error text for a failed run, and only then");
  }
  if (run.rows < 0) return wrong("run", "expected a count of rows of at least 0");
  return {};
}

Status check_snapshot(const Snapshot& snapshot, const Run& run) {
  if (run.status == RunStatus::failed) {
    return wrong("snapshot", "expected none of a failed run");
  }
  BREAKEVEN_CHECK_OK(name(snapshot.source, "a source", "snapshot"));
  BREAKEVEN_CHECK_OK(name(snapshot.content_hash, "a content hash", "snapshot"));
  if (!printable(snapshot.etag)) {
    return wrong("snapshot", "expected an ETag without control characters");
  }
  if (!datable(snapshot.taken_at) || snapshot.rows < 0) {
    return wrong("snapshot", "expected a time between 1970 and 9999 and at least 0 rows");
  }
  std::set<std::pair<std::string_view, catalog::PriceField>> covered;
  for (const Coverage& coverage : snapshot.covers) {
    BREAKEVEN_CHECK_OK(name(coverage.vendor, "a covered vendor", "snapshot"));
    if (coverage.rows < 0) return wrong("snapshot", "expected a count of rows of at least 0");
    if (!covered.emplace(coverage.vendor, coverage.field).second) {
      return wrong("snapshot", "expected each vendor and field once, found " + coverage.vendor +
                                   " " + to_string(coverage.field) + " again");
    }
  }
  return {};
}

Status check_change(const NewChange& added, const RunRecord& record, std::size_t position,
                    std::string_view where) {
  const Change& c = added.change;
  BREAKEVEN_CHECK_OK(name(c.vendor, "a vendor", where));
  BREAKEVEN_CHECK_OK(name(c.model, "a model", where));
  if (c.book != record.run.book) {
    return wrong(where, "expected the book of its run, " + record.run.book + ", found " + c.book);
  }
  if (!printable(c.rule) || !printable(c.reason)) {
    return wrong(where, "expected texts without control characters");
  }
  BREAKEVEN_CHECK_OK(price(c.old_price, c.field, "an old price", where));
  BREAKEVEN_CHECK_OK(price(c.new_price, c.field, "a new price", where));
  if (c.kind == catalog::PriceKind::unknown && c.new_price) {
    return wrong(where, "expected no figure for a price of kind unknown");
  }
  if (c.kind == catalog::PriceKind::inferred && c.rule.empty()) {
    return wrong(where, "expected the rule by which this price was inferred");
  }
  if (!datable(c.known_from) || (c.effective_from != kAlways && !datable(c.effective_from)) ||
      (c.effective_to && !datable(*c.effective_to))) {
    return wrong(where, "expected times between 1970 and 9999");
  }
  if (c.effective_to && *c.effective_to <= c.effective_from) {
    return wrong(where, "expected effective_to after effective_from");
  }
  if (added.evidence >= record.evidence.size()) {
    return wrong(where, "expected evidence, found position " + std::to_string(added.evidence) +
                            " of " + std::to_string(record.evidence.size()));
  }
  const bool waits = c.state == ChangeState::proposed || c.state == ChangeState::quarantined;
  if (c.state != ChangeState::applied && c.state != ChangeState::proposed && c.reason.empty()) {
    return wrong(where, "expected a reason for a row that is " + std::string(to_string(c.state)));
  }
  if (c.revises && added.revises_here) {
    return wrong(where, "expected to revise one row, found two");
  }
  if (added.revises_here && *added.revises_here >= position) {
    return wrong(where, "expected to revise an earlier change of the record");
  }
  const bool decides = c.revises.has_value() || added.revises_here.has_value();
  if (waits && decides) return wrong(where, "expected a row that waits to revise nothing");
  if (!waits && c.state != ChangeState::applied && !decides) {
    return wrong(where, "expected the row that is " + std::string(to_string(c.state)));
  }
  return {};
}

}  // namespace

Status check_record(const RunRecord& record) {
  BREAKEVEN_CHECK_OK(check_run(record.run));
  if (record.snapshot) BREAKEVEN_CHECK_OK(check_snapshot(*record.snapshot, record.run));
  if (record.run.status == RunStatus::failed && !record.changes.empty()) {
    return wrong("run", "expected no changes of a failed run");
  }
  for (std::size_t i = 0; i < record.evidence.size(); ++i) {
    const Evidence& e = record.evidence[i];
    const std::string where = "evidence " + std::to_string(i + 1);
    BREAKEVEN_CHECK_OK(name(e.source, "a source", where));
    if (!printable(e.url) || !printable(e.statement) || !printable(e.content_hash)) {
      return wrong(where, "expected texts without control characters");
    }
  }
  for (const catalog::NamedText& text : record.rules) {
    const auto files = {"prices/rules.csv", "prices/factors.csv", "prices/calendar.csv"};
    if (std::ranges::find(files, text.name) == files.end() || text.content.empty()) {
      return wrong(text.name,
                   "expected prices/rules.csv, prices/factors.csv or prices/calendar.csv");
    }
    const auto mistakes = catalog::PriceBook::rule_mistakes({&text, 1});
    if (!mistakes.empty()) return mistakes.front();
  }
  std::set<std::size_t> decided;
  for (std::size_t i = 0; i < record.changes.size(); ++i) {
    const NewChange& added = record.changes[i];
    const std::string where = "change " + std::to_string(i + 1);
    BREAKEVEN_CHECK_OK(check_change(added, record, i, where));
    if (added.revises_here) {
      const std::size_t about = *added.revises_here;
      BREAKEVEN_CHECK_OK(check_decision(added.change, record.changes[about].change,
                                        !decided.insert(about).second, where));
    }
  }
  return {};
}

Status check_decision(const Change& decision, const Change& about, bool decided,
                      std::string_view where) {
  if (decided) return wrong(where, "expected a row that nothing has decided upon");
  const auto subject = [](const Change& c) { return std::tie(c.book, c.vendor, c.model, c.field); };
  if (subject(decision) != subject(about)) {
    return wrong(where, "expected the book, vendor, model and field of the row that it revises: " +
                            about.book + " " + about.vendor + "/" + about.model + " " +
                            to_string(about.field));
  }
  const bool cancels = decision.state == ChangeState::cancelled;
  const bool right =
      cancels ? about.state == ChangeState::applied
              : about.state == ChangeState::proposed || about.state == ChangeState::quarantined;
  if (!right) {
    return wrong(where, "expected to revise a row that is " +
                            std::string(cancels ? "applied" : "proposed or quarantined") +
                            ", found one that is " + std::string(to_string(about.state)));
  }
  if (decision.known_from < about.known_from) {
    return wrong(where, "expected known_from at or after " + about.known_from.iso() +
                            ", when the row that it revises became known");
  }
  return {};
}

Status check_known(const Change& change, Instant newest_known, std::string_view where) {
  if (change.known_from >= newest_known) return {};
  return wrong(where, "expected known_from at or after " + newest_known.iso() +
                          ", the newest in book " + change.book + ", found " +
                          change.known_from.iso() + ": what was known is never rewritten");
}

}  // namespace breakeven::store
