// test_support.hpp — reads a usage file from memory and keeps what came of it, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/usage/totals.hpp"
#include "io/usage/import.hpp"

namespace breakeven::io::testing {

/// A record with texts of its own.
struct Kept {
  std::string id;
  std::string vendor;
  std::string model;
  std::string key;
  std::string team;
  std::string project;
  std::string session;
  usage::UsageRecord record;  ///< its texts are gone
};

class Keeper final : public usage::RecordSink {
 public:
  void take(const usage::UsageRecord& r) override {
    records.push_back({std::string(r.id), std::string(r.vendor), std::string(r.model),
                       std::string(r.key), std::string(r.team), std::string(r.project),
                       std::string(r.session), r});
    totals.take(r);
  }
  std::vector<Kept> records;
  usage::Totals totals{nullptr};
};

/// Several files of one import.
class Import {
 public:
  explicit Import(const UsageReadOptions& options = {}) : importer_(options, keeper_) {}

  const usage::FileReport& file(std::string_view bytes, const std::string& name = "test") {
    return checked(importer_.read_bytes(bytes, name));
  }
  const usage::FileReport& path(const std::string& path) { return checked(importer_.read(path)); }
  [[nodiscard]] const std::vector<Kept>& kept() const { return keeper_.records; }
  /// All rows in one, whatever their kind.
  [[nodiscard]] usage::TotalRow all() {
    usage::TotalRow sum;
    for (const usage::TotalRow& row : keeper_.totals.finish()) sum.add(row);
    return sum;
  }
  [[nodiscard]] std::vector<usage::TotalRow> rows() { return keeper_.totals.finish(); }

  std::vector<usage::FileReport> reports;

 private:
  const usage::FileReport& checked(usage::FileReport report) {
    reports.push_back(std::move(report));
    const usage::FileReport& r = reports.back();
    EXPECT_EQ(r.records, r.kept + r.rejected + r.duplicates + r.ignored) << r.file;
    return r;
  }

  Keeper keeper_;
  UsageImporter importer_;
};

inline std::int64_t rejected(const usage::FileReport& report, usage::Reason reason) {
  return report.rejected_by[static_cast<std::size_t>(reason)];
}

}  // namespace breakeven::io::testing
