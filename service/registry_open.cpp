#include "service/registry_open.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/catalog/price_history.hpp"
#include "service/catalog_store.hpp"
#include "store/catalogue_import.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInMemory = ":memory:";

Instant system_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::seconds>(since).count()};
}

/// The user's own ledger, its folder made; nothing when there is no place for it.
std::string own_ledger() {
  fs::path base;
  // Read once at start, before any thread exists.
  const char* const data = std::getenv("XDG_DATA_HOME");
  const char* const home = std::getenv("HOME");
  if (data != nullptr && *data == '/') {
    base = data;
  } else if (home != nullptr && *home != '\0') {
    base = fs::path(home) / ".local" / "share";
  } else {
    return {};
  }
  std::error_code failure;
  fs::create_directories(base / "breakeven", failure);
  return failure ? std::string() : (base / "breakeven" / "registry.db").string();
}

Result<std::shared_ptr<store::Ledger>> open_one(const std::string& location) {
  if (!location.empty()) {
    BREAKEVEN_TRY(auto ledger, store::open_ledger(location));
    return std::shared_ptr<store::Ledger>(std::move(ledger));
  }
  if (const std::string own = own_ledger(); !own.empty()) {
    auto ledger = store::open_ledger(own);
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
