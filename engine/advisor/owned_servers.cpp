#include "engine/advisor/owned_servers.hpp"

#include <array>
#include <string>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/owned.hpp"
#include "engine/sizing/sizing.hpp"

namespace breakeven::advisor {
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

Result<OwnedServers> owned_lines(const catalog::GivenDefaults& defaults,
                                 const std::string& accelerator, int replicas, int gpus_per_replica,
                                 int regions) {
  OwnedServers owned;
  const Server server = server_of(accelerator);
  if (server.prefix == nullptr) return owned;
  const std::string base = std::string("owned.") + server.prefix + "_server_";
  economics::OwnedNode node;
  node.gpus = server.gpus;
  BREAKEVEN_TRY(const catalog::Default* price, defaults.default_value(base + "usd"));
  BREAKEVEN_TRY(node.server, price->usd());
  BREAKEVEN_TRY(const catalog::Default* install, defaults.default_value("owned.install"));
  BREAKEVEN_TRY(node.install, install->usd());
  BREAKEVEN_TRY(const catalog::Default* hands,
                defaults.default_value("owned.remote_hands_usd_month"));
  BREAKEVEN_TRY(node.other_month, hands->usd());
  std::vector<std::string> settings{price->id, install->id, hands->id};
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
    BREAKEVEN_TRY(const catalog::Default* d, defaults.default_value(number.id));
    number.value = d->value;
    settings.push_back(d->id);
  }
  BREAKEVEN_TRY(const catalog::Default* metered,
                defaults.default_value("owned.colo_includes_power"));
  node.colo_includes_power = metered->value > 0;
  owned.gpus_per_server = server.gpus;
  owned.servers = regions * sizing::instances_for(replicas, gpus_per_replica, server.gpus);
  BREAKEVEN_TRY(const economics::OwnedCost cost, economics::owned_month(node));
  owned.capex = {cost.capex.usd * owned.servers};
  const catalog::Source& source = price->source;
  BREAKEVEN_TRY(owned.monthly, economics::owned_lines(node, owned.servers,
                                                      {source.text, source.date, source.place}));
  for (economics::Line& line : owned.monthly) line.settings = settings;
  return owned;
}

}  // namespace breakeven::advisor
