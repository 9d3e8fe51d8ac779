// selectors.hpp — the short lists behind a form's selectors, as JSON.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"

namespace breakeven::service {

/// kind: "models" (open ones that can be sized), "accelerators" (with an offer), "api-models",
/// "constraints" (the group is the dimension; the note says "at most" or "at least" where a number
/// belongs to it).
/// Fails: not_found with near matches for another kind.
[[nodiscard]] Result<std::string> choices(const catalog::Catalog& catalog, std::string_view kind);

}  // namespace breakeven::service
