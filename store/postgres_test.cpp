#include <gtest/gtest.h>

#include <string>

#include "store/testing/test_ledgers.hpp"

namespace breakeven::store {
namespace {

// One test, so that one server serves all contracts: starting it takes longer than they do.
TEST(PostgresLedger, KeepsEveryContract) {
  if (TestPostgres::binaries().empty()) {
    // The program works without a server; packaging/apt-test.txt installs one for the full test.
    SUCCEED() << "no PostgreSQL here";
    return;
  }
  TestPostgres server;
  TestStore store;
  store.fresh = [&] { return server.fresh_database(); };
  store.raw = TestPostgres::run;
  for (const NamedContract& contract : contracts()) {
    SCOPED_TRACE(contract.name);
    contract.check(store);
  }

  SCOPED_TRACE("only here");
  const std::string location = server.fresh_database();
  const auto ledger = open_or_fail(location);
  EXPECT_NE(TestPostgres::run(location, "TRUNCATE price_changelog").find("append-only"),
            std::string::npos);
  EXPECT_EQ(TestPostgres::run(location, "INSERT INTO ledger_version VALUES (99)"), "");
  const auto newer = open_ledger(location);
  ASSERT_FALSE(newer.ok());
  EXPECT_EQ(newer.error().code, ErrorCode::unsupported);
  EXPECT_NE(newer.error().message.find("version 99"), std::string::npos);

  // A connection that the server drops between two calls is made anew.
  EXPECT_EQ(TestPostgres::run(location,
                              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                              " WHERE pid <> pg_backend_pid() AND datname = current_database()"),
            "");
  const auto dropped = ledger->counts();
  const auto again = ledger->counts();
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->changes, 0);
}

TEST(PostgresLedger, APasswordIsNeverInAMessage) {
  for (const char* const url :
       {"postgres://user:hunter2@127.0.0.1:1/none", "postgres://user:hunter2@[::1:1/none",
        "postgres://u:hunter2@h:x/"}) {
    const auto opened = open_ledger(url);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().text().find("hunter2"), std::string::npos) << opened.error().text();
  }
}

}  // namespace
}  // namespace breakeven::store
