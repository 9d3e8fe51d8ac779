// report.hpp — a plan's JSON answer as a report in a format that others open.
//
// Errors   Those of codec::plan_summary_from_json; invalid_argument for an unknown format.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/quick_calculator.hpp"
#include "engine/base/result.hpp"
#include "report/plan_document.hpp"

namespace breakeven::service {

using PlanExtras = report::PlanExtras;

struct ReportFormat {
  std::string_view name;       ///< "html"
  std::string_view extension;  ///< of files: ".html"
  std::string_view media_type;
};
[[nodiscard]] std::span<const ReportFormat> report_formats();
/// By name; empty `name`: by the extension of `path`, html without one.
[[nodiscard]] Result<ReportFormat> report_format(std::string_view name, std::string_view path);

/// The worked cases of the calculator, answered again.
[[nodiscard]] Result<std::vector<report::ReplayedCase>> replayed_cases(
    const codec::QuickCalculator& calculator);

/// `answer`: the output of breakeven plan --json.
[[nodiscard]] Result<std::string> plan_report(std::string_view answer, const ReportFormat& format,
                                              const PlanExtras& extras);

struct ReportRequest {
  std::string answer;    ///< file, "-": standard input
  std::string previous;  ///< file with an earlier answer to compare with; empty = none
  ReportFormat format;
  std::string output;       ///< file; empty: returned as text
  std::string catalog_dir;  ///< of the worked cases; empty = find it
};
[[nodiscard]] Result<std::string> report_file(const ReportRequest& request);

}  // namespace breakeven::service
