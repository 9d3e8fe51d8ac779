#include "service/report.hpp"

#include <algorithm>
#include <array>

#include "codec/plan_summary.hpp"
#include "io/trace_writer.hpp"
#include "report/plan_document.hpp"
#include "report/plan_workbook.hpp"
#include "service/input_text.hpp"

namespace breakeven::service {
namespace {

constexpr std::size_t kMostBytes = 64U << 20U;

constexpr std::array kFormats{
    ReportFormat{"html", ".html", "text/html; charset=utf-8"},
    ReportFormat{"md", ".md", "text/markdown; charset=utf-8"},
    ReportFormat{"csv", ".csv", "text/csv; charset=utf-8"},
    ReportFormat{"focus", ".focus.csv", "text/csv; charset=utf-8"},
    ReportFormat{"json", ".json", "application/json"},
    ReportFormat{"xlsx", ".xlsx",
                 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

}  // namespace

std::span<const ReportFormat> report_formats() { return kFormats; }

Result<ReportFormat> report_format(std::string_view name, std::string_view path) {
  if (!name.empty()) {
    const auto found = std::ranges::find(kFormats, name, &ReportFormat::name);
    if (found != kFormats.end()) return *found;
    std::string names;
    for (const ReportFormat& format : kFormats) {
      names += (names.empty() ? "" : ", ") + std::string(format.name);
    }
    return Error{ErrorCode::invalid_argument,
                 "expected one of " + names + ", found \"" + std::string(name.substr(0, 60)) + "\"",
                 "format"};
  }
  // The longest extension that fits: x.focus.csv is not any csv.
  const ReportFormat* best = kFormats.data();
  std::size_t length = 0;
  for (const ReportFormat& format : kFormats) {
    if (path.ends_with(format.extension) && format.extension.size() > length) {
      best = &format;
      length = format.extension.size();
    }
  }
  return *best;
}

Result<std::string> plan_report(std::string_view answer, const ReportFormat& format) {
  BREAKEVEN_TRY(const codec::PlanSummary plan, codec::plan_summary_from_json(answer));
  if (format.name == "json") return std::string(answer);
  if (format.name == "csv") return report::plan_csv(plan);
  if (format.name == "focus") return report::plan_focus(plan);
  if (format.name == "xlsx") return report::plan_workbook(plan);
  const report::Document document = report::plan_document(plan);
  return format.name == "md" ? report::to_markdown(document) : report::to_html(document);
}

Result<std::string> report_file(const std::string& path, const ReportFormat& format,
                                const std::string& output) {
  BREAKEVEN_TRY(const std::string answer, read_input_text(path, kMostBytes));
  auto made = plan_report(answer, format);
  if (!made.ok()) {
    Error error = made.error();
    error.where = (path == "-" ? "standard input" : path) + ":" + error.where;
    return error;
  }
  if (output.empty()) return made;
  BREAKEVEN_CHECK_OK(io::write_file(output, *made));
  return std::string();
}

}  // namespace breakeven::service
