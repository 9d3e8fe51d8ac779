// defaults.hpp — the table of defaults alone, for a caller that has no whole catalogue: the browser.
//
// Errors   The first mistake of the file with its line; not_found with near matches.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/named_text.hpp"

namespace breakeven::catalog {

/// The rows of defaults.csv (catalog/SCHEMA.md).
[[nodiscard]] Result<std::vector<Default>> load_defaults(const NamedText& file);

/// The row whose id is `id`, letter by letter.
[[nodiscard]] Result<const Default*> find_default(std::span<const Default> defaults,
                                                  std::string_view id);

}  // namespace breakeven::catalog
