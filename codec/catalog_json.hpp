// catalog_json.hpp — catalogue records as JSON. Money is a decimal string, numbers are numbers, and
// a value that is not known is null.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/describe.hpp"

namespace breakeven::codec {

/// One line of `catalog list` without a kind.
struct KindSummary {
  std::string kind;
  std::size_t count = 0;
  std::string newest;  ///< date of the newest record
};

/// {"kinds":[{"kind":"models","count":78,"newest":"2026-11"}, ...]}
[[nodiscard]] std::string kinds_to_json(std::span<const KindSummary> kinds);
/// {"records":[{"kind":..,"id":..,"fields":{name:{"value":..,"unit":..}},"source":{...}}]}
[[nodiscard]] std::string records_to_json(std::span<const catalog::Description> records);
/// {"ok":false,"mistakes":[{"where":..,"message":..}]}
[[nodiscard]] std::string mistakes_to_json(std::span<const Error> mistakes);

}  // namespace breakeven::codec
