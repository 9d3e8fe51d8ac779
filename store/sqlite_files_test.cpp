// Backups that are consistent, damage that is found, and restores that lose nothing.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <thread>
#include <vector>

#include "store/database.hpp"
#include "store/store_files.hpp"
#include "store/testing/test_ledgers.hpp"
#include "store/testing/test_runs.hpp"

namespace breakeven::store {
namespace {

namespace fs = std::filesystem;

class StoreFile : public ::testing::Test {
 protected:
  void write_runs(std::int64_t last) {
    const auto ledger = open_or_fail(path_);
    for (std::int64_t run = ledger->counts()->runs + 1; run <= last; ++run) {
      ASSERT_TRUE(ledger->record(numbered_run(run)).ok());
    }
  }
  /// A damaged copy: `bytes` of it from `at` on are overwritten.
  std::string damaged(std::uintmax_t at, std::size_t bytes) const {
    std::string copy = folder_.path() + "/damaged.db";
    fs::copy_file(path_, copy, fs::copy_options::overwrite_existing);
    std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file << std::string(bytes, '\xA5');
    return copy;
  }
  /// Names in the folder that begin like the copy's.
  [[nodiscard]] std::size_t copies() const {
    std::size_t count = 0;
    for (const auto& one : fs::directory_iterator(folder_.path())) {
      count += one.path().filename().string().starts_with("copy.db") ? 1 : 0;
    }
    return count;
  }

  TestFolder folder_;
  std::string path_ = folder_.path() + "/store.db";
  std::string copy_ = folder_.path() + "/copy.db";
};

TEST_F(StoreFile, IsCopiedWhileItIsWritten) {
  write_runs(3);
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> safe{3};
  std::jthread writer([&] {
    const auto ledger = open_or_fail(path_);
    while (!stop) {
      ASSERT_TRUE(ledger->record(numbered_run(safe + 1)).ok());
      ++safe;
    }
  });
  for (int i = 0; i < 8; ++i) {
    const std::int64_t before = safe;
    const auto state = back_up(path_, copy_);
    const std::int64_t after = safe;
    ASSERT_TRUE(state.ok()) << state.error().text();
    EXPECT_GE(state->runs, before) << "what was acknowledged is in it";
    EXPECT_LE(state->runs, after + 1);
    // One moment of the store: every run with all of its rows.
    std::int64_t changes = 0;
    for (std::int64_t run = 1; run <= state->runs; ++run) changes += changes_of_run(run);
    EXPECT_EQ(query_sqlite(copy_, "SELECT count(*) FROM price_changelog"), std::to_string(changes));
    EXPECT_TRUE(state->damage.empty());
  }
  stop = true;
  writer.join();
  EXPECT_FALSE(fs::exists(copy_ + "-wal")) << "a copy is one file";
  EXPECT_EQ(fs::status(copy_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(StoreFile, ThatIsDamagedAnywhereIsFound) {
  write_runs(40);
  ASSERT_TRUE(examine_file(path_, false)->damage.empty());
  const std::uintmax_t size = fs::file_size(path_);
  constexpr std::size_t kPage = 4'096;
  ASSERT_GT(size, 10 * kPage);
  for (std::uintmax_t at = 0; at + kPage <= size; at += kPage * 3) {
    const std::string copy = damaged(at, kPage);
    const auto state = examine_file(copy, true);
    EXPECT_TRUE(!state.ok() || !state->damage.empty()) << "page " << at / kPage;
    EXPECT_FALSE(restore(copy, copy_, "now").ok()) << "and is never restored";
    EXPECT_FALSE(fs::exists(copy_));
  }
  for (const std::uintmax_t keep :
       {size - 1, size / 2, std::uintmax_t{5'000}, std::uintmax_t{100}, std::uintmax_t{1}}) {
    const std::string copy = damaged(0, 0);
    fs::resize_file(copy, keep);
    const auto state = examine_file(copy, true);
    EXPECT_TRUE(!state.ok() || !state->damage.empty()) << keep << " bytes";
  }
}

TEST_F(StoreFile, ThatIsDamagedIsOpenedWithAClearMessage) {
  write_runs(40);
  const std::string copy = damaged(4'096, fs::file_size(path_) - 4'096);
  const auto ledger = open_ledger(copy);
  ASSERT_FALSE(ledger.ok());
  EXPECT_EQ(ledger.error().code, ErrorCode::parse_error);
  EXPECT_NE(ledger.error().message.find("breakeven doctor --store " + copy), std::string::npos)
      << ledger.error().text();
  const auto refused = back_up(copy, copy_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::parse_error) << refused.error().text();
  EXPECT_FALSE(fs::exists(copy_)) << "a bad store gives no backup that looks good";
}

TEST_F(StoreFile, ThatIsNoneIsRefused) {
  EXPECT_EQ(examine_file(path_, false).error().code, ErrorCode::not_found);
  EXPECT_EQ(back_up(path_, copy_).error().code, ErrorCode::not_found);
  EXPECT_FALSE(fs::exists(path_)) << "looking makes no file";
  std::ofstream(path_) << "hello";
  EXPECT_EQ(examine_file(path_, false).error().code, ErrorCode::unsupported);
  std::ofstream(path_, std::ios::trunc).flush();
  EXPECT_EQ(examine_file(path_, false).error().code, ErrorCode::unsupported);
  EXPECT_EQ(examine_file(folder_.path(), false).error().code, ErrorCode::unsupported);
  fs::remove(path_);
  ASSERT_EQ(run_sqlite(path_, "CREATE TABLE theirs (x)"), "");
  EXPECT_EQ(back_up(path_, copy_).error().code, ErrorCode::unsupported);
  fs::remove(path_);
  write_runs(1);
  EXPECT_EQ(back_up(path_, path_).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(back_up(path_, folder_.path() + "/none/copy.db").error().code, ErrorCode::io_error);
  EXPECT_EQ(back_up(path_, "/proc/copy.db").error().code, ErrorCode::io_error) << "read-only";
  ASSERT_EQ(run_sqlite(path_, "PRAGMA user_version = 99"), "");
  EXPECT_EQ(back_up(path_, copy_).error().code, ErrorCode::unsupported);
}

TEST_F(StoreFile, OnAFullDiskLeavesNothingHalfWritten) {
  write_runs(30);
  const auto before = examine_file(path_, false);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  rlimit small = usual;
  small.rlim_cur = 20'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto full = back_up(path_, copy_);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, ErrorCode::io_error) << full.error().text();
  EXPECT_EQ(copies(), 0U) << "no partial file";
  EXPECT_EQ(examine_file(path_, false)->runs, before->runs);
  EXPECT_TRUE(back_up(path_, copy_).ok()) << "with room again";
}

TEST_F(StoreFile, IsRestoredAndTheFormerOneKept) {
  write_runs(10);
  ASSERT_TRUE(back_up(path_, copy_).ok());
  write_runs(15);
  const auto former = restore(copy_, path_, "20261122T000000Z");
  ASSERT_TRUE(former.ok()) << former.error().text();
  EXPECT_EQ(*former, path_ + ".before-20261122T000000Z");
  EXPECT_EQ(open_or_fail(path_)->counts()->runs, 10);
  EXPECT_EQ(open_or_fail(*former)->counts()->runs, 15);
  write_runs(12);
  EXPECT_EQ(examine_file(path_, false)->runs, 12);
  EXPECT_EQ(examine_file(copy_, true)->runs, 10) << "the backup stays what it was";
  // Where there was no store.
  const std::string other = folder_.path() + "/other.db";
  EXPECT_EQ(*restore(copy_, other, "now"), "");
  EXPECT_EQ(open_or_fail(other)->counts()->runs, 10);
}

TEST_F(StoreFile, WhoseRowsWereTamperedWithIsFound) {
  write_runs(10);
  const auto wrong = [&] {
    const auto connection = open_connection(path_);
    EXPECT_TRUE(connection.ok());
    const auto found = check_rows(**connection);
    EXPECT_TRUE(found.ok());
    return found.ok() ? *found : std::vector<std::string>();
  };
  EXPECT_TRUE(wrong().empty());
  ASSERT_EQ(run_sqlite(path_,
                       "DROP TRIGGER crawler_runs_no_delete;"
                       "DELETE FROM price_changelog WHERE 0;"),
            "");
  EXPECT_EQ(wrong().size(), 1U);
  EXPECT_NE(wrong().front().find("crawler_runs can be rewritten"), std::string::npos);
  ASSERT_EQ(run_sqlite(path_,
                       "DROP TRIGGER audit_log_no_delete;"
                       "INSERT INTO audit_log VALUES (3, 0, 'x', '', '', 'a', '', '', '')"),
            "");
  EXPECT_EQ(wrong().size(), 3U);
}

}  // namespace
}  // namespace breakeven::store
