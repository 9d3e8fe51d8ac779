#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "store/testing/test_ledgers.hpp"

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
                           ": this ledger has version 99 and this program knows versions up to 1; "
                           "use a newer breakeven");
}

TEST_F(LedgerFile, OfAnotherProgramIsRefusedUntouched) {
  ASSERT_EQ(run_sqlite(path_, "CREATE TABLE theirs (x)"), "");
  EXPECT_EQ(refusal(),
            path_ + ": expected a price ledger, found another program's SQLite database");
  EXPECT_EQ(run_sqlite(path_, "INSERT INTO theirs VALUES (1)"), "");
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
}

TEST_F(LedgerFile, ThatIsNoDatabaseIsRefusedUntouched) {
  const std::string text(5'000, 'x');
  std::ofstream(path_) << text;
  EXPECT_EQ(refusal(), path_ + ": expected a price ledger, found no SQLite database");
  EXPECT_EQ(std::filesystem::file_size(path_), text.size());
}

TEST_F(LedgerFile, WithoutItsFolderIsRefused) {
  path_ = folder_.path() + "/none/prices.ledger";
  EXPECT_EQ(refusal(), path_ + ": expected the folder " + folder_.path() + "/none to exist");
  path_ = folder_.path();
  EXPECT_EQ(refusal(), path_ + ": cannot open this ledger: unable to open database file");
}

TEST_F(LedgerFile, IsWrittenAheadAndSynced) {
  const auto ledger = open_or_fail(path_);
  EXPECT_TRUE(std::filesystem::exists(path_ + "-wal"));
  EXPECT_EQ(run_sqlite(path_, "SELECT 1"), "");
}

}  // namespace
}  // namespace breakeven::store
