// Any bytes as a plan's answer: every format of the report, or one error with a place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/plan_summary.hpp"
#include "report/plan_document.hpp"
#include "report/plan_workbook.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto plan = codec::plan_summary_from_json(text);
  if (!plan.ok()) {
    if (plan.error().message.empty() || plan.error().where.empty()) std::abort();
    return 0;
  }
  const report::Document document = report::plan_document(*plan);
  if (report::to_html(document).empty() || report::to_markdown(document).empty()) std::abort();
  if (report::plan_csv(*plan).empty() || report::plan_focus(*plan).empty()) std::abort();
  if (!report::plan_workbook(*plan).starts_with("PK")) std::abort();
  return 0;
}
