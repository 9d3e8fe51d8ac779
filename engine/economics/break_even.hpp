// break_even.hpp — where an API bill that is linear in volume meets a fleet bought in whole steps.
//
// Units    Volume in whole units (tokens, requests). Money exact. The API costs api_usd per
//          api_units.
// Shape    self(v) = fixed + step_usd x n(v) + marginal,
//          n(v) = max(min_steps, ceil(v / step_capacity)).
//          A rising staircase crosses a line many times: the answer is the set of winning windows,
//          the volume from which self-hosting always wins, or "never" with the inequality that
//          proves it.
// Sources  Worked: 1/3 USD per M at 4:1 = 1.40 per M against replicas of 81 M tokens at 100 USD +
//          30 USD fixed: first crossing 235 714 286, windows n = 3..9, permanent from 735 714 286
//          (test: StaircaseOfTheBrief).
// Errors   invalid_argument for capacities or units below 1 and for negative money.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::economics {

struct VolumeProblem {
  Usd api_usd;  ///< the API's price of `api_units` units
  std::int64_t api_units = 1'000'000;
  Usd fixed_usd;  ///< self-host cost that does not depend on volume
  Usd step_usd;   ///< one more replica, node or fleet
  std::int64_t step_capacity = 1;
  std::int64_t min_steps = 1;
  std::optional<std::int64_t> max_steps;  ///< capacity that cannot be exceeded
  Usd marginal_usd;  ///< self-host cost per `api_units` (energy, egress); usually 0
};

/// Self-hosting costs no more than the API for volumes from..to (whole units, both included).
struct Window {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t steps = 0;
  bool operator==(const Window&) const = default;
};

struct BreakEven {
  std::optional<std::int64_t> first;  ///< smallest volume at which self-host <= API
  /// Every volume where the sign changes, ascending: a window opens at `from`, closes at `to` + 1.
  std::vector<std::int64_t> crossings;
  std::vector<Window> windows;     ///< disjoint, before `permanent`
  bool windows_truncated = false;  ///< more than kMaxWindows: the rest is left out
  /// Self-host <= API from here on (up to the capacity if any).
  std::optional<std::int64_t> permanent;
  std::optional<std::int64_t> capacity;  ///< max_steps x step_capacity
  /// Proof of "never", in numbers: empty unless `first` is empty.
  std::string never;
};

inline constexpr std::int64_t kMaxWindows = 10'000;

[[nodiscard]] Result<BreakEven> break_even_volume(const VolumeProblem& problem);

/// Cost of either side at a volume; quotients round half to even at 1e-15 USD.
[[nodiscard]] Result<Usd> api_cost_at(const VolumeProblem& problem, std::int64_t volume);
[[nodiscard]] Result<Usd> self_host_cost_at(const VolumeProblem& problem, std::int64_t volume);

/// A volume in the other two units of a break-even.
struct VolumePlace {
  std::int64_t volume = 0;
  Usd api_usd;             ///< what the API costs there
  double utilisation = 0;  ///< volume / capacity of the steps that carry it
};
[[nodiscard]] Result<VolumePlace> place_of(const VolumeProblem& problem, std::int64_t volume);

/// Tokens per month of `replicas` at a sustained rate and a utilisation: 2 x 80/2 tok/s at 60 % is
/// 80 x 0.6 x 3 600 x 730 = 126.1 M (test: NeverAboveCapacity).
[[nodiscard]] double tokens_per_month(double tokens_per_second, double utilisation);

}  // namespace breakeven::economics
