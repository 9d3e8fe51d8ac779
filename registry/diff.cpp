#include "registry/diff.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::registry {
namespace {

using catalog::PriceObservation;

template <class Stated>
auto place_of(const Stated& stated) {
  return std::tie(stated.vendor, stated.model, stated.field, stated.native);
}

/// Pointers to the observations that count, in order.
std::vector<const PriceObservation*> in_order(std::span<const PriceObservation> observations) {
  std::vector<const PriceObservation*> order;
  order.reserve(observations.size());
  for (const PriceObservation& seen : observations) order.push_back(&seen);
  std::ranges::stable_sort(
      order, [](const auto* a, const auto* b) { return place_of(*a) < place_of(*b); });
  std::vector<const PriceObservation*> kept;
  kept.reserve(order.size());
  for (const PriceObservation* seen : order) {
    if (!kept.empty() && place_of(*kept.back()) == place_of(*seen)) {
      kept.back() = seen;
    } else {
      kept.push_back(seen);
    }
  }
  return kept;
}

PriceChange change_of(ChangeKind kind, const PriceObservation& at) {
  return PriceChange{kind, at.vendor, at.model, at.field, at.native, {}, {}};
}

PriceObservation observation_of(const PriceChange& change) {
  return PriceObservation{change.vendor, change.model, change.field, change.after, change.native};
}

Error does_not_fit(const PriceChange& change, std::string_view what) {
  return Error{ErrorCode::invalid_argument,
               "the change was not made on these prices: " + std::string(what), to_string(change)};
}

std::string figure(const std::optional<Price>& price) { return price ? price->decimal() : "none"; }

}  // namespace

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::changed:
      return "changed";
    case ChangeKind::removed:
      break;
  }
  return "removed";
}

std::vector<PriceChange> diff(std::span<const PriceObservation> previous,
                              std::span<const PriceObservation> next) {
  const auto old = in_order(previous);
  const auto now = in_order(next);
  std::vector<PriceChange> changes;
  auto a = old.begin();
  auto b = now.begin();
  while (a != old.end() || b != now.end()) {
    if (b == now.end() || (a != old.end() && place_of(**a) < place_of(**b))) {
      PriceChange& change = changes.emplace_back(change_of(ChangeKind::removed, **a));
      change.before = (*a++)->price;
    } else if (a == old.end() || place_of(**b) < place_of(**a)) {
      PriceChange& change = changes.emplace_back(change_of(ChangeKind::added, **b));
      change.after = (*b++)->price;
    } else {
      if ((*a)->price != (*b)->price) {
        PriceChange& change = changes.emplace_back(change_of(ChangeKind::changed, **b));
        change.before = (*a)->price;
        change.after = (*b)->price;
      }
      ++a;
      ++b;
    }
  }
  return changes;
}

Result<std::vector<PriceObservation>> apply_changes(std::span<const PriceObservation> previous,
                                                    std::span<const PriceChange> changes) {
  std::vector<const PriceChange*> steps;
  steps.reserve(changes.size());
  for (const PriceChange& change : changes) steps.push_back(&change);
  std::ranges::stable_sort(
      steps, [](const auto* a, const auto* b) { return place_of(*a) < place_of(*b); });

  std::vector<PriceObservation> result;
  auto step = steps.begin();
  const auto before_place = [&](const PriceObservation* seen) {
    return step != steps.end() && (seen == nullptr || place_of(**step) < place_of(*seen));
  };
  const auto add_new = [&](const PriceObservation* next) -> Status {
    while (before_place(next)) {
      if ((*step)->kind != ChangeKind::added) {
        return does_not_fit(**step, "there is no such price");
      }
      result.push_back(observation_of(**step));
      ++step;
    }
    return {};
  };
  for (const PriceObservation* seen : in_order(previous)) {
    BREAKEVEN_CHECK_OK(add_new(seen));
    if (step == steps.end() || place_of(**step) != place_of(*seen)) {
      result.push_back(*seen);
      continue;
    }
    const PriceChange& change = **step++;
    if (change.kind == ChangeKind::added) return does_not_fit(change, "the price is there already");
    if (change.before != seen->price) {
      return does_not_fit(change, "the price there is " + figure(seen->price));
    }
    if (change.kind == ChangeKind::changed) result.push_back(observation_of(change));
  }
  BREAKEVEN_CHECK_OK(add_new(nullptr));
  return result;
}

std::string to_string(const PriceChange& change) {
  std::string text = change.vendor + "/" + change.model + " " + catalog::to_string(change.field);
  switch (change.kind) {
    case ChangeKind::added:
      return text + ": new at " + figure(change.after);
    case ChangeKind::changed:
      return text + ": " + figure(change.before) + " -> " + figure(change.after);
    case ChangeKind::removed:
      break;
  }
  return text + ": gone, was " + figure(change.before);
}

}  // namespace breakeven::registry
