#include "registry/quarantine.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/money.hpp"
#include "engine/catalog/price_observation.hpp"
#include "registry/diff.hpp"

namespace breakeven::registry {
namespace {

constexpr Int128 kAttoPerNano = 1'000'000'000;

Int128 in_atto(const Price& price) {
  return static_cast<Int128>(price.nano_usd) * kAttoPerNano + price.atto_usd;
}

/// Whether high / low lies between half and twice `slip`.
bool is_about(Int128 high, Int128 low, std::int64_t slip) {
  return high >= low * (slip / 2) && high <= low * (slip * 2);
}

std::optional<std::pair<Suspicion, std::string>> suspicion_of(const PriceChange& change,
                                                              const QuarantineLimits& limits) {
  if (change.kind != ChangeKind::changed || !change.before || !change.after) return std::nullopt;
  const Int128 before = in_atto(*change.before);
  const Int128 after = in_atto(*change.after);
  const std::string move = change.before->decimal() + " -> " + change.after->decimal();
  if (after == 0) return std::pair(Suspicion::to_zero, "a paid price became zero: " + move);
  if (before == 0) return std::pair(Suspicion::from_zero, "a price of zero became paid: " + move);
  const Int128 high = before < after ? after : before;
  const Int128 low = before < after ? before : after;
  for (const auto& [slip, text] :
       {std::pair(std::int64_t{1'000}, "1 000"), std::pair(std::int64_t{1'000'000}, "1 000 000")}) {
    if (is_about(high, low, slip)) {
      return std::pair(Suspicion::unit_slip,
                       "a factor of about " + std::string(text) + ", as of another unit: " + move);
    }
  }
  if (high > low * limits.factor) {
    return std::pair(Suspicion::beyond_limit,
                     "more than " + std::to_string(limits.factor) + " times " +
                         (before < after ? "dearer: " : "cheaper: ") + move);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Suspicion suspicion) {
  switch (suspicion) {
    case Suspicion::to_zero:
      return "to-zero";
    case Suspicion::from_zero:
      return "from-zero";
    case Suspicion::unit_slip:
      return "unit-slip";
    case Suspicion::beyond_limit:
      return "beyond-limit";
    case Suspicion::vanished_model:
      break;
  }
  return "vanished-model";
}

Sorted sort_changes(std::span<const PriceChange> changes,
                    std::span<const catalog::PriceObservation> next,
                    const QuarantineLimits& limits) {
  std::set<std::pair<std::string_view, std::string_view>> still_there;
  for (const catalog::PriceObservation& seen : next) still_there.insert({seen.vendor, seen.model});
  Sorted sorted;
  for (const PriceChange& change : changes) {
    if (change.kind == ChangeKind::removed &&
        !still_there.contains({change.vendor, change.model})) {
      sorted.quarantined.push_back(
          {change, Suspicion::vanished_model,
           "the source no longer lists " + change.vendor + "/" + change.model});
    } else if (auto suspicion = suspicion_of(change, limits)) {
      sorted.quarantined.push_back({change, suspicion->first, std::move(suspicion->second)});
    } else {
      sorted.proposed.push_back(change);
    }
  }
  return sorted;
}

}  // namespace breakeven::registry
