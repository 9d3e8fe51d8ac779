// What every ledger must answer about two times: what held, and what was known.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/catalog/price_book.hpp"
#include "engine/pricing/bill.hpp"
#include "store/testing/test_contract.hpp"

namespace breakeven::store {
static std::string bill_of_june_5(const Ledger& ledger, const char* known) {
  const catalog::PriceBook book = ledger.book(kOurBook, at(known), catalog::PriceBook());
  pricing::Usage usage;
  usage.counts.set(catalog::BillingUnit::input, 1'000'000);
  usage.counts.set(catalog::BillingUnit::output, 200'000);
  pricing::CallRequest request;
  request.model = "acme/one";
  request.at = at("2026-06-05");
  const auto bill = pricing::price_call(book, request, usage);
  if (!bill.ok()) return bill.error().text();
  EXPECT_FALSE(bill->is_interval());
  return bill->high.decimal();
}

/// The worked number of ledger.hpp: 1 M input and 0.2 M output tokens at 3 / 15, then at 2 / 10.
void same_tokens_under_two_known_times(const TestStore& store) {
  const std::string location = store.fresh();
  const auto ledger = open_or_fail(location);
  must_record(*ledger, record_of({change("input_mtok", "3", "2026-01-01", "2026-01-01"),
                                  change("output_mtok", "15", "2026-01-01", "2026-01-01")}));
  EXPECT_EQ(bill_of_june_5(*ledger, "2026-06-09"), "6");
  must_record(*ledger, record_of({change("input_mtok", "2", "2026-06-01", "2026-06-10"),
                                  change("output_mtok", "10", "2026-06-01", "2026-06-10")}));
  EXPECT_EQ(bill_of_june_5(*ledger, "2026-06-09"), "6");
  EXPECT_EQ(bill_of_june_5(*ledger, "2026-06-10"), "4");
  EXPECT_EQ(input_at(*ledger, "2026-06-05", "2026-06-09"), "3");
  EXPECT_EQ(input_at(*ledger, "2026-06-05", "2026-06-10"), "2");
  EXPECT_EQ(input_at(*ledger, "2026-05-31T23:59:59Z", "2026-06-10"), "3");
  // And so it stays, for whoever opens the ledger later.
  const auto again = open_or_fail(location);
  EXPECT_EQ(bill_of_june_5(*again, "2026-06-09"), "6");
  EXPECT_EQ(bill_of_june_5(*again, "2026-06-10"), "4");
  const auto prices = again->prices(kOurBook, "acme", "one", at("2026-06-05"), at("2026-06-10"));
  ASSERT_EQ(prices.size(), 2U);
  EXPECT_EQ(to_string(prices[0].field), "input_mtok");
  EXPECT_EQ(prices[1].price->decimal(), "10");
  EXPECT_EQ(prices[1].change, 4);
  EXPECT_EQ(prices[1].source, "price list");
  EXPECT_EQ(prices[1].source_date, "2026-01-01");
  EXPECT_EQ(prices[1].known_from, at("2026-06-10"));
  // A figure can be followed to its row.
  const catalog::PriceBook book = again->book(kOurBook, at("2026-06-10"), catalog::PriceBook());
  const catalog::PriceRow& row = book.models().front().rows.front();
  EXPECT_EQ(row.place, "price_changelog:1");
  EXPECT_EQ(row.source, "price list");
  EXPECT_EQ(row.source_date, "2026-01-01");
  EXPECT_EQ(Instant{row.to_s}.iso(), "2026-06-01T00:00:00Z");
}

void a_cancelled_step_and_its_announcement_both_stay(const TestStore& store) {
  const auto ledger = open_or_fail(store.fresh());
  must_record(*ledger, one_price("input_mtok", "2", "2026-06-30", "2026-06-30"));
  must_record(*ledger, one_price("input_mtok", "3", "2026-09-01", "2026-07-01"));
  EXPECT_EQ(input_at(*ledger, "2026-09-02", "2026-08-01"), "3");
  RunRecord cancel = one_price("input_mtok", nullptr, "2026-09-01", "2026-08-14");
  cancel.changes[0].change.state = ChangeState::cancelled;
  cancel.changes[0].change.reason = "the increase will not occur";
  cancel.changes[0].change.revises = 2;
  must_record(*ledger, cancel);
  EXPECT_EQ(input_at(*ledger, "2026-09-02", "2026-08-01"), "3");
  EXPECT_EQ(input_at(*ledger, "2026-09-02", "2026-08-14"), "2");
  const auto history = ledger->history(kOurBook, "acme", "one");
  ASSERT_EQ(history->size(), 3U);
  EXPECT_EQ((*history)[1].decided_by, 3);
  EXPECT_EQ((*history)[2].change.state, ChangeState::cancelled);
  EXPECT_EQ((*history)[2].change.revises, 2);
  // Announcement and cancellation may come in one record.
  RunRecord both = record_of({change("output_mtok", "15", "2026-09-01", "2026-08-15"),
                              change("output_mtok", nullptr, "2026-09-01", "2026-08-16")});
  both.changes[1].change.state = ChangeState::cancelled;
  both.changes[1].change.reason = "withdrawn";
  both.changes[1].revises_here = 0;
  must_record(*ledger, both);
  EXPECT_EQ(price_at(*ledger, "output_mtok", "2026-10-01", "2026-08-15"), "15");
  EXPECT_EQ(price_at(*ledger, "output_mtok", "2026-10-01", "2026-08-16"), "none");
}

void what_waits_has_no_effect_until_decided(const TestStore& store) {
  const auto ledger = open_or_fail(store.fresh());
  must_record(*ledger, one_price("input_mtok", "3", "2026-01-01", "2026-01-01"));
  RunRecord held = record_of({change("input_mtok", "0", "2026-02-01", "2026-02-01"),
                              change("output_mtok", "9", "2026-02-01", "2026-02-01")});
  held.changes[0].change.state = ChangeState::quarantined;
  held.changes[0].change.reason = "to zero";
  held.changes[1].change.state = ChangeState::proposed;
  must_record(*ledger, held);
  EXPECT_EQ(input_at(*ledger, "2026-03-01", "2026-03-01"), "3");
  ChangeFilter undecided;
  undecided.undecided = true;
  EXPECT_EQ(ledger->changes(undecided, {})->size(), 2U);

  RunRecord decisions = record_of({change("input_mtok", "0", "2026-02-01", "2026-02-03"),
                                   change("output_mtok", "9", "2026-02-01", "2026-02-03")});
  decisions.changes[0].change.state = ChangeState::rejected;
  decisions.changes[0].change.reason = "a parser's mistake";
  decisions.changes[0].change.revises = 2;
  decisions.changes[1].change.revises = 3;  // applied: approved
  must_record(*ledger, decisions);
  EXPECT_EQ(input_at(*ledger, "2026-03-01", "2026-03-01"), "3");
  EXPECT_EQ(price_at(*ledger, "output_mtok", "2026-02-01", "2026-02-02"), "none");
  EXPECT_EQ(price_at(*ledger, "output_mtok", "2026-02-01", "2026-02-03"), "9");
  EXPECT_TRUE(ledger->changes(undecided, {})->empty());
  EXPECT_EQ(ledger->change(2)->decided_by, 4);

  EXPECT_NE(refusal(*ledger, decisions).find("change 1: expected a row that nothing has decided"),
            std::string::npos);
  RunRecord wrong = one_price("output_mtok", "9", "2026-02-01", "2026-02-03");
  wrong.changes[0].change.revises = 1;
  EXPECT_NE(refusal(*ledger, wrong).find("expected the book, vendor, model and field"),
            std::string::npos);
  wrong.changes[0].change.field = field("input_mtok");
  EXPECT_NE(refusal(*ledger, wrong).find("proposed or quarantined, found one that is applied"),
            std::string::npos);
  wrong.changes[0].change.revises = 99;
  EXPECT_EQ(refusal(*ledger, wrong), "change 1: no change 99 to revise");
  RunRecord twice = record_of({change("input_mtok", nullptr, "2026-01-01", "2026-03-01"),
                               change("input_mtok", nullptr, "2026-01-01", "2026-03-01")});
  for (NewChange& added : twice.changes) {
    added.change.state = ChangeState::cancelled;
    added.change.reason = "twice";
    added.change.revises = 1;
  }
  EXPECT_NE(refusal(*ledger, twice).find("decided by change 1"), std::string::npos);
}

void what_was_known_is_never_rewritten(const TestStore& store) {
  const auto ledger = open_or_fail(store.fresh());
  must_record(*ledger, one_price("input_mtok", "3", "2026-01-01", "2026-03-01"));
  EXPECT_EQ(refusal(*ledger, one_price("output_mtok", "3", "2026-01-01", "2026-02-28")),
            "change 1: expected known_from at or after 2026-03-01T00:00:00Z, the newest in book "
            "breakeven, found 2026-02-28T00:00:00Z: what was known is never rewritten");
  RunRecord stale = one_price("input_mtok", "4", "2026-01-01", "2026-03-01");
  stale.made_after = 0;
  EXPECT_EQ(refusal(*ledger, stale),
            "run: expected book breakeven unchanged since change 0, found change 1");
  stale.made_after = 1;
  must_record(*ledger, stale);
  // Another book has its own time, and what is known late may have been in effect for long.
  must_record(*ledger,
              record_of({change("input_mtok", "4", "2026-01-01", "2026-01-01")}, "litellm"));
  must_record(*ledger, one_price("output_mtok", "3", "2020-01-01", "2026-03-01"));
  EXPECT_EQ(
      price_text(ledger->as_of("litellm", "acme", "one", field("input_mtok"), kLater, kLater)),
      "4");
}

void a_run_is_not_a_verification(const TestStore& store) {
  const auto ledger = open_or_fail(store.fresh());
  RunRecord ran = record_of({});
  ran.run.vendor = "acme";
  ran.run.finished = at("2026-05-01");
  must_record(*ledger, ran);
  auto seen = ledger->last_verified(kOurBook, "acme", {});
  ASSERT_TRUE(seen.ok() && seen->has_value());
  EXPECT_EQ((*seen)->basis, Verification::Basis::run);
  EXPECT_EQ((*seen)->at, at("2026-05-01"));

  RunRecord read = record_of({});
  read.run.finished = at("2026-04-01");
  read.snapshot = Snapshot{"acme-page", at("2026-04-01"),
                           "sha256:1",  {},
                           2,           {{"acme", field("input_mtok"), 2, at("2026-04-01")}}};
  must_record(*ledger, read);
  RunRecord failed = record_of({});
  failed.run.vendor = "acme";
  failed.run.finished = at("2026-06-01");
  failed.run.status = RunStatus::failed;
  failed.run.error = "HTTP 503";
  must_record(*ledger, failed);

  seen = ledger->last_verified(kOurBook, "acme", {});
  ASSERT_TRUE(seen.ok() && seen->has_value());
  EXPECT_EQ((*seen)->basis, Verification::Basis::snapshot);
  EXPECT_EQ((*seen)->at, at("2026-04-01"));
  EXPECT_EQ((*seen)->source, "acme-page");
  EXPECT_EQ((*seen)->run, 2);
  seen = ledger->last_verified(kOurBook, "acme", field("input_mtok"));
  EXPECT_EQ((*seen)->basis, Verification::Basis::snapshot);
  seen = ledger->last_verified(kOurBook, "acme", field("output_mtok"));
  EXPECT_EQ((*seen)->basis, Verification::Basis::run);
  EXPECT_EQ((*seen)->at, at("2026-05-01"));
  EXPECT_FALSE(ledger->last_verified(kOurBook, "other", {})->has_value());
  EXPECT_FALSE(ledger->last_verified("litellm", "acme", {})->has_value());
}

/// rules.csv and factors.csv of one vendor whose batch costs `factor` of standard.
std::vector<catalog::NamedText> batch_at(const std::string& factor, const char* stated) {
  return {{"prices/rules.csv",
           "id,scope,reason,formula,applies_to,effective_from,effective_to,source,source_date\n"
           "R-B,all,a test,,,,,page,2026-01-01\n"},
          {"prices/factors.csv",
           "vendor,models,what,places,cache_reads,factor,kind,rule,effective_from,effective_to,"
           "source,source_date\nacme,*,batch,,yes," +
               factor + ",inferred,R-B,,,page," + stated + "\n"}};
}

/// What a million tokens cost in batch in 2027, as known then; "none" without such a mode.
std::string batch_price(const Ledger& ledger, const char* known) {
  const catalog::PriceBook base;
  const catalog::PriceBook book = ledger.book(kOurBook, at(known), base);
  if (book.models().empty()) return "none";
  const auto card =
      book.resolve(book.models().front(), {catalog::Mode::batch, {}, at("2027-01-01")});
  if (!card.ok()) return "none";
  return card->rates[index(catalog::BillingUnit::input)]->base.high.decimal();
}

void rules_are_those_of_their_time(const TestStore& store) {
  const std::string location = store.fresh();
  const auto ledger = open_or_fail(location);
  EXPECT_EQ(*ledger->version(), 0);
  EXPECT_TRUE(ledger->rules(kLater).empty());
  RunRecord first = one_price("input_mtok", "4", "2026-01-01", "2026-01-01");
  first.run.started = first.run.finished = at("2026-03-01");
  first.rules = batch_at("0.5", "2026-02-01");
  must_record(*ledger, first);
  RunRecord second = record_of({});
  second.run.started = second.run.finished = at("2026-06-01");
  second.rules = {batch_at("0.4", "2026-05-20").back()};
  must_record(*ledger, second);
  EXPECT_EQ(*ledger->version(), 2);
  EXPECT_EQ(ledger->models(kOurBook).size(), 1U);
  const auto asked = [&](const Ledger& of) {
    EXPECT_EQ(batch_price(of, "2026-01-15"), "none") << "before any source said so";
    EXPECT_EQ(batch_price(of, "2026-02-15"), "2") << "said before it was recorded";
    EXPECT_EQ(batch_price(of, "2026-05-25"), "2") << "known of the new factor only in June";
    EXPECT_EQ(batch_price(of, "2026-06-01"), "1.6");
    EXPECT_EQ(of.rules(at("2026-07-01")).size(), 2U) << "of each name the newest";
  };
  asked(*ledger);
  asked(*open_or_fail(location));
  RunRecord wrong = record_of({});
  wrong.run.started = wrong.run.finished = at("2026-07-01");
  wrong.rules = {{"prices/factors.csv", "not,the,columns\n"}};
  EXPECT_NE(refusal(*ledger, wrong).find("prices/factors.csv"), std::string::npos);
  wrong.rules = {{"prices/models.csv", "vendor\n"}};
  EXPECT_NE(refusal(*ledger, wrong).find("prices/models.csv"), std::string::npos);
  wrong.rules = batch_at("0.3", "2026-01-01");
  wrong.run.started = wrong.run.finished = at("2026-05-01");
  EXPECT_NE(refusal(*ledger, wrong).find("never run backwards"), std::string::npos);
  EXPECT_NE(store.raw(location, "UPDATE pricing_rules SET content = 'x'").find("append-only"),
            std::string::npos);
  EXPECT_NE(store.raw(location, "DELETE FROM pricing_rules").find("append-only"),
            std::string::npos);
}

}  // namespace breakeven::store
