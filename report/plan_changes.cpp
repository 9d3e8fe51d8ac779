#include "report/plan_changes.hpp"

#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/base/money.hpp"
#include "engine/base/text.hpp"

namespace breakeven::report {
namespace {

using codec::PlanSummary;
using codec::SummaryFigure;

constexpr const char* kNothing = "-";

/// Exact for amounts, else of doubles; nothing when either is no number.
std::string difference(const std::string& before, const std::string& after) {
  const auto a = Usd::parse(after);
  const auto b = Usd::parse(before);
  if (a.ok() && b.ok()) return (*a - *b).decimal();
  const auto x = parse_double(after);
  const auto y = parse_double(before);
  if (!x.ok() || !y.ok() || !std::isfinite(*x - *y)) return {};
  return shortest(*x - *y);
}

/// Adds a row where two values differ; a text that is not there is nothing.
void add(std::string name, std::string title, std::string unit, const std::string* before,
         const std::string* after, std::vector<PlanChange>& to) {
  if (before != nullptr && after != nullptr && *before == *after) return;
  const auto shown = [](const std::string* text) {
    return text == nullptr || text->empty() ? std::string(kNothing) : *text;
  };
  to.push_back({std::move(name), std::move(title), std::move(unit), shown(before), shown(after),
                before == nullptr || after == nullptr ? "" : difference(*before, *after)});
}

/// The last part of a path: where a trace lies says nothing about what is in it.
std::string file_of(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::vector<std::pair<std::string, std::string>> inputs_of(const PlanSummary& plan) {
  auto inputs = plan.question;
  inputs.emplace_back("traffic.trace", file_of(plan.trace));
  inputs.emplace_back("traffic.requests_per_month", std::to_string(plan.requests_per_month));
  return inputs;
}

void compare_inputs(const PlanSummary& before, const PlanSummary& after, PlanChanges& changes) {
  const auto old = inputs_of(before);
  std::map<std::string, std::string, std::less<>> left(old.begin(), old.end());
  for (const auto& [name, value] : inputs_of(after)) {
    const auto found = left.find(name);
    add(name, "", "", found == left.end() ? nullptr : &found->second, &value, changes.inputs);
    if (found != left.end()) left.erase(found);
  }
  for (const auto& [name, value] : old) {
    if (left.contains(name)) add(name, "", "", &value, nullptr, changes.inputs);
  }
}

bool is_total(std::string_view name) {
  if (name == "api.monthly" || name.starts_with("verdict.") || name.starts_with("volume.")) {
    return true;
  }
  if (name.starts_with("rung.")) {
    return name.ends_with(".api") || name.ends_with(".self_host") || name.ends_with(".difference");
  }
  if (!name.starts_with("option.")) return false;
  for (const std::string_view end : {".recurring", ".one_offs", ".fully_loaded", ".npv"}) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

std::vector<PlanChange>& list_of(const SummaryFigure& figure, PlanChanges& changes) {
  if (is_total(figure.name)) return changes.totals;
  return figure.inputs.empty() ? changes.facts : changes.figures;
}

void compare_figures(const PlanSummary& before, const PlanSummary& after, PlanChanges& changes) {
  std::map<std::string_view, const SummaryFigure*> left;
  for (const SummaryFigure& figure : before.figures) left.emplace(figure.name, &figure);
  for (const SummaryFigure& figure : after.figures) {
    const auto found = left.find(figure.name);
    const std::string* old = found == left.end() ? nullptr : &found->second->value;
    add(figure.name, figure.title, figure.unit, old, &figure.value, list_of(figure, changes));
    if (found == left.end()) continue;
    ++changes.compared;
    left.erase(found);
  }
  for (const SummaryFigure& figure : before.figures) {
    if (!left.contains(figure.name)) continue;
    add(figure.name, figure.title, figure.unit, &figure.value, nullptr, list_of(figure, changes));
  }
}

Table table_of(std::string title, const std::vector<PlanChange>& changes, bool folded) {
  Table table{std::move(title), {"what", "unit", "before", "now", "difference"}, {}, 2};
  table.folded = folded;
  for (const PlanChange& change : changes) {
    table.rows.push_back(
        {change.title.empty() ? change.name : change.title + " [" + change.name + "]", change.unit,
         change.before, change.after, change.difference});
  }
  return table;
}

}  // namespace

PlanChanges plan_changes(const PlanSummary& before, const PlanSummary& after) {
  PlanChanges changes;
  changes.verdict_before = before.verdict_title;
  changes.verdict_after = after.verdict_title;
  changes.version_before = before.version;
  changes.version_after = after.version;
  compare_inputs(before, after, changes);
  compare_figures(before, after, changes);
  return changes;
}

Section change_log(const PlanChanges& changes) {
  Section section{"Changes since the previous version", false, {}};
  const auto say = [&](std::string text) {
    section.blocks.emplace_back(Paragraph{std::move(text), ""});
  };
  if (changes.none()) {
    say("Nothing differs: the same inputs, facts and " + std::to_string(changes.compared) +
        " figures.");
  } else {
    say(changes.verdict_before == changes.verdict_after
            ? "The verdict is as before: " + changes.verdict_after + "."
            : "The verdict was: " + changes.verdict_before +
                  ". It is now: " + changes.verdict_after + ".");
    say(counted(static_cast<std::int64_t>(changes.inputs.size()), "input") + " and " +
        counted(static_cast<std::int64_t>(changes.facts.size()), "fact") + " changed; " +
        counted(static_cast<std::int64_t>(changes.totals.size()), "total") + " and " +
        counted(static_cast<std::int64_t>(changes.figures.size()), "other figure") + " moved.");
  }
  if (changes.version_before != changes.version_after) {
    say("The previous version was computed by breakeven " + changes.version_before +
        ", this one by " + changes.version_after + ".");
  }
  section.blocks.emplace_back(table_of("Inputs that changed", changes.inputs, false));
  section.blocks.emplace_back(table_of("Totals that moved", changes.totals, false));
  section.blocks.emplace_back(table_of("Facts that changed", changes.facts, true));
  section.blocks.emplace_back(table_of("Other figures that moved", changes.figures, true));
  return section;
}

}  // namespace breakeven::report
