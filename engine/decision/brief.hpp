// brief.hpp — half a page for a CFO and half a page for a CTO, out of a plan's numbers.
//
// Units    Usd per month unless a name says otherwise; probabilities and shares in [0, 1].
// Shape    Words follow from signs, thresholds and counts of BriefFacts and from nothing else, and
//          every sentence names the figures it rests on (test: NoSentenceContradictsItsNumber, over
//          a grid). What the plan does not know has no sentence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"

namespace breakeven::decision {

/// Shares of the futures below which something is very unlikely, and above which very likely; in
/// between the thresholds of the verdict.
inline constexpr double kVeryUnlikely = 0.05;
inline constexpr double kVeryLikely = 0.95;
/// Below, a fleet is mostly idle; above, well used.
inline constexpr double kMostlyIdle = 0.30;
inline constexpr double kWellUsed = 0.60;

struct BriefSentence {
  std::string id;  ///< "verdict", "run_rate", ...
  std::string text;
  std::vector<std::string> figures;  ///< by name, as --explain takes them
};

struct BriefOption {
  std::string id;
  std::string title;
  Usd fully_loaded;
  Usd recurring;
  Usd one_offs;
  std::optional<double> npv_usd;  ///< against today's API
  std::optional<int> payback_month;
};

struct BriefFleet {
  std::string figures;  ///< prefix of its figures: "fleet.2"
  std::string configuration;
  std::string provider;
  int replicas_needed = 0;
  int replicas = 0;
  int gpus = 0;
  double utilisation = 0;
  double ttft_s = 0;
  double tpot_s = 0;
  bool measured = false;
};

struct BriefFacts {
  std::string verdict;  ///< the verdict's sentence
  std::vector<std::string> verdict_figures;
  Usd api_bill;
  int horizon_months = 36;
  std::optional<Usd> run_rate;      ///< API - self-hosting
  std::optional<Usd> fully_loaded;  ///< ... with everything
  std::optional<double> probability;
  std::optional<BriefOption> own;       ///< the best one runs oneself
  std::optional<BriefOption> cheapest;  ///< of all that may be chosen
  bool cheapest_is_today = false;
  std::string lever;  ///< the best thing to do at the API in use; empty: none saves
  Usd lever_saving;
  Usd lever_effort;                              ///< once
  std::optional<std::int64_t> permanent_tokens;  ///< a month, from which self-hosting always wins
  std::int64_t tokens_today = 0;
  std::string never;  ///< the inequality, where self-hosting never wins
  std::vector<std::string> drivers;
  std::string nearest_flip;

  std::optional<BriefFleet> fleet;
  double objective_ttft_s = 0;
  double objective_tpot_s = 0;
  double percentile = 95;
  Usd people;  ///< of the best option of one's own
  std::vector<std::string> people_figures;
  int benchmarks = 0;  ///< that know both models
  int behind = 0;      ///< of them, with the open model behind
  std::string worst_benchmark;
  double worst_gap = 0;  ///< points, negative: the open model is behind
  std::vector<std::string> failed_gates;
  std::vector<std::string> open_gates;
  std::optional<bool> hybrid_mixed;
};

[[nodiscard]] std::vector<BriefSentence> cfo_brief(const BriefFacts& facts);
[[nodiscard]] std::vector<BriefSentence> cto_brief(const BriefFacts& facts);

}  // namespace breakeven::decision
