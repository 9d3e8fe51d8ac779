#include "engine/advisor/cost_lines.hpp"

#include <array>
#include <cmath>

#include "engine/base/det_math.hpp"
#include "engine/base/text.hpp"
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

CostLine line(std::string id, std::string title, std::string group, Triple usd,
              std::vector<catalog::Source> sources) {
  return {std::move(id),     std::move(title),   std::move(group),  to_cents(usd.value),
          to_cents(usd.low), to_cents(usd.high), std::move(sources)};
}

constexpr std::array<const char*, 5> kClasses{"pilot", "service", "production", "platform",
                                              "large"};

}  // namespace

Usd sum(const std::vector<CostLine>& lines) {
  Usd total;
  for (const CostLine& l : lines) total += l.usd;
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

Result<std::vector<CostLine>> people_lines(const catalog::Catalog& catalog,
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
  std::vector<CostLine> lines;
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
                         "people", product(share, triple(*pay)), std::move(sources)));
  }
  return lines;
}

Result<CostLine> underestimate_line(const catalog::Catalog& catalog, const PlanQuestion& question,
                                    const std::vector<CostLine>& people) {
  BREAKEVEN_TRY(const catalog::Default* factor,
                catalog.default_value("people.underestimate_factor"));
  Triple f = triple(*factor);
  if (question.underestimate_factor) {
    f = {*question.underestimate_factor, *question.underestimate_factor,
         *question.underestimate_factor};
  }
  const double base = sum(people).estimate();
  return line("people.underestimate",
              "People beyond the first estimate (x " + shortest(f.value) + ")", "people",
              {base * (f.value - 1.0), base * (f.low - 1.0), base * (f.high - 1.0)},
              question.underestimate_factor ? std::vector<catalog::Source>{}
                                            : std::vector<catalog::Source>{factor->source});
}

Result<std::vector<CostLine>> tooling_lines(const catalog::Catalog& catalog,
                                            const PlanQuestion& question, int gpus) {
  if (question.tooling_per_month) {
    const Usd given = *question.tooling_per_month;
    return std::vector<CostLine>{
        {"tooling.given", "Tooling as given", "tooling", given, given, given, {}}};
  }
  BREAKEVEN_TRY(const std::string size, size_class(catalog, gpus));
  const bool large = size == "platform" || size == "large";
  if (size == "production" || large) {
    const char* id =
        large ? "tooling.line_platform_usd_month" : "tooling.line_production_usd_month";
    BREAKEVEN_TRY(const catalog::Default* d, catalog.default_value(id));
    return std::vector<CostLine>{line("tooling.all", d->title, "tooling", triple(*d), {d->source})};
  }
  std::vector<CostLine> lines;
  for (const char* name :
       {"framework_licences", "serving_infrastructure", "observability", "drift_monitoring",
        "evaluation", "version_management", "security_patches"}) {
    BREAKEVEN_TRY(const catalog::Default* d,
                  catalog.default_value(std::string("tooling.") + name + "_usd_month"));
    lines.push_back(
        line(std::string("tooling.") + name, d->title, "tooling", triple(*d), {d->source}));
  }
  return lines;
}

Result<std::vector<CostLine>> operations_lines(const catalog::Catalog& catalog, double weight_bytes,
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
  std::vector<CostLine> lines;
  lines.push_back(line(
      "operations.storage",
      "Storage of weights, " + shortest(versions->value) + " versions in " +
          shortest(regions->value) + " regions",
      "operations",
      product(product(weights, triple(*storage)), product(triple(*versions), triple(*regions))),
      {storage->source, versions->source, regions->source}));
  lines.push_back(line("operations.logs", "Logs and traces of requests", "operations",
                       product(product(requests, triple(*log_bytes)), triple(*log_price)),
                       {log_bytes->source, log_price->source}));
  lines.push_back(line("operations.egress", "Internet egress of answers", "operations",
                       product(product(tokens, triple(*token_bytes)), triple(*egress)),
                       {token_bytes->source, egress->source}));
  return lines;
}

Result<std::vector<CostLine>> migration_lines(const catalog::Catalog& catalog,
                                              const PlanQuestion& question, Usd api_monthly) {
  BREAKEVEN_TRY(const catalog::Default* pay, catalog.default_value("people.ml_engineer_usd_month"));
  std::vector<CostLine> lines;
  if (question.migration_engineer_months) {
    const double months = *question.migration_engineer_months;
    lines.push_back(line(
        "migration.work", "Migration, " + shortest(months) + " engineer-months", "migration",
        product({months, months, months}, {pay->value, pay->value, pay->value}), {pay->source}));
  } else {
    BREAKEVEN_TRY(const catalog::Default* days,
                  catalog.default_value("migration.work_days_per_month"));
    BREAKEVEN_TRY(const catalog::Default* families,
                  catalog.default_value("migration.prompt_families"));
    const Triple per_day{pay->value / days->value, pay->value / days->value,
                         pay->value / days->value};
    for (const char* name : {"evaluation", "prompt_port", "serving_stack", "security", "load_test",
                             "shadow_traffic", "training"}) {
      BREAKEVEN_TRY(const catalog::Default* d,
                    catalog.default_value(std::string("migration.") + name + "_days"));
      Triple work = triple(*d);
      if (std::string_view(name) == "prompt_port") work = product(work, triple(*families));
      lines.push_back(line(std::string("migration.") + name,
                           d->title + ", " + shortest(work.value) + " person-days", "migration",
                           product(work, per_day), {d->source, pay->source}));
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
                       "migration", product(run, {bill, bill, bill}), std::move(sources)));
  return lines;
}

namespace {

/// Catalogue prefix of the server that carries an accelerator, and its GPUs; empty when none is known.
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
  BREAKEVEN_TRY(const catalog::Default* price, catalog.default_value(base + "usd"));
  BREAKEVEN_TRY(const catalog::Default* power, catalog.default_value(base + "kw"));
  BREAKEVEN_TRY(const catalog::Default* uplift, catalog.default_value("owned.network_uplift"));
  BREAKEVEN_TRY(const catalog::Default* install, catalog.default_value("owned.install"));
  BREAKEVEN_TRY(const catalog::Default* residual, catalog.default_value("owned.residual_share"));
  BREAKEVEN_TRY(const catalog::Default* life, catalog.default_value("owned.life_years"));
  BREAKEVEN_TRY(const catalog::Default* wacc, catalog.default_value("owned.wacc"));
  BREAKEVEN_TRY(const catalog::Default* colo, catalog.default_value("owned.colo_usd_per_kw_month"));
  BREAKEVEN_TRY(const catalog::Default* support, catalog.default_value("owned.support_rate"));
  BREAKEVEN_TRY(const catalog::Default* spares, catalog.default_value("owned.spares_rate"));
  BREAKEVEN_TRY(const catalog::Default* hands,
                catalog.default_value("owned.remote_hands_usd_month"));
  owned.gpus_per_server = server.gpus;
  owned.servers = sizing::instances_for(replicas, gpus_per_replica, server.gpus);
  const double n = owned.servers;

  // Monthly capital charge = -PMT(m; life; capex; -residual): the annuity that pays back capex less the
  // discounted residual at the cost of capital; m = (1 + WACC)^(1/12) - 1.
  auto capex_of = [&](double server_usd, double network, double installation) {
    return n * (server_usd * (1.0 + network) + installation);
  };
  auto charge = [&](double capex, double residual_share, double years, double rate) {
    const double m = det_expm1(det_log1p(rate) / 12.0);
    const double discount = det_exp(-12.0 * years * det_log1p(m));
    return (capex - residual_share * capex * discount) * m / (1.0 - discount);
  };
  const double capex = capex_of(price->value, uplift->value, install->value);
  owned.capex = to_cents(capex);
  owned.monthly.push_back(
      line("owned.capital",
           std::to_string(owned.servers) + " servers of " + std::to_string(server.gpus) + " " +
               accelerator + " over " + shortest(life->value) + " years at " +
               shortest(wacc->value * 100) + " %",
           "owned",
           {charge(capex, residual->value, life->value, wacc->value),
            charge(capex_of(price->low, uplift->low, install->low), residual->high, life->high,
                   wacc->low),
            charge(capex_of(price->high, uplift->high, install->high), residual->low, life->low,
                   wacc->high)},
           {price->source, uplift->source, residual->source, life->source, wacc->source}));
  const Triple count{n, n, n};
  owned.monthly.push_back(
      line("owned.colocation", "Colocation, power included", "owned",
           product(count, product({power->value, power->value, power->value}, triple(*colo))),
           {colo->source, power->source}));
  const Triple servers_usd = product(count, triple(*price));
  const Triple monthly{1.0 / 12.0, 1.0 / 12.0, 1.0 / 12.0};
  owned.monthly.push_back(line("owned.support", "Hardware support", "owned",
                               product(monthly, product(servers_usd, triple(*support))),
                               {support->source}));
  owned.monthly.push_back(line("owned.spares", "Spare parts", "owned",
                               product(monthly, product(servers_usd, triple(*spares))),
                               {spares->source}));
  owned.monthly.push_back(line("owned.remote_hands", "Remote hands, cross connects, insurance",
                               "owned", triple(*hands), {hands->source}));
  return owned;
}

}  // namespace breakeven::advisor
