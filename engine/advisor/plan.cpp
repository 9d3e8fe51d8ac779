#include "engine/advisor/plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/api_levers.hpp"
#include "engine/advisor/bill.hpp"
#include "engine/advisor/fleet_search.hpp"
#include "engine/advisor/managed_options.hpp"
#include "engine/advisor/migration_lines.hpp"
#include "engine/advisor/option_choice.hpp"
#include "engine/advisor/plan_figures.hpp"
#include "engine/advisor/plan_hybrid.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/advisor/plan_rungs.hpp"
#include "engine/advisor/plan_uncertainty.hpp"
#include "engine/advisor/plan_volume.hpp"
#include "engine/advisor/quality.hpp"
#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/decision/gates.hpp"
#include "engine/decision/verdict.hpp"
#include "engine/economics/break_even.hpp"
#include "engine/economics/cash_flow.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/uncertainty.hpp"
#include "engine/explain/figure.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {
namespace {

using economics::OptionKind;

Error out_of_range(std::string_view field, std::string_view expected, double found) {
  return Error{ErrorCode::out_of_range,
               "expected " + std::string(expected) + ", found " + shortest(found),
               std::string(field)};
}

std::int64_t to_count(double x) { return static_cast<std::int64_t>(std::llround(x)); }

Status describe_traffic(const PlanQuestion& q, PlanAnswer& a) {
  if (q.trace->span_ns <= 0) {
    return Error{ErrorCode::invalid_argument,
                 "a trace must span some time to be scaled to a month; all requests arrive at once",
                 q.trace->name};
  }
  a.trace_name = q.trace->name;
  a.traffic = traffic::statistics(*q.trace);
  a.months = months_factor(*q.trace);
  a.requests_per_month = to_count(static_cast<double>(a.traffic.requests) * a.months);
  a.input_tokens_per_month = to_count(static_cast<double>(a.traffic.input_tokens) * a.months);
  a.output_tokens_per_month = to_count(static_cast<double>(a.traffic.output_tokens) * a.months);
  if (a.input_tokens_per_month + a.output_tokens_per_month <= 0) {
    return Error{ErrorCode::invalid_argument, "the trace has no tokens to price", a.trace_name};
  }
  constexpr double kDay = 86'400;
  if (a.traffic.span_s < kDay) {
    a.warnings.push_back(
        "the trace spans " + shortest(std::round(a.traffic.span_s / 36.0) / 100.0) +
        " hours: nights, weekends and the real peak are not in it, so monthly volume and "
        "utilisation are those of these hours repeated");
  } else if (a.traffic.span_s < 6.5 * kDay) {
    a.warnings.push_back("the trace spans less than a week: weekends are not in it");
  }
  return {};
}

Status price_apis(const PlanQuestion& q, const catalog::Catalog& catalog,
                  const catalog::GivenDefaults& defaults, const catalog::OpenModel& model,
                  PlanAnswer& a) {
  BillOptions options;
  options.as_of = q.as_of;
  options.cache_share = q.api_cache_share;
  BREAKEVEN_TRY(a.api, monthly_bill(catalog, q.api_model, *q.trace, options));
  BREAKEVEN_TRY(ApiLevers levers, api_levers(q, catalog, defaults, a.api));
  a.levers = std::move(levers.levers);
  a.api_optimised = std::move(levers.bill);
  for (const ApiLever& lever : a.levers) {
    if (lever.share > 0 && !lever.applied) {
      a.warnings.push_back(lever.title + " is left out: " + lever.unavailable);
    }
  }
  for (const catalog::HostedModel* host : catalog.hosts_of(model.id)) {
    if (host->price_id() == a.api.model) continue;  // it is the API as billed
    if (!wants(q, "hosted." + host->price_id())) continue;
    auto bill = monthly_bill(catalog, host->price_id(), *q.trace, options);
    if (!bill) {
      a.warnings.push_back(host->price_id() + " cannot be priced: " + bill.error().text());
      continue;
    }
    if (host->precision == "unknown") {
      bill->warnings.push_back(host->price_id() +
                               " does not say at which precision it serves the weights");
    }
    a.hosted.push_back(std::move(*bill));
  }
  std::stable_sort(a.hosted.begin(), a.hosted.end(),
                   [](const MonthlyBill& x, const MonthlyBill& y) { return x.value < y.value; });
  return {};
}

decision::Gate policy_gate() {
  decision::Gate gate;
  gate.id = "policy.self_host";
  gate.title = "must self-host";
  gate.topic = decision::GateTopic::policy;
  gate.state = decision::GateState::fail;
  gate.condition = "the question requires that the model runs on machines of one's own";
  gate.evidence = {"given", "", "--must-self-host"};
  return gate;
}

/// The API with its levers, or what would have to be declared.
Result<PlanOption> optimised_option(const PlanContext& context, const PlanAnswer& a) {
  PlanOption option;
  if (!a.api_optimised) {
    option.available = false;
    option.option.ledger.option_id = kApiOptimised;
    option.option.ledger.kind = OptionKind::api_optimised;
    option.option.ledger.title = "API optimised: " + a.api.model;
    option.reason =
        "no share is declared that could be cached, routed, taken slowly or in batch, "
        "and no discount";
    return option;
  }
  std::string what;
  for (const ApiLever& lever : a.levers) {
    if (!lever.applied) continue;
    what += (what.empty() ? "" : ", ") + lever.id + " " + shortest(lever.share * 100) + " %";
  }
  option = api_option(*a.api_optimised, OptionKind::api_optimised, kApiOptimised,
                      "API optimised (" + what + "): " + a.api.model);
  for (const ApiLever& lever : a.levers) {
    if (!lever.applied) continue;
    option.option.ledger.add(lever.effort);
    for (const std::string& condition : lever.preconditions) {
      option.option.notes.push_back(lever.id + ": " + condition);
    }
  }
  BREAKEVEN_CHECK_OK(total_up(context, option));
  return option;
}

Status build_api_options(const PlanContext& context, PlanAnswer& a) {
  const PlanQuestion& q = *context.question;
  PlanOption billed =
      api_option(a.api, OptionKind::api_as_billed, "api", "API as billed: " + a.api.model);
  BREAKEVEN_CHECK_OK(total_up(context, billed));
  a.options.push_back(std::move(billed));
  if (wants(q, kApiOptimised)) {
    BREAKEVEN_TRY(PlanOption optimised, optimised_option(context, a));
    a.options.push_back(std::move(optimised));
  }
  for (const MonthlyBill& bill : a.hosted) {
    PlanOption option = api_option(bill, OptionKind::hosted_open_weights, "hosted." + bill.model,
                                   "Hosted open weights: " + bill.model);
    if (!bill.cannot_serve.empty()) {
      option.available = false;
      option.reason = bill.cannot_serve;
    }
    BREAKEVEN_TRY(std::vector<economics::Line> lines, model_switch_lines(*context.defaults, q));
    for (economics::Line& line : lines) option.option.ledger.add(std::move(line));
    BREAKEVEN_CHECK_OK(total_up(context, option));
    a.options.push_back(std::move(option));
  }
  if (wants(q, kProvisioned)) {
    BREAKEVEN_TRY(PlanOption provisioned, provisioned_option(context));
    a.options.push_back(std::move(provisioned));
  }
  return {};
}

Status build_machine_options(const PlanContext& context,
                             const std::vector<sizing::PricedFleet>& dedicated, PlanAnswer& a) {
  const PlanQuestion& q = *context.question;
  if (wants(q, kDedicated)) {
    BREAKEVEN_TRY(PlanOption endpoint, dedicated_option(context, dedicated));
    a.options.push_back(std::move(endpoint));
  }
  // The cheapest rent is not always the cheapest fleet: fewer GPUs may need fewer people.
  for (const catalog::Term term : {catalog::Term::on_demand, catalog::Term::reserved_1y,
                                   catalog::Term::reserved_3y, catalog::Term::spot}) {
    if (!wants(q, rented_id(term))) continue;
    std::optional<PlanOption> best;
    for (std::size_t i = 0; i < a.fleets.fleets.size(); ++i) {
      if (a.fleets.fleets[i].offer->term != term) continue;
      BREAKEVEN_TRY(PlanOption option, rented_option(context, a.fleets.fleets[i], i));
      if (!best || option.fully_loaded < best->fully_loaded) best = std::move(option);
    }
    if (best) a.options.push_back(std::move(*best));
  }
  if (wants(q, kOwned)) {
    BREAKEVEN_TRY(PlanOption owned, owned_option(context, a.fleets));
    a.options.push_back(std::move(owned));
  }
  return {};
}

/// What the question forbids everything but machines of one's own.
void add_policy_gates(const PlanQuestion& q, PlanAnswer& a) {
  if (!q.must_self_host) return;
  for (PlanOption& option : a.options) {
    if (economics::is_self_hosted(option.option.ledger.kind)) continue;
    option.option.gates.push_back(policy_gate());
  }
}

bool self_hosted(const PlanOption& option) {
  return economics::is_self_hosted(option.option.ledger.kind);
}

/// An API alone: a mix is neither side of the comparison.
bool run_by_others(const PlanOption& option) {
  const OptionKind kind = option.option.ledger.kind;
  return !economics::is_self_hosted(kind) && kind != OptionKind::hybrid;
}

template <class Predicate>
std::optional<std::size_t> cheapest(const std::vector<PlanOption>& options, Predicate wanted) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (!options[i].available || !options[i].may_win || !wanted(options[i])) continue;
    if (!best || options[i].fully_loaded < options[*best].fully_loaded) best = i;
  }
  return best;
}

/// The mix of machines and the cheapest metered API that holds the open model or is in use.
Status mix_in(const PlanContext& context, PlanAnswer& a) {
  const MonthlyBill* overflow = &a.api;
  for (const MonthlyBill& bill : a.hosted) {
    if (bill.cannot_serve.empty() && bill.value < overflow->value) overflow = &bill;
  }
  // With no replica at all it is the best API on its own, whichever that is.
  const PlanOption& pure_api = a.options[cheapest(a.options, run_by_others).value_or(0)];
  return add_hybrid(context, *overflow, pure_api.fully_loaded, a);
}

/// Sorts the options and points best_self_host and best_api at them again.
void order_options(PlanAnswer& a) {
  std::stable_sort(a.options.begin(), a.options.end(),
                   [](const PlanOption& x, const PlanOption& y) {
                     if (x.available != y.available) return x.available;
                     return x.available && x.fully_loaded < y.fully_loaded;
                   });
  a.best_self_host = cheapest(a.options, self_hosted);
  // The API as billed is always in the list.
  a.best_api = cheapest(a.options, run_by_others).value_or(0);
}

void compare_cash(const PlanQuestion& q, PlanAnswer& a) {
  const auto api = std::find_if(a.options.begin(), a.options.end(), [](const PlanOption& o) {
    return o.option.ledger.kind == OptionKind::api_as_billed;
  });
  const economics::Projection reference = economics::project(api->option.ledger, outlook_of(q));
  for (PlanOption& option : a.options) {
    if (!option.available || option.option.ledger.kind == OptionKind::api_as_billed) continue;
    const economics::Projection own = economics::project(option.option.ledger, outlook_of(q));
    option.against_api =
        economics::compare(reference.total_usd, own.total_usd, q.discount_rate_per_year);
  }
}

std::string flip_text(const economics::FlipPoint& flip,
                      const std::vector<economics::Driver>& drivers) {
  const economics::Driver& d = drivers[flip.driver];
  return d.title + " at " + shortest(std::round(flip.value * 1e4) / 1e4) + " " + d.unit + " (now " +
         shortest(std::round(d.base * 1e4) / 1e4) + ")";
}

void conclude(const PlanQuestion& q, const catalog::OpenModel& model, PlanAnswer& a) {
  decision::Evidence e;
  const economics::Ledger& api = a.options[a.best_api].option.ledger;
  if (api.kind == OptionKind::hosted_open_weights) {
    e.api_name = "the open model hosted at " + api.option_id.substr(sizeof("hosted.") - 1);
  } else if (api.kind == OptionKind::api_optimised) {
    e.api_name = "the optimised API";
  } else if (api.kind == OptionKind::dedicated_endpoint) {
    e.api_name = "the dedicated endpoint";
  } else if (api.kind == OptionKind::provisioned_throughput) {
    e.api_name = "the provisioned throughput";
  }
  e.api = a.options[a.best_api].fully_loaded;
  e.horizon_months = q.horizon_months;
  e.basis = "with all costs in";
  e.api_feasible = !q.must_self_host;
  if (q.must_self_host) e.constraint = "must self-host";
  if (a.best_self_host) {
    const PlanOption& own = a.options[*a.best_self_host];
    e.self_host = own.fully_loaded;
    if (!model.commercial_use && e.self_host < e.api) {
      e.open_questions.push_back("May you use " + model.id + " under its licence (" +
                                 model.licence + ")?");
    }
  } else {
    e.self_host_feasible = false;
    e.both_priced = false;
    e.constraint =
        wants_machines(q) ? "no fleet meets the objective" : "the question leaves machines out";
  }
  if (a.hybrid && a.hybrid->mixed()) {
    for (const PlanOption& option : a.options) {
      if (option.option.ledger.kind == OptionKind::hybrid) e.hybrid = option.fully_loaded;
    }
  }
  if (a.uncertainty) e.probability = a.uncertainty->probability_cheaper;
  const std::optional<PlanVolume>& volume = a.volume_best ? a.volume_best : a.volume;
  if (volume && !volume->answer.first) e.never = volume->answer.never;
  for (const economics::TornadoBar& bar : a.tornado) {
    if (e.drivers.size() < 3) e.drivers.push_back(a.drivers[bar.driver].title);
  }
  if (!a.flips.empty()) e.nearest_flip = flip_text(a.flips.front(), a.drivers);
  a.verdict = decision::decide(e);
}

/// Says so when the best option stands on an accelerator that nobody measured for us, and what the
/// best one with measured runs costs.
Status warn_of_estimated_speed(const PlanContext& context, PlanAnswer& a) {
  if (!a.best_self_host) return {};
  const PlanOption& own = a.options[*a.best_self_host];
  const serving::Replica& replica = fleet_of(a, own).plan.replica;
  if (replica.measured) return {};
  std::string text = "the best self-hosted option runs on " + replica.config.accelerator->id +
                     ", for which there are no measured runs behind the simulated speed (real over "
                     "simulated step time " +
                     shortest(std::round(replica.error_p10 * 100) / 100) + " to " +
                     shortest(std::round(replica.error_p90 * 100) / 100) + ")";
  std::optional<PlanOption> best;
  for (std::size_t i = 0; i < a.fleets.fleets.size(); ++i) {
    if (!a.fleets.fleets[i].plan.replica.measured) continue;
    BREAKEVEN_TRY(PlanOption option, rented_option(context, a.fleets.fleets[i], i));
    if (!best || option.fully_loaded < best->fully_loaded) best = std::move(option);
  }
  if (best) {
    text += "; the cheapest verified fleet with measured runs costs " +
            best->fully_loaded.display() + " a month fully loaded: " + best->option.ledger.title;
  }
  a.warnings.push_back(std::move(text));
  return {};
}

/// The same question about the same requests, seen over a longer time.
Result<PlanAnswer> plan_over_span(const PlanQuestion& question, double span_s,
                                  const catalog::Catalog& catalog,
                                  const serving::Coefficients& coefficients, Pool& pool) {
  const double last_s = static_cast<double>(question.trace->arrival_ns.back()) * 1e-9;
  if (!(span_s >= last_s && span_s <= 1e9)) {
    return out_of_range("span", "at least the last arrival, " + shortest(last_s) + " s", span_s);
  }
  traffic::Trace trace = *question.trace;
  trace.span_ns = static_cast<std::int64_t>(std::ceil(span_s * 1e9));
  PlanQuestion longer = question;
  longer.trace = &trace;
  longer.span_s.reset();
  return plan(longer, catalog, coefficients, pool);
}

}  // namespace

economics::Outlook outlook_of(const PlanQuestion& q) {
  economics::Outlook o;
  o.horizon_months = q.horizon_months;
  o.growth_per_month = q.growth_per_month.value_or(0);
  o.api_trend_per_year = q.api_price_trend_per_year;
  o.gpu_trend_per_year = q.gpu_price_trend_per_year;
  o.discount_rate_per_year = q.discount_rate_per_year;
  return o;
}

Result<PlanAnswer> plan(const PlanQuestion& question, const catalog::Catalog& catalog,
                        const serving::Coefficients& coefficients, Pool& pool) {
  BREAKEVEN_CHECK_OK(check(question));
  if (question.span_s) {
    return plan_over_span(question, *question.span_s, catalog, coefficients, pool);
  }
  BREAKEVEN_TRY(const catalog::OpenModel* model, catalog.model(question.open_model));
  BREAKEVEN_TRY(const catalog::GivenDefaults defaults,
                catalog::GivenDefaults::make(catalog, question.set, "set"));
  PlanAnswer answer;
  answer.open_model = model->id;
  BREAKEVEN_CHECK_OK(describe_traffic(question, answer));
  BREAKEVEN_CHECK_OK(price_apis(question, catalog, defaults, *model, answer));
  answer.quality = quality_gaps(catalog, answer.api.model, model->id);

  PlanContext context;
  context.question = &question;
  context.catalog = &catalog;
  context.defaults = &defaults;
  context.model = model;
  context.requests_per_month = static_cast<double>(answer.requests_per_month);
  context.output_tokens_per_month = static_cast<double>(answer.output_tokens_per_month);
  context.tokens_per_month = answer.input_tokens_per_month + answer.output_tokens_per_month;
  context.api_monthly = answer.api.value;

  FleetSearch search;
  if (wants_machines(question)) {
    BREAKEVEN_TRY(search, search_fleets(question, catalog, coefficients, *model, pool));
  }
  answer.fleets = std::move(search.result);
  if (!model->commercial_use) {
    answer.warnings.push_back("the licence of " + model->id + " (" + model->licence +
                              ") does not allow commercial use");
  }
  for (std::string& note : search.quality_notes) answer.warnings.push_back(std::move(note));
  BREAKEVEN_CHECK_OK(build_api_options(context, answer));
  BREAKEVEN_CHECK_OK(build_machine_options(context, search.dedicated, answer));
  answer.best_self_host = cheapest(answer.options, self_hosted);
  BREAKEVEN_CHECK_OK(mix_in(context, answer));
  add_policy_gates(question, answer);
  order_options(answer);
  compare_cash(question, answer);
  BREAKEVEN_CHECK_OK(model_uncertainty(context, answer, pool));
  BREAKEVEN_CHECK_OK(find_volume(context, answer));
  BREAKEVEN_CHECK_OK(climb(question, answer));
  conclude(question, *model, answer);
  for (const std::string& warning : answer.api.warnings) answer.warnings.push_back(warning);
  if (const PlanOption& best = answer.options[answer.best_api];
      best.option.ledger.kind == OptionKind::hosted_open_weights) {
    for (const std::string& note : best.option.notes) answer.warnings.push_back(note);
  }
  if (!answer.api.cannot_serve.empty()) {
    answer.warnings.push_back(answer.api.model + ": " + answer.api.cannot_serve);
  }
  BREAKEVEN_CHECK_OK(warn_of_estimated_speed(context, answer));
  answer.figures = std::make_shared<const explain::FigureGraph>(figures_of(question, answer));
  return answer;
}

}  // namespace breakeven::advisor
