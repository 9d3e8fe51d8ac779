#include "report/plan_document.hpp"

#include <string>

#include "report/plan_pages.hpp"

namespace breakeven::report {

Document plan_document(const codec::PlanSummary& plan, const PlanExtras& extras) {
  Document document;
  document.title = plan.verdict_title;
  document.subtitle = plan.api_model + " or " + plan.open_model + " of one's own, " +
                      plan.trace.substr(plan.trace.find_last_of('/') + 1) + ", prices of " +
                      plan.as_of.substr(0, 10) + ". Amounts in USD; a month has 730 hours.";
  document.sections = {cfo_page(plan), cto_page(plan), appendix(plan, extras)};
  if (extras.changes) document.sections.push_back(change_log(*extras.changes));
  return document;
}

}  // namespace breakeven::report
