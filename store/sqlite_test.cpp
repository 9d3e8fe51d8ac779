#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "store/testing/test_ledgers.hpp"
#include "store/testing/test_runs.hpp"

namespace breakeven::store {
namespace {

class SqliteLedger : public testing::TestWithParam<NamedContract> {};

TEST_P(SqliteLedger, Keeps) {
  const TestFolder folder;
  int files = 0;
  TestStore store;
  store.fresh = [&] { return folder.path() + "/" + std::to_string(++files) + ".ledger"; };
  store.raw = run_sqlite;
  GetParam().check(store);
}

INSTANTIATE_TEST_SUITE_P(Contract, SqliteLedger, testing::ValuesIn(contracts()),
                         [](const auto& of) { return std::string(of.param.name); });

class LedgerFile : public testing::Test {
 protected:
  [[nodiscard]] std::string refusal() const {
    const auto opened = open_ledger(path_);
    return opened.ok() ? "opened" : opened.error().text();
  }
  TestFolder folder_;
  std::string path_ = folder_.path() + "/prices.ledger";
};

TEST_F(LedgerFile, ReplacingARowIsRefusedToo) {
  const auto ledger = open_or_fail(path_);
  ASSERT_TRUE(ledger->record(one_price("input_mtok", "3", "2026-01-01", "2026-01-01")).ok());
  EXPECT_NE(run_sqlite(path_, "INSERT OR REPLACE INTO price_evidence SELECT * FROM price_evidence")
                .find("append-only"),
            std::string::npos);
  EXPECT_NE(
      run_sqlite(path_, "INSERT OR REPLACE INTO price_changelog SELECT * FROM price_changelog")
          .find("append-only"),
      std::string::npos);
  EXPECT_NE(
      run_sqlite(path_, "REPLACE INTO crawler_runs SELECT * FROM crawler_runs").find("append-only"),
      std::string::npos);
}

TEST_F(LedgerFile, OfANewerVersionIsRefusedUntouched) {
  open_or_fail(path_);
  ASSERT_EQ(run_sqlite(path_, "PRAGMA user_version = 99"), "");
  EXPECT_EQ(refusal(), path_ +
                           ": this ledger has version 99 and this program knows versions up to 3; "
                           "use a newer breakeven");
}

TEST_F(LedgerFile, OfAnOlderVersionIsBroughtForwardWithItsRows) {
  // A ledger as version 1 left it: without the table of rules.
  {
    const auto ledger = open_or_fail(path_);
    ASSERT_TRUE(ledger->record(one_price("input_mtok", "3", "2026-01-01", "2026-01-01")).ok());
  }
  ASSERT_EQ(run_sqlite(path_, kBackToVersion1), "");
  const auto ledger = open_or_fail(path_);
  EXPECT_EQ(query_sqlite(path_, "PRAGMA user_version"), "3");
  EXPECT_EQ(query_sqlite(path_, "SELECT count(*) FROM pricing_rules"), "0");
  EXPECT_EQ(ledger->counts()->changes, 1);
  EXPECT_TRUE(ledger->rules(at("2026-02-01")).empty());
}

TEST_F(LedgerFile, OfAnotherProgramIsRefusedUntouched) {
  ASSERT_EQ(run_sqlite(path_, "CREATE TABLE theirs (x)"), "");
  EXPECT_EQ(refusal(),
            path_ + ": expected a price ledger, found another program's SQLite database");
  EXPECT_EQ(run_sqlite(path_, "INSERT INTO theirs VALUES (1)"), "");
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
}

TEST_F(LedgerFile, ThatIsNoDatabaseIsRefusedUntouched) {
  // SQLite takes a file shorter than a page for an empty database.
  for (const std::size_t size : {1U, 200U, 5'000U}) {
    std::ofstream(path_) << std::string(size, 'x');
    EXPECT_EQ(refusal(), path_ + ": expected a price ledger, found no SQLite database");
    EXPECT_EQ(std::filesystem::file_size(path_), size);
  }
}

TEST_F(LedgerFile, WithoutItsFolderIsRefused) {
  path_ = folder_.path() + "/none/prices.ledger";
  EXPECT_EQ(refusal(), path_ + ": expected the folder " + folder_.path() + "/none to exist");
  path_ = folder_.path();
  EXPECT_EQ(refusal(), path_ + ": cannot open this ledger: unable to open database file");
}

TEST_F(LedgerFile, ThatCannotGrowKeepsWhatItHas) {
  const auto ledger = open_or_fail(path_);
  ASSERT_TRUE(ledger->record(numbered_run(1)).ok());
  const auto before = ledger->counts();
  // A full disk, as far as this process can tell.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  rlimit small = usual;
  small.rlim_cur = std::filesystem::file_size(path_ + "-wal") + 5'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto refused = ledger->record(numbered_run(43));  // 57 changes
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::io_error);
  EXPECT_EQ(refused.error().where, path_);
  const auto after = ledger->counts();
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->runs, before->runs);
  EXPECT_EQ(after->changes, before->changes);
  EXPECT_EQ(query_sqlite(path_, "PRAGMA integrity_check"), "ok");
  // With room again, it goes on.
  EXPECT_TRUE(ledger->record(numbered_run(2)).ok());
  EXPECT_EQ(ledger->counts()->runs, 2);
}

TEST_F(LedgerFile, KeepsAWriteAheadLog) {
  const auto ledger = open_or_fail(path_);
  EXPECT_EQ(query_sqlite(path_, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(query_sqlite(path_, "PRAGMA user_version"), "3");
}

}  // namespace
}  // namespace breakeven::store
