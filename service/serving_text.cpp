#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/prediction_error.hpp"
#include "service/simulate.hpp"

namespace breakeven::service {
namespace {

/// 1.234 s, 45.6 ms: three digits that matter.
std::string duration(double s) {
  if (s >= 100) return fmt::format("{:.0f} s", s);
  if (s >= 1) return fmt::format("{:.2f} s", s);
  return fmt::format("{:.1f} ms", s * 1e3);
}

std::string thousands(std::int64_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), " ");
  }
  return digits;
}

std::string percentile_row(std::string_view name, const serving::LatencyPercentiles& p) {
  return fmt::format("  {:<11}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", name, duration(p.mean),
                     duration(p.p50), duration(p.p90), duration(p.p95), duration(p.p99),
                     duration(p.max));
}

std::string objective_text(const serving::Objective& o) {
  return fmt::format("TTFT {} and TPOT {} at {} %", duration(o.ttft_s), duration(o.tpot_s),
                     shortest(o.percentile));
}

/// Whole dollars with thousands separators; the exact amount is in the JSON.
std::string dollars(Usd amount) {
  const Int128 whole = divide_half_even(amount.femto(), kFemtoPerUsd);
  return "$" + thousands(static_cast<std::int64_t>(whole));
}

/// "TTFT 0.58 to 1.71, TPOT ..": real / predicted of 80 % of the runs measured in this regime.
std::string reliability_text(const serving::Reliability& reliability) {
  std::string bands;
  for (const auto& [kind, name] :
       {std::pair{"ttft", "TTFT"}, std::pair{"tpot", "TPOT"}, std::pair{"e2e", "end to end"},
        std::pair{"throughput", "throughput"}}) {
    const serving::ErrorBand* band = reliability.band(kind);
    if (band == nullptr) continue;
    bands += fmt::format("{}{} x {:.2f} to {:.2f}", bands.empty() ? "" : ", ", name, band->p10,
                         band->p90);
  }
  std::string out;
  if (!bands.empty())
    out += fmt::format("80 % of left-out measured runs at {} lay within: {}\n",
                       serving::to_string(reliability.regime), bands);
  if (!reliability.extrapolated.empty()) {
    out += "Extrapolated: ";
    for (std::size_t i = 0; i < reliability.extrapolated.size(); ++i)
      out += (i > 0 ? "; " : "") + reliability.extrapolated[i];
    out += "\n";
  }
  return out;
}

std::string fleet_use_text(const serving::FleetUse& use) {
  return fmt::format(
      "Fleet: {:.2f} replicas paid for on average, {} at most; {} cold starts, {} interruptions, "
      "{} requests moved, {} found no replica up\n",
      use.mean_replicas, use.peak_replicas, use.cold_starts, use.interruptions, use.moved_requests,
      use.waited_requests);
}

}  // namespace

std::string simulation_text(const codec::SimulationReport& report) {
  const serving::SimulationResult& r = report.result;
  const serving::Objective& o = report.options.objective;
  std::string out;
  out += fmt::format("{} on {} x {} ({})\n",
                     report.replica.config.model != nullptr ? report.replica.config.model->id : "",
                     report.options.replicas, report.replica.name(), report.replica.config.engine);
  out += fmt::format(
      "{}: {} requests over {:.1f} h, {} prompt tokens ({} cached), {} answer tokens\n",
      report.trace, thousands(r.requests), r.makespan_s / 3600, thousands(r.input_tokens),
      thousands(r.cached_tokens), thousands(r.output_tokens));
  if (report.options.load_factor != 1.0) {
    out += fmt::format("arrivals sped up x {}\n", shortest(report.options.load_factor));
  }
  out += fmt::format("\n  {:<11}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "", "mean", "p50", "p90",
                     "p95", "p99", "max");
  out += percentile_row("TTFT", r.ttft);
  out += percentile_row("TPOT", r.tpot);
  out += percentile_row("end to end", r.end_to_end);
  out += fmt::format("\nObjective {}: {} ({:.2f} % of requests within both limits{})\n",
                     objective_text(o), r.objective_met ? "met" : "MISSED",
                     100 * r.share_meeting_objective,
                     r.rejected > 0 ? fmt::format(", {} never fit", thousands(r.rejected)) : "");
  const double replica_s = r.fleet != nullptr ? r.fleet->up_s
                                              : r.makespan_s * report.options.replicas *
                                                    report.replica.config.data_parallel;
  out += fmt::format(
      "Busy {:.1f} % of the time, {:.1f} sequences at once while busy; KV cache {:.1f} % full on "
      "average, {:.1f} % at most; {} preemptions\n",
      replica_s > 0 ? 100 * r.busy_s / replica_s : 0.0, r.mean_batch, 100 * r.mean_kv_use,
      100 * r.peak_kv_use, thousands(r.preemptions));
  if (r.fleet != nullptr) out += fleet_use_text(*r.fleet);
  if (r.prefill_pool != nullptr)
    out += fmt::format("Prefill pool: {} replicas, prompts done after {} on average, {} at p95\n",
                       report.options.disaggregation->prefill_replicas,
                       duration(r.prefill_pool->ttft.mean), duration(r.prefill_pool->ttft.p95));
  out += reliability_text(serving::reliability(report.replica, r, report.options));
  out += fmt::format("Step times: {} (80 % of real times within {} .. {} of these)\n",
                     report.replica.calibration, shortest(report.replica.error_p10),
                     shortest(report.replica.error_p90));
  if (!report.quality_note.empty()) out += "Note: " + report.quality_note + "\n";
  return out;
}

Result<std::string> sizing_text(const codec::SizingReport& report, bool details) {
  std::string out = fmt::format(
      "{} for {}: {} requests over {:.1f} h\nObjective {}, held with {} replica{} down\n\n",
      report.model, report.trace, thousands(report.requests), report.span_s / 3600,
      objective_text(report.options.objective), report.options.redundancy,
      report.options.redundancy == 1 ? "" : "s");
  out += fmt::format("  {:<26}{:<15}{:>9}{:>6}{:>14}{:>11}{:>10}{:>11}  {}\n", "replica", "term",
                     "replicas", "GPUs", "per month", "TTFT", "TPOT", "delivered", "offer");
  for (std::size_t i = 0; i < report.search.fleets.size(); ++i) {
    const sizing::PricedFleet& f = report.search.fleets[i];
    BREAKEVEN_TRY(const Usd month, f.usd_per_month());
    const bool on_front = std::find(report.search.pareto.begin(), report.search.pareto.end(), i) !=
                          report.search.pareto.end();
    out += fmt::format(
        "{} {:<26}{:<15}{:>9}{:>6}{:>14}{:>11}{:>10}{:>9.1f} %  {} x {}\n", on_front ? "*" : " ",
        f.plan.replica.name(), catalog::to_string(f.offer->term),
        fmt::format("{}+{}", f.plan.replicas_needed, f.plan.replicas - f.plan.replicas_needed),
        f.gpus, dollars(month), duration(f.plan.at_needed.ttft_at_objective_s),
        duration(f.plan.at_needed.tpot_at_objective_s), 100 * f.plan.delivered_utilisation,
        f.instances, f.offer->id);
    if (const auto elastic = f.elastic_usd_per_month(); elastic.ok()) {
      const serving::SimulationResult& r = *f.plan.elastic;
      out += fmt::format(
          "    elastic: {} a month, {:.2f} replicas on average, {} cold starts; TTFT {}, TPOT {}, "
          "objective {}\n",
          dollars(*elastic), r.fleet->mean_replicas, r.fleet->cold_starts,
          duration(r.ttft_at_objective_s), duration(r.tpot_at_objective_s),
          r.objective_met ? "met" : "MISSED");
    }
  }
  out += fmt::format(
      "\n* no other fleet is both cheaper and faster. TTFT and TPOT at the objective's percentile\n"
      "  with the redundant replicas down. Delivered: tokens served / tokens the whole fleet "
      "could\n"
      "  serve at the objective. Whole instances, 730 h a month.\n");
  if (!report.search.fleets.empty()) {
    const sizing::FleetPlan& first = report.search.fleets.front().plan;
    out += "First fleet: " + reliability_text(serving::reliability(first.replica, first.at_needed));
  }
  if (!details) {
    if (!report.search.rejected.empty()) {
      out += fmt::format("{} further configurations were looked at; --details lists them.\n",
                         report.search.rejected.size());
    }
    return out;
  }
  out += "\nNot among the fleets:\n";
  for (const std::string& reason : report.search.rejected) out += "  " + reason + "\n";
  return out;
}

Result<std::string> front_text(const codec::FrontReport& report) {
  std::string out = fmt::format(
      "{} models that score at least {} on {}; {}: {} requests over {:.1f} h\n"
      "Objective {}, held with {} replica{} down\n\n",
      report.models.size(), report.min_quality, report.benchmark, report.trace,
      thousands(report.requests), report.span_s / 3600, objective_text(report.options.objective),
      report.options.redundancy, report.options.redundancy == 1 ? "" : "s");
  out += fmt::format("{:<52}{:>7}{:>9}{:>6}{:>14}{:>11}{:>10}{:>11}  {}\n", "replica", "score",
                     "replicas", "GPUs", "per month", "e2e p95", "TTFT", "TPOT", "offer");
  for (const sizing::FrontFleet& f : report.search.front) {
    BREAKEVEN_TRY(const Usd month, f.usd_per_month());
    const serving::SimulationResult& r = f.needed.at_needed;
    out += fmt::format(
        "{:<52}{:>7.1f}{:>9}{:>6}{:>14}{:>11}{:>10}{:>11}  {} x {}\n",
        f.replica.config.model->id.substr(f.replica.config.model->id.rfind('/') + 1) + " " +
            f.replica.name(),
        report.score_of(f.replica.config.model),
        fmt::format("{}+{}", f.needed.replicas, f.replicas - f.needed.replicas),
        f.instances * f.offer->gpus, dollars(month), duration(f.end_to_end_p95_s()),
        duration(r.ttft_at_objective_s), duration(r.tpot_at_objective_s), f.instances, f.offer->id);
  }
  const sizing::FrontCounts& n = report.search.counts;
  out += fmt::format(
      "\nNo other fleet is both cheaper and faster (p95 end to end, redundant replicas down).\n"
      "{} configurations: {} beaten by their bounds, {} by one replay, {} sized in full; {} miss "
      "the\nobjective, {} do not fit, {} are not rented. Whole instances, 730 h a month.\n",
      n.configurations, n.bounded, n.outbid, n.sized, n.missed, n.not_fitting, n.not_offered);
  return out;
}

}  // namespace breakeven::service
