// What must hold of the rows of a store in either database.
#include <array>
#include <string>
#include <vector>

#include "store/ledger_schema.hpp"
#include "store/store_files.hpp"

namespace breakeven::store {
namespace {

constexpr std::array<const char*, 5> kNumbered{"crawler_runs", "pricing_snapshots",
                                               "price_evidence", "price_changelog", "audit_log"};

}  // namespace

Result<std::vector<std::string>> check_rows(SqlConnection& connection) {
  std::vector<std::string> wrong;
  for (const char* const table : kNumbered) {
    const std::string sql = std::string("SELECT count(*), coalesce(max(id), 0) FROM ") + table;
    BREAKEVEN_CHECK_OK(connection.query(sql, {}, [&](const SqlRow& row) -> Status {
      const std::int64_t missing = row.integer(1) - row.integer(0);
      if (missing != 0) {
        wrong.push_back(std::string(table) + " misses " + std::to_string(missing) + " of " +
                        std::to_string(row.integer(1)) + " rows: somebody has removed them");
      }
      return {};
    }));
  }
  for (const Migration& migration : migrations()) {
    for (const AppendOnly& one : migration.append_only) {
      BREAKEVEN_TRY(const bool kept, connection.refuses_rewrites(one.table));
      if (!kept)
        wrong.push_back(std::string(one.table) + " can be rewritten: its triggers are gone");
    }
  }
  return wrong;
}

}  // namespace breakeven::store
