#include "service/usage_store.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "service/data_folder.hpp"
#include "service/usage_export.hpp"
#include "store/usage/usage_store.hpp"

namespace breakeven::service {
namespace {

using store::UsageStore;

Result<UsageStore> opened(const std::string& named, UsageStore::Access access) {
  BREAKEVEN_TRY(const std::string path, usage_store_path(named));
  return UsageStore::open(path, access);
}

}  // namespace

Result<std::string> usage_store_path(const std::string& named) {
  if (!named.empty()) return named;
  BREAKEVEN_TRY(const std::string folder, data_folder());
  return (std::filesystem::path(folder) / "usage.duckdb").string();
}

Result<usage::ImportReport> store_usage(const catalog::PriceBook& book, const UsageRequest& request,
                                        const std::string& set) {
  const auto stored = std::find_if(request.files.begin(), request.files.end(),
                                   [](const std::string& f) { return f.starts_with("store:"); });
  if (stored != request.files.end()) {
    return Error{ErrorCode::invalid_argument,
                 "expected files: what is in the store need not be imported", *stored};
  }
  BREAKEVEN_TRY(auto store, opened(request.store, UsageStore::Access::write));
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
  BREAKEVEN_TRY(const auto writer, store.import_into(set, Instant{now.count()}));
  UsageFileHooks hooks;
  hooks.before = [&] { return writer->begin_file(); };
  hooks.after = [&](usage::FileSummary& file) -> Status {
    BREAKEVEN_TRY(const store::StoredFile kept, writer->end_file(file.report));
    file.stored = usage::StoredCounts{kept.stored, kept.known, kept.conflicting};
    return {};
  };
  BREAKEVEN_TRY(auto report, import_usage(book, request, writer.get(), hooks));
  BREAKEVEN_CHECK_OK(writer->commit());
  return report;
}

Result<codec::Report> stored_usage(const std::string& store) {
  BREAKEVEN_TRY(auto open, opened(store, UsageStore::Access::read));
  BREAKEVEN_TRY(const auto files, open.files());
  BREAKEVEN_TRY(const std::string path, usage_store_path(store));
  codec::Report report;
  report.head.emplace_back("store", path);
  codec::Table table;
  table.name = "files";
  table.title = "files";
  table.columns = {"set",   "file",        "format",   "imported", "records",
                   "known", "conflicting", "repeated", "rejected", "left_aside"};
  for (const store::StoredFile& f : files) {
    table.rows.push_back({f.set, f.name, std::string(f.format ? usage::info(*f.format).id : "none"),
                          f.imported_at, f.stored, f.known, f.conflicting, f.repeated, f.rejected,
                          f.ignored});
  }
  report.tables.push_back(std::move(table));
  return report;
}

Result<codec::Report> select_usage(const std::string& store, const std::string& sql,
                                   std::size_t most) {
  BREAKEVEN_TRY(auto open, opened(store, UsageStore::Access::read));
  codec::Table table;
  table.name = "rows";
  table.title = "rows";
  std::int64_t rows = 0;
  BREAKEVEN_CHECK_OK(open.select(
      sql,
      [&](const std::vector<std::string>& names) {
        table.columns = names;
        return Status();
      },
      [&](const std::vector<std::optional<std::string>>& values) {
        if (static_cast<std::size_t>(++rows) > most) return Status();
        std::vector<codec::Value> row;
        for (const auto& value : values) {
          row.push_back(value ? codec::Value(*value) : codec::Value());
        }
        table.rows.push_back(std::move(row));
        return Status();
      }));
  codec::Report report;
  report.head.emplace_back("found", rows);
  report.head.emplace_back("shown", static_cast<std::int64_t>(table.rows.size()));
  report.tables.push_back(std::move(table));
  return report;
}

Status select_usage_csv(const std::string& store, const std::string& sql, const WriteText& write) {
  BREAKEVEN_TRY(auto open, opened(store, UsageStore::Access::read));
  CsvText csv(write);
  BREAKEVEN_CHECK_OK(open.select(
      sql,
      [&](const std::vector<std::string>& names) {
        for (const std::string& name : names) csv.field(name);
        return csv.end_row();
      },
      [&](const std::vector<std::optional<std::string>>& values) {
        for (const auto& value : values) csv.field(value ? *value : std::string_view());
        return csv.end_row();
      }));
  return csv.flush();
}

Result<std::int64_t> export_usage(const std::string& store, const std::string& set,
                                  const WriteText& write) {
  BREAKEVEN_TRY(auto open, opened(store, UsageStore::Access::read));
  BREAKEVEN_CHECK_OK(open.expect_set(set));
  BREAKEVEN_TRY(const auto files, open.files(set));
  CsvText csv(write);
  UsageCsv to(csv);
  for (const store::StoredFile& file : files) {
    BREAKEVEN_CHECK_OK(open.replay(file, to));
    BREAKEVEN_CHECK_OK(to.status());
  }
  BREAKEVEN_CHECK_OK(csv.flush());
  return to.left_out();
}

Result<std::int64_t> delete_usage(const std::string& store, const std::string& set) {
  // Not made for the sake of being emptied.
  BREAKEVEN_TRY(const std::string path, usage_store_path(store));
  if (std::error_code none; !std::filesystem::exists(path, none)) {
    return opened(store, UsageStore::Access::read).error();
  }
  BREAKEVEN_TRY(auto open, opened(store, UsageStore::Access::write));
  return open.erase(set);
}

}  // namespace breakeven::service
