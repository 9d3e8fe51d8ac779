#include "store/sqlite/sqlite_connection.hpp"

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>

#include "store/ledger_schema.hpp"
#include "store/sqlite/sqlite_handle.hpp"

namespace breakeven::store {
namespace {

constexpr int kBusyTimeoutMs = 10'000;

Error no_database(const std::string& path) {
  return Error{ErrorCode::unsupported, "expected a price ledger, found no SQLite database", path};
}

/// Tables with what keeps them from being rewritten. INSERT OR REPLACE removes rows without a DELETE
/// trigger unless recursive_triggers is on, which another program may not have: hence the triggers on
/// insertion.
std::string script_of(const Migration& migration) {
  std::string script(migration.tables);
  for (const AppendOnly& one : migration.append_only) {
    const std::string table(one.table);
    const std::string refuse =
        "\n  BEGIN SELECT RAISE(ABORT, '" + table + " is append-only'); END;\n";
    script += "CREATE TRIGGER " + table + "_no_update BEFORE UPDATE ON " + table + refuse +
              "CREATE TRIGGER " + table + "_no_delete BEFORE DELETE ON " + table + refuse +
              "CREATE TRIGGER " + table + "_no_replace BEFORE INSERT ON " + table +
              "\n  WHEN EXISTS (SELECT 1 FROM " + table + " WHERE " + std::string(one.same_row) +
              ")" + refuse;
  }
  return script;
}

class Row final : public SqlRow {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] bool null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  [[nodiscard]] std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] std::string_view text(int column) const override {
    const auto* const bytes =
        reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

/// A statement that is free for the next use however the current one ends.
class Use {
 public:
  explicit Use(sqlite3_stmt* statement) : statement_(statement) {}
  ~Use() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Use(Use&&) = delete;
  Use& operator=(Use&&) = delete;

 private:
  sqlite3_stmt* statement_;
};

class SqliteConnection final : public SqlConnection {
 public:
  SqliteConnection(SqliteDatabase database, std::string path)
      : database_(std::move(database)), path_(std::move(path)) {}

  Status query(const std::string& sql, std::span<const SqlValue> values,
               const OnRow& on_row) override {
    BREAKEVEN_TRY(sqlite3_stmt* const statement, prepared(sql));
    return step(statement, values, on_row);
  }

  Status insert(std::string_view table, std::span<const std::string_view> columns,
                std::span<const SqlValue> values) override {
    std::string sql = "INSERT INTO " + std::string(table) + " (";
    std::string marks;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      sql += (i == 0 ? "" : ", ") + std::string(columns[i]);
      marks += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
    }
    sql += ") VALUES (" + marks + ")";
    BREAKEVEN_TRY(sqlite3_stmt* const statement, prepared(sql));
    for (std::size_t at = 0; at < values.size(); at += columns.size()) {
      BREAKEVEN_CHECK_OK(step(statement, values.subspan(at, columns.size()), nullptr));
    }
    return {};
  }

  Status begin_write() override { return run("BEGIN IMMEDIATE"); }
  Status commit() override { return run("COMMIT"); }
  void rollback() override {
    // Some errors (a full disk) have already ended the transaction.
    if (sqlite3_get_autocommit(database_.get()) == 0) (void)run("ROLLBACK");
  }
  Result<bool> refuses_rewrites(std::string_view table) override {
    constexpr std::int64_t kTriggers = 3;  // see script_of()
    BREAKEVEN_TRY(
        const std::int64_t found,
        number("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '" +
               std::string(table) + "' AND name LIKE '%\\_no\\_%' ESCAPE '\\'"));
    return found >= kTriggers;
  }
  [[nodiscard]] const std::string& place() const override { return path_; }

  /// Several statements without values.
  Status run(const std::string& script) {
    if (sqlite3_exec(database_.get(), script.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) {
      return {};
    }
    return failure();
  }

  Result<std::int64_t> number(const std::string& sql) {
    std::int64_t value = 0;
    BREAKEVEN_CHECK_OK(query(sql, {}, [&](const SqlRow& row) -> Status {
      value = row.integer(0);
      return {};
    }));
    return value;
  }

  Status set_up() {
    sqlite3_busy_timeout(database_.get(), kBusyTimeoutMs);
    // One transaction, or a ledger that another process is making would look half made; and before
    // anything is written.
    BREAKEVEN_CHECK_OK(run("BEGIN"));
    const Result<std::int64_t> version = recognise();
    rollback();
    if (!version.ok()) return version.error();
    BREAKEVEN_CHECK_OK(write_ahead());
    BREAKEVEN_CHECK_OK(
        run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            "PRAGMA recursive_triggers = ON;"));
    return *version == ledger_version() ? Status() : migrate();
  }

 private:
  /// SQLite does not wait by itself when two processes change the mode of a new file at once.
  Status write_ahead() {
    constexpr int kPauseMs = 5;
    for (int waited_ms = 0;; waited_ms += kPauseMs) {
      Status status = run("PRAGMA journal_mode = WAL");
      if (status.ok() || status.error().code != ErrorCode::resource_limit ||
          waited_ms >= kBusyTimeoutMs) {
        return status;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
    }
  }

  /// The version of a ledger, 0 for an empty file.
  Result<std::int64_t> recognise() {
    BREAKEVEN_TRY(const std::int64_t application, number("PRAGMA application_id"));
    BREAKEVEN_TRY(const std::int64_t tables, number("SELECT count(*) FROM sqlite_schema"));
    if (application != kApplicationId && (application != 0 || tables != 0)) {
      return Error{ErrorCode::unsupported,
                   "expected a price ledger, found another program's SQLite database", path_};
    }
    return known_version();
  }

  Result<std::int64_t> known_version() {
    BREAKEVEN_TRY(const std::int64_t version, number("PRAGMA user_version"));
    if (version > ledger_version()) {
      return Error{ErrorCode::unsupported,
                   "this ledger has version " + std::to_string(version) +
                       " and this program knows versions up to " +
                       std::to_string(ledger_version()) + "; use a newer breakeven",
                   path_};
    }
    return version;
  }

  Status migrate() {
    BREAKEVEN_CHECK_OK(begin_write());
    const Status done = migrate_in_transaction();
    if (!done.ok()) {
      rollback();
      return done;
    }
    return commit();
  }

  Status migrate_in_transaction() {
    // Another process may have been first.
    BREAKEVEN_TRY(const std::int64_t version, known_version());
    for (std::int64_t next = version; next < ledger_version(); ++next) {
      BREAKEVEN_CHECK_OK(run(script_of(migrations()[static_cast<std::size_t>(next)])));
    }
    return run("PRAGMA application_id = " + std::to_string(kApplicationId) +
               "; PRAGMA user_version = " + std::to_string(ledger_version()) + ";");
  }

  Result<sqlite3_stmt*> prepared(const std::string& sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return known->second.get();
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v3(database_.get(), sql.c_str(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK) {
      return failure();
    }
    return statements_.emplace(sql, SqliteStatement(made)).first->second.get();
  }

  Status step(sqlite3_stmt* statement, std::span<const SqlValue> values, const OnRow& on_row) {
    const Use use(statement);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (bind(statement, static_cast<int>(i) + 1, values[i]) != SQLITE_OK) return failure();
    }
    const Row row(statement);
    for (;;) {
      const int status = sqlite3_step(statement);
      if (status == SQLITE_DONE) return {};
      if (status != SQLITE_ROW) return failure();
      if (on_row) BREAKEVEN_CHECK_OK(on_row(row));
    }
  }

  static int bind(sqlite3_stmt* statement, int place, const SqlValue& value) {
    if (const auto* const number = std::get_if<std::int64_t>(&value)) {
      return sqlite3_bind_int64(statement, place, *number);
    }
    if (const auto* const text = std::get_if<std::string>(&value)) {
      return sqlite3_bind_text64(statement, place, text->data(), text->size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    }
    return sqlite3_bind_null(statement, place);
  }

  [[nodiscard]] Error failure() const {
    const int code = sqlite3_errcode(database_.get());
    if (code == SQLITE_NOTADB) return no_database(path_);
    if ((code & 0xFF) == SQLITE_CORRUPT) {
      return Error{ErrorCode::parse_error,
                   std::string("this store is damaged (") + sqlite3_errmsg(database_.get()) +
                       "); breakeven doctor --store " + path_ + " says what can be done",
                   path_};
    }
    if ((code & 0xFF) == SQLITE_BUSY) {
      return Error{ErrorCode::resource_limit,
                   "another process has been writing to this ledger for ten seconds", path_};
    }
    return Error{ErrorCode::io_error, std::string("SQLite: ") + sqlite3_errmsg(database_.get()),
                 path_};
  }

  SqliteDatabase database_;
  std::string path_;
  std::map<std::string, SqliteStatement> statements_;  // ends before the database
};

}  // namespace

bool begins_like_a_database(const std::string& path) {
  constexpr std::string_view kMagic("SQLite format 3", 16);  // with its closing zero
  std::ifstream file(path, std::ios::binary);
  std::array<char, kMagic.size()> head{};
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  const std::string_view found(head.data(), static_cast<std::size_t>(file.gcount()));
  return kMagic.starts_with(found);
}

Result<std::unique_ptr<SqlConnection>> open_sqlite(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
    return Error{ErrorCode::not_found, "expected the folder " + folder.string() + " to exist",
                 path};
  }
  if (!begins_like_a_database(path)) return no_database(path);
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2(
      path.c_str(), &opened,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  SqliteDatabase database(opened);
  if (status != SQLITE_OK) {
    return Error{ErrorCode::io_error,
                 std::string("cannot open this ledger: ") +
                     (opened != nullptr ? sqlite3_errmsg(opened) : sqlite3_errstr(status)),
                 path};
  }
  auto connection = std::make_unique<SqliteConnection>(std::move(database), path);
  BREAKEVEN_CHECK_OK(connection->set_up());
  return std::unique_ptr<SqlConnection>(std::move(connection));
}

}  // namespace breakeven::store
