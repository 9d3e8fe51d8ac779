#include "store/usage/usage_store.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "store/usage/testing/test_usage_records.hpp"

namespace breakeven::store {
namespace {

using usage::Bucket;
using usage::UsageRecord;

/// Where there is no library, the store says so, and that is all there is to see of it.
bool no_library() {
  const auto library = duckdb::library();
  if (library.ok()) return false;
  EXPECT_EQ(library.error().code, ErrorCode::unsupported);
  EXPECT_NE(library.error().message.find("DuckDB"), std::string::npos);
  return true;
}

class UsageStoreFile : public testing::Test {
 protected:
  UsageStoreFile() {
    std::string name = (std::filesystem::temp_directory_path() / "usage-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~UsageStoreFile() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/usage.duckdb"; }

  UsageStore opened(UsageStore::Access access = UsageStore::Access::write) const {
    auto store = UsageStore::open(path(), access);
    EXPECT_TRUE(store.ok()) << store.error().text();
    return std::move(store).value();
  }

 private:
  std::string folder_;
};

StoredFile import_numbered(UsageStore& store, const std::string& set, std::int64_t import,
                           std::int64_t count) {
  auto writer = store.import_into(set, Instant{1'772'442'000});
  EXPECT_TRUE(writer.ok()) << writer.error().text();
  EXPECT_TRUE((*writer)->begin_file().ok());
  const auto report = feed_numbered_records(**writer, import, count);
  auto file = (*writer)->end_file(report);
  EXPECT_TRUE(file.ok()) << file.error().text();
  EXPECT_TRUE((*writer)->commit().ok());
  return *file;
}

struct Kept : usage::RecordSink {
  void begin(usage::Grain g) override { grain = g; }
  void take(const UsageRecord& r) override {
    records.push_back(r);
    texts.push_back(std::string(r.id) + "|" + std::string(r.vendor) + "|" + std::string(r.model) +
                    "|" + std::string(r.key) + "|" + std::string(r.team) + "|" +
                    std::string(r.session) + "|" + std::string(r.residency));
  }
  usage::Grain grain = usage::Grain::request;
  std::vector<UsageRecord> records;  ///< their texts are gone: see `texts`
  std::vector<std::string> texts;
};

std::string one_value(UsageStore& store, const std::string& sql) {
  std::string found = "no row";
  const Status status = store.select(
      sql, [](const auto&) { return Status(); },
      [&](const std::vector<std::optional<std::string>>& values) {
        found = values[0].value_or("NULL");
        return Status();
      });
  return status.ok() ? found : status.error().text();
}

TEST_F(UsageStoreFile, EveryFieldComesBackAsItWas) {
  if (no_library()) return;
  UsageRecord r;
  r.id = "req \"1\", ü";
  r.clock = usage::Clock::utc;
  r.start_ns = -5;
  r.end_ns = std::numeric_limits<std::int64_t>::max();
  r.single = false;
  r.kind = usage::Kind::batch;
  r.vendor = "anthropic";
  r.model = "claude \xFF model";  // no UTF-8
  r.key = "sk-ant-api03-0123456789abcdef";
  r.team = "a team whose name is longer than twelve bytes";
  r.session = "s";
  r.mode = catalog::Mode::priority;
  r.residency = "eu";
  r.long_context = true;
  for (std::size_t i = 0; i < usage::kBuckets; ++i) {
    r.tokens.count[i] = std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(i);
  }
  r.tokens.reasoning = -7;
  r.requests = std::nullopt;
  r.web_searches = 3;
  r.cost = Usd::from_femto(-kUsdBound);
  r.latency_ns = 12;
  UsageStore store = opened();
  auto writer = store.import_into("all", Instant{0});
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->begin_file().ok());
  (*writer)->begin(usage::Grain::charge);
  (*writer)->identify({1, 2, 3});
  (*writer)->take(r);
  r.cost.reset();
  r.mode.reset();
  r.requests = 4;
  (*writer)->identify({1, 3, 3});
  (*writer)->take(r);
  ASSERT_TRUE((*writer)->end_file({}).ok());
  ASSERT_TRUE((*writer)->commit().ok());

  Kept kept;
  const auto files = store.files();
  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->size(), 1U);
  EXPECT_EQ(files->front().stored, 2);
  ASSERT_TRUE(store.replay(files->front(), kept).ok());
  ASSERT_EQ(kept.records.size(), 2U);
  const UsageRecord& back = kept.records[0];
  EXPECT_EQ(kept.grain, usage::Grain::charge);
  EXPECT_EQ(kept.texts[0].substr(0, kept.texts[0].find("key#")),
            "req \"1\", ü|anthropic|claude \xEF\xBF\xBD model|");
  EXPECT_NE(kept.texts[0].find("|a team whose name is longer than twelve bytes|s|eu"),
            std::string::npos);
  EXPECT_EQ(back.clock, r.clock);
  EXPECT_EQ(back.start_ns, r.start_ns);
  EXPECT_EQ(back.end_ns, r.end_ns);
  EXPECT_EQ(back.single, r.single);
  EXPECT_EQ(back.kind, r.kind);
  EXPECT_EQ(back.mode, catalog::Mode::priority);
  EXPECT_TRUE(back.long_context);
  EXPECT_EQ(back.tokens.count, r.tokens.count);
  EXPECT_EQ(back.tokens.reasoning, -7);
  EXPECT_FALSE(back.requests);
  EXPECT_EQ(back.web_searches, 3);
  EXPECT_EQ(back.cost->femto(), -kUsdBound);
  EXPECT_EQ(back.latency_ns, 12);
  EXPECT_FALSE(back.ttft_ns);
  EXPECT_FALSE(kept.records[1].cost);
  EXPECT_FALSE(kept.records[1].mode);
  EXPECT_EQ(kept.records[1].requests, 4);
  EXPECT_EQ(one_value(store, "SELECT count(*) FROM records WHERE key LIKE 'sk-%'"), "0");
}

TEST_F(UsageStoreFile, ImportingAgainAddsOnlyWhatIsNew) {
  if (no_library()) return;
  UsageStore store = opened();
  EXPECT_EQ(import_numbered(store, "a", 0, 3'000).stored, 3'000);
  const StoredFile again = import_numbered(store, "a", 0, 3'000);
  EXPECT_EQ(again.stored, 0);
  EXPECT_EQ(again.known, 3'000);
  EXPECT_EQ(again.conflicting, 0);
  // Records 2000..3999: half of them are known.
  const StoredFile overlap = import_numbered(store, "a", 1, 2'000);
  EXPECT_EQ(overlap.stored, 1'000);
  EXPECT_EQ(overlap.known, 1'000);
  // Another set is another matter.
  EXPECT_EQ(import_numbered(store, "b", 0, 10).stored, 10);
  EXPECT_EQ(one_value(store, "SELECT sum(uncached) FROM records WHERE set_name = 'a'"), "7998000");
  EXPECT_EQ(one_value(store, "SELECT sum(cost_usd) FROM records WHERE set_name = 'a'"),
            "7.998000055986000");
}

TEST_F(UsageStoreFile, AConflictKeepsTheFirstTelling) {
  if (no_library()) return;
  UsageStore store = opened();
  for (const std::uint64_t content : {7U, 8U}) {
    auto writer = store.import_into("a", Instant{0});
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->begin_file().ok());
    (*writer)->identify({1, 1, content});
    UsageRecord record;
    record.tokens[Bucket::output] = static_cast<std::int64_t>(content);
    (*writer)->take(record);
    const auto file = (*writer)->end_file({});
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->conflicting, content == 8 ? 1 : 0);
    ASSERT_TRUE((*writer)->commit().ok());
  }
  EXPECT_EQ(one_value(store, "SELECT string_agg(output, ',') FROM records"), "7");
}

TEST_F(UsageStoreFile, AnImportThatIsGivenUpLeavesNothing) {
  if (no_library()) return;
  UsageStore store = opened();
  {
    auto writer = store.import_into("a", Instant{0});
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->begin_file().ok());
    static_cast<void>(feed_numbered_records(**writer, 0, 5'000));
  }
  EXPECT_EQ(one_value(store, "SELECT count(*) FROM records"), "0");
  EXPECT_EQ(import_numbered(store, "a", 0, 5'000).stored, 5'000);
}

TEST_F(UsageStoreFile, ASetCanBeForgotten) {
  if (no_library()) return;
  UsageStore store = opened();
  import_numbered(store, "march", 0, 10);
  import_numbered(store, "april", 1, 10);
  const auto wrong = store.erase("marsh");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, ErrorCode::not_found);
  EXPECT_NE(wrong.error().message.find("march"), std::string::npos);
  EXPECT_EQ(store.erase("march").value(), 10);
  EXPECT_EQ(store.sets().value(), std::vector<std::string>{"april"});
  EXPECT_EQ(one_value(store, "SELECT count(*) FROM records"), "10");
}

TEST_F(UsageStoreFile, NamesArePlain) {
  if (no_library()) return;
  UsageStore store = opened();
  for (const char* name : {"", "a b", "a'", "../x", "ü"}) {
    const auto writer = store.import_into(name, Instant{0});
    ASSERT_FALSE(writer.ok()) << name;
    EXPECT_EQ(writer.error().code, ErrorCode::invalid_argument);
  }
}

TEST_F(UsageStoreFile, SelectReadsTheStoreAndNothingElse) {
  if (no_library()) return;
  {
    UsageStore store = opened();
    import_numbered(store, "a", 0, 10);
  }
  UsageStore store = opened(UsageStore::Access::read);
  EXPECT_EQ(one_value(store, "SELECT count(*) FROM records -- all of them\n;"), "10");
  EXPECT_EQ(one_value(store, "WITH x AS (SELECT 1 AS a) SELECT a FROM x"), "1");
  EXPECT_EQ(one_value(store, "SELECT 9223372036854775807::HUGEINT * 4"), "36893488147419103228");
  const std::string secret = path() + ".csv";
  {
    std::ofstream(secret) << "a\n1\n";
  }
  for (const std::string& sql : std::vector<std::string>{
           "DELETE FROM records", "DROP TABLE records", "INSERT INTO files SELECT * FROM files",
           "CREATE TABLE x (a INT)", "COPY records TO '" + secret + "'", "ATTACH ':memory:' AS x",
           "SELECT * FROM read_csv('" + secret + "')", "SELECT * FROM '" + secret + "'",
           "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM glob('/etc/*')",
           "INSTALL httpfs", "LOAD httpfs", "SET lock_configuration = false",
           "SELECT 1); DROP TABLE records; SELECT (1", "SELECT 1; SELECT 2",
           "PRAGMA enable_external_access = true", "EXPORT DATABASE '/tmp/x'", ""}) {
    const Status status = store.select(
        sql, [](const auto&) { return Status(); }, [](const auto&) { return Status(); });
    EXPECT_FALSE(status.ok()) << sql;
  }
  EXPECT_EQ(one_value(store, "SELECT count(*) FROM records"), "10");
}

TEST_F(UsageStoreFile, WhatIsNoStoreIsSaid) {
  if (no_library()) return;
  const auto none = UsageStore::open(path(), UsageStore::Access::read);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  {
    std::ofstream(path()) << "this is no database, but a text of some length\n";
  }
  for (const auto access : {UsageStore::Access::read, UsageStore::Access::write}) {
    const auto foreign = UsageStore::open(path(), access);
    ASSERT_FALSE(foreign.ok());
    EXPECT_EQ(foreign.error().code, ErrorCode::io_error) << foreign.error().text();
    EXPECT_EQ(foreign.error().where, path());
  }
}

TEST(ValidUtf8, KeepsWhatIsAndReplacesWhatIsNot) {
  std::string made;
  for (const char* good : {"", "plain", "ü€𐍈", "\xED\x9F\xBF"}) {
    EXPECT_EQ(duckdb::valid_utf8(good, made), good);
  }
  EXPECT_EQ(duckdb::valid_utf8("a\xFFz", made), "a\xEF\xBF\xBDz");
  EXPECT_EQ(duckdb::valid_utf8("\xC3", made), "\xEF\xBF\xBD");                  // cut off
  EXPECT_EQ(duckdb::valid_utf8("\xC0\xAF", made), "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
  EXPECT_EQ(duckdb::valid_utf8("\xED\xA0\x80", made),
            "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
}

}  // namespace
}  // namespace breakeven::store
