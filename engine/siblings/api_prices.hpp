// api_prices.hpp — prices of the catalogue as figures of a sheet.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {

/// Adds `prefix` + "input_usd_per_mtok", "output_usd_per_mtok" and, where it is known,
/// "cached_input_usd_per_mtok", at standard rates of the newest fact, where the sheet does not have
/// them. Fails with not_found at `place` for a model that the catalogue does not have.
[[nodiscard]] Status look_up_prices(const catalog::Catalog& catalog, std::string_view model,
                                    const std::string& place, const std::string& prefix,
                                    Sheet& sheet);

}  // namespace breakeven::siblings
