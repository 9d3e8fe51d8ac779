#include "store/database.hpp"

#include <utility>

#include "store/postgres/postgres_connection.hpp"
#include "store/sqlite/sqlite_connection.hpp"

namespace breakeven::store {

bool is_postgres(std::string_view location) {
  return location.starts_with("postgres://") || location.starts_with("postgresql://");
}

Result<std::unique_ptr<SqlConnection>> open_connection(const std::string& location) {
  return is_postgres(location) ? open_postgres(location) : open_sqlite(location);
}

Result<std::shared_ptr<Database>> Database::open(const std::string& location) {
  BREAKEVEN_TRY(auto connection, open_connection(location));
  return std::make_shared<Database>(std::move(connection));
}

Status Database::end_write(bool keep) {
  if (!keep) {
    connection_->rollback();
    return {};
  }
  const Status committed = connection_->commit();
  if (!committed.ok()) connection_->rollback();
  return committed;
}

}  // namespace breakeven::store
