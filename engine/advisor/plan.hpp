// plan.hpp — Question -> Answer: the whole chain for one trace.
//
// Units    Money is USD per month of 730 h unless a name says otherwise; latencies in seconds.
// Shape    Usage -> exact API price -> simulated fleets -> options, each a ledger -> rungs ->
//          verdict. A pure function of values: no clock, no files.
// Sources  Every default comes from the catalogue and is named in the answer's figures.
// Threads  Sizing and uncertainty run as blocks on the Pool; the answer does not depend on its
//          size.
// Errors   not_found (models, with near matches), infeasible (nothing fits or meets the objective),
//          invalid_argument, resource_limit when cancelled.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/advisor/api_levers.hpp"
#include "engine/advisor/bill.hpp"
#include "engine/advisor/model_shortlist.hpp"
#include "engine/advisor/plan_model.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/advisor/quality.hpp"
#include "engine/decision/gates.hpp"
#include "engine/decision/pair.hpp"
#include "engine/decision/rungs.hpp"
#include "engine/decision/verdict.hpp"
#include "engine/economics/break_even.hpp"
#include "engine/economics/cash_flow.hpp"
#include "engine/economics/futures.hpp"
#include "engine/economics/hybrid.hpp"
#include "engine/economics/sensitivity.hpp"
#include "engine/economics/sensitivity_grid.hpp"
#include "engine/economics/switch_month.hpp"
#include "engine/economics/uncertainty.hpp"
#include "engine/explain/figure.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {

/// One way to serve the traffic, costed.
struct PlanOption {
  decision::Option option;  ///< ledger, gates, notes
  bool available = true;    ///< false: `reason` says why; nothing else is filled in
  std::string reason;
  bool may_win = true;  ///< false: shown only, because nobody should rest a service on it
  std::optional<std::size_t> fleet;  ///< index into PlanAnswer::fleets.fleets
  int replicas = 0;                  ///< of that fleet, spares included
  Usd recurring;
  Usd one_offs;
  Usd fully_loaded;                      ///< recurring + one-offs over the horizon
  Usd per_million_tokens;                ///< of the API's tokens, for every option
  std::optional<Usd> per_finished_task;  ///< empty: a success rate is not given
  /// Units bought by the hour from somebody who runs them: they step with the load.
  struct Steps {
    int needed = 0;
    int spare = 0;
    bool simulated = false;  ///< `needed` came out of the replay
  };
  std::optional<Steps> steps;
  /// Who runs what the constraints speak of: "api:groq", "self:neocloud"; one group per party.
  std::vector<std::vector<std::string>> subjects;
  bool open_weights = false;  ///< serves the open model (a mix does in part)
  double team_fte = 0;        ///< people who run machines
  decision::Feasibility feasibility;
  std::optional<economics::Comparison> against_api;  ///< as an investment; empty for the API itself
};

/// Break-even in the volume of this trace's mix, in tokens (prompt + answer) per month.
struct PlanVolume {
  economics::VolumeProblem problem;
  economics::BreakEven answer;
  std::vector<economics::VolumePlace> crossings;  ///< of `answer`, in spend and utilisation
  std::int64_t tokens_today = 0;
  int instances_per_step = 1;
  int spare_steps = 0;  ///< redundancy, part of the fixed cost
  std::string step;  ///< what one step is: "1 x gpu-8x-h100 (8 x H100-SXM) at Nebius, 4 replica(s)"
  /// Both curves for a chart: the ends of every step, from nothing to well beyond today and the
  /// crossings.
  struct Point {
    std::int64_t tokens = 0;
    Usd api;
    Usd self_host;
  };
  std::vector<Point> points;
};

/// What a constraint of the question did.
struct ConstraintReport {
  Constraint asked;
  std::string title;
  decision::GateTopic topic = decision::GateTopic::policy;
  decision::ConstraintPrice price;
  /// Facts that would settle the open conditions of the cheapest option with all constraints.
  std::vector<std::string> obtain;
};

/// Every option that may be chosen, in the same futures: what may win and no hard constraint excludes.
struct PlanFutures {
  std::vector<std::size_t> options;  ///< indices into PlanAnswer::options, as in `answer`
  economics::Futures answer;
};

/// From the best API to the best option of one's own.
struct PlanSwitching {
  economics::SwitchPlan answer;
  /// One of the two is excluded: the month is 0 or empty whatever it costs, and waiting is no choice.
  bool constraint_decides = false;
};

struct PlanAnswer {
  std::string trace_name;
  std::string open_model;
  traffic::TraceStats traffic;
  double months = 0;  ///< months of 730 h that fit ... the trace is scaled by this factor
  std::int64_t requests_per_month = 0;
  std::int64_t input_tokens_per_month = 0;
  std::int64_t output_tokens_per_month = 0;

  MonthlyBill api;
  std::vector<ApiLever> levers;              ///< what could be done at the API in use
  std::optional<MonthlyBill> api_optimised;  ///< with the levers that the question declares
  std::vector<MonthlyBill> hosted;           ///< the open model at hosted APIs, cheapest first
  std::vector<QualityGap> quality;           ///< on benchmarks that know both models
  ModelShortlist shortlist;
  sizing::SearchResult fleets;
  std::optional<economics::HybridAnswer> hybrid;
  std::size_t hybrid_fleet = 0;  ///< index into fleets.fleets
  std::string hybrid_overflow;   ///< API that takes the rest
  std::string hybrid_base;       ///< option that the base load stands on, "rented.reserved_1y"

  std::vector<PlanOption> options;            ///< available ones first, cheapest fully loaded first
  std::optional<std::size_t> best_self_host;  ///< index into options
  std::size_t best_api = 0;                   ///< cheapest that somebody else runs

  std::vector<ConstraintReport> constraints;  ///< as asked, "must self-host" included
  std::vector<decision::Rung> rungs;
  decision::Verdict verdict;
  struct Pair {
    std::size_t first = 0;  ///< index into options
    std::size_t second = 0;
    decision::PairVerdict verdict;
  };
  std::vector<Pair> pairs;                ///< every two available options
  std::optional<PlanVolume> volume;       ///< against the API as billed
  std::optional<PlanVolume> volume_best;  ///< against the best API, when that is another one
  std::optional<PlanModel> model;         ///< of the best self-hosted option
  std::vector<economics::Driver> drivers;
  std::optional<economics::Uncertainty> uncertainty;
  std::vector<economics::TornadoBar> tornado;
  std::vector<economics::FlipPoint> flips;
  std::vector<economics::Correlation> correlations;  ///< of `drivers`
  std::optional<PlanFutures> futures;                ///< plan_futures.hpp
  std::vector<economics::TotalOrder> total_order;
  std::optional<economics::Indifference> indifference;  ///< of the two widest of `tornado`
  std::vector<economics::SensitivityGrid> grids;        ///< of the three widest of `tornado`
  std::optional<PlanSwitching> switching;
  std::shared_ptr<const explain::FigureGraph> figures;
  std::vector<std::string> warnings;
};

/// How the world changes after today, as the question says.
[[nodiscard]] economics::Outlook outlook_of(const PlanQuestion& question);

/// Answers the question. `coefficients`: catalog/serving_coefficients.csv.
[[nodiscard]] Result<PlanAnswer> plan(const PlanQuestion& question, const catalog::Catalog& catalog,
                                      const serving::Coefficients& coefficients, Pool& pool);

}  // namespace breakeven::advisor
