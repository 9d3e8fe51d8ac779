#include "duckdb/parquet_rows.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace breakeven::duckdb {
namespace {

std::string doubled(std::string_view text, char quote) {
  std::string made(1, quote);
  for (const char c : text) made.append(c == quote ? 2 : 1, c);
  return made + quote;
}

/// How a column is turned into text: what has parts becomes JSON.
std::string as_text(const std::string& name, std::string_view type) {
  const std::string column = doubled(name, '"');
  const bool parts = type.starts_with("STRUCT") || type.starts_with("MAP") ||
                     type.starts_with("UNION") || type.ends_with("]");
  return "CAST(" + (parts ? "to_json(" + column + ")" : column) + " AS VARCHAR) AS " + column;
}

}  // namespace

ParquetRows::ParquetRows(ParquetRows&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      bytes_(other.bytes_),
      path_(std::move(other.path_)),
      database_(std::move(other.database_)),
      rows_(std::move(other.rows_)),
      names_(std::move(other.names_)) {}

ParquetRows::~ParquetRows() {
  rows_.reset();
  database_.reset();
  if (file_ >= 0) close(file_);
}

Result<ParquetRows> ParquetRows::open(const std::string& path) {
  ParquetRows made;
  made.path_ = path;
  made.file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts{};
  if (made.file_ < 0 || fstat(made.file_, &facts) != 0) {
    return Error{ErrorCode::io_error, std::generic_category().message(errno), path};
  }
  made.bytes_ = facts.st_size;
  // By its descriptor: a name may have characters that stand for many files.
  OpenOptions options;
  options.readable_file = "/proc/self/fd/" + std::to_string(made.file_);
  BREAKEVEN_TRY(made.database_, Database::open(":memory:", options));
  const std::string source =
      "read_parquet(" + doubled(options.readable_file, '\'') + ", binary_as_string = true)";
  const auto placed = [&](Error error) {
    error.where = path;
    return error;
  };
  auto columns =
      made.database_->query("SELECT column_name, column_type FROM (DESCRIBE FROM " + source + ")");
  if (!columns) return placed(columns.error());
  std::string select;
  while (true) {
    const auto more = columns->next();
    if (!more) return placed(more.error());
    if (!*more) break;
    made.names_.emplace_back(columns->text(0));
    select += (select.empty() ? "SELECT " : ", ") + as_text(made.names_.back(), columns->text(1));
  }
  auto rows = made.database_->query(select + " FROM " + source);
  if (!rows) return placed(rows.error());
  made.rows_.emplace(std::move(*rows));
  return made;
}

Result<bool> ParquetRows::next() {
  auto more = rows_->next();
  if (more.ok()) return more;
  Error error = more.error();
  error.where = path_;
  return error;
}

}  // namespace breakeven::duckdb
