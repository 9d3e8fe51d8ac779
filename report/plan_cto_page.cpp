#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "report/amounts.hpp"
#include "report/plan_pages.hpp"
#include "report/svg.hpp"

namespace breakeven::report {
namespace {

using codec::PlanSummary;
using codec::SummaryFleet;
using codec::SummaryLine;
using codec::SummaryOption;

Table gates_table(const PlanSummary& plan) {
  Table table{"Gates", {"option", "gate", "state", "condition", "evidence"}, {}, 5};
  for (const SummaryOption& o : plan.options) {
    for (const codec::SummaryGate& gate : o.gates) {
      table.rows.push_back(
          {o.title, gate.title, gate.state, gate.condition, source_text(gate.evidence)});
    }
  }
  return table;
}

Table capacity_table(const PlanSummary& plan) {
  Table table{"Capacity: fleets behind the options, N for the load + r spare",
              {"fleet", "provider", "N + r", "GPUs", "utilisation", "TTFT, s", "TPOT, ms"},
              {},
              2};
  std::vector<const SummaryFleet*> shown;
  for (const SummaryOption& o : plan.options) {
    const SummaryFleet* const f = fleet_of(plan, o);
    if (f == nullptr || std::ranges::find(shown, f) != shown.end()) continue;
    shown.push_back(f);
    table.rows.push_back(
        {f->configuration, f->provider,
         fmt::format("{} + {}", f->replicas_needed, f->replicas - f->replicas_needed),
         std::to_string(f->gpus), percent(f->utilisation), number(f->ttft_s),
         number(1'000 * f->tpot_s)});
  }
  return table;
}

void add_hours(const PlanSummary& plan, Section& page) {
  const SummaryOption* const best = own_option(plan);
  const SummaryFleet* const fleet = best == nullptr ? nullptr : fleet_of(plan, *best);
  if (fleet == nullptr || fleet->busy_by_hour.empty()) return;
  std::vector<double> busy;
  for (const double share : fleet->busy_by_hour) busy.push_back(100 * share);
  const auto peak = std::ranges::max_element(busy) - busy.begin();
  page.blocks.emplace_back(
      Chart{"Busy share of " + fleet->configuration + " by hour of the trace, %",
            line_chart({{"busy", busy}}, "hour"),
            "Busiest in hour " + std::to_string(peak + 1) + " with " +
                fmt::format("{:.1f} %", busy[static_cast<std::size_t>(peak)]) + ". " +
                fleet->calibration + "."});
}

Table lines_of_groups(const SummaryOption& option, const std::string& title,
                      const std::vector<std::string>& groups, bool once) {
  Table table{title, {"line", "source", "range", "USD"}, {}, 2};
  std::vector<Usd> amounts;
  std::vector<const SummaryLine*> lines;
  for (const SummaryLine& line : option.lines) {
    if (line.once != once || std::ranges::find(groups, line.group) == groups.end()) continue;
    lines.push_back(&line);
    amounts.push_back(line.usd);
  }
  const std::vector<Usd> shown = in_cents(amounts);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const SummaryLine& line = *lines[i];
    table.rows.push_back(
        {line.title, source_text(line.source), range_text(line.low, line.high), cents(shown[i])});
  }
  return table;
}

Table quality_table(const PlanSummary& plan) {
  Table table{"Quality: benchmarks that know both models",
              {"benchmark", "API model", "open model", "gap", "as of"},
              {}};
  for (const codec::SummaryQuality& q : plan.quality) {
    table.rows.push_back({q.benchmark, number(q.api), number(q.open), number(q.gap), q.date});
  }
  return table;
}

std::string billions(double parameters) { return fmt::format("{:.4g} B", parameters / 1e9); }

Table shortlist_table(const PlanSummary& plan) {
  Table table{"Model short-list: the one in question, then the highest scores" +
                  (plan.score_on.empty() ? std::string() : " on " + plan.score_on),
              {"model", "licence", "also hosted at", "parameters (active)", "context", "score"},
              {},
              3};
  if (plan.shortlist.empty()) return table;
  if (plan.api_score) {
    table.rows.push_back(
        {plan.api_model + " (API, for comparison)", "-", "-", "-", "-", number(*plan.api_score)});
  }
  for (const codec::SummaryModel& m : plan.shortlist) {
    std::string hosts;
    for (const std::string& host : m.hosted_at) {
      hosts += (hosts.empty() ? "" : ", ") + host.substr(0, host.find('/'));
    }
    table.rows.push_back(
        {m.id, m.licence + (m.commercial_use ? "" : " (no commercial use)"),
         hosts.empty() ? "-" : hosts,
         billions(m.total_parameters) + (m.active_parameters < m.total_parameters
                                             ? " (" + billions(m.active_parameters) + ")"
                                             : ""),
         std::to_string(m.context_tokens), m.score ? number(*m.score) : "-"});
  }
  return table;
}

Table hybrid_table(const PlanSummary& plan) {
  Table table{"Hybrid: so many replicas of one's own, the API takes the rest, USD a month",
              {"replicas", "own", "API", "together"},
              {}};
  for (std::size_t i = 0; i < plan.hybrid.size(); ++i) {
    const codec::SummaryHybrid& point = plan.hybrid[i];
    table.rows.push_back(
        {std::to_string(point.replicas) + (plan.hybrid_best == i ? ", the cheapest" : ""),
         cents(point.self_host), cents(point.overflow), cents(point.total)});
  }
  return table;
}

/// Steps of a migration with what ends each: the objective of the question and the flip points.
Table migration_table(const PlanSummary& plan, const SummaryOption& own) {
  Table table{"Migration plan, and when to stop", {"step", "what is done", "stop when"}, {}, 3};
  const std::string objective = asked(plan, "ttft_s") + " s to the first token or " +
                                asked(plan, "tpot_s") + " s per token at " +
                                asked(plan, "percentile") + " % of requests";
  std::string evaluate = "the open model fails tasks of yours that the API model finishes";
  if (!plan.quality.empty()) {
    const auto worst = std::ranges::min_element(plan.quality, {}, &codec::SummaryQuality::gap);
    if (worst->gap < 0) evaluate += ", above all of the kind of " + worst->benchmark;
  }
  table.rows.push_back(
      {"1. Evaluate", "Own tasks on " + plan.open_model + " beside " + plan.api_model, evaluate});
  const SummaryFleet* const fleet = fleet_of(plan, own);
  if (fleet != nullptr) {
    table.rows.push_back(
        {"2. Load test",
         "The busiest hours of the trace on " + fleet->configuration + " at " + fleet->provider,
         "N replicas take more than " + objective});
  }
  table.rows.push_back({"3. Run both", "Traffic in parts to " + own.title,
                        "errors or unfinished tasks rise above those of the API"});
  std::string turns = "an invoice is above the high end of its line in the appendix";
  for (const codec::SummaryFlip& flip : plan.flips) {
    turns += "; " + flip.title + " passes " + number(flip.value) + " " + flip.unit;
  }
  table.rows.push_back({"4. Move", "All traffic; the API stays contracted as the way back", turns});
  return table;
}

}  // namespace

Section cto_page(const PlanSummary& plan) {
  Section page{"For the CTO", true, {}};
  add_brief(plan.cto, page);
  page.blocks.emplace_back(capacity_table(plan));
  add_hours(plan, page);
  page.blocks.emplace_back(gates_table(plan));
  page.blocks.emplace_back(shortlist_table(plan));
  page.blocks.emplace_back(quality_table(plan));
  page.blocks.emplace_back(hybrid_table(plan));
  if (const SummaryOption* const best = own_option(plan)) {
    page.blocks.emplace_back(
        lines_of_groups(*best, "Staffing of " + best->title + ", a month", {"people"}, false));
    page.blocks.emplace_back(migration_table(plan, *best));
    page.blocks.emplace_back(lines_of_groups(*best, "What the migration costs, once",
                                             {"migration", "parallel_run", "evaluation"}, true));
  }
  for (const std::string& warning : plan.warnings) {
    page.blocks.emplace_back(Paragraph{"Risk: " + warning + ".", ""});
  }
  return page;
}

}  // namespace breakeven::report
