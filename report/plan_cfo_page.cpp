#include <algorithm>
#include <cmath>
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
using codec::SummaryOption;

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

/// The lines are against today's API and the band is against the cheapest that others run: they
/// share a chart where that is the same.
void add_cash_charts(const PlanSummary& plan, Section& section) {
  constexpr std::size_t kMost = 5;
  const SummaryOption* const own = own_option(plan);
  std::vector<Series> series;
  std::string words = "Cumulative cash against today's API at the end:";
  for (const SummaryOption& o : plan.options) {
    if (!o.available || o.cumulative_usd.empty()) continue;
    // The cheapest ones; the last line is kept for one's own, wherever it stands.
    const bool waits = own != nullptr && &o < own;
    if (series.size() + (waits ? 1 : 0) >= kMost) continue;
    series.push_back({o.id, o.cumulative_usd});
    words += " " + o.id + " " + cents(o.cumulative_usd.back()) + ";";
  }
  if (series.empty()) return;
  words.back() = '.';
  const bool known = own != nullptr && !plan.cash_p10.empty();
  Band band;
  std::string band_words;
  if (known) {
    band = {"P10 to P90 of " + own->id, plan.cash_p10, plan.cash_p90};
    band_words = "In 80 % of the simulated futures " + own->id + " ends between " +
                 cents(plan.cash_p10.back()) + " and " + cents(plan.cash_p90.back()) +
                 ", in half of them above " + cents(plan.cash_p50.back()) + ".";
  }
  if (plan.npv_p10_p90) {
    words += " The net present value of the best option of one's own is " +
             cents(plan.npv_p10_p90->first) + " to " + cents(plan.npv_p10_p90->second) +
             " in 80 % of the simulated futures.";
  }
  const bool together = known && plan.cash_against == "api";
  section.blocks.emplace_back(Chart{"Cumulative cash against today's API, USD",
                                    line_chart(series, "month", together ? band : Band{}),
                                    together ? words + " " + band_words : words});
  if (known && !together) {
    section.blocks.emplace_back(
        Chart{"Cumulative cash of " + own->id + " against " + plan.cash_against + ", USD",
              line_chart({{"median", plan.cash_p50}}, "month", band), band_words});
  }
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

/// What the change is worth when it is made later: the answer has it for every month.
Table waiting_table(const PlanSummary& plan) {
  Table table{"What waiting costs: net present value of changing to one's own, USD",
              {"change", "net present value"},
              {}};
  for (const std::size_t month : {std::size_t{0}, std::size_t{6}, std::size_t{12}}) {
    if (month >= plan.switch_npv.size()) continue;
    table.rows.push_back({month == 0 ? "now" : "in " + std::to_string(month) + " months",
                          cents(plan.switch_npv[month])});
  }
  if (table.rows.empty()) return table;
  const auto best = static_cast<std::size_t>(plan.switch_month.value_or(-1));
  table.rows.push_back(best < plan.switch_npv.size()
                           ? std::vector<std::string>{"best: in month " + std::to_string(best),
                                                      cents(plan.switch_npv[best])}
                           : std::vector<std::string>{"best: never, within this horizon", "0.00"});
  return table;
}

Table leaving_table(const PlanSummary& plan) {
  Table table{"Commitments and exit costs: what leaving right after the start takes, USD",
              {"option", "committed, months", "owed for them", "spent once"},
              {}};
  for (const SummaryOption& o : plan.options) {
    if (!o.available || !o.leaving) continue;
    table.rows.push_back({o.title, std::to_string(o.leaving->committed_months),
                          cents(o.leaving->committed), cents(o.leaving->sunk)});
  }
  return table;
}

Table assumptions_table(const PlanSummary& plan) {
  Table table{"Assumptions and their dates", {"assumption", "value", "source", "date"}, {}, 4};
  const std::string asked = "the question";
  const std::string as_of = plan.as_of.substr(0, 10);
  table.rows = {{"Prices in effect", plan.as_of, "catalogue of breakeven " + plan.version, as_of},
                {"Horizon", std::to_string(plan.horizon_months) + " months", asked, as_of},
                {"Discount rate", percent(plan.discount_rate) + " a year", asked, as_of},
                {"Traffic", std::to_string(plan.requests_per_month) + " requests a month",
                 "replay of " + plan.trace.substr(plan.trace.find_last_of('/') + 1), ""}};
  for (const codec::SummaryDriver& driver : plan.drivers) {
    table.rows.push_back({driver.title, number(driver.base) + " " + driver.unit,
                          driver.evidence.text, driver.evidence.date});
  }
  return table;
}

}  // namespace

Section cfo_page(const PlanSummary& plan) {
  Section page{"For the CFO", false, {}};
  add_brief(plan.cfo, page);
  page.blocks.emplace_back(options_table(plan));
  add_cash_charts(plan, page);
  page.blocks.emplace_back(rungs_table(plan));
  add_tornado(plan, page);
  Table flips{"What must be true: the answer turns when", {"driver", "now", "turns at"}, {}};
  for (const codec::SummaryFlip& flip : plan.flips) {
    flips.rows.push_back({flip.title + ", " + flip.unit, number(flip.now), number(flip.value)});
  }
  page.blocks.emplace_back(std::move(flips));
  page.blocks.emplace_back(waiting_table(plan));
  page.blocks.emplace_back(leaving_table(plan));
  page.blocks.emplace_back(assumptions_table(plan));
  return page;
}

}  // namespace breakeven::report
