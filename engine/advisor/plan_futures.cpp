#include "engine/advisor/plan_futures.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_model.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/economics/draws.hpp"
#include "engine/economics/futures.hpp"
#include "engine/economics/sensitivity.hpp"
#include "engine/economics/sensitivity_grid.hpp"
#include "engine/economics/switch_month.hpp"
#include "engine/economics/uncertainty.hpp"

namespace breakeven::advisor {
namespace {

std::vector<economics::Role> roles(const PlanModel& model) {
  using economics::Factor;
  return {{PlanModel::kApiPrice, Factor::api_price, 0},
          {PlanModel::kGpuPrice, Factor::gpu_price_year, 0},
          {PlanModel::kGpuJump, Factor::gpu_jump, 0},
          {PlanModel::kGpuJumpMonth, Factor::gpu_jump_month, 0},
          {PlanModel::kPeople, Factor::people, 0},
          {PlanModel::kPay, Factor::people, 0},
          {PlanModel::kPay, Factor::one_off, 0},
          {PlanModel::kSlowdown, Factor::slowdown, 0},
          {PlanModel::kGrowth, Factor::growth, 0},
          {PlanModel::kMigration, Factor::one_off, 0},
          {PlanModel::kUnknownRate, Factor::unpublished, model.api_known_share}};
}

}  // namespace

Result<std::vector<economics::Correlation>> plan_correlations(
    const catalog::GivenDefaults& defaults) {
  struct Pair {
    PlanModel::DriverIndex a;
    PlanModel::DriverIndex b;
    const char* id;
  };
  constexpr Pair kPairs[] = {
      {PlanModel::kGpuPrice, PlanModel::kGrowth, "prior.correlation.gpu_price.demand_growth"},
      {PlanModel::kApiPrice, PlanModel::kGpuPrice, "prior.correlation.api_price.gpu_price"},
      {PlanModel::kPeople, PlanModel::kMigration,
       "prior.correlation.fte_multiplier.migration_overrun"}};
  std::vector<economics::Correlation> out;
  for (const Pair& pair : kPairs) {
    BREAKEVEN_TRY(const catalog::Default* found, defaults.default_value(pair.id));
    out.push_back({pair.a,
                   pair.b,
                   found->value,
                   {found->source.text, found->source.date, found->source.place}});
  }
  return out;
}

namespace {

/// The best month among those that the hard constraints leave.
PlanSwitching switching(const PlanModel& model, const PlanOption& api, const PlanOption& own) {
  PlanSwitching out;
  out.answer = economics::plan_switch(model.switching());
  const bool stay = api.feasibility.feasible;
  const bool leave = own.feasibility.feasible;
  if (stay && leave) return out;
  out.constraint_decides = true;
  const bool now = leave && !out.answer.npv_usd.empty();
  out.answer.month = now ? std::optional<int>(0) : std::nullopt;
  out.answer.best_npv_usd = now ? out.answer.npv_usd.front() : 0;
  out.answer.value_of_waiting_usd = 0;
  return out;
}

bool may_choose(const PlanOption& option) {
  return option.available && option.may_win && option.feasibility.feasible;
}

Status simulate_options(const PlanQuestion& q, const PlanModel& model, std::size_t own,
                        PlanAnswer& a, Pool& pool) {
  economics::FuturesProblem problem;
  PlanFutures futures;
  for (std::size_t i = 0; i < a.options.size(); ++i) {
    if (!may_choose(a.options[i])) continue;
    problem.options.push_back(&a.options[i].option.ledger);
    futures.options.push_back(i);
  }
  if (problem.options.empty()) {
    a.warnings.emplace_back(
        "no option meets every hard constraint, so none could be chosen in any future");
    return {};
  }
  problem.choices = problem.options.size();
  const auto place_of = [&](std::size_t option) {
    const auto at = std::ranges::find(futures.options, option);
    if (at != futures.options.end()) return static_cast<std::size_t>(at - futures.options.begin());
    problem.options.push_back(&a.options[option].option.ledger);
    return problem.options.size() - 1;
  };
  problem.reference = place_of(a.best_api);
  problem.candidate = place_of(own);
  problem.outlook = outlook_of(q);
  problem.drivers = a.drivers;
  problem.correlations = a.correlations;
  problem.roles = roles(model);
  BREAKEVEN_TRY(futures.answer, economics::simulate_futures(
                                    problem, static_cast<std::uint64_t>(q.paths), q.seed, pool));
  a.futures = std::move(futures);
  return {};
}

}  // namespace

Status compare_futures(const PlanContext& context, PlanAnswer& a, Pool& pool) {
  if (!a.best_self_host || !a.model) return {};
  const PlanQuestion& q = *context.question;
  const std::size_t own = *a.best_self_host;
  a.switching = switching(*a.model, a.options[a.best_api], a.options[own]);
  if (q.paths <= 0) return {};
  BREAKEVEN_CHECK_OK(simulate_options(q, *a.model, own, a, pool));

  const economics::Model model = [&a](const double* drivers) { return a.model->outcome(drivers); };
  BREAKEVEN_TRY(a.total_order,
                economics::total_order(a.drivers, model, economics::kSobolBase, q.seed, pool));
  if (a.tornado.size() >= 2) {
    constexpr int kPoints = 41;
    a.indifference =
        economics::indifference(a.drivers, model, a.tornado[0].driver, a.tornado[1].driver,
                                economics::Difference::fully_loaded, kPoints);
  }
  constexpr std::size_t kWidest = 3;
  for (std::size_t i = 1; i < std::min(kWidest, a.tornado.size()); ++i) {
    a.grids.push_back(economics::sensitivity_grid(a.drivers, model, a.tornado[0], a.tornado[i]));
  }
  return {};
}

}  // namespace breakeven::advisor
