#include "service/registry_open.hpp"

#include <filesystem>
#include <utility>

#include "engine/catalog/price_history.hpp"
#include "registry/fetcher.hpp"
#include "service/catalog_store.hpp"
#include "service/data_folder.hpp"
#include "store/catalogue_import.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInMemory = ":memory:";

/// The user's own ledger, else one in memory where that cannot be written.
Result<std::shared_ptr<store::Ledger>> own_or_in_memory() {
  if (const auto own = default_ledger_path(); own.ok()) {
    auto ledger = store::open_ledger(*own);
    if (ledger.ok()) return std::shared_ptr<store::Ledger>(std::move(ledger).value());
    if (ledger.error().code != ErrorCode::io_error) return ledger.error();
  }
  BREAKEVEN_TRY(auto ledger, store::open_ledger(kInMemory));
  return std::shared_ptr<store::Ledger>(std::move(ledger));
}

}  // namespace

Result<std::string> default_ledger_path() {
  BREAKEVEN_TRY(const std::string folder, data_folder());
  return (fs::path(folder) / "registry.db").string();
}

Result<OpenedRegistry> open_registry(const std::string& location, const std::string& catalog_dir,
                                     Instant now, std::shared_ptr<store::Ledger> ledger) {
  OpenedRegistry opened;
  opened.location = location;
  opened.ledger = std::move(ledger);
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(catalog_dir));
  BREAKEVEN_TRY(opened.files, read_catalog_files(directory));
  BREAKEVEN_TRY(auto facts, catalog::Catalog::load(opened.files));
  opened.catalog = std::make_shared<const catalog::Catalog>(std::move(facts));
  if (!opened.ledger) {
    if (opened.location.empty()) {
      BREAKEVEN_TRY(opened.location, default_ledger_path());
    }
    BREAKEVEN_TRY(auto made, store::open_ledger(opened.location));
    opened.ledger = std::move(made);
  }
  BREAKEVEN_TRY(const auto history, catalog::load_price_history(opened.files));
  BREAKEVEN_TRY(const auto imported,
                store::import_catalogue(*opened.ledger, opened.catalog->prices(), history, now));
  static_cast<void>(imported);
  return opened;
}

Result<std::shared_ptr<const RegistryViews>> open_registry_views(const std::string& location,
                                                                 const std::string& catalog_dir,
                                                                 std::function<Instant()> clock) {
  if (!clock) clock = registry::system_clock().now;
  std::shared_ptr<store::Ledger> ledger;
  if (location.empty()) {
    BREAKEVEN_TRY(ledger, own_or_in_memory());
  }
  BREAKEVEN_TRY(OpenedRegistry opened,
                open_registry(location, catalog_dir, clock(), std::move(ledger)));
  return std::shared_ptr<const RegistryViews>(std::make_shared<RegistryViews>(
      std::move(opened.ledger), std::move(opened.catalog), std::move(clock)));
}

}  // namespace breakeven::service
