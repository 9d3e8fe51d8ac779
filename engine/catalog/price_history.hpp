// price_history.hpp — dated price changes that others recorded before this program watched.
//
// Units    USD per million tokens, or per thousand calls (catalog::info(unit).per).
// Shape    One row per change that one source showed (`origin`: a registry, or "vendor" for vendor
//          pages). A row says what the figure was before and after, from when it held, and on which
//          day the source said so. Steps that were announced and later cancelled stay: the
//          cancellation is a row of its own.
// Sources  Every row names its own; catalog/SCHEMA.md, "history".
// Errors   Mistakes as file:line:column.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::catalog {

enum class HistoryEvent : std::uint8_t {
  observed,   ///< the figure was seen to have changed
  announced,  ///< will change at effective_from, which is after the source said so
  cancelled   ///< the announced change at effective_from will not happen
};
[[nodiscard]] std::string_view to_string(HistoryEvent event);

struct HistoricPrice {
  std::string origin;  ///< "litellm", "portkey", ..., or "vendor"
  std::string vendor;
  std::string model;
  PriceField field;
  HistoryEvent event = HistoryEvent::observed;
  Instant effective_from;
  std::optional<Price> old_price;  ///< none: was not listed
  std::optional<Price> new_price;  ///< none: no longer listed, or cancelled
  std::string source;
  Date seen_on;
  std::string place;  ///< file:line
};

/// Reads every file whose name starts with "history/", in their order. The first mistake is the
/// error.
[[nodiscard]] Result<std::vector<HistoricPrice>> load_price_history(
    std::span<const NamedText> files);
/// Every mistake of those files, in their order.
[[nodiscard]] std::vector<Error> price_history_mistakes(std::span<const NamedText> files);

}  // namespace breakeven::catalog
