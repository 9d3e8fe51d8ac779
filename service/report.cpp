#include "service/report.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "codec/plan_summary.hpp"
#include "engine/advisor/worked_cases.hpp"
#include "engine/base/pool.hpp"
#include "io/trace_writer.hpp"
#include "report/amounts.hpp"
#include "report/plan_document.hpp"
#include "report/plan_workbook.hpp"
#include "service/input_text.hpp"
#include "service/quick.hpp"

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

Result<std::vector<report::ReplayedCase>> replayed_cases(const codec::QuickCalculator& calculator) {
  // What is shown of a case does not come from the simulated futures.
  constexpr std::uint64_t kPaths = 1'000;
  InlinePool pool;
  std::vector<report::ReplayedCase> cases;
  for (const advisor::WorkedCase& worked : calculator.cases()) {
    codec::QuickRequest request;
    request.inputs = worked.inputs;
    request.options.paths = kPaths;
    request.detail = codec::QuickDetail::live;
    BREAKEVEN_TRY(const codec::QuickReply reply, calculator.answer(request, pool));
    cases.push_back({worked.tab, report::cents(reply.answer.api.run_rate()),
                     report::cents(reply.answer.self_host.run_rate()), worked.popular_claim,
                     advisor::case_truth(worked, reply.answer)});
  }
  return cases;
}

Result<std::string> plan_report(std::string_view answer, const ReportFormat& format,
                                const PlanExtras& extras) {
  BREAKEVEN_TRY(const codec::PlanSummary plan, codec::plan_summary_from_json(answer));
  if (format.name == "json") return std::string(answer);
  if (format.name == "csv") return report::plan_csv(plan);
  if (format.name == "focus") return report::plan_focus(plan);
  if (format.name == "xlsx") return report::plan_workbook(plan);
  const report::Document document = report::plan_document(plan, extras);
  return format.name == "md" ? report::to_markdown(document) : report::to_html(document);
}

namespace {

Error of_file(const std::string& path, Error error) {
  error.where = (path == "-" ? "standard input" : path) + ":" + error.where;
  return error;
}

}  // namespace

Result<std::string> report_file(const ReportRequest& request) {
  BREAKEVEN_TRY(const std::string answer, read_input_text(request.answer, kMostBytes));
  PlanExtras extras;
  BREAKEVEN_TRY(const auto calculator, load_quick_calculator(request.catalog_dir));
  BREAKEVEN_TRY(extras.cases, replayed_cases(calculator));
  if (!request.previous.empty()) {
    BREAKEVEN_TRY(const std::string earlier, read_input_text(request.previous, kMostBytes));
    const auto before = codec::plan_summary_from_json(earlier);
    if (!before) return of_file(request.previous, before.error());
    const auto after = codec::plan_summary_from_json(answer);
    if (!after) return of_file(request.answer, after.error());
    extras.changes = report::plan_changes(*before, *after);
  }
  auto made = plan_report(answer, request.format, extras);
  if (!made.ok()) return of_file(request.answer, made.error());
  if (request.output.empty()) return made;
  BREAKEVEN_CHECK_OK(io::write_file(request.output, *made));
  return std::string();
}

}  // namespace breakeven::service
