// plan_question.hpp — everything that the verdict of a plan may depend on.
//
// Units    Money is USD per month of 730 h unless a name says otherwise; latencies in seconds.
// Shape    A pure function of values: no clock (the question has `as_of`), no files, a seed in the
//          question. Usage -> exact API price -> simulated fleets -> options, each a ledger ->
//          verdict.
// Sources  Every default comes from the catalogue and is named in the answer's figures.
// Threads  Sizing and uncertainty run as blocks on the Pool; the answer does not depend on its
//          size.
// Errors   not_found (models, with near matches), infeasible (nothing fits or meets the objective:
//          the answer still says which limit binds), invalid_argument, resource_limit when
//          cancelled.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/decision/gates.hpp"
#include "engine/economics/growth.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {

/// A unit of provisioned throughput as a vendor quotes it.
struct ProvisionedUnit {
  Usd usd_per_hour;              ///< of one unit
  double tokens_per_minute = 0;  ///< that one unit carries, in prompt tokens
  double output_weight = 1;      ///< an answer token counts as so many prompt tokens
  int min_units = 1;
  int step_units = 1;         ///< units beyond the minimum are sold in steps
  int commitment_months = 0;  ///< the price holds and is owed for so long
};

/// A requirement or a preference (constraints.hpp lists the names).
struct Constraint {
  std::string name;  ///< "compliance.HIPAA_BAA", "operations.max_fte"
  std::optional<double> value;
  decision::Strength strength = decision::Strength::hard;
  Usd usd_per_month;  ///< priced: what an option that does not pass is charged
};

/// Who answers at night. automatic: shared from fleets of 9 GPUs on, unless the team is large.
enum class OnCall : std::uint8_t { automatic, none, shared, own_team };
[[nodiscard]] std::string_view to_string(OnCall kind);

/// Everything that the verdict may depend on. Empty optionals take the catalogue's default.
struct PlanQuestion {
  const traffic::Trace* trace = nullptr;
  /// The time that the trace was watched for, when that is longer than its last arrival shows: a
  /// job that runs two hours a day was watched for a day. Absent = what the trace says.
  std::optional<double> span_s;
  std::string api_model;   ///< "anthropic/claude-sonnet-4-6"
  std::string open_model;  ///< "Qwen/Qwen3-32B"
  Instant as_of;           ///< prices effective at this instant

  /// Share of prompt tokens that the API bills as cache reads; absent = what the trace knows, or 0.
  std::optional<double> api_cache_share;
  // What could be done at the API in use (api_levers.hpp).
  double api_batch_share = 0;  ///< share of requests that could wait for the batch mode
  double api_flex_share = 0;   ///< share that could take slower answers; batch + flex <= 1
  /// Share of prompt tokens that could be read from the cache; absent = no more than today.
  std::optional<double> api_cacheable_share;
  double api_easy_share = 0;       ///< share of requests that `api_easy_model` answers as well
  std::string api_easy_model;      ///< "anthropic/claude-haiku-4-5"
  double api_volume_discount = 0;  ///< off the whole bill, by contract
  /// Throughput of the API model bought by the hour; no list price of one is known.
  std::optional<ProvisionedUnit> provisioned;

  serving::Objective objective;
  int redundancy = 1;
  std::vector<std::string> accelerators;  ///< ids; empty = all that have a current offer
  std::vector<std::string> providers;     ///< empty = all that rent
  std::vector<std::string> precisions;    ///< empty = those that make sense for the model
  int regions = 1;                        ///< each carries the whole load with its own spares
  /// Only these options, or all but these (option_choice.hpp); empty = every one.
  std::vector<std::string> options;
  std::vector<std::string> exclude;

  int horizon_months = 36;
  double discount_rate_per_year = 0.12;
  std::optional<double> growth_per_month;   ///< absent: 0, and uncertain
  std::optional<double> growth_ceiling;     ///< S-curve: ends at so many times today
  std::vector<economics::Launch> launches;  ///< jumps of the demand
  int ramp_months = 0;                      ///< the traffic moves evenly over so many months
  double api_price_trend_per_year = 0;
  double gpu_price_trend_per_year = 0;

  /// Hidden lines: any default of the catalogue by its id, such as people.sre_usd_month.
  std::map<std::string, double> set;
  std::string people_region;  ///< of people.region_factor.*; empty = the United States
  OnCall on_call = OnCall::automatic;
  std::optional<double> ml_engineer_fte;
  std::optional<double> sre_fte;
  std::optional<double> underestimate_factor;
  std::optional<Usd> tooling_per_month;
  std::optional<double> migration_engineer_months;
  std::optional<double> parallel_run_months;
  // What a finished task takes (task_cost.hpp).
  std::optional<double> api_success_rate;  ///< share of attempts that finish the task
  std::optional<double> open_success_rate;
  int max_attempts = 1;     ///< of a task, retries included
  Usd review_usd;           ///< a human's check of one attempt
  Usd error_usd;            ///< what a task that stays unfinished costs
  double open_tokens = 1;   ///< prompt tokens of the open model per token of the API model
  double open_answers = 1;  ///< the same of answers: tokenizer and verbosity
  /// Benchmarks that matter, by weight; empty = an overall one.
  std::map<std::string, double> benchmarks;
  bool must_self_host = false;
  std::vector<Constraint> constraints;
  /// Constraints whose open conditions are met: "compliance.HIPAA_BAA", or of one option only,
  /// "compliance.HIPAA_BAA@api".
  std::vector<std::string> confirmed;

  std::uint64_t seed = 1;
  int paths = 100'000;
  Ticker* ticker = nullptr;
};

/// Fails with out_of_range or invalid_argument and the field in `where` unless every value is in
/// its range.
[[nodiscard]] Status check(const PlanQuestion& question);

}  // namespace breakeven::advisor
