// A killed writer leaves the ledger as before or after a run, never between.
//
// This shows what the death of a process does. That commits also survive the loss of power rests on
// SQLite's synchronous = FULL and on disks that keep their promises; it is not tested here.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "engine/base/random.hpp"
#include "store/audit_log.hpp"
#include "store/database.hpp"
#include "store/plan_store.hpp"
#include "store/testing/test_ledgers.hpp"
#include "store/testing/test_runs.hpp"

extern char** environ;

namespace breakeven::store {
namespace {

struct Killed {
  std::int64_t acknowledged = 0;  ///< the last run that the writer was told is safe
  bool inside = false;            ///< it died between the start of a run and its acknowledgement
};

/// Starts a writer and kills it after `life`, counted from its start or from its first run.
Killed write_and_die(const std::string& location, const char* what, std::chrono::microseconds life,
                     bool from_first_run) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string program = BREAKEVEN_LEDGER_WRITER;
  std::string argument = location;
  std::string mode = what;
  char* const arguments[] = {program.data(), argument.data(), mode.empty() ? nullptr : mode.data(),
                             nullptr};
  pid_t writer = 0;
  EXPECT_EQ(posix_spawn(&writer, program.c_str(), &actions, nullptr, arguments, environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);

  std::string said;
  char part[4'096];
  if (from_first_run) {
    EXPECT_EQ(read(ends[0], part, 1), 1) << "the writer did not begin";
    said = "B";
  }
  std::this_thread::sleep_for(life);
  EXPECT_EQ(kill(writer, SIGKILL), 0);
  int status = 0;
  EXPECT_EQ(waitpid(writer, &status, 0), writer);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer gave up with " << WEXITSTATUS(status);

  for (ssize_t got = 0; (got = read(ends[0], part, sizeof part)) > 0;) {
    said.append(part, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  Killed killed;
  for (std::size_t i = 0; i < said.size();) {
    killed.inside = said[i] == 'B';
    if (said[i] == 'A') std::memcpy(&killed.acknowledged, said.data() + i + 1, 8);
    i += said[i] == 'A' ? 9 : 1;
  }
  return killed;
}

/// Every run whole, none missing; their number.
std::int64_t check_whole(const std::string& location) {
  const auto ledger = open_or_fail(location);
  const auto counts = ledger->counts();
  EXPECT_TRUE(counts.ok());
  std::int64_t snapshots = 0;
  std::int64_t evidence = 0;
  std::int64_t changes = 0;
  for (std::int64_t run = 1; run <= counts->runs; ++run) {
    snapshots += run_has_snapshot(run) ? 1 : 0;
    evidence += evidence_of_run(run);
    changes += changes_of_run(run);
  }
  EXPECT_EQ(counts->snapshots, snapshots);
  EXPECT_EQ(counts->evidence, evidence);
  EXPECT_EQ(counts->changes, changes);
  // Row by row for the newest runs, where a tear would be.
  const auto runs = ledger->runs("writer", {0, 5});
  EXPECT_TRUE(runs.ok());
  std::int64_t expected = counts->runs;
  for (const RecordedRun& run : *runs) {
    EXPECT_EQ(run.id, expected--);
    EXPECT_EQ(run.run.rows, run.id);
    EXPECT_EQ(run.run.changes, changes_of_run(run.id));
    ChangeFilter of;
    of.run = run.id;
    const auto rows = ledger->changes(of, {0, 1'000});
    EXPECT_TRUE(rows.ok());
    EXPECT_EQ(static_cast<std::int64_t>(rows->size()), changes_of_run(run.id));
    for (const RecordedChange& row : *rows) EXPECT_EQ(row.change.new_price->nano_usd, run.id);
  }
  return counts->runs;
}

void expect_sound_file(const std::string& path) {
  EXPECT_EQ(query_sqlite(path, "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(query_sqlite(path, "PRAGMA foreign_key_check"), "");
}

/// Every save with its audit entry and its document, none missing; their number.
std::int64_t check_plans(const std::string& location) {
  const auto database = Database::open(location);
  if (!database.ok()) throw std::runtime_error(database.error().text());
  AuditLog log(*database);
  PlanStore plans(*database);
  const auto entries = log.entries({{}, {}, {}, 0, 10'000'000});
  EXPECT_TRUE(entries.ok());
  const std::int64_t writes = entries->empty() ? 0 : entries->front().id;
  EXPECT_EQ(static_cast<std::int64_t>(entries->size()), writes) << "numbered without gaps";
  for (const AuditEntry& entry : *entries) {
    EXPECT_EQ(entry.target, numbered_plan_id(entry.id));
    // All of the newest, where a tear would be, and some of the others.
    if (entry.id + 8 < writes && entry.id % 7 != 0) continue;
    const auto plan = plans.find("default", entry.target, numbered_plan_version(entry.id));
    EXPECT_EQ(plan.ok() ? plan->document : "", numbered_document(entry.id));
  }
  return writes;
}

struct Tally {
  int inside = 0;
  int during_setup = 0;
  std::int64_t runs = 0;
};

/// `check` looks whether everything that is there is whole, and gives the number of the last write.
Tally kill_writers(int kills, const char* what, const std::function<std::string(int)>& location,
                   const std::function<std::int64_t(const std::string&)>& check) {
  Tally tally;
  std::string before;
  std::int64_t known = 0;
  const RandomStream stream(20'261'121, "kill_test");
  for (int i = 0; i < kills && !testing::Test::HasFailure(); ++i) {
    const std::string where = location(i);
    if (where != before) known = 0;
    before = where;
    const auto draw = static_cast<std::uint64_t>(i);
    const auto life_us = static_cast<std::int64_t>(stream.uniform(0, draw) * 25'000);
    const bool from_first_run = stream.uniform(1, draw) < 0.75;
    const Killed killed =
        write_and_die(where, what, std::chrono::microseconds(life_us), from_first_run);
    const std::int64_t runs = check(where);
    // What was acknowledged is there, and at most the run that was being written more.
    const std::int64_t safe = std::max(known, killed.acknowledged);
    EXPECT_GE(runs, safe) << "kill " << i;
    EXPECT_LE(runs, safe + 1) << "kill " << i;
    tally.inside += killed.inside ? 1 : 0;
    tally.during_setup += killed.acknowledged == 0 && !killed.inside ? 1 : 0;
    tally.runs += runs - known;
    known = runs;
  }
  return tally;
}

int kills_wanted(int usual) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read before any thread starts
  const char* const wanted = std::getenv("BREAKEVEN_KILLS");
  return wanted == nullptr ? usual : std::max(usual, std::atoi(wanted));
}

TEST(KilledWriter, LeavesALedgerFileBeforeOrAfterARun) {
  const TestFolder folder;
  const int kills = kills_wanted(200);
  // A fresh file now and then, so that some die while they make the tables.
  const Tally tally = kill_writers(
      kills, "", [&](int i) { return folder.path() + "/" + std::to_string(i / 20) + ".ledger"; },
      [](const std::string& path) {
        expect_sound_file(path);
        return check_whole(path);
      });
  RecordProperty("kills", kills);
  RecordProperty("killed_inside_a_run", tally.inside);
  RecordProperty("killed_during_setup", tally.during_setup);
  RecordProperty("runs_written", static_cast<int>(tally.runs));
  // The test is worth nothing when no writer is caught in the act.
  EXPECT_GT(tally.inside, kills / 4);
  EXPECT_GT(tally.runs, kills / 20);
}

TEST(KilledWriter, LeavesAServerBeforeOrAfterARun) {
  if (TestPostgres::binaries().empty()) return;  // see PostgresLedger.KeepsEveryContract
  TestPostgres server;
  const std::string location = server.fresh_database();
  const Tally tally =
      kill_writers(kills_wanted(30), "", [&](int) { return location; }, check_whole);
  EXPECT_GT(tally.inside + tally.during_setup, 0);

  const std::string plans = server.fresh_database();
  const Tally saves =
      kill_writers(kills_wanted(15), "plans", [&](int) { return plans; }, check_plans);
  EXPECT_GT(saves.inside + saves.during_setup, 0);
}

TEST(KilledWriter, LosesNoPlanThatWasSaved) {
  const TestFolder folder;
  const int kills = kills_wanted(100);
  const Tally tally = kill_writers(
      kills, "plans", [&](int i) { return folder.path() + "/" + std::to_string(i / 20) + ".db"; },
      [](const std::string& path) {
        expect_sound_file(path);
        return check_plans(path);
      });
  RecordProperty("kills", kills);
  RecordProperty("killed_inside_a_save", tally.inside);
  EXPECT_GT(tally.inside, kills / 4);
  EXPECT_GT(tally.runs, kills / 20);
}

TEST(KilledWriter, LeavesAnOlderStoreBeforeOrAfterItsMigration) {
  const TestFolder folder;
  const std::string old = folder.path() + "/old.db";
  {
    const auto ledger = open_or_fail(old);
    for (std::int64_t run = 1; run <= 12; ++run)
      ASSERT_TRUE(ledger->record(numbered_run(run)).ok());
  }
  ASSERT_EQ(run_sqlite(old, kBackToVersion1), "");
  const int kills = kills_wanted(60);
  int before = 0;
  const RandomStream stream(20'261'122, "migration");
  for (int i = 0; i < kills && !testing::Test::HasFailure(); ++i) {
    const std::string path = folder.path() + "/" + std::to_string(i) + ".db";
    std::filesystem::copy_file(old, path);
    const auto life_us =
        static_cast<std::int64_t>(stream.uniform(0, static_cast<std::uint64_t>(i)) * 20'000);
    const Killed killed = write_and_die(path, "", std::chrono::microseconds(life_us), false);
    expect_sound_file(path);
    const std::string version = query_sqlite(path, "PRAGMA user_version");
    EXPECT_TRUE(version == "1" || version == "3") << version;
    before += version == "1" ? 1 : 0;
    EXPECT_GE(check_whole(path), std::max<std::int64_t>(12, killed.acknowledged));
    EXPECT_EQ(query_sqlite(path, "PRAGMA user_version"), "3") << "the next one finishes it";
  }
  RecordProperty("kills", kills);
  RecordProperty("killed_before_the_end_of_the_migration", before);
}

}  // namespace
}  // namespace breakeven::store
