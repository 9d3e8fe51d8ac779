// usage_store.hpp — imported usage in one file: named sets of records, kept exactly.
//
// Units    As in engine/usage/record.hpp; costs are decimals with 15 places.
// Shape    A set has a name and the files that were imported into it. A record is stored once per
//          set: the identity that the import gives it (id, or period and group) tells a repeat, also
//          from a later export that overlaps. Of two tellings that differ the first stays. An import
//          is one transaction. docs/formats/usage-store.md describes the tables.
// Threads  One at a time; one process writes, and nobody reads meanwhile.
// Errors   not_found (no store, no such set), unsupported (no DuckDB library, a newer layout),
//          resource_limit (another process), io_error.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "duckdb/database.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/record.hpp"

namespace breakeven::store {

/// A file of a set, as it was imported.
struct StoredFile {
  std::string set;
  std::int64_t number = 0;  ///< of the file, counted through the store
  std::string name;
  std::optional<usage::Format> format;
  std::string imported_at;  ///< 2026-11-21T09:00:00Z
  std::int64_t read = 0;
  std::int64_t rejected = 0;
  std::int64_t ignored = 0;
  std::int64_t repeated = 0;     ///< inside the import
  std::int64_t stored = 0;       ///< new to the set
  std::int64_t known = 0;        ///< kept records that the set had already
  std::int64_t conflicting = 0;  ///< those of them that say something else
};

class UsageStore;

/// One import. What it takes is in the store after commit(); without it, nothing is.
class UsageWriter final : public usage::RecordSink {
 public:
  ~UsageWriter() override;

  void begin(usage::Grain grain) override { grain_ = grain; }
  [[nodiscard]] bool wants_identity() const override { return true; }
  void identify(const usage::RecordIdentity& identity) override { identity_ = identity; }
  void take(const usage::UsageRecord& record) override;

  /// Before the first record of a file.
  [[nodiscard]] Status begin_file();
  /// After its last one.
  [[nodiscard]] Result<StoredFile> end_file(const usage::FileReport& report);
  /// Durable when it returns.
  [[nodiscard]] Status commit();

 private:
  friend class UsageStore;
  UsageWriter(duckdb::Database& database, std::string set, Instant now)
      : database_(database), set_(std::move(set)), now_(now) {}
  void label(std::string_view text);

  duckdb::Database& database_;
  std::string set_;
  Instant now_;
  bool open_ = false;      ///< a transaction is
  bool compared_ = false;  ///< the set has records that this file's are compared with
  std::optional<duckdb::Appender> appender_;
  std::int64_t file_ = 0;
  usage::Grain grain_ = usage::Grain::request;
  usage::RecordIdentity identity_;
  std::int64_t taken_ = 0;
  std::string buffer_;
  std::optional<Error> failure_;
};

class UsageStore {
 public:
  enum class Access : std::uint8_t { read, write };

  /// Reading needs the file; writing makes it.
  [[nodiscard]] static Result<UsageStore> open(const std::string& path, Access access);

  /// Starts an import into a set, which is made when there is none.
  [[nodiscard]] Result<std::unique_ptr<UsageWriter>> import_into(const std::string& set,
                                                                 Instant now);
  /// The files of a set, or of all sets, in the order of their import.
  [[nodiscard]] Result<std::vector<StoredFile>> files(const std::string& set = {});
  /// The names of the sets.
  [[nodiscard]] Result<std::vector<std::string>> sets();
  /// Success when the set exists, else not_found with near matches.
  [[nodiscard]] Status expect_set(const std::string& set);
  /// The stored records of a file, in their order.
  [[nodiscard]] Status replay(const StoredFile& file, usage::RecordSink& sink);
  /// Forgets a set; gives the number of its records.
  [[nodiscard]] Result<std::int64_t> erase(const std::string& set);

  using OnNames = std::function<Status(const std::vector<std::string>& names)>;
  using OnRow = std::function<Status(const std::vector<std::optional<std::string>>& values)>;
  /// Answers one SELECT of a user: values as text, exactly. It can read the store's tables and
  /// nothing else.
  [[nodiscard]] Status select(const std::string& sql, const OnNames& on_names, const OnRow& on_row);

 private:
  explicit UsageStore(std::unique_ptr<duckdb::Database> database)
      : database_(std::move(database)) {}

  std::unique_ptr<duckdb::Database> database_;
};

}  // namespace breakeven::store
