#include "apps/cli/version.hpp"

#include "service/catalog_store.hpp"

namespace breakeven::cli {

Result<std::string> version_text(const std::string& catalog_dir) {
  BREAKEVEN_TRY(const catalog::Catalog catalog, service::load_catalog(catalog_dir));
  return std::string("breakeven ") + BREAKEVEN_VERSION + "\ncatalogue of " +
         catalog.newest().iso() + "\n";
}

}  // namespace breakeven::cli
