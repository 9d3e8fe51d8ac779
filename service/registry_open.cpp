#include "service/registry_open.hpp"

#include <chrono>
#include <utility>

#include "engine/catalog/price_history.hpp"
#include "service/catalog_store.hpp"
#include "service/registry.hpp"
#include "store/catalogue_import.hpp"

namespace breakeven::service {
namespace {

constexpr const char* kInMemory = ":memory:";

Instant system_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::seconds>(since).count()};
}

/// The ledger that was named, else the user's own, else one in memory where that cannot be written.
Result<std::shared_ptr<store::Ledger>> open_one(const std::string& location) {
  if (!location.empty()) {
    BREAKEVEN_TRY(auto ledger, store::open_ledger(location));
    return std::shared_ptr<store::Ledger>(std::move(ledger));
  }
  if (const auto own = default_ledger_path(); own.ok()) {
    auto ledger = store::open_ledger(*own);
    if (ledger.ok()) return std::shared_ptr<store::Ledger>(std::move(ledger).value());
    if (ledger.error().code != ErrorCode::io_error) return ledger.error();
  }
  BREAKEVEN_TRY(auto ledger, store::open_ledger(kInMemory));
  return std::shared_ptr<store::Ledger>(std::move(ledger));
}

}  // namespace

Result<std::shared_ptr<const RegistryViews>> open_registry_views(const std::string& location,
                                                                 const std::string& catalog_dir,
                                                                 std::function<Instant()> clock) {
  if (!clock) clock = system_now;
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(catalog_dir));
  BREAKEVEN_TRY(const auto files, read_catalog_files(directory));
  BREAKEVEN_TRY(auto facts, catalog::Catalog::load(files));
  const auto catalog = std::make_shared<const catalog::Catalog>(std::move(facts));
  BREAKEVEN_TRY(const auto history, catalog::load_price_history(files));
  BREAKEVEN_TRY(auto ledger, open_one(location));
  BREAKEVEN_TRY(const auto imported,
                store::import_catalogue(*ledger, catalog->prices(), history, clock()));
  static_cast<void>(imported);
  return std::shared_ptr<const RegistryViews>(
      std::make_shared<RegistryViews>(std::move(ledger), catalog, std::move(clock)));
}

}  // namespace breakeven::service
