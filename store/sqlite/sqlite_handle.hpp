// sqlite_handle.hpp — SQLite's objects, ended by their owners.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

namespace breakeven::store {

/// "BRKV": how a ledger is told from another program's database.
inline constexpr std::int64_t kApplicationId = 0x42524B56;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using SqliteDatabase = std::unique_ptr<sqlite3, CloseDatabase>;
using SqliteStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// False for what begins as no SQLite database does; SQLite takes a file shorter than a page for an
/// empty database and would write over it.
[[nodiscard]] bool begins_like_a_database(const std::string& path);

}  // namespace breakeven::store
