#include "engine/advisor/plan_hybrid.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/advisor/bill.hpp"
#include "engine/advisor/cost_lines.hpp"
#include "engine/advisor/option_choice.hpp"
#include "engine/advisor/owned_servers.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/advisor/task_cost.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/economics/hybrid.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/explain/figure.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {
namespace {

/// The requests that overflow, as a trace of their own with the same span.
traffic::Trace overflow_trace(const traffic::Trace& trace, const sizing::CapacityPoint& point) {
  traffic::Trace rest;
  rest.name = trace.name;
  rest.span_ns = trace.span_ns;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (!point.overflows(i)) continue;
    rest.arrival_ns.push_back(trace.arrival_ns[i]);
    rest.input_tokens.push_back(trace.input_tokens[i]);
    rest.output_tokens.push_back(trace.output_tokens[i]);
    if (!trace.cached_tokens.empty()) rest.cached_tokens.push_back(trace.cached_tokens[i]);
  }
  return rest;
}

struct Mix {
  economics::HybridAnswer answer;
  PlanOption option;  ///< the cheapest true mix, even when a pure one wins
};

class Mixer {
 public:
  Mixer(const PlanContext& context, const MonthlyBill& overflow, Usd pure_api, Rational down)
      : context_(&context), overflow_(&overflow), pure_api_(pure_api), down_(down) {}

  /// `pure`: what serving everything costs; at most what `base` costs.
  [[nodiscard]] Result<Mix> mix(const PlanOption& base, const sizing::PricedFleet& fleet,
                                Usd pure) {
    const sizing::FleetPlan& plan = fleet.plan;
    BREAKEVEN_TRY(const std::vector<Usd>* overflow, overflow_of(plan));
    std::vector<economics::HybridPoint> points;
    std::vector<Costed> costs;
    for (std::size_t i = 0; i < plan.capacity.size(); ++i) {
      economics::HybridPoint p;
      p.replicas = plan.capacity[i].replicas;
      p.overflow_usd = p.replicas == 0 ? pure_api_ : (*overflow)[i];
      Costed costed;
      if (p.replicas > 0) {
        BREAKEVEN_TRY(costed, ledger_with(base, fleet, p));
        PlanOption whole;
        whole.open_weights = true;
        whole.option.ledger = std::move(costed.ledger);
        BREAKEVEN_CHECK_OK(
            add_task_lines(*context_, overflow_->model == context_->api_model, whole));
        costed.ledger = std::move(whole.option.ledger);
        p.self_host_usd =
            costed.ledger.fully_loaded(context_->question->horizon_months) - p.overflow_usd;
      }
      points.push_back(p);
      costs.push_back(std::move(costed));
    }
    // The pure fleet with its spare replicas ends the list: the mix is never dearer than it.
    economics::HybridPoint last;
    last.replicas = std::max(plan.replicas, points.empty() ? 0 : points.back().replicas + 1);
    last.self_host_usd = pure;
    points.push_back(last);
    Mix mix;
    BREAKEVEN_TRY(mix.answer, economics::cheapest_hybrid(points));
    std::size_t best = 1;
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
      if (points[i].total() < points[best].total()) best = i;
    }
    BREAKEVEN_TRY(const double fte,
                  team_fte(*context_->defaults, *context_->question, costs[best].gpus));
    mix.option = option_of(base, fleet, points[best], std::move(costs[best].ledger), fte);
    BREAKEVEN_CHECK_OK(total_up(*context_, mix.option));
    return mix;
  }

 private:
  struct Costed {
    economics::Ledger ledger;
    int gpus = 0;
  };

  /// Of every capacity point, outages included. One fleet stands behind several terms.
  Result<const std::vector<Usd>*> overflow_of(const sizing::FleetPlan& plan) {
    const std::string name = plan.replica.name();
    if (const auto known = overflows_.find(name); known != overflows_.end()) return &known->second;
    BillOptions options;
    options.as_of = context_->question->as_of;
    options.cache_share = context_->question->api_cache_share;
    // The API in use counts its own tokens, a host of the open model those of that model.
    const traffic::Trace& trace = overflow_->model == context_->api_model
                                      ? *context_->question->trace
                                      : *context_->open_trace;
    std::vector<Usd> costs;
    for (const sizing::CapacityPoint& point : plan.capacity) {
      Usd usd;
      if (point.replicas > 0) {
        if (point.overflow_requests > 0) {
          BREAKEVEN_TRY(const MonthlyBill rest,
                        monthly_bill(*context_->catalog, overflow_->model,
                                     overflow_trace(trace, point), options));
          usd = rest.value;
        }
        // While a replica is down its share goes to the API as well: the API is the spare.
        BREAKEVEN_TRY(const Usd outage, scale(overflow_->value - usd, down_));
        usd += outage;
      }
      costs.push_back(usd);
    }
    return &overflows_.emplace(name, std::move(costs)).first->second;
  }

  Result<Costed> ledger_with(const PlanOption& base, const sizing::PricedFleet& fleet,
                             const economics::HybridPoint& point) {
    const sizing::FleetPlan& plan = fleet.plan;
    const int regions = context_->question->regions;
    Costed costed;
    economics::Ledger& ledger = costed.ledger;
    int& gpus = costed.gpus;
    ledger.kind = economics::OptionKind::hybrid;
    if (base.option.ledger.kind == economics::OptionKind::owned) {
      BREAKEVEN_TRY(OwnedServers owned,
                    owned_lines(*context_->defaults, plan.replica.config.accelerator->id,
                                point.replicas, plan.replica.gpus(), regions));
      gpus = owned.servers * owned.gpus_per_server;
      for (economics::Line& line : owned.monthly) ledger.add(std::move(line));
    } else {
      const int instances =
          sizing::instances_for(point.replicas, plan.replica.gpus(), fleet.offer->gpus);
      BREAKEVEN_TRY(economics::Line rent, rent_line(*context_, *fleet.offer, instances));
      ledger.add(std::move(rent));
      gpus = instances * fleet.offer->gpus * regions;
    }
    BREAKEVEN_TRY(std::vector<economics::Line> running,
                  running_lines(*context_, gpus, weight_bytes(plan)));
    for (economics::Line& line : running) ledger.add(std::move(line));
    economics::Line api;
    api.id = "usage.overflow";
    api.title = "Overflow and outages at " + overflow_->model;
    api.group = economics::Group::usage;
    api.usd = point.overflow_usd;
    api.trend = economics::Trend::api_price;
    api.follows_volume = true;
    api.kind = explain::Kind::simulated;
    if (!overflow_->parts.empty()) {
      const catalog::Source& source = overflow_->parts.front().source;
      api.source = {source.text, source.date, source.place};
    }
    ledger.add(std::move(api));
    return costed;
  }

  PlanOption option_of(const PlanOption& base, const sizing::PricedFleet& fleet,
                       const economics::HybridPoint& point, economics::Ledger ledger,
                       double fte) const {
    const bool owned = base.option.ledger.kind == economics::OptionKind::owned;
    PlanOption option;
    option.option.ledger = std::move(ledger);
    option.option.ledger.option_id = kHybrid;
    option.option.ledger.title =
        "Hybrid: " + counted(point.replicas, "replica") + " of " + fleet.plan.replica.name() +
        (owned ? " on owned servers"
               : " at " + fleet.offer->provider + ", " + to_lower(term_title(fleet.offer->term))) +
        ", peaks and outages at " + overflow_->model;
    option.fleet = base.fleet;
    option.team_fte = fte;
    option.replicas = point.replicas;
    add_licence_gate(*context_->model, option);
    return option;
  }

  const PlanContext* context_;
  const MonthlyBill* overflow_;
  Usd pure_api_;
  Rational down_;
  std::map<std::string, std::vector<Usd>> overflows_;
};

}  // namespace

Status add_hybrid(const PlanContext& context, const MonthlyBill& overflow, Usd pure_api,
                  PlanAnswer& a) {
  if (!a.best_self_host || !wants(*context.question, kHybrid)) return {};
  BREAKEVEN_TRY(const catalog::Default* availability,
                context.defaults->default_value("operations.node_availability"));
  const double missing = std::clamp(1.0 - availability->value, 0.0, 1.0);
  BREAKEVEN_TRY(const Rational down, share_of(missing));
  const PlanOption& own = a.options[*a.best_self_host];
  const Usd best_own = own.fully_loaded;
  const bool allowed = own.feasibility.feasible;
  a.hybrid_overflow = overflow.model;
  Mixer mixer(context, overflow, pure_api, down);
  std::optional<Mix> best_answer;
  std::optional<PlanOption> best_mix;
  for (const PlanOption& base : a.options) {
    const economics::OptionKind kind = base.option.ledger.kind;
    if (!base.available || !base.fleet || !economics::is_self_hosted(kind) ||
        kind == economics::OptionKind::spot || (!base.feasibility.feasible && allowed)) {
      continue;
    }
    BREAKEVEN_TRY(Mix mix, mixer.mix(base, a.fleets.fleets[*base.fleet],
                                     std::min(base.fully_loaded, best_own)));
    if (!best_mix || mix.option.fully_loaded < best_mix->fully_loaded) best_mix = mix.option;
    const bool cheaper =
        !best_answer || mix.answer.cheapest().total() < best_answer->answer.cheapest().total();
    if (!cheaper) continue;
    a.hybrid_fleet = *base.fleet;
    a.hybrid_base = base.option.ledger.option_id;
    best_answer = std::move(mix);
  }
  if (!best_answer || !best_mix) return {};
  a.hybrid = std::move(best_answer->answer);
  // Where a pure option is the cheapest the mix that is shown may stand on another base.
  a.options.push_back(a.hybrid->mixed() ? std::move(best_answer->option) : std::move(*best_mix));
  return {};
}

}  // namespace breakeven::advisor
