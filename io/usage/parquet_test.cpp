// Parquet files give what the same records in CSV or JSON give, and the same report of rejects.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "duckdb/database.hpp"
#include "io/usage/import.hpp"
#include "io/usage/test_support.hpp"

namespace breakeven::io {
namespace {

namespace fs = std::filesystem;
using usage::Bucket;
using usage::Reason;

/// What a file holds: its report and everything that was kept, added up.
struct Imported {
  usage::FileReport report;
  usage::TotalRow sum;
  [[nodiscard]] Int128 operator[](Bucket b) const {
    return sum.tokens[static_cast<std::size_t>(b)];
  }
};
Imported imported_file(const std::string& path) {
  testing::Import import;
  Imported made;
  made.report = import.path(path);
  made.sum = import.all();
  return made;
}

class Parquet : public ::testing::Test {
 protected:
  Parquet() {
    std::string name = (fs::temp_directory_path() / "parquet-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~Parquet() override { fs::remove_all(folder_); }

  /// A Parquet file of what a query gives.
  std::string written(const std::string& query, const std::string& file = "a.parquet") const {
    duckdb::OpenOptions options;
    options.any_file = true;
    auto database = duckdb::Database::open(":memory:", options);
    EXPECT_TRUE(database.ok());
    std::string path = folder_ + "/" + file;
    const auto done = (*database)->run("COPY (" + query + ") TO '" + path + "' (FORMAT parquet)");
    EXPECT_TRUE(done.ok()) << done.error().text();
    return path;
  }

  /// Without the library the file is refused, and the reason is that.
  bool no_library() const {
    if (duckdb::library().ok()) return false;
    const std::string path = folder_ + "/none.parquet";
    std::ofstream(path, std::ios::binary) << "PAR1 and so on";
    const Imported got = imported_file(path);
    EXPECT_TRUE(got.report.broken.has_value());
    EXPECT_NE(got.report.broken->message.find("DuckDB"), std::string::npos);
    return true;
  }

  std::string folder_;
};

TEST_F(Parquet, GivesWhatTheSameCsvGives) {
  if (no_library()) return;
  int compared = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(BREAKEVEN_SOURCE_DIR) / "tests/usage")) {
    if (entry.path().extension() != ".csv") continue;
    const std::string csv = entry.path().string();
    const Imported plain = imported_file(csv);
    const Imported packed = imported_file(
        written("SELECT * FROM read_csv('" + csv + "', all_varchar = true, header = true)"));
    EXPECT_FALSE(packed.report.broken) << packed.report.broken->text();
    EXPECT_EQ(packed.report.packing, "parquet");
    EXPECT_EQ(packed.report.format, plain.report.format) << csv;
    EXPECT_EQ(packed.report.kept, plain.report.kept) << csv;
    EXPECT_EQ(packed.report.rejected, plain.report.rejected) << csv;
    EXPECT_TRUE(packed.sum.tokens == plain.sum.tokens) << csv;
    EXPECT_TRUE(packed.sum.requests == plain.sum.requests) << csv;
    EXPECT_EQ(packed.sum.reported, plain.sum.reported) << csv;
    EXPECT_EQ(packed.report.first_ns, plain.report.first_ns) << csv;
    ++compared;
  }
  EXPECT_GE(compared, 8);
}

TEST_F(Parquet, TypedColumnsAndNestedOnesAreRead) {
  if (no_library()) return;
  const Imported got = imported_file(
      written("SELECT 'r' || i AS request_id, TIMESTAMPTZ '2026-03-02 09:00:00.25+00' + "
              "INTERVAL 1 SECOND * i AS timestamp, 'gpt-4.1' AS model, (1000 + i)::INTEGER AS "
              "input_tokens, "
              "10::UTINYINT AS cached_tokens, 5::HUGEINT AS output_tokens, 0.1::DOUBLE AS cost_usd "
              "FROM range(3) t(i)"));
  ASSERT_FALSE(got.report.broken) << got.report.broken->text();
  EXPECT_EQ(got.report.kept, 3);
  EXPECT_EQ(got.report.first_ns, 1'772'442'000'250'000'000);
  EXPECT_TRUE(got[Bucket::uncached] == 990 + 991 + 992);
  EXPECT_EQ(got.sum.reported.decimal(), "0.3");
  EXPECT_EQ(got.report.notes.size(), 2U) << "columns and the cached tokens, and not the zone";

  const Imported nested = imported_file(written(
      "SELECT 'chatcmpl-1' AS request_id, 'acompletion' AS call_type, 0.5 AS spend, "
      "120 AS total_tokens, 100 AS prompt_tokens, 20 AS completion_tokens, "
      "TIMESTAMP '2026-03-02 09:00:00' AS \"startTime\", TIMESTAMP '2026-03-02 09:00:01' AS "
      "\"endTime\", 'gpt-4.1' AS model, {'usage_object': {'prompt_tokens_details': "
      "{'cached_tokens': 40}}} AS metadata",
      "b.parquet"));
  ASSERT_FALSE(nested.report.broken) << nested.report.broken->text();
  EXPECT_EQ(nested.report.format, usage::Format::litellm);
  EXPECT_TRUE(nested[Bucket::cache_read] == 40);
  EXPECT_TRUE(nested[Bucket::uncached] == 60);
}

TEST_F(Parquet, RejectsAreReportedByRow) {
  if (no_library()) return;
  const Imported got = imported_file(
      written("SELECT * FROM (VALUES ('a', '2026-03-02T09:00:00Z', '10', '1'), "
              "('b', '2026-03-02T09:00:00Z', '9223372036854775808', '1'), "
              "('c', 'yesterday', '10', '1'), ('a', '2026-03-02T09:00:00Z', '10', '1'), "
              "('d', NULL, '10', '1')) t(request_id, time, input_tokens, output_tokens)",
              "odd [1] *?.parquet"));
  ASSERT_FALSE(got.report.broken) << got.report.broken->text();
  EXPECT_EQ(got.report.kept, 1);
  EXPECT_EQ(got.report.duplicates, 1);
  ASSERT_EQ(got.report.rejections.size(), 3U);
  EXPECT_EQ(got.report.rejections[0].line, 2);
  EXPECT_EQ(got.report.rejections[0].reason, Reason::too_large);
  EXPECT_EQ(got.report.rejections[1].line, 3);
  EXPECT_EQ(got.report.rejections[1].reason, Reason::bad_time);
  EXPECT_EQ(got.report.rejections[2].line, 5);
  EXPECT_EQ(got.report.rejections[2].reason, Reason::missing_field);
}

TEST_F(Parquet, DamagedFilesAndOtherTablesAreSaid) {
  if (no_library()) return;
  const std::string whole = written("SELECT i AS a, i AS b FROM range(100000) t(i)");
  const Imported other = imported_file(whole);
  ASSERT_TRUE(other.report.broken);
  EXPECT_NE(other.report.broken->message.find("found a, b"), std::string::npos)
      << other.report.broken->text();
  fs::resize_file(whole, fs::file_size(whole) / 2);
  const Imported cut = imported_file(whole);
  ASSERT_TRUE(cut.report.broken);
  EXPECT_EQ(cut.report.broken->where, whole);
  std::ifstream bytes(whole, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(bytes)), {});
  testing::Import memory;
  const auto& report = memory.file(text);
  ASSERT_TRUE(report.broken);
  EXPECT_NE(report.broken->message.find("save it first"), std::string::npos)
      << report.broken->text();
}

}  // namespace
}  // namespace breakeven::io
