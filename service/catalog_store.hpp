// catalog_store.hpp — finds the catalogue of facts on disk and loads it.
//
// Shape    Looked for in this order: the directory given, the environment variable
//          BREAKEVEN_CATALOG, ../share/breakeven/catalog beside the executable, the source tree
//          this program was built from. A directory that was named must be right; it is never
//          passed over.
// Errors   not_found when there is no catalogue (lists where it looked), io_error with the path
//          when a file cannot be read, and the catalogue's own mistakes with the path in front.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"

namespace breakeven::service {

/// The directory that load_catalog() reads; `explicit_dir` empty = find it.
[[nodiscard]] Result<std::string> find_catalog_dir(const std::string& explicit_dir);

/// Every .csv file below `directory`, ordered by name.
[[nodiscard]] Result<std::vector<catalog::NamedText>> read_catalog_files(
    const std::string& directory);

/// Every mistake in the catalogue of `directory`, each with its path; empty when it loads.
[[nodiscard]] Result<std::vector<Error>> catalog_mistakes(const std::string& directory);

[[nodiscard]] Result<catalog::Catalog> load_catalog(const std::string& explicit_dir = {});

}  // namespace breakeven::service
