#include "engine/advisor/cost_lines.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/owned.hpp"
#include "engine/explain/figure.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {
namespace {

/// A dollar amount from a product of catalogue numbers, rounded half to even to the cent: these are
/// defaults with wide ranges, and a cent is the finest that a ledger shows.
Usd to_cents(double usd) {
  return Usd::from_cents(static_cast<std::int64_t>(std::nearbyint(usd * 100.0)));
}

struct Triple {
  double value;
  double low;
  double high;
};

Triple triple(const catalog::Default& d) { return {d.value, d.low, d.high}; }

Triple product(Triple a, Triple b) { return {a.value * b.value, a.low * b.low, a.high * b.high}; }

explain::Source to_source(const catalog::Source& s) { return {s.text, s.date, s.place}; }

/// A ledger line whose amount and range are products of catalogue defaults.
economics::Line line(std::string id, std::string title, economics::Group group, Triple usd,
                     const std::vector<catalog::Source>& sources) {
  economics::Line l;
  l.id = std::move(id);
  l.title = std::move(title);
  l.group = group;
  l.usd = to_cents(usd.value);
  l.low = to_cents(std::min(usd.low, usd.value));
  l.high = to_cents(std::max(usd.high, usd.value));
  l.kind = explain::Kind::assumed;
  if (!sources.empty()) l.source = to_source(sources.front());
  for (std::size_t i = 1; i < sources.size(); ++i) {
    l.note += (l.note.empty() ? "also " : ", ") + sources[i].place;
  }
  return l;
}

constexpr std::array<const char*, 5> kClasses{"pilot", "service", "production", "platform",
                                              "large"};

}  // namespace

Usd sum(const std::vector<economics::Line>& lines) {
  Usd total;
  for (const economics::Line& l : lines) total += l.usd;
  return total;
}

Result<std::string> size_class(const catalog::Catalog& catalog, int gpus) {
  for (const char* name : kClasses) {
    BREAKEVEN_TRY(const catalog::Default* limit,
                  catalog.default_value(std::string("people.fleet_gpus_up_to.") + name));
    if (static_cast<double>(gpus) <= limit->value) return std::string(name);
  }
  return std::string(kClasses.back());
}

Result<std::vector<economics::Line>> people_lines(const catalog::Catalog& catalog,
                                                  const PlanQuestion& question, int gpus) {
  BREAKEVEN_TRY(const std::string size, size_class(catalog, gpus));
  struct Role {
    const char* id;
    const char* title;
    const char* fte;
    const char* pay;
    const std::optional<double>& given;
  };
  const std::array<Role, 2> roles{{{"people.ml_engineers", "ML engineers", "people.fte_ml.",
                                    "people.ml_engineer_usd_month", question.ml_engineer_fte},
                                   {"people.sre", "SRE and platform engineers", "people.fte_sre.",
                                    "people.sre_usd_month", question.sre_fte}}};
  std::vector<economics::Line> lines;
  for (const Role& role : roles) {
    BREAKEVEN_TRY(const catalog::Default* fte, catalog.default_value(role.fte + size));
    BREAKEVEN_TRY(const catalog::Default* pay, catalog.default_value(role.pay));
    const Triple share = role.given ? Triple{*role.given, *role.given, *role.given} : triple(*fte);
    std::vector<catalog::Source> sources{pay->source};
    if (!role.given) sources.push_back(fte->source);
    BREAKEVEN_TRY(const Usd monthly_pay, pay->usd());
    lines.push_back(line(role.id,
                         std::string(role.title) + ", " + shortest(share.value) + " FTE at " +
                             monthly_pay.display(0),
                         economics::Group::people, product(share, triple(*pay)), sources));
  }
  return lines;
}

Result<economics::Line> underestimate_line(const catalog::Catalog& catalog,
                                           const PlanQuestion& question,
                                           const std::vector<economics::Line>& people) {
  BREAKEVEN_TRY(const catalog::Default* factor,
                catalog.default_value("people.underestimate_factor"));
  Triple f = triple(*factor);
  if (question.underestimate_factor) {
    f = {*question.underestimate_factor, *question.underestimate_factor,
         *question.underestimate_factor};
  }
  const double base = sum(people).estimate();
  return line("people.underestimate",
              "People beyond the first estimate (x " + shortest(f.value) + ")",
              economics::Group::people,
              {base * (f.value - 1.0), base * (f.low - 1.0), base * (f.high - 1.0)},
              question.underestimate_factor ? std::vector<catalog::Source>{}
                                            : std::vector<catalog::Source>{factor->source});
}

Result<std::vector<economics::Line>> tooling_lines(const catalog::Catalog& catalog,
                                                   const PlanQuestion& question, int gpus) {
  if (question.tooling_per_month) {
    const Usd given = *question.tooling_per_month;
    economics::Line l;
    l.id = "tooling.given";
    l.title = "Tooling as given";
    l.group = economics::Group::tooling;
    l.usd = given;
    l.source = {"given", "", "--tooling"};
    return std::vector<economics::Line>{std::move(l)};
  }
  BREAKEVEN_TRY(const std::string size, size_class(catalog, gpus));
  const bool large = size == "platform" || size == "large";
  if (size == "production" || large) {
    const char* id =
        large ? "tooling.line_platform_usd_month" : "tooling.line_production_usd_month";
    BREAKEVEN_TRY(const catalog::Default* d, catalog.default_value(id));
    return std::vector<economics::Line>{
        line("tooling.all", d->title, economics::Group::tooling, triple(*d), {d->source})};
  }
  std::vector<economics::Line> lines;
  for (const char* name :
       {"framework_licences", "serving_infrastructure", "observability", "drift_monitoring",
        "evaluation", "version_management", "security_patches"}) {
    BREAKEVEN_TRY(const catalog::Default* d,
                  catalog.default_value(std::string("tooling.") + name + "_usd_month"));
    lines.push_back(line(std::string("tooling.") + name, d->title, economics::Group::tooling,
                         triple(*d), {d->source}));
  }
  return lines;
}

Result<std::vector<economics::Line>> operations_lines(const catalog::Catalog& catalog,
                                                      double weight_bytes,
                                                      double requests_per_month,
                                                      double output_tokens_per_month) {
  BREAKEVEN_TRY(const catalog::Default* storage,
                catalog.default_value("operations.storage_usd_gb_month"));
  BREAKEVEN_TRY(const catalog::Default* versions,
                catalog.default_value("operations.storage_versions"));
  BREAKEVEN_TRY(const catalog::Default* regions,
                catalog.default_value("operations.storage_regions"));
  BREAKEVEN_TRY(const catalog::Default* log_bytes,
                catalog.default_value("operations.logs_bytes_per_request"));
  BREAKEVEN_TRY(const catalog::Default* log_price, catalog.default_value("operations.logs_usd_gb"));
  BREAKEVEN_TRY(const catalog::Default* token_bytes,
                catalog.default_value("operations.output_bytes_per_token"));
  BREAKEVEN_TRY(const catalog::Default* egress, catalog.default_value("operations.egress_usd_gb"));
  const double gb = 1e-9;
  const Triple weights{weight_bytes * gb, weight_bytes * gb, weight_bytes * gb};
  const Triple requests{requests_per_month * gb, requests_per_month * gb, requests_per_month * gb};
  const Triple tokens{output_tokens_per_month * gb, output_tokens_per_month * gb,
                      output_tokens_per_month * gb};
  std::vector<economics::Line> lines;
  lines.push_back(line(
      "operations.storage",
      "Storage of weights, " + shortest(versions->value) + " versions in " +
          shortest(regions->value) + " regions",
      economics::Group::storage,
      product(product(weights, triple(*storage)), product(triple(*versions), triple(*regions))),
      {storage->source, versions->source, regions->source}));
  lines.push_back(line("operations.logs", "Logs and traces of requests", economics::Group::storage,
                       product(product(requests, triple(*log_bytes)), triple(*log_price)),
                       {log_bytes->source, log_price->source}));
  lines.push_back(line("operations.egress", "Internet egress of answers", economics::Group::egress,
                       product(product(tokens, triple(*token_bytes)), triple(*egress)),
                       {token_bytes->source, egress->source}));
  return lines;
}

namespace {

/// One work item of a migration at the pay of an ML engineer.
Result<economics::Line> work_line(const catalog::Catalog& catalog, std::string_view name) {
  BREAKEVEN_TRY(const catalog::Default* pay, catalog.default_value("people.ml_engineer_usd_month"));
  BREAKEVEN_TRY(const catalog::Default* days,
                catalog.default_value("migration.work_days_per_month"));
  BREAKEVEN_TRY(const catalog::Default* work,
                catalog.default_value("migration." + std::string(name) + "_days"));
  Triple effort = triple(*work);
  if (name == "prompt_port") {
    BREAKEVEN_TRY(const catalog::Default* families,
                  catalog.default_value("migration.prompt_families"));
    effort = product(effort, triple(*families));
  }
  const double per_day = pay->value / days->value;
  economics::Line l = line(
      "migration." + std::string(name),
      work->title + ", " + shortest(effort.value) + " person-days", economics::Group::migration,
      product(effort, {per_day, per_day, per_day}), {work->source, pay->source});
  l.once_in = 0;
  l.in_run_rate = false;
  return l;
}

}  // namespace

Result<std::vector<economics::Line>> model_switch_lines(const catalog::Catalog& catalog,
                                                        const PlanQuestion& question) {
  std::vector<economics::Line> lines;
  if (question.migration_engineer_months && *question.migration_engineer_months <= 0) return lines;
  for (const char* name : {"evaluation", "prompt_port", "shadow_traffic"}) {
    BREAKEVEN_TRY(economics::Line work, work_line(catalog, name));
    lines.push_back(std::move(work));
  }
  return lines;
}

Result<std::vector<economics::Line>> migration_lines(const catalog::Catalog& catalog,
                                                     const PlanQuestion& question,
                                                     Usd api_monthly) {
  BREAKEVEN_TRY(const catalog::Default* pay, catalog.default_value("people.ml_engineer_usd_month"));
  std::vector<economics::Line> lines;
  if (question.migration_engineer_months) {
    const double months = *question.migration_engineer_months;
    lines.push_back(line("migration.work", "Migration, " + shortest(months) + " engineer-months",
                         economics::Group::migration,
                         product({months, months, months}, {pay->value, pay->value, pay->value}),
                         {pay->source}));
  } else {
    for (const char* name : {"evaluation", "prompt_port", "serving_stack", "security", "load_test",
                             "shadow_traffic", "training"}) {
      BREAKEVEN_TRY(economics::Line work, work_line(catalog, name));
      lines.push_back(std::move(work));
    }
  }
  BREAKEVEN_TRY(const catalog::Default* share,
                catalog.default_value("migration.dual_running_share"));
  BREAKEVEN_TRY(const catalog::Default* months,
                catalog.default_value("migration.dual_running_months"));
  Triple run = product(triple(*share), triple(*months));
  std::vector<catalog::Source> sources{share->source, months->source};
  if (question.parallel_run_months) {
    const double m = *question.parallel_run_months;
    run = product(triple(*share), {m, m, m});
    sources = {share->source};
  }
  const double bill = api_monthly.estimate();
  lines.push_back(line("migration.dual_running", "API bill that continues while both run",
                       economics::Group::migration, product(run, {bill, bill, bill}), sources));
  return lines;
}

namespace {

/// Catalogue prefix of the server that carries an accelerator, and its GPUs; empty when none is
/// known.
struct Server {
  const char* prefix = nullptr;
  int gpus = 0;
};

Server server_of(const std::string& accelerator) {
  struct Known {
    const char* accelerator;
    Server server;
  };
  static constexpr std::array<Known, 6> kServers{{{"H100-SXM", {"h100x8", 8}},
                                                  {"H200-SXM", {"h200x8", 8}},
                                                  {"B200", {"b200x8", 8}},
                                                  {"MI300X", {"mi300xx8", 8}},
                                                  {"L40S", {"l40sx8", 8}},
                                                  {"GB200", {"gb200x72", 72}}}};
  for (const Known& known : kServers) {
    if (accelerator == known.accelerator) return known.server;
  }
  return {};
}

}  // namespace

Result<OwnedServers> owned_lines(const catalog::Catalog& catalog, const std::string& accelerator,
                                 int replicas, int gpus_per_replica) {
  OwnedServers owned;
  const Server server = server_of(accelerator);
  if (server.prefix == nullptr) return owned;
  const std::string base = std::string("owned.") + server.prefix + "_server_";
  economics::OwnedNode node;
  node.gpus = server.gpus;
  BREAKEVEN_TRY(const catalog::Default* price, catalog.default_value(base + "usd"));
  BREAKEVEN_TRY(node.server, price->usd());
  BREAKEVEN_TRY(const catalog::Default* install, catalog.default_value("owned.install"));
  BREAKEVEN_TRY(node.install, install->usd());
  BREAKEVEN_TRY(const catalog::Default* hands,
                catalog.default_value("owned.remote_hands_usd_month"));
  BREAKEVEN_TRY(node.other_month, hands->usd());
  struct Number {
    std::string id;
    double& value;
  };
  for (const Number& number :
       {Number{base + "kw", node.kw}, Number{"owned.network_uplift", node.network_uplift},
        Number{"owned.residual_share", node.residual_share},
        Number{"owned.life_years", node.life_years}, Number{"owned.wacc", node.wacc},
        Number{"owned.colo_usd_per_kw_month", node.colo_usd_per_kw_month},
        Number{"owned.pue", node.pue}, Number{"owned.electricity_usd_per_kwh", node.usd_per_kwh},
        Number{"owned.support_rate", node.support_rate},
        Number{"owned.spares_rate", node.spares_rate}}) {
    BREAKEVEN_TRY(const catalog::Default* d, catalog.default_value(number.id));
    number.value = d->value;
  }
  owned.gpus_per_server = server.gpus;
  owned.servers = sizing::instances_for(replicas, gpus_per_replica, server.gpus);
  BREAKEVEN_TRY(const economics::OwnedCost cost, economics::owned_month(node));
  owned.capex = {cost.capex.usd * owned.servers};
  BREAKEVEN_TRY(owned.monthly,
                economics::owned_lines(node, owned.servers, to_source(price->source)));
  return owned;
}

}  // namespace breakeven::advisor
