#include "engine/advisor/cost_lines.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/default_line.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/people.hpp"

namespace breakeven::advisor {
namespace {

using catalog::Default;
using catalog::GivenDefaults;

constexpr std::array<const char*, 5> kClasses{"pilot", "service", "production", "platform",
                                              "large"};
constexpr std::array<const char*, 7> kTools{
    "framework_licences", "serving_infrastructure", "observability",   "drift_monitoring",
    "evaluation",         "version_management",     "security_patches"};

struct Role {
  const char* id;
  const char* title;
  const char* fte;
  const char* pay;
  std::optional<double> given;
};

std::array<Role, 2> roles_of(const PlanQuestion& question) {
  return {{{"people.ml_engineers", "ML engineers", "people.fte_ml.", "people.ml_engineer_usd_month",
            question.ml_engineer_fte},
           {"people.sre", "SRE and platform engineers", "people.fte_sre.", "people.sre_usd_month",
            question.sre_fte}}};
}

/// Whether a fleet of that class is expected to be watched around the clock.
bool round_the_clock(std::string_view size) { return size != "pilot" && size != "service"; }

}  // namespace

Usd sum(const std::vector<economics::Line>& lines) {
  Usd total;
  for (const economics::Line& l : lines) total += l.usd;
  return total;
}

Result<Pay> pay_of(const GivenDefaults& defaults, const PlanQuestion& question,
                   std::string_view role) {
  BREAKEVEN_TRY(const Default* pay, defaults.default_value(role));
  if (question.people_region.empty()) return Pay{ranged(*pay), {pay}};
  BREAKEVEN_TRY(const Default* factor,
                defaults.default_value("people.region_factor." + question.people_region));
  return Pay{product(ranged(*pay), ranged(*factor)), {pay, factor}};
}

Result<std::string> size_class(const GivenDefaults& defaults, int gpus) {
  for (const char* name : kClasses) {
    BREAKEVEN_TRY(const Default* limit,
                  defaults.default_value(std::string("people.fleet_gpus_up_to.") + name));
    if (static_cast<double>(gpus) <= limit->value) return std::string(name);
  }
  return std::string(kClasses.back());
}

Result<double> team_fte(const GivenDefaults& defaults, const PlanQuestion& question, int gpus) {
  BREAKEVEN_TRY(const std::string size, size_class(defaults, gpus));
  double team = 0;
  for (const Role& role : roles_of(question)) {
    BREAKEVEN_TRY(const Default* fte, defaults.default_value(role.fte + size));
    team += role.given.value_or(fte->value);
  }
  return team;
}

Result<std::vector<economics::Line>> people_lines(const GivenDefaults& defaults,
                                                  const PlanQuestion& question, int gpus) {
  BREAKEVEN_TRY(const std::string size, size_class(defaults, gpus));
  std::vector<economics::Line> lines;
  for (const Role& role : roles_of(question)) {
    BREAKEVEN_TRY(const Default* fte, defaults.default_value(role.fte + size));
    BREAKEVEN_TRY(Pay pay, pay_of(defaults, question, role.pay));
    const Ranged share = role.given ? certain(*role.given) : ranged(*fte);
    if (!role.given) pay.from.push_back(fte);
    const Usd shown =
        default_line({}, {}, economics::Group::people, certain(pay.month.value), {}).usd;
    lines.push_back(default_line(
        role.id,
        std::string(role.title) + ", " + shortest(share.value) + " FTE at " + shown.display(0),
        economics::Group::people, product(share, pay.month), pay.from));
  }
  return lines;
}

Result<economics::Line> underestimate_line(const GivenDefaults& defaults,
                                           const PlanQuestion& question,
                                           const std::vector<economics::Line>& people) {
  BREAKEVEN_TRY(const Default* factor, defaults.default_value("people.underestimate_factor"));
  const Ranged f =
      question.underestimate_factor ? certain(*question.underestimate_factor) : ranged(*factor);
  std::vector<const Default*> from;
  if (!question.underestimate_factor) from.push_back(factor);
  const double base = sum(people).estimate();
  return default_line("people.underestimate",
                      "People beyond the first estimate (x " + shortest(f.value) + ")",
                      economics::Group::people,
                      {base * (f.value - 1.0), base * (f.low - 1.0), base * (f.high - 1.0)}, from);
}

Result<std::vector<economics::Line>> on_call_lines(const GivenDefaults& defaults,
                                                   const PlanQuestion& question, int gpus) {
  BREAKEVEN_TRY(const std::string size, size_class(defaults, gpus));
  BREAKEVEN_TRY(const double team, team_fte(defaults, question, gpus));
  BREAKEVEN_TRY(const Default* floor, defaults.default_value("people.oncall_min_engineers"));
  const double needed =
      question.regions > 1 ? economics::on_call_floor(std::min(question.regions, 2)) : floor->value;
  std::vector<economics::Line> lines;
  OnCall kind = question.on_call;
  if (kind == OnCall::automatic) {
    kind = round_the_clock(size) && team < needed ? OnCall::shared : OnCall::none;
  }
  if (kind == OnCall::shared) {
    constexpr double kAtOnce = 2;  // primary and secondary
    constexpr double kWeeksPerMonth = 365.0 / 7 / 12;
    BREAKEVEN_TRY(const Default* stipend, defaults.default_value("people.oncall_usd_person_week"));
    lines.push_back(
        default_line("people.on_call", "On-call around the clock, shared: 2 persons at once",
                     economics::Group::people,
                     product(certain(kAtOnce * kWeeksPerMonth), ranged(*stipend)), {stipend}));
  } else if (kind == OnCall::own_team && team < needed) {
    BREAKEVEN_TRY(Pay pay, pay_of(defaults, question, "people.sre_usd_month"));
    pay.from.push_back(floor);
    lines.push_back(default_line(
        "people.on_call",
        "Engineers that a rotation of one's own lacks: " + shortest(needed) + " less " +
            shortest(team) + " FTE",
        economics::Group::people, product(certain(needed - team), pay.month), pay.from));
  }
  return lines;
}

Result<std::vector<economics::Line>> tooling_lines(const GivenDefaults& defaults,
                                                   const PlanQuestion& question, int gpus) {
  if (question.tooling_per_month) {
    economics::Line l;
    l.id = "tooling.given";
    l.title = "Tooling as given";
    l.group = economics::Group::tooling;
    l.usd = *question.tooling_per_month;
    l.source = {"given", "", "--tooling"};
    return std::vector<economics::Line>{std::move(l)};
  }
  BREAKEVEN_TRY(const std::string size, size_class(defaults, gpus));
  const Default* whole = nullptr;
  if (round_the_clock(size)) {
    BREAKEVEN_TRY(whole,
                  defaults.default_value(size == "production" ? "tooling.line_production_usd_month"
                                                              : "tooling.line_platform_usd_month"));
  }
  std::vector<const Default*> tools;
  double parts = 0;
  for (const char* name : kTools) {
    BREAKEVEN_TRY(const Default* d,
                  defaults.default_value(std::string("tooling.") + name + "_usd_month"));
    tools.push_back(d);
    if (!defaults.given(d->id)) parts += d->value;
  }
  const double factor = whole != nullptr && parts > 0 ? whole->value / parts : 1;
  std::vector<economics::Line> lines;
  for (std::size_t i = 0; i < tools.size(); ++i) {
    const Default& d = *tools[i];
    std::vector<const Default*> from{&d};
    Ranged usd = ranged(d);
    if (whole != nullptr && !defaults.given(d.id)) {
      usd = product(usd, certain(factor));
      from.push_back(whole);
    }
    lines.push_back(default_line(std::string("tooling.") + kTools[i], d.title,
                                 economics::Group::tooling, usd, from));
  }
  return lines;
}

Result<std::vector<economics::Line>> operations_lines(const GivenDefaults& defaults,
                                                      const PlanQuestion& question,
                                                      double weight_bytes,
                                                      double requests_per_month,
                                                      double output_tokens_per_month) {
  BREAKEVEN_TRY(const Default* storage, defaults.default_value("operations.storage_usd_gb_month"));
  BREAKEVEN_TRY(const Default* versions, defaults.default_value("operations.storage_versions"));
  BREAKEVEN_TRY(const Default* regions, defaults.default_value("operations.storage_regions"));
  BREAKEVEN_TRY(const Default* log_bytes,
                defaults.default_value("operations.logs_bytes_per_request"));
  BREAKEVEN_TRY(const Default* log_price, defaults.default_value("operations.logs_usd_gb"));
  BREAKEVEN_TRY(const Default* token_bytes,
                defaults.default_value("operations.output_bytes_per_token"));
  BREAKEVEN_TRY(const Default* egress, defaults.default_value("operations.egress_usd_gb"));
  constexpr double kGb = 1e-9;
  Ranged copies = ranged(*regions);
  for (double* count : {&copies.value, &copies.low, &copies.high}) {
    *count = std::max<double>(*count, question.regions);
  }
  std::vector<economics::Line> lines;
  lines.push_back(default_line("operations.storage",
                               "Storage of weights, " + shortest(versions->value) +
                                   " versions in " + shortest(copies.value) + " regions",
                               economics::Group::storage,
                               product(product(certain(weight_bytes * kGb), ranged(*storage)),
                                       product(ranged(*versions), copies)),
                               {storage, versions, regions}));
  lines.push_back(default_line(
      "operations.logs", "Logs and traces of requests", economics::Group::storage,
      product(product(certain(requests_per_month * kGb), ranged(*log_bytes)), ranged(*log_price)),
      {log_bytes, log_price}));
  lines.push_back(
      default_line("operations.egress", "Internet egress of answers", economics::Group::egress,
                   product(product(certain(output_tokens_per_month * kGb), ranged(*token_bytes)),
                           ranged(*egress)),
                   {token_bytes, egress}));
  return lines;
}

Result<std::vector<economics::Line>> upkeep_lines(const GivenDefaults& defaults,
                                                  const PlanQuestion& question) {
  struct Work {
    const char* id;
    const char* title;
    economics::Group group;
    const char* times;  ///< per year; null: the days are per year
    const char* days;
  };
  static constexpr std::array<Work, 4> kWork{
      {{"upkeep.model_upgrades", "Upgrades of the model", economics::Group::other,
        "operations.model_upgrades_per_year", "operations.model_upgrade_days"},
       {"upkeep.evaluation", "Evaluation before every upgrade", economics::Group::evaluation,
        "operations.model_upgrades_per_year", "operations.evaluation_days_per_upgrade"},
       {"upkeep.retraining", "Retraining of a fine-tuned model", economics::Group::other,
        "operations.retraining_runs_per_year", "migration.fine_tuning_days"},
       {"upkeep.security", "Security reviews, audits and penetration tests",
        economics::Group::other, nullptr, "operations.security_days_per_year"}}};
  BREAKEVEN_TRY(const Pay pay, pay_of(defaults, question, "people.ml_engineer_usd_month"));
  BREAKEVEN_TRY(const Default* month, defaults.default_value("migration.work_days_per_month"));
  const Ranged day = product(pay.month, certain(month->value > 0 ? 1 / month->value : 0));
  constexpr double kMonthsPerYear = 12;
  std::vector<economics::Line> lines;
  for (const Work& work : kWork) {
    BREAKEVEN_TRY(const Default* days, defaults.default_value(work.days));
    std::vector<const Default*> from{days};
    Ranged effort = ranged(*days);
    std::string title = work.title;
    if (work.times != nullptr) {
      BREAKEVEN_TRY(const Default* times, defaults.default_value(work.times));
      effort = product(effort, ranged(*times));
      title += ", " + shortest(times->value) + " a year";
      from.insert(from.begin(), times);
    }
    for (const Default* d : pay.from) from.push_back(d);
    economics::Line l = default_line(
        work.id, title + ", " + shortest(days->value) + " person-days", work.group,
        product(effort,
                {day.value / kMonthsPerYear, day.low / kMonthsPerYear, day.high / kMonthsPerYear}),
        from);
    l.trend = economics::Trend::salary;
    l.in_run_rate = false;
    lines.push_back(std::move(l));
  }
  return lines;
}

}  // namespace breakeven::advisor
