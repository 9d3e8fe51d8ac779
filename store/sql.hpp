// sql.hpp — the little that the ledger asks of a database, so that it is written once.
//
// Shape    Statements use $1, $2, ... in the order of first use, which SQLite and PostgreSQL read
//          alike. Values are integers, texts and NULL: money is integers, and no statement computes
//          with it. A row is valid inside the call that hands it out.
// Threads  One at a time.
// Errors   io_error with the database's own words and its place; resource_limit when a lock was
//          not to be had in time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "engine/base/result.hpp"

namespace breakeven::store {

using SqlValue = std::variant<std::monostate, std::int64_t, std::string>;

class SqlRow {
 public:
  virtual ~SqlRow() = default;
  [[nodiscard]] virtual bool null(int column) const = 0;
  /// 0 for NULL.
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  /// Empty for NULL.
  [[nodiscard]] virtual std::string_view text(int column) const = 0;
};

using OnRow = std::function<Status(const SqlRow&)>;

class SqlConnection {
 public:
  SqlConnection() = default;
  virtual ~SqlConnection() = default;
  SqlConnection(const SqlConnection&) = delete;
  SqlConnection& operator=(const SqlConnection&) = delete;
  SqlConnection(SqlConnection&&) = delete;
  SqlConnection& operator=(SqlConnection&&) = delete;

  /// One statement; `on_row` sees each row and may stop with an error.
  [[nodiscard]] virtual Status query(const std::string& sql, std::span<const SqlValue> values,
                                     const OnRow& on_row) = 0;
  /// Appends rows; `values` holds them one after the other, as many per row as there are columns.
  [[nodiscard]] virtual Status insert(std::string_view table,
                                      std::span<const std::string_view> columns,
                                      std::span<const SqlValue> values) = 0;
  /// Starts a transaction after every other writer has ended.
  [[nodiscard]] virtual Status begin_write() = 0;
  /// Durable when it returns.
  [[nodiscard]] virtual Status commit() = 0;
  virtual void rollback() = 0;
  /// Whether the triggers that keep a table from being rewritten are there.
  [[nodiscard]] virtual Result<bool> refuses_rewrites(std::string_view table) = 0;
  /// What to call this database in a message.
  [[nodiscard]] virtual const std::string& place() const = 0;
};

}  // namespace breakeven::store
