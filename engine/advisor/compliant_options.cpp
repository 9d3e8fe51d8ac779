#include "engine/advisor/compliant_options.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/advisor/bill.hpp"
#include "engine/advisor/constraint_names.hpp"
#include "engine/advisor/coverage.hpp"
#include "engine/advisor/option_choice.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::advisor {
namespace {

/// The platform's option for the API's model, or why it has no price.
Result<PlanOption> platform_option(const PlanContext& context, const PlanAnswer& a,
                                   const catalog::Platform& platform) {
  const PlanQuestion& q = *context.question;
  const std::string id = "managed." + platform.id;
  const auto kind = economics::OptionKind::managed_compliant;
  PlanOption option;
  const bool serves =
      std::ranges::find(platform.serves, vendor_of(a.api.model)) != platform.serves.end();
  if (!serves || platform.pricing == catalog::PlatformPricing::quotation) {
    option.available = false;
    option.reason = !serves ? "it serves other models: ask again with an API model of " +
                                  platform.serves.front()
                            : "priced by quotation; " + platform.note;
    option.option.ledger.option_id = id;
    option.option.ledger.kind = kind;
    option.option.ledger.title = "Managed and compliant: " + platform.title;
    return option;
  }
  BillOptions options;
  options.as_of = q.as_of;
  options.cache_share = q.api_cache_share;
  options.residency = platform.place;
  BREAKEVEN_TRY(const MonthlyBill bill,
                monthly_bill(*context.catalog, a.api.model, *q.trace, options));
  option =
      api_option(bill, kind, id, "Managed and compliant: " + a.api.model + " at " + platform.title);
  option.subjects = {{"platform:" + platform.id}};
  if (!platform.note.empty()) option.option.notes.push_back(platform.note);
  BREAKEVEN_CHECK_OK(total_up(context, option));
  return option;
}

}  // namespace

Result<std::vector<PlanOption>> compliant_options(const PlanContext& context, const PlanAnswer& a) {
  std::vector<PlanOption> options;
  std::string regime;
  for (const Constraint& c : context.question->constraints) {
    if (regime.empty()) regime = regime_of(c.name);
  }
  if (regime.empty() && context.question->must_self_host) regime = "on_prem_only";
  if (regime.empty()) return options;
  for (const catalog::Platform& platform : context.catalog->platforms()) {
    const std::string id = "managed." + platform.id;
    if (!wants(*context.question, id)) continue;
    const catalog::ComplianceFact* fact =
        fact_on(*context.catalog, regime, {"platform:" + platform.id});
    if (fact == nullptr || (fact->covered != "yes" && fact->covered != "partial")) continue;
    BREAKEVEN_TRY(PlanOption option, platform_option(context, a, platform));
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace breakeven::advisor
