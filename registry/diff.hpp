// diff.hpp — what changed between two documents of one source, and the way back.
//
// Shape    A price is told apart by vendor, model, field and the place where the source states it
//          (PriceObservation::native). Changes are ordered by those four, whatever the order of the
//          input. Of observations that share all four the last one counts.
//          apply_changes(a, diff(a, b)) is b, and diff(a, a) is empty (tests: DiffThenApply, SameIsEmpty).
// Errors   apply_changes refuses changes that were not made on what it is given.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::registry {

enum class ChangeKind : std::uint8_t { added, changed, removed };
[[nodiscard]] std::string_view to_string(ChangeKind kind);

struct PriceChange {
  ChangeKind kind = ChangeKind::changed;
  std::string vendor;
  std::string model;
  catalog::PriceField field;
  std::string native;
  std::optional<Price> before;  ///< none: was not there, or was there without a figure
  std::optional<Price> after;
  friend bool operator==(const PriceChange&, const PriceChange&) = default;
};

[[nodiscard]] std::vector<PriceChange> diff(std::span<const catalog::PriceObservation> previous,
                                            std::span<const catalog::PriceObservation> next);

/// The observations after the changes, in the order of diff().
[[nodiscard]] Result<std::vector<catalog::PriceObservation>> apply_changes(
    std::span<const catalog::PriceObservation> previous, std::span<const PriceChange> changes);

/// "openai/gpt-5.5 input_mtok: 5 -> 4".
[[nodiscard]] std::string to_string(const PriceChange& change);

}  // namespace breakeven::registry
