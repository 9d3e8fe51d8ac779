// database.hpp — an embedded analytic database: opened, asked, filled.
//
// Units    Decimal columns are read and written as their 128-bit integers.
// Shape    Columns that are read are BIGINT, BOOLEAN, VARCHAR or DECIMAL(38, s): a query casts to
//          one of them. Results are streamed; a row is valid until the next one.
// Threads  One at a time per Database.
// Errors   unsupported (no library), io_error (file), resource_limit (another process holds the
//          file, or memory), parse_error (the statement), with the database's own words.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "duckdb/library.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::duckdb {

using Parameter = std::variant<std::int64_t, std::string>;

struct OpenOptions {
  bool read_only = false;
  /// The only file beside the database that statements may read; empty: none. Statements can never
  /// load extensions, write files or change these settings.
  std::string readable_file;
  /// Statements may read and write files: for tools and tests.
  bool any_file = false;
};

/// A result, row by row.
class Rows {
 public:
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&&) = delete;
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// Rows that a statement that reads nothing inserted or deleted.
  [[nodiscard]] std::int64_t changed() const { return changed_; }
  /// The next row; false at the end.
  [[nodiscard]] Result<bool> next();
  [[nodiscard]] bool null(std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::size_t column) const;  ///< 0 for NULL
  [[nodiscard]] bool truth(std::size_t column) const;
  [[nodiscard]] std::string_view text(std::size_t column) const;  ///< empty for NULL
  [[nodiscard]] Int128 decimal(std::size_t column) const;

 private:
  friend class Database;
  explicit Rows(const api::Functions& f) : f_(&f) {}

  const api::Functions* f_;
  api::Handle statement_ = nullptr;
  api::Result result_{};
  api::Handle chunk_ = nullptr;
  std::vector<std::string> names_;
  std::vector<const void*> data_;
  std::vector<const std::uint64_t*> validity_;
  std::size_t row_ = 0;
  std::size_t size_ = 0;
  std::int64_t changed_ = 0;
};

class Database {
 public:
  /// `path` is a file, made when it is not there and may be written, or ":memory:".
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path,
                                                              const OpenOptions& options);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// One statement, with $1, $2, ... for the parameters.
  [[nodiscard]] Result<Rows> query(const std::string& sql, std::span<const Parameter> values = {});
  /// A statement whose rows nobody wants; gives the rows it changed.
  [[nodiscard]] Result<std::int64_t> run(const std::string& sql,
                                         std::span<const Parameter> values = {});
  [[nodiscard]] const api::Functions& functions() const { return *f_; }
  [[nodiscard]] api::Handle connection() const { return connection_; }

 private:
  explicit Database(const api::Functions& f) : f_(&f) {}

  const api::Functions* f_;
  std::string path_;
  api::Handle database_ = nullptr;
  api::Handle connection_ = nullptr;
};

/// What a column of an Appender holds.
enum class Column : std::uint8_t { integer, truth, text, decimal };

/// Adds rows to a table, in the order of its columns.
class Appender {
 public:
  /// `scale` is that of every DECIMAL(38, scale) column.
  [[nodiscard]] static Result<Appender> open(Database& database, const std::string& table,
                                             std::span<const Column> columns, std::uint8_t scale);
  Appender(Appender&& other) noexcept;
  Appender& operator=(Appender&&) = delete;
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  ~Appender();

  // The values of a row, column after column.
  void integer(std::int64_t value);
  void truth(bool value);
  void text(std::string_view utf8);
  void decimal(Int128 value);
  void null();
  [[nodiscard]] Status end_row();
  /// Everything that was appended is in the table (of the running transaction).
  [[nodiscard]] Status close();

 private:
  Appender(const api::Functions& f, std::size_t columns) : f_(&f), data_(columns) {}
  [[nodiscard]] Status flush();
  void look_up();

  const api::Functions* f_;
  api::Handle appender_ = nullptr;
  api::Handle chunk_ = nullptr;
  std::vector<void*> data_;
  std::size_t column_ = 0;
  std::size_t row_ = 0;
};

/// `utf8` as it is, or with U+FFFD for what is no UTF-8: texts of a database have to be.
[[nodiscard]] std::string_view valid_utf8(std::string_view utf8, std::string& made);

}  // namespace breakeven::duckdb
