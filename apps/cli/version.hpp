// version.hpp — what `breakeven --version` says.
#pragma once

#include <string>

#include "engine/base/result.hpp"

namespace breakeven::cli {

/// "breakeven 0.1.0\ncatalogue of YYYY-MM-DD\n". Fails when the catalogue cannot be loaded.
[[nodiscard]] Result<std::string> version_text(const std::string& catalog_dir);

}  // namespace breakeven::cli
