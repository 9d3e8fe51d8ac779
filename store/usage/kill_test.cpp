// A killed import leaves the store as before it or after it, never between.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>

#include "engine/base/random.hpp"
#include "store/usage/testing/test_usage_records.hpp"
#include "store/usage/usage_store.hpp"

extern char** environ;

namespace breakeven::store {
namespace {

constexpr std::int64_t kRecords = 5'000;

struct Life {
  bool begun = false;      ///< it began to commit
  bool committed = false;  ///< it was told that the import is safe
};

/// Runs a writer to its death. With the stage "parent" it is killed `wait` after it began to commit.
Life write_and_die(const std::string& store, std::int64_t import, std::string stage,
                   std::chrono::microseconds wait) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string program = BREAKEVEN_USAGE_WRITER;
  std::string path = store;
  std::string number = std::to_string(import);
  std::string records = std::to_string(kRecords);
  char* const arguments[] = {program.data(), path.data(),    number.data(),
                             stage.data(),   records.data(), nullptr};
  pid_t writer = 0;
  EXPECT_EQ(posix_spawn(&writer, program.c_str(), &actions, nullptr, arguments, environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  Life life;
  char said = 0;
  if (stage == "parent") {
    life.begun = read(ends[0], &said, 1) == 1;
    EXPECT_TRUE(life.begun) << "the writer did not begin to commit";
    std::this_thread::sleep_for(wait);
    EXPECT_EQ(kill(writer, SIGKILL), 0);
  }
  int status = 0;
  EXPECT_EQ(waitpid(writer, &status, 0), writer);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer gave up with " << WEXITSTATUS(status);
  while (read(ends[0], &said, 1) == 1) life.committed = life.committed || said == 'A';
  close(ends[0]);
  return life;
}

/// How many imports are in the store, each of them whole.
std::int64_t whole_imports(const std::string& path) {
  auto store = UsageStore::open(path, UsageStore::Access::read);
  if (!store) {
    EXPECT_EQ(store.error().code, ErrorCode::not_found) << store.error().text();
    return 0;
  }
  struct Sum : usage::RecordSink {
    void take(const usage::UsageRecord& r) override {
      ++records;
      tokens += r.tokens[usage::Bucket::uncached];
    }
    std::int64_t records = 0;
    std::int64_t tokens = 0;
  };
  const auto files = store->files("writer");
  EXPECT_TRUE(files.ok()) << files.error().text();
  std::int64_t number = 0;
  for (const StoredFile& file : *files) {
    Sum sum;
    EXPECT_TRUE(store->replay(file, sum).ok());
    EXPECT_EQ(file.name, "import-" + std::to_string(number) + ".jsonl");
    EXPECT_EQ(sum.records, kRecords);
    const std::int64_t first = number * kRecords;
    EXPECT_EQ(sum.tokens, kRecords * first + kRecords * (kRecords - 1) / 2);
    ++number;
  }
  std::int64_t all = -1;
  EXPECT_TRUE(store
                  ->select(
                      "SELECT count(*) FROM records", [](const auto&) { return Status(); },
                      [&](const auto& values) {
                        all = std::stoll(*values[0]);
                        return Status();
                      })
                  .ok());
  EXPECT_EQ(all, number * kRecords);
  return number;
}

TEST(KilledImport, LeavesTheStoreBeforeOrAfterIt) {
  if (!duckdb::library().ok()) return;  // UsageStoreFile tells what is said then
  std::string folder = (std::filesystem::temp_directory_path() / "killed-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/usage.duckdb";
  std::int64_t imports = 0;
  // A store must be there before a reader may expect one.
  static_cast<void>(UsageStore::open(path, UsageStore::Access::write));
  for (const char* stage : {"begin", "taken", "ended", "committed", "taken", "ended"}) {
    write_and_die(path, imports, stage, {});
    if (std::string(stage) == "committed") ++imports;
    EXPECT_EQ(whole_imports(path), imports) << stage;
  }
  const RandomStream stream(20'261'121, "killed_import");
  for (std::uint64_t i = 0; i < 8; ++i) {
    const auto wait =
        std::chrono::microseconds(static_cast<std::int64_t>(stream.uniform(0, i) * 20'000));
    const Life life = write_and_die(path, imports, "parent", wait);
    const std::int64_t now = whole_imports(path);
    EXPECT_GE(now, imports + (life.committed ? 1 : 0));
    EXPECT_LE(now, imports + 1);
    imports = now;
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace breakeven::store
