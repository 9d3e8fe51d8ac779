#include "report/plan_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "report/amounts.hpp"
#include "report/svg.hpp"

namespace breakeven::report {
namespace {

using codec::PlanSummary;
using codec::SummaryLine;
using codec::SummaryOption;

std::string number(double value) { return fmt::format("{:.4g}", value); }
std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string source_text(const explain::Source& source) {
  std::string out = source.text;
  if (!source.date.empty()) out += ", " + source.date;
  if (!source.place.empty()) out += " (" + source.place + ")";
  return out;
}

void add_brief(const std::vector<decision::BriefSentence>& brief, Section& section) {
  for (const decision::BriefSentence& sentence : brief) {
    std::string names;
    for (const std::string& name : sentence.figures) names += (names.empty() ? "" : ", ") + name;
    section.blocks.emplace_back(Paragraph{sentence.text, names});
  }
}

const SummaryOption* own(const PlanSummary& plan) {
  return plan.best_self_host ? &plan.options[*plan.best_self_host] : nullptr;
}

Table options_table(const PlanSummary& plan) {
  const std::string horizon = std::to_string(plan.horizon_months);
  Table table{"Options, cheapest first",
              {"option", "every month", "once", "fully loaded a month", "per M tokens",
               "NPV, " + horizon + " months", "IRR a year", "paid back in month"},
              {}};
  for (const SummaryOption& o : plan.options) {
    if (!o.available) continue;
    const auto irr =
        o.irr_per_month ? percent(std::pow(1 + *o.irr_per_month, 12) - 1) : std::string("none");
    table.rows.push_back({o.title, cents(o.recurring), cents(o.one_offs), cents(o.fully_loaded),
                          cents(o.per_million_tokens), o.npv_usd ? cents(*o.npv_usd) : "-",
                          o.npv_usd ? irr : "-",
                          o.payback_month ? std::to_string(*o.payback_month)
                          : o.npv_usd     ? "never"
                                          : "-"});
  }
  return table;
}

Table unavailable_table(const PlanSummary& plan) {
  Table table{"Not available", {"option", "why"}, {}, 2};
  for (const SummaryOption& o : plan.options) {
    if (!o.available) table.rows.push_back({o.title, o.reason});
  }
  return table;
}

Table rungs_table(const PlanSummary& plan) {
  Table table{"From the first comparison to the full one, a month",
              {"step", "what it adds", "API", "self-hosting", "API less self-hosting"},
              {},
              2};
  for (const codec::SummaryRung& r : plan.rungs) {
    if (r.evaluated) {
      table.rows.push_back(
          {r.title, r.note, cents(r.api), cents(r.self_host), cents(r.difference)});
    } else {
      table.rows.push_back({r.title, r.note, "-", "-", "-"});
    }
  }
  return table;
}

void add_rungs_chart(const PlanSummary& plan, Section& section) {
  std::vector<Bar> bars;
  std::string words = "API less self-hosting, a month:";
  for (const codec::SummaryRung& r : plan.rungs) {
    if (!r.evaluated) continue;
    bars.push_back({r.title, 0, r.difference.estimate()});
    words += " " + r.title + " " + cents(r.difference) + ";";
  }
  if (bars.empty()) return;
  words.back() = '.';
  section.blocks.emplace_back(
      Chart{"API less self-hosting at each step, USD a month", bar_chart(bars), words});
}

void add_cash_chart(const PlanSummary& plan, Section& section) {
  std::vector<Series> series;
  std::string words = "Cumulative cash against today's API at the end:";
  for (const SummaryOption& o : plan.options) {
    constexpr std::size_t kMost = 6;
    if (!o.available || o.cumulative_usd.empty() || series.size() == kMost) continue;
    series.push_back({o.id.substr(0, 34), o.cumulative_usd});
    words += " " + o.id + " " + cents(o.cumulative_usd.back()) + ";";
  }
  if (series.empty()) return;
  words.back() = '.';
  if (plan.npv_p10_p90) {
    words += " The net present value of the best option of one's own is " +
             cents(plan.npv_p10_p90->first) + " to " + cents(plan.npv_p10_p90->second) +
             " in 80 % of the simulated futures.";
  }
  section.blocks.emplace_back(
      Chart{"Cumulative cash against today's API, USD", line_chart(series, "month"), words});
}

void add_tornado(const PlanSummary& plan, Section& section) {
  constexpr std::size_t kMost = 8;
  std::vector<Bar> bars;
  Table table{"What moves the difference (one driver at a time, P10 to P90; API less self-hosting)",
              {"driver", "from", "to", "at the low value", "at the high value"},
              {}};
  for (const codec::SummaryBar& bar : plan.tornado) {
    if (bars.size() == kMost) break;
    bars.push_back({bar.title, bar.at_low_usd, bar.at_high_usd});
    table.rows.push_back({bar.title + ", " + bar.unit, number(bar.low_value),
                          number(bar.high_value), cents(bar.at_low_usd), cents(bar.at_high_usd)});
  }
  if (bars.empty()) return;
  section.blocks.emplace_back(Chart{"What moves the difference, USD a month", bar_chart(bars),
                                    "The widest bar is the driver that matters most; the table has "
                                    "its values."});
  section.blocks.emplace_back(std::move(table));
}

Table flips_table(const PlanSummary& plan, const std::string& title, const std::string& value) {
  Table table{title, {"driver", "now", value}, {}};
  for (const codec::SummaryFlip& flip : plan.flips) {
    table.rows.push_back({flip.title + ", " + flip.unit, number(flip.now), number(flip.value)});
  }
  return table;
}

Section cfo_page(const PlanSummary& plan) {
  Section page{"For the CFO", false, {}};
  add_brief(plan.cfo, page);
  page.blocks.emplace_back(options_table(plan));
  add_cash_chart(plan, page);
  add_rungs_chart(plan, page);
  page.blocks.emplace_back(rungs_table(plan));
  add_tornado(plan, page);
  page.blocks.emplace_back(
      flips_table(plan, "What must be true: the answer turns when", "turns at"));
  Table dates{"What this rests on", {"assumption", "value"}, {}, 2};
  dates.rows = {{"Prices in effect at", plan.as_of},
                {"Horizon", std::to_string(plan.horizon_months) + " months"},
                {"Discount rate", percent(plan.discount_rate) + " a year"},
                {"Traffic",
                 plan.trace + ", " + std::to_string(plan.requests_per_month) + " requests a month"},
                {"Version", plan.version}};
  page.blocks.emplace_back(std::move(dates));
  return page;
}

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
  Table table{
      "Capacity: fleets behind the options",
      {"fleet", "provider", "replicas", "needed", "GPUs", "utilisation", "TTFT, s", "TPOT, ms"},
      {},
      2};
  std::vector<std::size_t> shown;
  for (const SummaryOption& o : plan.options) {
    if (!o.fleet || *o.fleet >= plan.fleets.size()) continue;
    if (std::ranges::find(shown, *o.fleet) != shown.end()) continue;
    shown.push_back(*o.fleet);
    const codec::SummaryFleet& f = plan.fleets[*o.fleet];
    table.rows.push_back({f.configuration, f.provider, std::to_string(f.replicas),
                          std::to_string(f.replicas_needed), std::to_string(f.gpus),
                          percent(f.utilisation), number(f.ttft_s), number(1'000 * f.tpot_s)});
  }
  return table;
}

void add_hours(const PlanSummary& plan, Section& page) {
  const SummaryOption* const best = own(plan);
  if (best == nullptr || !best->fleet || *best->fleet >= plan.fleets.size()) return;
  const codec::SummaryFleet& fleet = plan.fleets[*best->fleet];
  if (fleet.busy_by_hour.empty()) return;
  std::vector<double> busy;
  for (const double share : fleet.busy_by_hour) busy.push_back(100 * share);
  const auto peak = std::ranges::max_element(busy) - busy.begin();
  page.blocks.emplace_back(
      Chart{"Busy share of " + fleet.configuration + " by hour of the trace, %",
            line_chart({{"busy", busy}}, "hour"),
            "Busiest in hour " + std::to_string(peak + 1) + " with " +
                fmt::format("{:.1f} %", busy[static_cast<std::size_t>(peak)]) + ". " +
                fleet.calibration});
}

Table lines_of_groups(const SummaryOption& option, const std::string& title,
                      const std::vector<std::string>& groups, bool once) {
  Table table{title, {"line", "USD", "range", "source"}, {}, 1};
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
        {line.title, cents(shown[i]),
         line.low && line.high ? cents(*line.low) + " to " + cents(*line.high) : "",
         source_text(line.source)});
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

Section cto_page(const PlanSummary& plan) {
  Section page{"For the CTO", true, {}};
  add_brief(plan.cto, page);
  page.blocks.emplace_back(capacity_table(plan));
  add_hours(plan, page);
  page.blocks.emplace_back(gates_table(plan));
  page.blocks.emplace_back(quality_table(plan));
  if (const SummaryOption* const best = own(plan)) {
    page.blocks.emplace_back(
        lines_of_groups(*best, "Staffing of " + best->title + ", a month", {"people"}, false));
    page.blocks.emplace_back(lines_of_groups(*best, "Migration to " + best->title + ", once",
                                             {"migration", "parallel_run", "evaluation"}, true));
  }
  page.blocks.emplace_back(flips_table(
      plan, "Stop or look again when a driver passes the value that turns the answer", "stop at"));
  for (const std::string& warning : plan.warnings) {
    page.blocks.emplace_back(Paragraph{"Risk: " + warning + ".", ""});
  }
  return page;
}

/// Lines to the cent that add up to the total shown below them.
Table ledger_table(const SummaryOption& option, bool once) {
  Table table{option.title + (once ? ", once" : ", every month"),
              {"line", "group", "kind", "source", "USD"},
              {},
              4,
              true};
  std::vector<Usd> amounts;
  for (const SummaryLine& line : option.lines) {
    if (line.once == once) amounts.push_back(line.usd);
  }
  if (amounts.empty()) return table;
  const std::vector<Usd> shown = in_cents(amounts);
  std::size_t at = 0;
  Usd total;
  for (const SummaryLine& line : option.lines) {
    if (line.once != once) continue;
    total += shown[at];
    table.rows.push_back(
        {line.title, line.group, line.kind, source_text(line.source), cents(shown[at++])});
  }
  table.rows.push_back({"Total", "", "", "", cents(total)});
  return table;
}

Section appendix(const PlanSummary& plan) {
  Section page{"Appendix", true, {}};
  Table question{"The question", {"field", "value"}, {}, 2};
  for (const auto& [name, value] : plan.question) {
    if (!value.empty() && value != "[]" && value != "{}") question.rows.push_back({name, value});
  }
  page.blocks.emplace_back(std::move(question));
  Table bill{"The API bill, a month at " + plan.api_model,
             {"unit", "kind", "source", "in the trace", "USD per unit", "USD"},
             {},
             3,
             true};
  std::vector<Usd> parts;
  for (const codec::SummaryPart& part : plan.api_parts) parts.push_back(part.usd);
  const std::vector<Usd> shown = in_cents(parts);
  Usd total;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const codec::SummaryPart& part = plan.api_parts[i];
    total += shown[i];
    bill.rows.push_back({part.unit, part.kind, source_text(part.source),
                         std::to_string(part.tokens), part.rate, cents(shown[i])});
  }
  bill.rows.push_back({"Total", "", "", "", "", cents(total)});
  page.blocks.emplace_back(std::move(bill));
  for (const SummaryOption& option : plan.options) {
    if (!option.available) continue;
    page.blocks.emplace_back(ledger_table(option, false));
    page.blocks.emplace_back(ledger_table(option, true));
  }
  page.blocks.emplace_back(unavailable_table(plan));
  Table figures{"Every figure with its formula or source",
                {"figure", "title", "formula or source", "kind", "value", "unit"},
                {},
                4,
                false,
                true};
  for (const codec::SummaryFigure& f : plan.figures) {
    std::string from = f.formula;
    for (const explain::Source& source : f.sources) {
      from += (from.empty() ? "" : "; ") + source_text(source);
    }
    figures.rows.push_back({f.name, f.title, from, f.kind, f.value, f.unit});
  }
  page.blocks.emplace_back(std::move(figures));
  return page;
}

}  // namespace

Document plan_document(const PlanSummary& plan) {
  Document document;
  document.title = plan.verdict_title;
  document.subtitle = plan.api_model + " or " + plan.open_model + " of one's own, " + plan.trace +
                      ", prices of " + plan.as_of.substr(0, 10) +
                      ". Amounts in USD; a month has "
                      "730 hours.";
  document.sections = {cfo_page(plan), cto_page(plan), appendix(plan)};
  return document;
}

}  // namespace breakeven::report
