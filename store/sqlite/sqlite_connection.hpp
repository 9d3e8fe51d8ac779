// sqlite_connection.hpp — a ledger file: opened, recognised, brought to this version.
//
// Shape    Write-ahead log; every commit waits for the disk (synchronous = FULL); readers do not
//          block the writer nor the writer them. Foreign keys are on. A writer waits up to ten
//          seconds for another.
// Errors   not_found: the folder does not exist. unsupported: another program's database, or a
//          ledger of a newer version. Every message names the path.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "store/sql.hpp"

namespace breakeven::store {

[[nodiscard]] Result<std::unique_ptr<SqlConnection>> open_sqlite(const std::string& path);

}  // namespace breakeven::store
