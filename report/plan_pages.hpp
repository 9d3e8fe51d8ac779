// plan_pages.hpp — the pages of a plan's report, and what they share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/plan_summary.hpp"
#include "engine/explain/figure.hpp"
#include "report/document.hpp"
#include "report/plan_document.hpp"

namespace breakeven::report {

[[nodiscard]] Section cfo_page(const codec::PlanSummary& plan);
[[nodiscard]] Section cto_page(const codec::PlanSummary& plan);
[[nodiscard]] Section appendix(const codec::PlanSummary& plan, const PlanExtras& extras);

/// Four digits that count; whole numbers below a million as they are.
[[nodiscard]] std::string number(double value);
[[nodiscard]] std::string percent(double share);
/// "publication, date (place)".
[[nodiscard]] std::string source_text(const explain::Source& source);
/// "100.00 to 150.00", or nothing when it is no range.
[[nodiscard]] std::string range_text(const std::optional<Usd>& low, const std::optional<Usd>& high);
/// The best option of one's own; null without one.
[[nodiscard]] const codec::SummaryOption* own_option(const codec::PlanSummary& plan);
/// The fleet behind an option; null without one.
[[nodiscard]] const codec::SummaryFleet* fleet_of(const codec::PlanSummary& plan,
                                                  const codec::SummaryOption& option);
/// A field of the question as text; empty when it was not given.
[[nodiscard]] std::string asked(const codec::PlanSummary& plan, std::string_view field);

void add_brief(const std::vector<decision::BriefSentence>& brief, Section& section);

}  // namespace breakeven::report
