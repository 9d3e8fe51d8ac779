#include "store/usage/usage_store.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/catalog/price_book.hpp"
#include "store/usage/usage_columns.hpp"

namespace breakeven::store {
namespace {

using duckdb::Database;
using duckdb::Parameter;

constexpr std::int64_t kLayout = 1;

std::string_view sql_type(duckdb::Column column) {
  switch (column) {
    case duckdb::Column::integer:
      return "BIGINT";
    case duckdb::Column::truth:
      return "BOOLEAN";
    case duckdb::Column::text:
      return "VARCHAR";
    case duckdb::Column::decimal:
      break;
  }
  return "DECIMAL(38, 15)";
}

std::string records_table(std::string_view kind, std::string_view name) {
  std::string sql = "CREATE " + std::string(kind) + " IF NOT EXISTS " + std::string(name) + " (";
  for (std::size_t i = 0; i < kUsageColumns.size(); ++i) {
    const UsageColumn& column = kUsageColumns[i];
    sql += std::string(i == 0 ? "" : ", ") + column.name + " " +
           std::string(sql_type(column.type)) + (column.nullable ? "" : " NOT NULL");
  }
  return sql + ")";
}

Status run_all(Database& database, std::span<const std::string> statements) {
  for (const std::string& statement : statements) {
    BREAKEVEN_TRY(const std::int64_t changed, database.run(statement));
    static_cast<void>(changed);
  }
  return {};
}

Status make_tables(Database& database) {
  const std::array<std::string, 6> statements{
      "BEGIN",
      "CREATE TABLE IF NOT EXISTS layout (version BIGINT NOT NULL)",
      "INSERT INTO layout SELECT " + std::to_string(kLayout) +
          " WHERE NOT EXISTS (SELECT 1 FROM layout)",
      "CREATE TABLE IF NOT EXISTS files (set_name VARCHAR NOT NULL, file BIGINT NOT NULL, "
      "name VARCHAR NOT NULL, format VARCHAR NOT NULL, imported_at VARCHAR NOT NULL, "
      "read BIGINT NOT NULL, rejected BIGINT NOT NULL, ignored BIGINT NOT NULL, "
      "repeated BIGINT NOT NULL, stored BIGINT NOT NULL, known BIGINT NOT NULL, "
      "conflicting BIGINT NOT NULL)",
      records_table("TABLE", "records"),
      "COMMIT"};
  return run_all(database, statements);
}

Status check_layout(Database& database, const std::string& path) {
  auto rows = database.query("SELECT version FROM layout");
  const Error other{ErrorCode::unsupported,
                    "expected a usage store of layout " + std::to_string(kLayout), path};
  if (!rows) return other;
  BREAKEVEN_TRY(const bool there, rows->next());
  if (!there || rows->integer(0) != kLayout) return other;
  return {};
}

template <class Enum, std::size_t size, class Name>
Enum named(std::string_view text, Name name) {
  for (std::size_t i = 0; i < size; ++i) {
    if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  }
  return Enum{};
}

/// A row of the table of records; views into the row.
usage::UsageRecord record_of(const duckdb::Rows& row) {
  usage::UsageRecord r;
  const auto number = [&](std::size_t column) -> std::optional<std::int64_t> {
    if (row.null(column)) return std::nullopt;
    return row.integer(column);
  };
  r.id = row.text(usage_column("request_id"));
  const std::string_view clock = row.text(usage_column("clock"));
  r.clock = clock == "utc"        ? usage::Clock::utc
            : clock == "relative" ? usage::Clock::relative
                                  : usage::Clock::none;
  r.start_ns = row.integer(usage_column("start_ns"));
  r.end_ns = row.integer(usage_column("end_ns"));
  r.single = row.truth(usage_column("single"));
  r.kind = named<usage::Kind, usage::kKinds>(row.text(usage_column("class")), usage::kind_name);
  r.vendor = row.text(usage_column("vendor"));
  r.model = row.text(usage_column("model"));
  r.key = row.text(usage_column("key"));
  r.team = row.text(usage_column("team"));
  r.project = row.text(usage_column("project"));
  r.session = row.text(usage_column("session"));
  if (!row.null(usage_column("mode"))) {
    if (const auto mode = catalog::parse_mode(row.text(usage_column("mode"))); mode.ok()) {
      r.mode = *mode;
    }
  }
  r.residency = row.text(usage_column("residency"));
  r.long_context = row.truth(usage_column("long_context"));
  for (std::size_t i = 0; i < usage::kBuckets; ++i) {
    r.tokens.count[i] = row.integer(usage_column("uncached") + i);
  }
  r.tokens.reasoning = row.integer(usage_column("reasoning"));
  r.requests = number(usage_column("requests"));
  r.web_searches = row.integer(usage_column("web_searches"));
  if (!row.null(usage_column("cost_usd"))) {
    r.cost = Usd::from_femto(row.decimal(usage_column("cost_usd")));
  }
  r.latency_ns = number(usage_column("latency_ns"));
  r.ttft_ns = number(usage_column("ttft_ns"));
  return r;
}

}  // namespace

Result<UsageStore> UsageStore::open(const std::string& path, Access access) {
  std::error_code failure;
  const bool there = std::filesystem::exists(path, failure);
  if (access == Access::read && !there) {
    BREAKEVEN_TRY(const auto* const library, duckdb::library());
    static_cast<void>(library);
    return Error{ErrorCode::not_found,
                 "there is no usage store yet: breakeven usage import FILE... makes one", path};
  }
  duckdb::OpenOptions options;
  options.read_only = access == Access::read;
  BREAKEVEN_TRY(auto database, Database::open(path, options));
  if (access == Access::write) BREAKEVEN_CHECK_OK(make_tables(*database));
  BREAKEVEN_CHECK_OK(check_layout(*database, path));
  return UsageStore(std::move(database));
}

Result<std::unique_ptr<UsageWriter>> UsageStore::import_into(const std::string& set, Instant now) {
  const bool plain =
      !set.empty() && set.size() <= 100 && std::all_of(set.begin(), set.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
      });
  if (!plain) {
    return Error{ErrorCode::invalid_argument,
                 "expected a name of up to 100 letters, digits, dots, dashes and underscores",
                 "--name"};
  }
  auto writer = std::unique_ptr<UsageWriter>(new UsageWriter(*database_, set, now));
  const std::array<std::string, 2> statements{"BEGIN", records_table("TEMP TABLE", "incoming")};
  BREAKEVEN_CHECK_OK(run_all(*database_, statements));
  writer->open_ = true;
  return writer;
}

Result<std::vector<StoredFile>> UsageStore::files(const std::string& set) {
  BREAKEVEN_TRY(auto rows, database_->query("SELECT * FROM files WHERE $1 = '' OR set_name = $1 "
                                            "ORDER BY set_name, file",
                                            std::array<Parameter, 1>{set}));
  std::vector<StoredFile> files;
  while (true) {
    BREAKEVEN_TRY(const bool more, rows.next());
    if (!more) return files;
    StoredFile file;
    file.set = rows.text(0);
    file.number = rows.integer(1);
    file.name = rows.text(2);
    file.format = usage::format_named(rows.text(3));
    file.imported_at = rows.text(4);
    file.read = rows.integer(5);
    file.rejected = rows.integer(6);
    file.ignored = rows.integer(7);
    file.repeated = rows.integer(8);
    file.stored = rows.integer(9);
    file.known = rows.integer(10);
    file.conflicting = rows.integer(11);
    files.push_back(std::move(file));
  }
}

Result<std::vector<std::string>> UsageStore::sets() {
  BREAKEVEN_TRY(auto rows, database_->query("SELECT DISTINCT set_name FROM files ORDER BY 1"));
  std::vector<std::string> names;
  while (true) {
    BREAKEVEN_TRY(const bool more, rows.next());
    if (!more) return names;
    names.emplace_back(rows.text(0));
  }
}

Status UsageStore::expect_set(const std::string& set) {
  BREAKEVEN_TRY(const auto names, sets());
  if (std::find(names.begin(), names.end(), set) != names.end()) return {};
  return breakeven::not_found("stored usage", set, names);
}

Status UsageStore::replay(const StoredFile& file, usage::RecordSink& sink) {
  const std::array<Parameter, 2> which{file.set, file.number};
  BREAKEVEN_TRY(auto rows, database_->query("SELECT * FROM records WHERE set_name = $1 "
                                            "AND file = $2",
                                            which));
  bool first = true;
  while (true) {
    BREAKEVEN_TRY(const bool more, rows.next());
    if (!more) return {};
    if (first) {
      constexpr std::size_t kGrains = 4;
      sink.begin(named<usage::Grain, kGrains>(rows.text(usage_column("grain")), usage::grain_name));
      first = false;
    }
    sink.identify({static_cast<std::uint64_t>(rows.integer(usage_column("identity_low"))),
                   static_cast<std::uint64_t>(rows.integer(usage_column("identity_high"))),
                   static_cast<std::uint64_t>(rows.integer(usage_column("content")))});
    sink.take(record_of(rows));
  }
}

Result<std::int64_t> UsageStore::erase(const std::string& set) {
  BREAKEVEN_CHECK_OK(expect_set(set));
  const std::array<Parameter, 1> which{set};
  const std::array<std::string, 1> begin{"BEGIN"};
  const std::array<std::string, 1> commit{"COMMIT"};
  BREAKEVEN_CHECK_OK(run_all(*database_, begin));
  BREAKEVEN_TRY(const std::int64_t gone,
                database_->run("DELETE FROM records WHERE set_name = $1", which));
  BREAKEVEN_TRY(const std::int64_t files,
                database_->run("DELETE FROM files WHERE set_name = $1", which));
  static_cast<void>(files);
  BREAKEVEN_CHECK_OK(run_all(*database_, commit));
  return gone;
}

Status UsageStore::select(const std::string& sql, const OnNames& on_names, const OnRow& on_row) {
  // As the source of a FROM, a text can be a query and nothing that changes or attaches anything;
  // each value comes back as its exact text.
  std::string query = sql;
  while (!query.empty() && (query.back() == ';' || query.back() == ' ' || query.back() == '\n')) {
    query.pop_back();
  }
  BREAKEVEN_TRY(auto rows,
                database_->query("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n" + query + "\n)"));
  BREAKEVEN_CHECK_OK(on_names(rows.names()));
  std::vector<std::optional<std::string>> values(rows.names().size());
  while (true) {
    BREAKEVEN_TRY(const bool more, rows.next());
    if (!more) return {};
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = rows.null(i) ? std::nullopt : std::optional<std::string>(rows.text(i));
    }
    BREAKEVEN_CHECK_OK(on_row(values));
  }
}

}  // namespace breakeven::store
