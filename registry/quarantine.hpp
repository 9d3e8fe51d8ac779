// quarantine.hpp — which changes may be proposed, and which wait for a human.
//
// Shape    A change is held back when it moves a price beyond threefold either way, to zero or from
//          zero, by a factor that looks like a slip of the unit, or when its model has vanished from
//          the source. Everything else is proposed. Each change is in exactly one of the two lists,
//          in the order in which it was given.
// Sources  docs/decisions/0014-price-feeds.md: the limits, and what they caught in real files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/catalog/price_observation.hpp"
#include "registry/diff.hpp"

namespace breakeven::registry {

enum class Suspicion : std::uint8_t {
  to_zero,         ///< a paid price became free, or the source lost it
  from_zero,       ///< the reverse: no factor says by how much
  unit_slip,       ///< by about 1 000 or 1 000 000, either way
  beyond_limit,    ///< by more than the limit, either way
  vanished_model,  ///< the source no longer has any price of the model
};
[[nodiscard]] std::string_view to_string(Suspicion suspicion);

struct QuarantinedChange {
  PriceChange change;
  Suspicion suspicion = Suspicion::beyond_limit;
  std::string reason;  ///< one sentence with the figures
};

struct Sorted {
  std::vector<PriceChange> proposed;
  std::vector<QuarantinedChange> quarantined;
};

struct QuarantineLimits {
  std::int64_t factor = 3;  ///< a move by more than this waits
};

/// `next` is the document that the changes lead to: it says which models are still there.
[[nodiscard]] Sorted sort_changes(std::span<const PriceChange> changes,
                                  std::span<const catalog::PriceObservation> next,
                                  const QuarantineLimits& limits = {});

}  // namespace breakeven::registry
