#include "service/server_records.hpp"

#include "service/registry_open.hpp"

namespace breakeven::service {

Result<std::shared_ptr<ServerRecords>> open_records(const std::string& location) {
  std::string place = location;
  if (place.empty()) {
    BREAKEVEN_TRY(place, default_ledger_path());
  }
  BREAKEVEN_TRY(auto database, store::Database::open(place));
  return std::make_shared<ServerRecords>(std::move(database));
}

}  // namespace breakeven::service
