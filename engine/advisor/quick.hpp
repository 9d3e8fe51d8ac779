// quick.hpp — the slider calculator: a bill, a GPU rent, people, tooling -> a verdict.
//
// Units    Exact Usd per month for everything that is not a projection. Volume as a share of
//          today's.
// Shape    quick() is pure. figures() rebuilds every number of an answer as a derivation, on
//          demand. Self-host = GPU x redundancy x regions (/ utilisation when sized for the mean) +
//          operations x underestimate factor + extra engineers + tooling. A rented GPU is always
//          on: the figure as given is never scaled by utilisation.
// Sources  docs/methodology/economics.md; golden cases catalog/worked_cases.csv.
//          40 000 against 8 000 + 25 000: 7 000 a month (17.5 %), and 6 to 12 engineer-months at
//          25 000 pay back in 21.4 to 42.9 months.
// Threads  Paths run as blocks on the Pool; the answer does not depend on its size.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/advisor/quick_inputs.hpp"
#include "engine/advisor/worked_cases.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/decision/rungs.hpp"
#include "engine/decision/verdict.hpp"
#include "engine/economics/break_even.hpp"
#include "engine/economics/cash_flow.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/uncertainty.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::advisor {

/// Spread of what the user states as one number; taken from the catalogue.
struct QuickPriors {
  double bill_sigma = 0.10;  ///< of ln, for the API bill of a usual month
  double gpu_sigma = 0.25;
  double people_sigma = 0.35;
  double api_trend_sd = 0.15;
  double gpu_trend_sd = 0.25;
  double growth_sd = 0.01;
  explain::Source bill;
  explain::Source gpu;
  explain::Source people;
  explain::Source migration;
  explain::Source trends;
};
/// Fails with not_found when the catalogue's defaults lack a prior.
[[nodiscard]] Result<QuickPriors> quick_priors(std::span<const catalog::Default> defaults);

struct QuickOptions {
  std::uint64_t paths = economics::kDefaultPaths;
  std::uint64_t seed = 1;
};

/// Both readings of the GPU figure.
struct SizingReading {
  Usd self_host_if_peak;
  Usd difference_if_peak;  ///< API - self-host
  Usd self_host_if_mean;
  Usd difference_if_mean;
  double peak_factor = 1;  ///< 1 / utilisation
  /// GPU figure above which the API wins if it was sized for the mean; empty where none does.
  std::optional<Usd> gpu_flip_if_mean;
  bool asked = false;  ///< the readings disagree and the user has not said which holds
};

struct ChartPoint {
  double volume_share = 0;
  Usd api;
  Usd self_host;
  Usd low;   ///< self-host with the GPU, people and tooling figures at their P10
  Usd high;  ///< ... at their P90
};

struct CashPoint {
  int month = 0;  ///< 1 = after one month
  UsdEstimate api;
  UsdEstimate self_host;
  UsdEstimate cumulative;       ///< with the middle one-off
  UsdEstimate cumulative_low;   ///< with the high one-off
  UsdEstimate cumulative_high;  ///< with the low one-off
};

struct QuickFlip {
  std::string driver;
  std::string title;
  std::string unit;
  double now = 0;
  double value = 0;
  UsdEstimate difference_at_flip;
  economics::Difference basis = economics::Difference::run_rate;
  bool in_range = true;  ///< of the slider
};

struct ThumbRule {
  std::string id;
  std::string rule;
  std::string yours;    ///< the user's own number
  std::string verdict;  ///< agrees, disagrees, silent
};

struct QuickAnswer {
  QuickInputs inputs;
  economics::Ledger api;
  economics::Ledger self_host;
  SizingReading sizing;
  decision::Verdict verdict;
  std::vector<decision::Rung> rungs;
  Usd one_off_low;
  Usd one_off_high;
  economics::Comparison comparison;  ///< fully loaded, middle one-off
  economics::SwitchMonth switch_month;
  economics::VolumeProblem volume_problem;
  economics::BreakEven volume;
  std::int64_t volume_today = 0;  ///< units of volume_problem that are today's volume
  std::optional<double> utilisation_break_even;  ///< above 1: not with one fleet
  std::vector<ChartPoint> chart;
  std::vector<CashPoint> cash;
  std::vector<economics::Driver> drivers;
  economics::Uncertainty uncertainty;
  std::vector<economics::TornadoBar> tornado;
  std::vector<QuickFlip> flips;
  std::vector<ThumbRule> thumb_rules;
  std::vector<std::string> warnings;
};

[[nodiscard]] Result<QuickAnswer> quick(const QuickInputs& inputs, const QuickPriors& priors,
                                        const QuickOptions& options, Pool& pool);

/// Every figure of the answer with its derivation.
[[nodiscard]] explain::FigureGraph quick_figures(const QuickAnswer& answer,
                                                 const QuickPriors& priors);

/// What is true of a worked case, in words generated from its answer: whether the claim's winner
/// and amount hold, and what multiplied operations do. The verdict's sentence stands beside it,
/// not in it.
[[nodiscard]] std::string case_truth(const WorkedCase& worked, const QuickAnswer& answer);

}  // namespace breakeven::advisor
