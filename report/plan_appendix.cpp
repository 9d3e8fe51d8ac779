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
using codec::SummaryLine;
using codec::SummaryOption;

Table question_table(const PlanSummary& plan) {
  Table table{"The question", {"field", "value"}, {}, 2};
  for (const auto& [name, value] : plan.question) {
    if (!value.empty() && value != "[]" && value != "{}") table.rows.push_back({name, value});
  }
  return table;
}

Table bill_table(const PlanSummary& plan) {
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
  return bill;
}

/// Lines to the cent that add up to the total shown below them.
Table ledger_table(const SummaryOption& option, bool once) {
  Table table{option.title + (once ? ", once" : ", every month"),
              {"line", "group", "kind", "source", "range", "USD"},
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
    table.rows.push_back({line.title, line.group, line.kind, source_text(line.source),
                          range_text(line.low, line.high), cents(shown[at++])});
  }
  table.rows.push_back({"Total", "", "", "", "", cents(total)});
  return table;
}

Table unavailable_table(const PlanSummary& plan) {
  Table table{"Not available", {"option", "why"}, {}, 2};
  for (const SummaryOption& o : plan.options) {
    if (!o.available) table.rows.push_back({o.title, o.reason});
  }
  return table;
}

/// Each step starts where the one before ended; the first and the last stand on zero.
void add_waterfall(const PlanSummary& plan, Section& section) {
  std::vector<Bar> bars;
  std::string words = "API less self-hosting, a month:";
  double before = 0;
  for (const codec::SummaryRung& r : plan.rungs) {
    if (!r.evaluated) continue;
    const double now = r.difference.estimate();
    bars.push_back({bars.empty() ? r.title : "to " + r.title, before, now,
                    bars.empty() ? BarKind::total : BarKind::step});
    words += " " + r.title + " " + cents(r.difference) + ";";
    before = now;
  }
  if (bars.empty()) return;
  words.back() = '.';
  if (bars.size() > 1) bars.push_back({"In all", 0, before, BarKind::total});
  section.blocks.emplace_back(
      Chart{"Waterfall from the run rate to fully loaded: API less self-hosting, USD a month",
            bar_chart(bars), words});
}

void add_grids(const PlanSummary& plan, Section& section) {
  for (const codec::SummaryGrid& grid : plan.grids) {
    Table table{
        "API less self-hosting, USD a month, over two drivers; across: " + grid.x, {grid.y}, {}};
    for (const double x : grid.x_values) table.columns.push_back(number(x));
    for (std::size_t y = 0; y < grid.difference_usd.size(); ++y) {
      std::vector<std::string> row{number(grid.y_values[y])};
      for (const double difference : grid.difference_usd[y]) row.push_back(cents(difference));
      table.rows.push_back(std::move(row));
    }
    section.blocks.emplace_back(std::move(table));
  }
}

Table cases_table(const std::vector<ReplayedCase>& cases) {
  Table table{
      "Worked cases, computed again by the program that made this report",
      {"case", "what is usually said", "what comes out", "API, a month", "self-hosting, a month"},
      {},
      3};
  for (const ReplayedCase& one : cases) {
    table.rows.push_back({one.title, one.popular, one.verdict, one.api, one.self_host});
  }
  return table;
}

std::string sources_of(const codec::SummaryFigure& figure) {
  std::string text;
  for (const explain::Source& source : figure.sources) {
    text += (text.empty() ? "" : "; ") + source_text(source);
  }
  return text;
}

Table inputs_table(const PlanSummary& plan) {
  Table table{"Every input with its range, source and date",
              {"input", "source", "kind", "value", "range", "unit"},
              {},
              3,
              false,
              true};
  for (const codec::SummaryFigure& f : plan.figures) {
    if (!f.inputs.empty()) continue;
    const std::string source = sources_of(f);
    table.rows.push_back({f.title + " [" + f.name + "]", source.empty() ? f.formula : source,
                          f.kind, f.value, f.low.empty() ? "" : f.low + " to " + f.high, f.unit});
  }
  return table;
}

Table formulas_table(const PlanSummary& plan) {
  Table table{"Every other figure with its formula",
              {"figure", "formula", "kind", "value", "unit"},
              {},
              3,
              false,
              true};
  for (const codec::SummaryFigure& f : plan.figures) {
    if (f.inputs.empty()) continue;
    table.rows.push_back({f.title + " [" + f.name + "]", f.formula, f.kind, f.value, f.unit});
  }
  return table;
}

}  // namespace

Section appendix(const PlanSummary& plan, const PlanExtras& extras) {
  Section page{"Appendix", true, {}};
  page.blocks.emplace_back(question_table(plan));
  page.blocks.emplace_back(bill_table(plan));
  for (const SummaryOption& option : plan.options) {
    if (!option.available) continue;
    page.blocks.emplace_back(ledger_table(option, false));
    page.blocks.emplace_back(ledger_table(option, true));
  }
  page.blocks.emplace_back(unavailable_table(plan));
  add_waterfall(plan, page);
  add_grids(plan, page);
  page.blocks.emplace_back(cases_table(extras.cases));
  page.blocks.emplace_back(inputs_table(plan));
  page.blocks.emplace_back(formulas_table(plan));
  return page;
}

}  // namespace breakeven::report
