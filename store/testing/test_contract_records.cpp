// Contracts of what a server keeps beside the prices: tokens, the audit log, saved plans.
#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "store/plan_store.hpp"
#include "store/testing/test_contract.hpp"
#include "store/token_store.hpp"

namespace breakeven::store {
namespace {

constexpr Instant kNow{1'800'000'000};
Instant after(std::int64_t seconds) { return Instant{kNow.seconds + seconds}; }

std::shared_ptr<Database> opened(const std::string& location) {
  auto database = Database::open(location);
  EXPECT_TRUE(database.ok()) << database.error().text();
  return database.ok() ? *database : nullptr;
}

StoredToken token(const std::string& id, const std::string& name) {
  StoredToken made;
  made.id = id;
  made.name = name;
  made.workspace = "default";
  made.scope = Scope::write;
  made.secret_hash = "hash of " + id;
  made.created = kNow;
  made.expires = after(1'000);
  made.plans_per_day = 7;
  return made;
}

const Author kAlice{"alice", "a1", "default", "req-1"};
const Author kBob{"bob", "b1", "other", "req-2"};

std::string error_of(const Status& status) {
  return status.ok() ? "accepted" : status.error().text();
}

}  // namespace

void tokens_are_kept_and_taken_back(const TestStore& store) {
  const std::string location = store.fresh();
  const auto database = opened(location);
  TokenStore tokens(database);
  ASSERT_TRUE(tokens.create(token("1", "ci"), kAlice).ok());
  EXPECT_NE(error_of(tokens.create(token("2", "ci"), kAlice)).find("live token of this name"),
            std::string::npos);
  ASSERT_TRUE(tokens.create(token("3", "ops"), kAlice).ok());

  // Another process sees it at once, and so it does that it is gone.
  TokenStore elsewhere(opened(location));
  const auto found = elsewhere.find("1");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->name, "ci");
  EXPECT_EQ((*found)->scope, Scope::write);
  EXPECT_EQ((*found)->plans_per_day, 7);
  EXPECT_FALSE((*found)->requests_per_minute.has_value());
  EXPECT_TRUE((*found)->live(after(999)));
  EXPECT_FALSE((*found)->live(after(1'000))) << "it has expired";
  ASSERT_TRUE(tokens.revoke("ci", kBob, after(10)).ok());
  EXPECT_FALSE((*elsewhere.find("1"))->live(after(11)));
  EXPECT_FALSE(tokens.revoke("ci", kBob, after(20)).ok()) << "once is enough";
  ASSERT_TRUE(tokens.revoke("3", kBob, after(20)).ok()) << "by its id";
  ASSERT_TRUE(tokens.create(token("4", "ci"), kAlice).ok()) << "the name is free again";
  EXPECT_FALSE((*tokens.find("none")).has_value());
  EXPECT_EQ(tokens.all()->size(), 3U);

  for (const char* sql : {"UPDATE token_revocations SET revoked = 0",
                          "DELETE FROM token_revocations", "UPDATE api_tokens SET scope = 'admin'",
                          "DELETE FROM audit_log", "UPDATE audit_log SET who = 'nobody'"}) {
    EXPECT_NE(store.raw(location, sql).find("append-only"), std::string::npos) << sql;
  }
}

void every_write_is_in_the_audit_log(const TestStore& store) {
  const auto database = opened(store.fresh());
  TokenStore tokens(database);
  PlanStore plans(database);
  AuditLog log(database);
  ASSERT_TRUE(tokens.create(token("1", "ci"), kAlice).ok());
  ASSERT_FALSE(tokens.create(token("1", "ci"), kAlice).ok());
  ASSERT_TRUE(plans.create({"p", "First", "{}"}, {}, kAlice, after(1)).ok());
  ASSERT_TRUE(plans.save({"p", "Second", "{}"}, 1, kAlice, after(2)).ok());
  ASSERT_TRUE(plans.remove("p", 0, kAlice, after(3)).ok());
  ASSERT_TRUE(log.append({0, after(4), kBob, "upload", "x", "8 KB"}).ok());

  const auto all = log.entries({});
  ASSERT_TRUE(all.ok());
  std::vector<std::string> told;
  for (const AuditEntry& one : *all) {
    told.push_back(std::to_string(one.id) + " " + one.author.who + " " + one.action + " " +
                   one.target + " " + one.author.request);
  }
  EXPECT_EQ(told,
            (std::vector<std::string>{"5 bob upload x req-2", "4 alice plan.delete p req-1",
                                      "3 alice plan.save p req-1", "2 alice plan.create p req-1",
                                      "1 alice token.create 1 req-1"}));
  EXPECT_EQ(all->at(2).detail, "version 2, Second");
  EXPECT_EQ(all->at(2).written, after(2));

  AuditFilter filter;
  filter.who = "alice";
  filter.before = 4;
  filter.limit = 1;
  EXPECT_EQ(log.entries(filter)->front().id, 3);
  filter = {};
  filter.action = "upload";
  filter.workspace = "default";
  EXPECT_TRUE(log.entries(filter)->empty());
}

void a_quota_is_never_exceeded(const TestStore& store) {
  const std::string location = store.fresh();
  {
    const auto ready = opened(location);
  }
  // Several processes at once: each has a connection of its own.
  std::vector<std::int64_t> granted(4);
  {
    std::vector<std::jthread> askers;
    for (std::int64_t& mine : granted) {
      askers.emplace_back([&mine, &location] {
        AuditLog log(opened(location));
        for (int i = 0; i < 5; ++i) {
          const auto fits = log.append_below({0, kNow, kAlice, "plan.run", {}, {}}, 7, kNow);
          EXPECT_TRUE(fits.ok());
          mine += fits.ok() && *fits ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(granted[0] + granted[1] + granted[2] + granted[3], 7);
  AuditLog log(opened(location));
  EXPECT_FALSE(*log.append_below({0, kNow, kAlice, "plan.run", {}, {}}, 7, kNow));
  EXPECT_TRUE(*log.append_below({0, kNow, kBob, "plan.run", {}, {}}, 7, kNow)) << "his own";
  EXPECT_TRUE(*log.append_below({0, after(60), kAlice, "plan.run", {}, {}}, 7, after(60)))
      << "a new day";
}

void plans_are_kept_with_every_version(const TestStore& store) {
  const auto database = opened(store.fresh());
  PlanStore plans(database);
  const auto made = plans.create({"p1", "Müller \"7\"", R"({"a":1})"}, {}, kAlice, kNow);
  ASSERT_TRUE(made.ok()) << made.error().text();
  EXPECT_EQ(made->plan.version, 1);
  const auto saved = plans.save({"p1", "Renamed", R"({"a":2})"}, 1, kAlice, after(5));
  ASSERT_TRUE(saved.ok());
  EXPECT_EQ(saved->plan.version, 2);

  const auto newest = plans.find("default", "p1");
  ASSERT_TRUE(newest.ok());
  EXPECT_EQ(newest->name, "Renamed");
  EXPECT_EQ(newest->document, R"({"a":2})");
  EXPECT_EQ(newest->created, kNow);
  EXPECT_EQ(newest->saved, after(5));
  EXPECT_EQ(newest->saved_by, "alice");
  EXPECT_EQ(plans.find("default", "p1", 1)->document, R"({"a":1})");
  EXPECT_EQ(plans.find("default", "p1", 1)->name, "Müller \"7\"");
  EXPECT_EQ(plans.find("default", "p1", 3).error().code, ErrorCode::not_found);
  ASSERT_EQ(plans.versions("default", "p1")->size(), 2U);
  EXPECT_EQ(plans.versions("default", "p1")->front().version, 2);

  // Whoever has not seen the newest version overwrites nothing.
  const auto stale = plans.save({"p1", "Lost", "{}"}, 1, kAlice, after(6));
  ASSERT_TRUE(stale.ok());
  EXPECT_EQ(stale->kind, Outcome::Kind::stale);
  EXPECT_EQ(stale->plan.version, 2);
  EXPECT_EQ(plans.remove("p1", 1, kAlice, after(6))->kind, Outcome::Kind::stale);
  EXPECT_EQ(plans.find("default", "p1")->name, "Renamed");

  // Another workspace sees none of it.
  EXPECT_EQ(plans.find("other", "p1").error().code, ErrorCode::not_found);
  EXPECT_EQ(plans.versions("other", "p1").error().code, ErrorCode::not_found);
  EXPECT_EQ(plans.save({"p1", "Mine", "{}"}, 0, kBob, after(7)).error().code, ErrorCode::not_found);
  EXPECT_EQ(plans.remove("p1", 0, kBob, after(7)).error().code, ErrorCode::not_found);
  EXPECT_TRUE(plans.list("other", 0, 10)->empty());

  ASSERT_TRUE(plans.create({"p2", "Two", "{}"}, {}, kAlice, after(8)).ok());
  ASSERT_TRUE(plans.create({"p3", "Three", "{}"}, {}, kAlice, after(9)).ok());
  ASSERT_TRUE(plans.save({"p1", "Again", "{}"}, 0, kAlice, after(10)).ok());
  const auto page = plans.list("default", 0, 2);
  ASSERT_EQ(page->size(), 2U);
  EXPECT_EQ(page->at(0).id, "p1");
  EXPECT_EQ(page->at(1).id, "p3");
  EXPECT_TRUE(page->at(0).document.empty());
  const auto rest = plans.list("default", page->at(1).page, 2);
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->at(0).id, "p2");

  ASSERT_TRUE(plans.remove("p1", 3, kAlice, after(11)).ok());
  EXPECT_EQ(plans.find("default", "p1").error().code, ErrorCode::not_found);
  EXPECT_EQ(plans.list("default", 0, 10)->size(), 2U);
}

void a_repeated_save_finds_the_first(const TestStore& store) {
  const std::string location = store.fresh();
  PlanStore plans(opened(location));
  const RequestKey key{"key-1", "hash"};
  const auto first = plans.create({"p1", "One", "{}"}, key, kAlice, kNow);
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(first->kind, Outcome::Kind::saved);
  PlanStore elsewhere(opened(location));  // also after a restart, also in another process
  const auto again = elsewhere.create({"p2", "One", "{}"}, key, kAlice, after(1));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->kind, Outcome::Kind::repeated);
  EXPECT_EQ(again->plan.id, "p1");
  EXPECT_EQ(again->plan.version, 1);
  EXPECT_EQ(plans.create({"p3", "One", "{}"}, {"key-1", "other"}, kAlice, after(1)).error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(plans.create({"p4", "One", "{}"}, key, kBob, after(1))->kind, Outcome::Kind::saved)
      << "keys of one caller are no business of another's";
  EXPECT_EQ(plans.list("default", 0, 10)->size(), 1U);
  ASSERT_TRUE(plans.remove("p1", 0, kAlice, after(2)).ok());
  EXPECT_EQ(plans.create({"p5", "One", "{}"}, key, kAlice, after(3)).error().code,
            ErrorCode::not_found)
      << "a deleted plan does not come back by a late repeat";
  EXPECT_EQ(plans.create({"p6", "One", "{}"}, key, kAlice, after(100'000))->kind,
            Outcome::Kind::saved)
      << "keys are forgotten after a day";
}

}  // namespace breakeven::store
