#include "report/plan_workbook.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"
#include "report/live_formula.hpp"
#include "report/xlsx.hpp"

namespace breakeven::report {
namespace {

using Row = std::vector<SheetCell>;

SheetCell text(std::string value) { return {std::move(value), Style::plain}; }
SheetCell heading(std::string value) { return {std::move(value), Style::heading}; }
SheetCell money(Usd value) { return {value.estimate(), Style::money}; }
SheetCell money(std::string formula, Usd value) {
  return {Formula{std::move(formula), value.estimate()}, Style::money};
}

Row headings(const std::vector<std::string>& names) {
  Row row;
  for (const std::string& name : names) row.push_back(heading(name));
  return row;
}

std::string place(std::size_t column, std::size_t row) {
  return column_name(column) + std::to_string(row);
}

using Cells = std::map<std::string, LiveCell>;

/// The amount of a line from the sheet Figures, where it is a figure of that value.
SheetCell line_amount(const std::string& option, const codec::SummaryLine& line,
                      const Cells& figures) {
  const auto figure = figures.find("option." + option + "." + line.id);
  if (figure == figures.end() || figure->second.value != line.usd.estimate()) {
    return money(line.usd);
  }
  return money("Figures!" + figure->second.place, line.usd);
}

SheetData ledger_sheet(const codec::PlanSummary& plan, const Cells& figures) {
  SheetData sheet{"Ledger", {26, 60, 16, 10, 16, 16, 16, 12, 50, 12}, {}};
  sheet.rows.push_back(headings(
      {"Option", "Line", "Group", "When", "USD", "Low", "High", "Kind", "Source", "Date"}));
  for (const codec::SummaryOption& option : plan.options) {
    if (!option.available) continue;
    for (const codec::SummaryLine& line : option.lines) {
      sheet.rows.push_back(
          {text(option.id), text(line.title), text(line.group), text(line.once ? "once" : "month"),
           line_amount(option.id, line, figures), line.low ? money(*line.low) : SheetCell{},
           line.high ? money(*line.high) : SheetCell{}, text(line.kind), text(line.source.text),
           text(line.source.date)});
    }
  }
  return sheet;
}

/// Row 1: headings, row 2: the horizon, from row 4 on: one option each under headings of their own.
SheetData options_sheet(const codec::PlanSummary& plan, std::size_t ledger_rows) {
  SheetData sheet{"Options", {70, 26, 18, 18, 22, 22, 20}, {}};
  sheet.rows.push_back({heading(plan.verdict_title)});
  sheet.rows.push_back({text("Horizon, months (change it and the totals move)"),
                        {static_cast<double>(plan.horizon_months), Style::plain}});
  sheet.rows.push_back(headings({"Option", "Id", "Every month", "Once", "Fully loaded a month",
                                 "API less this, a month", "Share of the API"}));
  const std::string last = std::to_string(ledger_rows);
  const auto of_ledger = [&](const std::string& id, const char* when) {
    return "SUMIFS(Ledger!$E$2:$E$" + last + ",Ledger!$A$2:$A$" + last + "," + id +
           ",Ledger!$D$2:$D$" + last + ",\"" + when + "\")";
  };
  std::size_t api_row = 0;
  std::size_t row = 4;
  Usd api;
  for (const codec::SummaryOption& option : plan.options) {
    if (!option.available) continue;
    if (option.id == "api") {
      api_row = row;
      api = option.fully_loaded;
    }
    ++row;
  }
  row = 4;
  for (const codec::SummaryOption& option : plan.options) {
    if (!option.available) continue;
    const std::string id = place(1, row);
    Row cells{text(option.title), text(option.id), money(of_ledger(id, "month"), option.recurring),
              money(of_ledger(id, "once"), option.one_offs),
              money(place(2, row) + "+" + place(3, row) + "/$B$2", option.fully_loaded)};
    if (api_row > 0) {
      const std::string today = "$E$" + std::to_string(api_row);
      cells.push_back(money(today + "-" + place(4, row), api - option.fully_loaded));
      if (api > Usd()) {
        cells.push_back(
            {Formula{place(4, row) + "/" + today, option.fully_loaded.estimate() / api.estimate()},
             Style::percent});
      }
    }
    sheet.rows.push_back(std::move(cells));
    ++row;
  }
  return sheet;
}

SheetData rungs_sheet(const codec::PlanSummary& plan) {
  SheetData sheet{"Rungs", {34, 18, 18, 24, 100}, {}};
  sheet.rows.push_back(
      headings({"Step", "API", "Self-hosting", "API less self-hosting", "What it adds"}));
  for (const codec::SummaryRung& rung : plan.rungs) {
    const std::size_t row = sheet.rows.size() + 1;
    if (rung.evaluated) {
      sheet.rows.push_back({text(rung.title), money(rung.api), money(rung.self_host),
                            money(place(1, row) + "-" + place(2, row), rung.difference),
                            text(rung.note)});
    } else {
      sheet.rows.push_back({text(rung.title), {}, {}, {}, text(rung.note)});
    }
  }
  return sheet;
}

/// `cells`: where each figure with a number came to stand.
SheetData figures_sheet(const codec::PlanSummary& plan, Cells& cells) {
  SheetData sheet{"Figures", {46, 50, 22, 16, 12, 60, 50}, {}};
  sheet.rows.push_back(headings({"Figure", "Title", "Value", "Unit", "Kind", "Formula", "Source"}));
  for (const codec::SummaryFigure& f : plan.figures) {
    const auto value = parse_double(f.value);
    std::string source;
    for (const explain::Source& one : f.sources) {
      source += (source.empty() ? "" : "; ") + one.text + " " + one.date + " " + one.place;
    }
    SheetCell shown = value.ok() ? SheetCell{*value, Style::plain} : text(f.value);
    if (std::string formula = live_formula(f, cells); !formula.empty()) {
      shown.content = Formula{std::move(formula), *value};
    }
    if (value.ok()) cells[f.name] = {place(2, sheet.rows.size() + 1), *value};
    sheet.rows.push_back({text(f.name), text(f.title), std::move(shown), text(f.unit), text(f.kind),
                          text(f.formula), text(source)});
  }
  return sheet;
}

}  // namespace

std::string plan_workbook(const codec::PlanSummary& plan) {
  Cells cells;
  SheetData figures = figures_sheet(plan, cells);
  SheetData ledger = ledger_sheet(plan, cells);
  SheetData options = options_sheet(plan, ledger.rows.size());
  return workbook({std::move(options), std::move(ledger), rungs_sheet(plan), std::move(figures)});
}

}  // namespace breakeven::report
