// ledger_schema.hpp — the tables of a ledger, written once for both databases.
//
// Shape    Migration n brings a ledger of version n to version n + 1; none is edited once released.
//          Tables are in SQLite's words. PostgreSQL's follow by three replacements: INTEGER is
//          BIGINT, and neither STRICT nor WITHOUT ROWID is needed there. docs/formats/ledger.md
//          explains each column.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace breakeven::store {

/// A table whose rows are never rewritten.
struct AppendOnly {
  std::string_view table;
  std::string_view same_row;  ///< when an inserted row NEW would take the place of another
};

struct Migration {
  std::string_view tables;
  std::span<const AppendOnly> append_only;
};
[[nodiscard]] std::span<const Migration> migrations();
/// The version that this program writes.
[[nodiscard]] inline std::int64_t ledger_version() {
  return static_cast<std::int64_t>(migrations().size());
}

/// The tables of a migration in PostgreSQL's words.
[[nodiscard]] std::string in_postgres(std::string_view tables);

}  // namespace breakeven::store
