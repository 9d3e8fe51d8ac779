#include "engine/advisor/migration_lines.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/cost_lines.hpp"
#include "engine/advisor/default_line.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/ledger.hpp"

namespace breakeven::advisor {
namespace {

using catalog::Default;
using catalog::GivenDefaults;

constexpr const char* kMlPay = "people.ml_engineer_usd_month";

economics::Line once(economics::Line line) {
  line.once_in = 0;
  line.in_run_rate = false;
  return line;
}

bool is_lever(std::string_view name) { return name.starts_with("lever_"); }

}  // namespace

Result<economics::Line> work_line(const GivenDefaults& defaults, const PlanQuestion& question,
                                  std::string_view name) {
  BREAKEVEN_TRY(const Pay pay, pay_of(defaults, question, kMlPay));
  BREAKEVEN_TRY(const Default* days, defaults.default_value("migration.work_days_per_month"));
  BREAKEVEN_TRY(const Default* work,
                defaults.default_value("migration." + std::string(name) + "_days"));
  std::vector<const Default*> from{work};
  Ranged effort = ranged(*work);
  if (!is_lever(name)) {
    BREAKEVEN_TRY(const Default* times,
                  defaults.default_value(name == "prompt_port" ? "migration.prompt_families"
                                                               : "migration.surfaces"));
    effort = product(effort, ranged(*times));
    from.push_back(times);
  }
  for (const Default* d : pay.from) from.push_back(d);
  const double per_day = days->value > 0 ? pay.month.value / days->value : 0;
  return once(default_line("migration." + std::string(name),
                           work->title + ", " + shortest(effort.value) + " person-days",
                           economics::Group::migration, product(effort, certain(per_day)), from));
}

Result<std::vector<economics::Line>> model_switch_lines(const GivenDefaults& defaults,
                                                        const PlanQuestion& question) {
  std::vector<economics::Line> lines;
  if (question.migration_engineer_months && *question.migration_engineer_months <= 0) return lines;
  for (const char* name : {"evaluation", "prompt_port", "shadow_traffic"}) {
    BREAKEVEN_TRY(economics::Line work, work_line(defaults, question, name));
    lines.push_back(std::move(work));
  }
  return lines;
}

Result<std::vector<economics::Line>> migration_lines(const GivenDefaults& defaults,
                                                     const PlanQuestion& question,
                                                     Usd api_monthly) {
  std::vector<economics::Line> lines;
  if (question.migration_engineer_months) {
    BREAKEVEN_TRY(const Pay pay, pay_of(defaults, question, kMlPay));
    const double months = *question.migration_engineer_months;
    lines.push_back(
        once(default_line("migration.work", "Migration, " + shortest(months) + " engineer-months",
                          economics::Group::migration,
                          product(certain(months), certain(pay.month.value)), pay.from)));
  } else {
    std::vector<const char*> items{"evaluation", "prompt_port",    "serving_stack", "security",
                                   "load_test",  "shadow_traffic", "training"};
    if (defaults.given("migration.fine_tuning_days")) items.push_back("fine_tuning");
    for (const char* name : items) {
      BREAKEVEN_TRY(economics::Line work, work_line(defaults, question, name));
      lines.push_back(std::move(work));
    }
  }
  BREAKEVEN_TRY(const Default* share, defaults.default_value("migration.dual_running_share"));
  BREAKEVEN_TRY(const Default* months, defaults.default_value("migration.dual_running_months"));
  std::vector<const Default*> from{share};
  Ranged run = ranged(*share);
  if (question.parallel_run_months) {
    run = product(run, certain(*question.parallel_run_months));
  } else {
    run = product(run, ranged(*months));
    from.push_back(months);
  }
  lines.push_back(once(default_line(
      "migration.dual_running", "API bill that continues while both run",
      economics::Group::migration, product(run, certain(api_monthly.estimate())), from)));
  return lines;
}

}  // namespace breakeven::advisor
