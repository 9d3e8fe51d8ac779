// store_files.hpp — copies of a SQLite store, and whether a file is a good one.
//
// Shape    A copy is made while others write: it is the store as it was at one moment, checked, on
//          the disk, and then gets its name. A file is put in the place of a store only when nobody
//          has that open; what was there is kept beside it.
// Threads  Any; other processes may use the store meanwhile.
// Errors   not_found, unsupported (no ledger), parse_error (damaged), io_error (full or read-only
//          disk), resource_limit (a process has the store open). Every message names the path.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "store/sql.hpp"

namespace breakeven::store {

/// What a look at a file shows. Nothing is changed, also not the version.
struct FileState {
  std::int64_t version = 0;  ///< of its tables
  std::int64_t bytes = 0;
  std::int64_t runs = 0;            ///< of crawlers and importers
  std::int64_t plans = 0;           ///< saved ones; 0 before version 3
  std::int64_t writes = 0;          ///< entries of the audit log; 0 before version 3
  std::vector<std::string> damage;  ///< what integrity checks say; empty: it is whole
};

/// Fails when the file cannot be read as a ledger at all. `alone`: nobody writes to it, and no file
/// is made beside it, so it may lie in a folder that cannot be written.
[[nodiscard]] Result<FileState> examine_file(const std::string& path, bool alone);
[[nodiscard]] Result<FileState> back_up(const std::string& store, const std::string& file);
/// Puts a copy of `file` in the place of `store`; gives the path under which the former store is
/// kept, empty when there was none. `stamp` is part of that path.
[[nodiscard]] Result<std::string> restore(const std::string& file, const std::string& store,
                                          const std::string& stamp);
/// The process that has the store open, if one has.
[[nodiscard]] std::optional<std::int64_t> user_of(const std::string& store);

/// What is wrong with the rows of a store, in either database: numbers with gaps, tables that can be
/// rewritten. One sentence each.
[[nodiscard]] Result<std::vector<std::string>> check_rows(SqlConnection& connection);

}  // namespace breakeven::store
