// What every ledger must do. Run by store/sqlite_test.cpp on files and by store/postgres_test.cpp on
// a server.
#include "store/testing/test_contract.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace breakeven::store {
namespace {

void an_empty_ledger_answers_nothing(const TestStore& store) {
  const auto ledger = open_or_fail(store.fresh());
  EXPECT_EQ(input_at(*ledger, "2026-01-01", "2026-01-01"), "none");
  EXPECT_TRUE(ledger->prices(kOurBook, "acme", "one", kLater, kLater).empty());
  EXPECT_TRUE(ledger->history("", "acme", "one")->empty());
  EXPECT_TRUE(ledger->changes({}, {})->empty());
  EXPECT_TRUE(ledger->runs("", {})->empty());
  EXPECT_TRUE(ledger->snapshots("", {})->empty());
  EXPECT_FALSE(ledger->last_verified(kOurBook, "acme", {})->has_value());
  EXPECT_EQ(ledger->counts()->changes, 0);
  const auto none = ledger->change(1);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
}

RunRecord one_of_everything() {
  RunRecord record = one_price("input_mtok", "3", "2026-01-01", "2026-01-02");
  record.run.vendor = "acme";
  record.run.http_status = 200;
  record.run.rows = 7;
  Change& c = record.changes[0].change;
  c.field = field("cache_read_mtok/batch>=200000@offpeak");
  c.old_price = usd("0.08333333333333334");
  c.new_price = Price{INT64_MAX, 1'000'000, 999'999'999};
  c.kind = catalog::PriceKind::inferred;
  c.rule = "R-CACHE-10";
  c.base_field = field("input_mtok>200000");
  c.effective_from = kAlways;
  c.effective_to = at("2027-01-01");
  c.state = ChangeState::quarantined;
  c.reason = "x 3 \"up\"; 'quoted', with \xC3\xBCnicode and\ttab\nand line";
  record.snapshot = Snapshot{"acme-page",
                             at("2026-01-02T03:04:05Z"),
                             "sha256:ab",
                             "W/\"1\"",
                             7,
                             {{"acme", field("output_mtok"), 3, at("2026-01-02")},
                              {"acme", field("input_mtok"), 4, at("2026-01-02")}}};
  return record;
}

void what_is_recorded_is_read_back(const TestStore& store) {
  const std::string location = store.fresh();
  const RunRecord record = one_of_everything();
  {
    const auto ledger = open_or_fail(location);
    const auto receipt = ledger->record(record);
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
    EXPECT_EQ(receipt->run, 1);
    EXPECT_EQ(receipt->snapshot, 1);
    EXPECT_EQ(receipt->first_evidence, 1);
    EXPECT_EQ(receipt->first_change, 1);
    const auto second = ledger->record(one_price("output_mtok", "0", "2026-01-01", "2026-01-02"));
    EXPECT_EQ(second->first_change, 2);
    EXPECT_EQ(second->snapshot, 0);
  }
  const auto ledger = open_or_fail(location);
  const auto read = ledger->change(1);
  ASSERT_TRUE(read.ok()) << read.error().text();
  const Change& written = record.changes[0].change;
  const Change& back = read->change;
  EXPECT_EQ(to_string(back.field), "cache_read_mtok/batch>=200000@offpeak");
  EXPECT_EQ(back.old_price, written.old_price);
  EXPECT_EQ(back.new_price, written.new_price);
  EXPECT_EQ(back.kind, catalog::PriceKind::inferred);
  EXPECT_EQ(back.rule, "R-CACHE-10");
  EXPECT_EQ(back.base_field, written.base_field);
  EXPECT_EQ(back.effective_from, kAlways);
  EXPECT_EQ(back.effective_to, written.effective_to);
  EXPECT_EQ(back.known_from, written.known_from);
  EXPECT_EQ(back.state, ChangeState::quarantined);
  EXPECT_EQ(back.reason, written.reason);
  EXPECT_EQ(read->evidence.source, "price list");
  EXPECT_EQ(read->evidence.url, "https://acme.example/pricing");
  EXPECT_EQ(read->evidence.statement, "the table");
  EXPECT_EQ(read->evidence.seen_on.iso(), "2026-01-01");
  EXPECT_EQ(read->evidence.content_hash, "sha256:00");
  EXPECT_EQ(read->run, 1);
  EXPECT_EQ(read->decided_by, 0);
  const auto runs = ledger->runs("test", {});
  ASSERT_EQ(runs->size(), 2U);
  const Run& run = runs->back().run;
  EXPECT_EQ(run.vendor, "acme");
  EXPECT_EQ(run.http_status, 200);
  EXPECT_EQ(run.rows, 7);
  EXPECT_EQ(run.changes, 0);
  EXPECT_EQ(run.quarantined, 1);
  EXPECT_EQ(run.finished.iso(), "2026-01-01T00:00:05Z");
  const auto snapshots = ledger->snapshots("acme-page", {});
  ASSERT_EQ(snapshots->size(), 1U);
  const Snapshot& snapshot = snapshots->front().snapshot;
  EXPECT_EQ(snapshot.etag, "W/\"1\"");
  EXPECT_EQ(snapshot.taken_at.iso(), "2026-01-02T03:04:05Z");
  ASSERT_EQ(snapshot.covers.size(), 2U);
  EXPECT_EQ(to_string(snapshot.covers[0].field), "input_mtok");
  EXPECT_EQ(snapshot.covers[0].rows, 4);
}

void wrong_records_are_refused_whole(const TestStore& store) {
  const auto ledger = open_or_fail(store.fresh());
  const auto with = [&](auto spoil) {
    RunRecord record = record_of({change("output_mtok", "3", "2026-01-01", "2026-01-01"),
                                  change("input_mtok", "3", "2026-01-01", "2026-01-01")});
    record.snapshot = Snapshot{"test", at("2026-01-01"), "sha256:00", {}, 0, {}};
    spoil(record);
    return refusal(*ledger, record);
  };
  using R = RunRecord;
  EXPECT_EQ(with([](R& r) { r.changes[1].change.vendor.clear(); }),
            "change 2: expected a vendor without control characters, found none");
  EXPECT_EQ(with([](R& r) { r.changes[1].change.model = std::string("a\0b", 3); }),
            "change 2: expected a model without control characters, found some");
  EXPECT_EQ(with([](R& r) { r.changes[1].change.new_price->nano_usd = -1; }),
            "change 2: expected a new price of at least 0, found -1 nano-dollars");
  EXPECT_EQ(with([](R& r) { r.changes[1].change.new_price->unit_size = 1'000; }),
            "change 2: expected a new price per 1000000 as its field, found per 1000");
  EXPECT_EQ(with([](R& r) { r.changes[1].change.kind = catalog::PriceKind::unknown; }),
            "change 2: expected no figure for a price of kind unknown");
  EXPECT_EQ(with([](R& r) { r.changes[1].change.kind = catalog::PriceKind::inferred; }),
            "change 2: expected the rule by which this price was inferred");
  EXPECT_EQ(with([](R& r) { r.changes[1].change.effective_to = at("2026-01-01"); }),
            "change 2: expected effective_to after effective_from");
  EXPECT_EQ(with([](R& r) { r.changes[1].change.known_from = kAlways; }),
            "change 2: expected times between 1970 and 9999");
  EXPECT_EQ(with([](R& r) { r.changes[1].evidence = 1; }),
            "change 2: expected evidence, found position 1 of 1");
  EXPECT_EQ(with([](R& r) { r.changes[1].change.state = ChangeState::quarantined; }),
            "change 2: expected a reason for a row that is quarantined");
  EXPECT_EQ(with([](R& r) { r.changes[1].change.book = "litellm"; }),
            "change 2: expected the book of its run, breakeven, found litellm");
  EXPECT_EQ(with([](R& r) { r.changes[1].revises_here = 1; }),
            "change 2: expected to revise an earlier change of the record");
  EXPECT_EQ(with([](R& r) { r.run.error = "late"; }),
            "run: expected an error text for a failed run, and only then");
  EXPECT_EQ(with([](R& r) { r.run.finished = at("2025-01-01"); }),
            "run: expected it to finish after it started");
  EXPECT_EQ(with([](R& r) { r.run.book.clear(); }),
            "run: expected a book without control characters, found none");
  EXPECT_EQ(with([](R& r) { r.evidence[0].source.clear(); }),
            "evidence 1: expected a source without control characters, found none");
  EXPECT_EQ(with([](R& r) {
              r.run.status = RunStatus::failed;
              r.run.error = "HTTP 500";
            }),
            "snapshot: expected none of a failed run");
  EXPECT_EQ(with([](R& r) {
              r.snapshot->covers.assign(2, {"acme", field("input_mtok"), 1, at("2026-01-01")});
            }),
            "snapshot: expected each vendor and field once, found acme input_mtok again");
  EXPECT_EQ(with([](R&) {}), "accepted");
}

void pages_come_newest_first(const TestStore& store) {
  const auto ledger = open_or_fail(store.fresh());
  for (int i = 0; i < 5; ++i) {
    RunRecord record = one_price("input_mtok", "3", "2026-01-01", "2026-01-01");
    record.run.source = i % 2 == 0 ? "even" : "odd";
    record.changes[0].change.model = i < 2 ? "one" : "two";
    if (i == 4) record.changes[0].change.kind = catalog::PriceKind::contested;
    must_record(*ledger, record);
  }
  const auto ids = [&](const ChangeFilter& filter, const Page& page) {
    std::string text;
    const auto found = ledger->changes(filter, page);
    if (!found.ok()) return found.error().text();
    for (const RecordedChange& c : *found) text += std::to_string(c.id);
    return text;
  };
  EXPECT_EQ(ids({}, {0, 2}), "54");
  EXPECT_EQ(ids({}, {4, 2}), "32");
  EXPECT_EQ(ids({}, {2, 2}), "1");
  ChangeFilter filter;
  filter.model = "two";
  EXPECT_EQ(ids(filter, {}), "543");
  filter.kind = catalog::PriceKind::contested;
  EXPECT_EQ(ids(filter, {}), "5");
  filter = {};
  filter.run = 3;
  filter.field = field("input_mtok");
  filter.vendor = "acme";
  filter.book = kOurBook;
  filter.state = ChangeState::applied;
  filter.known_since = at("2026-01-01");
  filter.known_before = at("2026-01-02");
  EXPECT_EQ(ids(filter, {}), "3");
  filter.known_before = at("2026-01-01");
  EXPECT_EQ(ids(filter, {}), "");
  EXPECT_EQ(ledger->runs("odd", {})->size(), 2U);
  EXPECT_EQ(ledger->runs("", {3, 10})->size(), 2U);
  EXPECT_EQ(ledger->changes({}, {0, 0}).error().code, ErrorCode::out_of_range);
}

void write_twenty(Ledger& ledger, const char* source) {
  for (int i = 0; i < 20; ++i) {
    RunRecord record = record_of({change("input_mtok", "4", "2026-01-01", "2026-03-01"),
                                  change("output_mtok", "5", "2026-01-01", "2026-03-01")});
    record.run.source = source;
    const auto receipt = ledger.record(record);
    EXPECT_TRUE(receipt.ok()) << receipt.error().text();
    (void)ledger.as_of(kOurBook, "acme", "one", field("input_mtok"), kLater, kLater);
  }
}

void two_programs_share_a_ledger(const TestStore& store) {
  const std::string location = store.fresh();
  const auto one = open_or_fail(location);
  const auto two = open_or_fail(location);
  must_record(*one, one_price("input_mtok", "3", "2026-01-01", "2026-01-01"));
  EXPECT_EQ(input_at(*two, "2026-02-01", "2026-02-01"), "none");
  EXPECT_TRUE(two->refresh().ok());
  EXPECT_EQ(input_at(*two, "2026-02-01", "2026-02-01"), "3");
  // Whoever has seen a row in the changelog sees its effect too.
  must_record(*one, one_price("input_mtok", "2", "2026-02-01", "2026-02-01"));
  EXPECT_EQ(two->changes({}, {})->size(), 2U);
  EXPECT_EQ(input_at(*two, "2026-02-01", "2026-02-01"), "2");
  std::thread other([&] { write_twenty(*two, "two"); });
  std::thread same([&] { write_twenty(*one, "three"); });
  write_twenty(*one, "one");
  other.join();
  same.join();
  EXPECT_TRUE(one->refresh().ok());
  EXPECT_EQ(one->counts()->runs, 62);
  EXPECT_EQ(one->counts()->changes, 122);
  EXPECT_EQ(one->counts()->evidence, 62);
  // Numbers have no gaps and the rows of a run stand together.
  const auto all = one->changes({}, {0, 1'000});
  ASSERT_EQ(all->size(), 122U);
  for (std::size_t i = 0; i < all->size(); ++i) {
    EXPECT_EQ((*all)[i].id, static_cast<ChangeId>(all->size() - i));
    const ChangeId id = (*all)[i].id;  // the first two runs have one row each, the others two
    EXPECT_EQ((*all)[i].run, id < 2 ? id : (id + 3) / 2);
  }
}

void the_database_refuses_to_rewrite(const TestStore& store) {
  const std::string location = store.fresh();
  const auto ledger = open_or_fail(location);
  RunRecord record = one_price("input_mtok", "3", "2026-01-01", "2026-01-01");
  record.snapshot = Snapshot{"test",     at("2026-01-01"),
                             "sha256:1", {},
                             1,          {{"acme", field("input_mtok"), 1, at("2026-01-01")}}};
  must_record(*ledger, record);
  for (const std::string table : {"crawler_runs", "pricing_snapshots", "snapshot_coverage",
                                  "price_evidence", "price_changelog"}) {
    const std::string column = table == "snapshot_coverage" ? "rows_read" : "id";
    for (const std::string& sql :
         {"UPDATE " + table + " SET " + column + " = " + column, "DELETE FROM " + table}) {
      EXPECT_NE(store.raw(location, sql).find("is append-only"), std::string::npos) << sql;
    }
  }
  // What our own code never writes, the database does not take either.
  const auto insert = [&](const std::string& columns, const std::string& values) {
    return store.raw(location,
                     "INSERT INTO price_changelog (id, run, evidence, book, vendor, model, field,"
                     " rule, base_field, effective_from, known_from, reason, " +
                         columns +
                         ") VALUES (2, 1, 1, 'b', 'v', 'm', 'input_mtok', '', '', 0, 0, '', " +
                         values + ")");
  };
  EXPECT_NE(insert("kind, state", "'guessed', 'applied'"), "");
  EXPECT_NE(insert("kind, state", "'inferred', 'applied'"), "");
  EXPECT_NE(insert("kind, state", "'published', 'cancelled'"), "");
  EXPECT_NE(insert("kind, state, new_nano_usd", "'published', 'applied', 5"), "");
  EXPECT_NE(insert("kind, state, new_nano_usd, new_atto_usd", "'published', 'applied', -5, 0"), "");
  EXPECT_NE(insert("kind, state, new_nano_usd, new_atto_usd", "'published', 'applied', 'x', 0"),
            "");
  EXPECT_NE(insert("kind, state, new_nano_usd, new_atto_usd", "'unknown', 'applied', 5, 0"), "");
  EXPECT_NE(insert("kind, state, effective_to", "'published', 'applied', 0"), "");
  EXPECT_EQ(ledger->counts()->changes, 1);
  EXPECT_EQ(insert("kind, state, new_nano_usd, new_atto_usd", "'published', 'applied', 5, 0"), "");
  EXPECT_EQ(ledger->counts()->changes, 2);
}

}  // namespace

const std::vector<NamedContract>& contracts() {
  static const std::vector<NamedContract> kAll{
      {"AnEmptyLedgerAnswersNothing", an_empty_ledger_answers_nothing},
      {"WhatIsRecordedIsReadBack", what_is_recorded_is_read_back},
      {"SameTokensUnderTwoKnownTimes", same_tokens_under_two_known_times},
      {"ACancelledStepAndItsAnnouncementBothStay", a_cancelled_step_and_its_announcement_both_stay},
      {"WhatWaitsHasNoEffectUntilDecided", what_waits_has_no_effect_until_decided},
      {"WhatWasKnownIsNeverRewritten", what_was_known_is_never_rewritten},
      {"RulesAreThoseOfTheirTime", rules_are_those_of_their_time},
      {"WrongRecordsAreRefusedWhole", wrong_records_are_refused_whole},
      {"PagesComeNewestFirst", pages_come_newest_first},
      {"ARunIsNotAVerification", a_run_is_not_a_verification},
      {"TwoProgramsShareALedger", two_programs_share_a_ledger},
      {"TheDatabaseRefusesToRewrite", the_database_refuses_to_rewrite},
      {"TokensAreKeptAndTakenBack", tokens_are_kept_and_taken_back},
      {"EveryWriteIsInTheAuditLog", every_write_is_in_the_audit_log},
      {"AQuotaIsNeverExceeded", a_quota_is_never_exceeded},
      {"PlansAreKeptWithEveryVersion", plans_are_kept_with_every_version},
      {"ARepeatedSaveFindsTheFirst", a_repeated_save_finds_the_first},
  };
  return kAll;
}

}  // namespace breakeven::store
