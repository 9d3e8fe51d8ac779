// report.hpp — a plan's JSON answer as a report in a format that others open.
//
// Errors   Those of codec::plan_summary_from_json; invalid_argument for an unknown format.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::service {

struct ReportFormat {
  std::string_view name;       ///< "html"
  std::string_view extension;  ///< of files: ".html"
  std::string_view media_type;
};
[[nodiscard]] std::span<const ReportFormat> report_formats();
/// By name; empty `name`: by the extension of `path`, html without one.
[[nodiscard]] Result<ReportFormat> report_format(std::string_view name, std::string_view path);

/// `answer`: the output of breakeven plan --json.
[[nodiscard]] Result<std::string> plan_report(std::string_view answer, const ReportFormat& format);

/// The same of a file ("-": standard input), to `output` or, when that is empty, returned as text.
[[nodiscard]] Result<std::string> report_file(const std::string& path, const ReportFormat& format,
                                              const std::string& output);

}  // namespace breakeven::service
