#include "report/plan_pages.hpp"

#include <fmt/format.h>

#include <cmath>

#include "report/amounts.hpp"

namespace breakeven::report {

std::string number(double value) {
  constexpr double kShownWhole = 1e6;
  if (value == std::floor(value) && std::fabs(value) < kShownWhole) {
    return fmt::format("{:.0f}", value);
  }
  return fmt::format("{:.4g}", value);
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string source_text(const explain::Source& source) {
  std::string out = source.text;
  if (!source.date.empty()) out += ", " + source.date;
  if (!source.place.empty()) out += " (" + source.place + ")";
  return out;
}

std::string range_text(const std::optional<Usd>& low, const std::optional<Usd>& high) {
  return low && high ? cents(*low) + " to " + cents(*high) : std::string();
}

const codec::SummaryOption* own_option(const codec::PlanSummary& plan) {
  return plan.best_self_host ? &plan.options[*plan.best_self_host] : nullptr;
}

const codec::SummaryFleet* fleet_of(const codec::PlanSummary& plan,
                                    const codec::SummaryOption& option) {
  return option.fleet && *option.fleet < plan.fleets.size() ? &plan.fleets[*option.fleet] : nullptr;
}

std::string asked(const codec::PlanSummary& plan, std::string_view field) {
  for (const auto& [name, value] : plan.question) {
    if (name == field) return value;
  }
  return {};
}

void add_brief(const std::vector<decision::BriefSentence>& brief, Section& section) {
  for (const decision::BriefSentence& sentence : brief) {
    std::string names;
    for (const std::string& name : sentence.figures) names += (names.empty() ? "" : ", ") + name;
    section.blocks.emplace_back(Paragraph{sentence.text, names});
  }
}

}  // namespace breakeven::report
