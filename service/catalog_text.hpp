// catalog_text.hpp — catalogue answers as aligned text for people.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "codec/catalog_json.hpp"
#include "engine/catalog/describe.hpp"

namespace breakeven::service {

[[nodiscard]] std::string kinds_text(std::span<const codec::KindSummary> kinds);

/// A table of one kind with the columns that matter most for it.
[[nodiscard]] std::string list_text(std::string_view kind,
                                    std::span<const catalog::Description> records);

/// One line per record: kind, name, what it says.
[[nodiscard]] std::string search_text(std::span<const catalog::Description> records);

/// Every known field with its unit, then source, date and place.
[[nodiscard]] std::string explain_text(std::span<const catalog::Description> records);

}  // namespace breakeven::service
