// parquet_rows.hpp — a Parquet file as rows of texts.
//
// Shape    Scalars as DuckDB writes them: whole numbers in digits, decimals exactly, times in UTC
//          ("2026-03-02 09:00:06.349", with "+00" where the file says that they are instants).
//          Structures, lists and maps are JSON. The file is read in pieces: memory does not grow
//          with it.
// Threads  One reader per file.
// Errors   unsupported (no library), io_error (no such file), parse_error (not Parquet, damaged).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "duckdb/database.hpp"
#include "engine/base/result.hpp"

namespace breakeven::duckdb {

class ParquetRows {
 public:
  [[nodiscard]] static Result<ParquetRows> open(const std::string& path);
  ParquetRows(ParquetRows&& other) noexcept;
  ParquetRows& operator=(ParquetRows&&) = delete;
  ParquetRows(const ParquetRows&) = delete;
  ParquetRows& operator=(const ParquetRows&) = delete;
  ~ParquetRows();

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }  ///< of the file
  /// The next row; false at the end.
  [[nodiscard]] Result<bool> next();
  /// A field of the row, empty for NULL; valid until next().
  [[nodiscard]] std::string_view text(std::size_t column) const { return rows_->text(column); }

 private:
  ParquetRows() = default;

  int file_ = -1;
  std::int64_t bytes_ = 0;
  std::string path_;
  std::unique_ptr<Database> database_;
  std::optional<Rows> rows_;
  std::vector<std::string> names_;
};

}  // namespace breakeven::duckdb
