// plan_summary.hpp — a plan's JSON answer read back, as far as a report shows it.
//
// Units    Amounts are the exact decimals of the answer; estimates are doubles.
// Errors   parse_error with a JSON pointer for what is not an answer of `breakeven plan --json`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/decision/brief.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::codec {

struct SummaryLine {
  std::string id;
  std::string title;
  std::string group;
  bool once = false;
  Usd usd;
  std::optional<Usd> low;
  std::optional<Usd> high;
  std::string kind;
  explain::Source source;
};

struct SummaryGate {
  std::string title;
  std::string state;
  std::string condition;
  explain::Source evidence;
};

/// What is owed and spent by whoever leaves an option right after it began.
struct SummaryLeaving {
  std::int64_t committed_months = 0;
  Usd committed;
  Usd sunk;
};

struct SummaryOption {
  std::string id;
  std::string title;
  std::string kind;
  bool available = false;
  std::string reason;  ///< of one that is not available
  std::optional<std::size_t> fleet;
  Usd recurring;
  Usd one_offs;
  Usd fully_loaded;
  Usd per_million_tokens;
  std::optional<double> npv_usd;  ///< against today's API, as are the next three
  std::optional<double> irr_per_month;
  std::optional<std::int64_t> payback_month;
  std::vector<double> cumulative_usd;
  std::optional<SummaryLeaving> leaving;
  std::vector<SummaryLine> lines;
  std::vector<SummaryGate> gates;
};

struct SummaryRung {
  std::string title;
  bool evaluated = false;
  Usd api;
  Usd self_host;
  Usd difference;
  std::string note;
};

struct SummaryDriver {
  std::string id;
  std::string title;
  std::string unit;
  double base = 0;
  explain::Source evidence;
};

/// The difference over the values of two drivers: rows are those of y.
struct SummaryGrid {
  std::string x;  ///< driver, by title and unit
  std::string y;
  std::vector<double> x_values;
  std::vector<double> y_values;
  std::vector<std::vector<double>> difference_usd;
};

struct SummaryBar {
  std::string title;
  std::string unit;
  double low_value = 0;
  double high_value = 0;
  double at_low_usd = 0;
  double at_high_usd = 0;
};

struct SummaryFlip {
  std::string title;
  std::string unit;
  double now = 0;
  double value = 0;
};

struct SummaryFleet {
  std::string configuration;
  std::string provider;
  std::string offer;
  std::int64_t replicas = 0;
  std::int64_t replicas_needed = 0;
  std::int64_t gpus = 0;
  double utilisation = 0;
  double ttft_s = 0;
  double tpot_s = 0;
  std::string calibration;
  std::vector<double> busy_by_hour;
};

struct SummaryHybrid {
  std::int64_t replicas = 0;
  Usd self_host;
  Usd overflow;
  Usd total;
};

struct SummaryModel {
  std::string id;
  std::string licence;
  bool commercial_use = true;
  double total_parameters = 0;
  double active_parameters = 0;
  std::int64_t context_tokens = 0;
  std::optional<double> score;
  std::vector<std::string> hosted_at;
  explain::Source source;
};

struct SummaryQuality {
  std::string benchmark;
  double api = 0;
  double open = 0;
  double gap = 0;
  std::string date;
};

struct SummaryFigure {
  std::string name;
  std::string title;
  std::string value;
  std::string unit;
  std::string kind;
  std::string formula;
  std::string low;  ///< with `high`; empty when it is no range
  std::string high;
  std::vector<std::string> inputs;  ///< by name; a fact or an input of the user has none
  std::vector<explain::Source> sources;
};

struct SummaryPart {
  std::string unit;
  std::int64_t tokens = 0;
  std::string rate;
  Usd usd;
  std::string kind;
  explain::Source source;
};

struct PlanSummary {
  std::string version;
  std::string api_model;
  std::string open_model;
  std::string as_of;
  std::int64_t horizon_months = 36;
  double discount_rate = 0;
  std::vector<std::pair<std::string, std::string>> question;  ///< every field as text
  std::string trace;
  std::int64_t requests_per_month = 0;
  std::string verdict_title;
  std::string verdict_sentence;
  std::optional<double> probability;
  std::vector<decision::BriefSentence> cfo;
  std::vector<decision::BriefSentence> cto;
  std::vector<SummaryRung> rungs;
  std::vector<SummaryPart> api_parts;
  std::vector<SummaryOption> options;
  std::optional<std::size_t> best_self_host;
  std::vector<SummaryFleet> fleets;
  std::vector<SummaryQuality> quality;
  std::vector<SummaryBar> tornado;
  std::vector<SummaryFlip> flips;
  std::optional<std::pair<double, double>> npv_p10_p90;
  /// Cumulative cash of the best option of one's own against the cheapest that others run.
  std::vector<double> cash_p10;
  std::vector<double> cash_p50;
  std::vector<double> cash_p90;
  std::string cash_against;        ///< id of the option they are against
  std::vector<double> switch_npv;  ///< of switching in month 0, 1, ...
  std::optional<std::int64_t> switch_month;
  std::vector<SummaryDriver> drivers;
  std::vector<SummaryGrid> grids;
  std::vector<SummaryHybrid> hybrid;
  std::optional<std::size_t> hybrid_best;
  std::vector<SummaryModel> shortlist;
  std::optional<double> api_score;
  std::string score_on;  ///< the benchmarks of both
  std::vector<SummaryFigure> figures;
  std::vector<std::string> warnings;
};

[[nodiscard]] Result<PlanSummary> plan_summary_from_json(std::string_view text);

}  // namespace breakeven::codec
