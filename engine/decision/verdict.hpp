// verdict.hpp — one function that turns numbers into the verdict and its sentence, for everything.
//
// Units    Exact Usd per month; probabilities in [0, 1]; months as doubles.
// Shape    Words follow from signs and thresholds, never the other way: sentence() sees only what
//          decide() computed, so it cannot contradict the numbers (property test over a grid).
// Sources  Thresholds: kNoiseShare of the API spend (catalogue: finance.decision_noise),
//          probabilities inside (kDoubtLow, kDoubtHigh), a payback band that straddles the horizon.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"

namespace breakeven::decision {

enum class VerdictKind : std::uint8_t {
  self_host_cheaper,
  api_cheaper,
  hybrid_cheaper,
  too_close_to_call,
  never_reachable,
  constraint_decides,
  unverified
};
[[nodiscard]] std::string_view to_string(VerdictKind kind);  ///< "self_host_cheaper", ...

/// Differences below this share of the API spend are noise.
inline constexpr double kNoiseShare = 0.05;
inline constexpr double kDoubtLow = 0.40;
inline constexpr double kDoubtHigh = 0.60;

/// Everything the verdict rests on. Amounts per month; "self-host" is the best feasible option of
/// one's own, "API" the best feasible option that somebody else runs.
struct Evidence {
  Usd api;
  Usd self_host;
  std::optional<Usd> hybrid;  ///< cheapest mix, where it was computed
  Usd one_off_low;            ///< migration and parallel run, the band
  Usd one_off_high;
  /// What "the API" is in the sentences: another name when the cheapest one is not the one in use.
  std::string api_name = "the API";
  int horizon_months = 36;
  std::string basis = "on the run rate";  ///< what the amounts hold, as the sentences say it
  std::optional<double> probability;      ///< that self-hosting is cheaper, fully loaded
  bool api_feasible = true;
  bool self_host_feasible = true;
  /// Both sides have an option that was priced, whether it is allowed or not.
  bool both_priced = true;
  std::string constraint;  ///< what decided feasibility: "must self-host", a gate's title
  /// What the hard requirements cost a month, and what would be cheapest without them.
  std::optional<Usd> requirements_usd;
  std::string without_requirements;
  std::string never;  ///< inequality that proves self-hosting can never reach the API's price
  std::vector<std::string>
      open_questions;                ///< answers that would change the winner; gates unverified
  std::vector<std::string> drivers;  ///< titles, most important first
  std::string nearest_flip;          ///< "GPU rental at $15,000.00 (now $8,000.00)"
};

struct Payback {
  std::optional<double> months_low;  ///< with the low one-off; empty = never
  std::optional<double> months_high;
};
/// one-off / monthly saving; never when the saving is not positive. 150 000 / 7 000 = 21.4.
[[nodiscard]] Payback payback(const Evidence& evidence);

struct Verdict {
  VerdictKind kind = VerdictKind::unverified;
  std::string title;
  std::string sentence;
  Usd amount;  ///< per month, never negative: what the winner saves, or what the constraint costs
  Usd saving;  ///< API minus self-host, signed
  std::optional<double> saving_share;  ///< of the API spend
  std::optional<double> probability;   ///< that self-hosting is cheaper
  Payback payback;
  std::vector<std::string> drivers;  ///< three at most
  std::string nearest_flip;
};

[[nodiscard]] Verdict decide(const Evidence& evidence);

}  // namespace breakeven::decision
