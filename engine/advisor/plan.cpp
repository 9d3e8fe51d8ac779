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
#include "engine/advisor/constraint_names.hpp"
#include "engine/advisor/constraints.hpp"
#include "engine/advisor/fleet_search.hpp"
#include "engine/advisor/model_shortlist.hpp"
#include "engine/advisor/option_choice.hpp"
#include "engine/advisor/plan_build.hpp"
#include "engine/advisor/plan_figures.hpp"
#include "engine/advisor/plan_futures.hpp"
#include "engine/advisor/plan_hybrid.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/advisor/plan_rungs.hpp"
#include "engine/advisor/plan_uncertainty.hpp"
#include "engine/advisor/plan_verdict.hpp"
#include "engine/advisor/plan_volume.hpp"
#include "engine/advisor/quality.hpp"
#include "engine/advisor/task_cost.hpp"
#include "engine/base/money.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/decision/gates.hpp"
#include "engine/economics/cash_flow.hpp"
#include "engine/economics/ledger.hpp"
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
                  const traffic::Trace& open_trace, PlanAnswer& a) {
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
    auto bill = monthly_bill(catalog, host->price_id(), open_trace, options);
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

bool self_hosted(const PlanOption& option) {
  return economics::is_self_hosted(option.option.ledger.kind);
}

/// An API alone: a mix is neither side of the comparison.
bool run_by_others(const PlanOption& option) {
  const OptionKind kind = option.option.ledger.kind;
  return !economics::is_self_hosted(kind) && kind != OptionKind::hybrid;
}

/// The cheapest that the requirements allow; the cheapest of all when they allow none.
template <class Predicate>
std::optional<std::size_t> cheapest(const std::vector<PlanOption>& options, Predicate wanted) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (!options[i].available || !options[i].may_win || !wanted(options[i])) continue;
    const bool allowed = options[i].feasibility.feasible;
    const bool better = best && (allowed != options[*best].feasibility.feasible
                                     ? allowed
                                     : options[i].fully_loaded < options[*best].fully_loaded);
    if (!best || better) best = i;
  }
  return best;
}

/// Gates, what they allow and what they charge, of the options from `first` on.
Status gate_options(const PlanContext& context, std::size_t first, PlanAnswer& a) {
  name_subjects(context, a);
  for (std::size_t i = first; i < a.options.size(); ++i) {
    // The lines of a mix were needed to find it.
    if (a.options[i].option.ledger.kind == OptionKind::hybrid) continue;
    BREAKEVEN_CHECK_OK(add_task_lines(context, false, a.options[i]));
  }
  BREAKEVEN_CHECK_OK(apply_constraints(context, first, a));
  add_policy_gates(*context.question, first, a);
  const std::string today = context.question->as_of.date().iso();
  for (std::size_t i = first; i < a.options.size(); ++i) {
    PlanOption& option = a.options[i];
    option.feasibility = decision::feasibility(option.option, today);
    const bool mixed =
        option.option.ledger.kind == OptionKind::hybrid && a.hybrid_overflow == a.api.model;
    BREAKEVEN_TRY(option.per_finished_task, per_finished_task(context, mixed, option));
  }
  return {};
}

/// The cheapest metered API that the requirements allow; the one in use when they allow none.
const MonthlyBill& overflow_api(const PlanAnswer& a) {
  const MonthlyBill* best = nullptr;
  for (const PlanOption& option : a.options) {
    const economics::Ledger& ledger = option.option.ledger;
    if (!option.available || !option.feasibility.feasible) continue;
    const MonthlyBill* bill = ledger.kind == OptionKind::api_as_billed ? &a.api : nullptr;
    for (const MonthlyBill& hosted : a.hosted) {
      if (ledger.option_id == "hosted." + hosted.model) bill = &hosted;
    }
    if (bill != nullptr && (best == nullptr || bill->value < best->value)) best = bill;
  }
  return best == nullptr ? a.api : *best;
}

Status mix_in(const PlanContext& context, PlanAnswer& a) {
  // With no replica at all it is the best API on its own, whichever that is.
  const PlanOption& pure_api = a.options[cheapest(a.options, run_by_others).value_or(0)];
  const std::size_t before = a.options.size();
  BREAKEVEN_CHECK_OK(add_hybrid(context, overflow_api(a), pure_api.fully_loaded, a));
  return gate_options(context, before, a);
}

template <class T>
Status as_status(const Result<T>& result) {
  return result.ok() ? Status() : Status(result.error());
}

/// The same question about other requests.
PlanQuestion on_trace(PlanQuestion question, const traffic::Trace& trace) {
  question.trace = &trace;
  return question;
}

/// Fleets on machines that the hard requirements allow, when the cheap ones are not. They are
/// added behind the others; the result is the index of the first.
Result<std::size_t> search_allowed(const PlanContext& context,
                                   const serving::Coefficients& coefficients, Pool& pool,
                                   PlanAnswer& a) {
  const std::size_t all = a.fleets.fleets.size();
  bool needed = false;
  for (const sizing::PricedFleet& fleet : a.fleets.fleets) {
    BREAKEVEN_TRY(const bool out, rules_out(context, *fleet.offer));
    needed = needed || out;
  }
  if (!needed) return all;
  std::vector<const catalog::GpuOffer*> allowed;
  for (const catalog::GpuOffer& offer : context.catalog->offers()) {
    BREAKEVEN_TRY(const bool out, rules_out(context, offer));
    if (!out) allowed.push_back(&offer);
  }
  const auto search = search_fleets(on_trace(*context.question, *context.open_trace),
                                    *context.catalog, coefficients, *context.model, pool, &allowed);
  if (!search && search.error().code == ErrorCode::infeasible) {
    a.warnings.push_back("no rented machine that the requirements allow: " +
                         search.error().message);
    return all;
  }
  if (!search) return search.error();
  for (const sizing::PricedFleet& fleet : search->result.fleets) a.fleets.fleets.push_back(fleet);
  return all;
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
  o.growth_ceiling = q.growth_ceiling;
  o.launches = q.launches;
  o.api_trend_per_year = q.api_price_trend_per_year;
  o.gpu_trend_per_year = q.gpu_price_trend_per_year;
  o.discount_rate_per_year = q.discount_rate_per_year;
  return o;
}

Result<PlanAnswer> plan(const PlanQuestion& question, const catalog::Catalog& catalog,
                        const serving::Coefficients& coefficients, Pool& pool) {
  BREAKEVEN_CHECK_OK(check(question));
  BREAKEVEN_CHECK_OK(check_constraints(question, catalog));
  if (question.span_s) {
    return plan_over_span(question, *question.span_s, catalog, coefficients, pool);
  }
  BREAKEVEN_TRY(const catalog::OpenModel* model, catalog.model(question.open_model));
  BREAKEVEN_TRY(const catalog::GivenDefaults defaults,
                catalog::GivenDefaults::make(catalog, question.set, "set"));
  if (!question.people_region.empty()) {
    BREAKEVEN_CHECK_OK(
        as_status(defaults.default_value("people.region_factor." + question.people_region)));
  }
  PlanAnswer answer;
  answer.open_model = model->id;
  BREAKEVEN_CHECK_OK(describe_traffic(question, answer));
  BREAKEVEN_CHECK_OK(check_benchmarks(catalog, question.benchmarks));
  traffic::Trace rescaled;
  const traffic::Trace* open_trace = question.trace;
  if (question.open_tokens != 1 || question.open_answers != 1) {
    BREAKEVEN_TRY(rescaled,
                  in_open_tokens(*question.trace, question.open_tokens, question.open_answers));
    open_trace = &rescaled;
  }
  BREAKEVEN_CHECK_OK(price_apis(question, catalog, defaults, *model, *open_trace, answer));
  BREAKEVEN_TRY(answer.quality, quality_gaps(catalog, defaults, answer.api.model, model->id));
  BREAKEVEN_TRY(answer.shortlist,
                model_shortlist(catalog, defaults, answer.api.model, *model, question.benchmarks));

  PlanContext context;
  context.question = &question;
  context.catalog = &catalog;
  context.defaults = &defaults;
  context.model = model;
  context.open_trace = open_trace;
  context.api_model = answer.api.model;
  context.requests_per_month = static_cast<double>(answer.requests_per_month);
  context.output_tokens_per_month = static_cast<double>(answer.output_tokens_per_month);
  context.tokens_per_month = answer.input_tokens_per_month + answer.output_tokens_per_month;
  context.api_monthly = answer.api.value;

  FleetSearch search;
  if (wants_machines(question)) {
    BREAKEVEN_TRY(search, search_fleets(on_trace(question, *open_trace), catalog, coefficients,
                                        *model, pool));
  }
  answer.fleets = std::move(search.result);
  if (!model->commercial_use) {
    answer.warnings.push_back("the licence of " + model->id + " (" + model->licence +
                              ") does not allow commercial use");
  }
  for (std::string& note : search.quality_notes) answer.warnings.push_back(std::move(note));
  BREAKEVEN_CHECK_OK(build_api_options(context, answer));
  BREAKEVEN_TRY(const std::size_t allowed_from,
                search_allowed(context, coefficients, pool, answer));
  BREAKEVEN_CHECK_OK(build_machine_options(context, search.dedicated, allowed_from, answer));
  BREAKEVEN_CHECK_OK(gate_options(context, 0, answer));
  answer.best_self_host = cheapest(answer.options, self_hosted);
  BREAKEVEN_CHECK_OK(mix_in(context, answer));
  order_options(answer);
  price_constraints(context, answer);
  compare_cash(question, answer);
  BREAKEVEN_CHECK_OK(model_uncertainty(context, answer, pool));
  BREAKEVEN_CHECK_OK(compare_futures(context, answer, pool));
  BREAKEVEN_CHECK_OK(find_volume(context, answer));
  BREAKEVEN_CHECK_OK(climb(question, answer));
  conclude(question, answer);
  compare_pairs(question, answer);
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
