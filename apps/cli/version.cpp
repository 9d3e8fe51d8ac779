#include "apps/cli/version.hpp"

namespace breakeven::cli {

Result<std::string> version_text(const std::string& /*catalog_dir*/) {
  return std::string("breakeven ") + BREAKEVEN_VERSION + "\n";
}

}  // namespace breakeven::cli
