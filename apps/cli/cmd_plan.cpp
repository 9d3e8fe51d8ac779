// breakeven plan: the whole chain, from a trace to a verdict.
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>
#include <string_view>
#include <tuple>

#include "apps/cli/commands.hpp"
#include "apps/cli/objective_options.hpp"
#include "apps/cli/plan_progress.hpp"
#include "apps/cli/usage_options.hpp"
#include "codec/plan_json.hpp"
#include "engine/base/text.hpp"
#include "service/brief_text.hpp"
#include "service/dossier.hpp"
#include "service/plan.hpp"
#include "service/simulate.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::cli {
namespace {

struct Options {
  advisor::PlanQuestion question;
  TrafficOptions traffic;
  ObjectiveOptions objective;
  std::string as_of;
  std::string known;
  std::string store;
  std::string tooling;
  std::string explain;
  std::string brief;
  std::string dossier;
  std::string span;
  std::string provisioned;
  std::string on_call;
  std::vector<std::string> set;
  std::string review;
  std::string error;
  std::vector<std::string> benchmarks;
  std::vector<std::string> require;
  std::vector<std::string> prefer;
  std::vector<std::string> risk;
  double max_rejected = 0.01;
};

/// "a=1", "b=2" as numbers by name.
Result<std::map<std::string, double>> named_numbers(const std::vector<std::string>& texts,
                                                    const char* flag) {
  std::map<std::string, double> numbers;
  for (const std::string& text : texts) {
    const std::size_t equals = text.rfind('=');
    const auto value = equals == std::string::npos
                           ? Result<double>(Error{})
                           : parse_double(std::string_view(text).substr(equals + 1));
    if (!value) {
      return Error{ErrorCode::invalid_argument, "expected NAME=NUMBER, found " + text, flag};
    }
    numbers[text.substr(0, equals)] = *value;
  }
  return numbers;
}

/// "operations.max_fte=2", with ":5000" behind it for a risk.
Result<advisor::Constraint> read_constraint(std::string_view text, decision::Strength strength,
                                            const char* flag) {
  advisor::Constraint c;
  c.strength = strength;
  if (strength == decision::Strength::priced) {
    const std::size_t colon = text.rfind(':');
    const auto usd =
        colon == std::string_view::npos ? Result<Usd>(Error{}) : Usd::parse(text.substr(colon + 1));
    if (!usd) {
      return Error{ErrorCode::invalid_argument,
                   "expected NAME:USD a month, found " + std::string(text), flag};
    }
    c.usd_per_month = *usd;
    text = text.substr(0, colon);
  }
  const std::size_t equals = text.find('=');
  c.name = text.substr(0, equals);
  if (equals == std::string_view::npos) return c;
  const auto value = parse_double(text.substr(equals + 1));
  if (!value) {
    return Error{ErrorCode::invalid_argument, "expected NAME=NUMBER, found " + std::string(text),
                 flag};
  }
  c.value = *value;
  return c;
}

Status read_provisioned(const std::string& text, advisor::PlanQuestion& q) {
  if (text.empty()) return {};
  constexpr const char* kFlag = "--provisioned";
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  BREAKEVEN_TRY(const auto numbers, named_numbers(parts, kFlag));
  advisor::ProvisionedUnit unit;
  for (const auto& [name, value] : numbers) {
    const bool whole = value == std::floor(value) && std::fabs(value) <= 1e9;
    if (name == "usd_per_hour") {
      if (!(value > 0 && value <= 1e6)) {
        return Error{ErrorCode::out_of_range,
                     "expected above 0 and up to 1 000 000 USD an hour, found " + shortest(value),
                     kFlag};
      }
      unit.usd_per_hour =
          Usd::from_femto(static_cast<Int128>(std::llround(value * 1e9)) * 1'000'000);
    } else if (name == "tokens_per_minute") {
      unit.tokens_per_minute = value;
    } else if (name == "output_weight") {
      unit.output_weight = value;
    } else if (name == "min_units" && whole) {
      unit.min_units = static_cast<int>(value);
    } else if (name == "step_units" && whole) {
      unit.step_units = static_cast<int>(value);
    } else if (name == "commitment_months" && whole) {
      unit.commitment_months = static_cast<int>(value);
    } else {
      return Error{ErrorCode::invalid_argument,
                   "expected usd_per_hour, tokens_per_minute, output_weight, or a whole number of "
                   "min_units, step_units or commitment_months, found " +
                       name,
                   kFlag};
    }
  }
  q.provisioned = unit;
  return {};
}

Status run(Context& context, Options& o) {
  advisor::PlanQuestion& q = o.question;
  BREAKEVEN_TRY(q.objective, o.objective.read());
  if (!o.span.empty()) {
    BREAKEVEN_TRY(q.span_s, service::parse_duration_s(o.span));
  }
  if (!o.as_of.empty()) {
    BREAKEVEN_TRY(q.as_of, Instant::parse(o.as_of));
  }
  if (!o.tooling.empty()) {
    BREAKEVEN_TRY(q.tooling_per_month, Usd::parse(o.tooling));
  }
  BREAKEVEN_TRY(q.set, named_numbers(o.set, "--set"));
  BREAKEVEN_TRY(q.benchmarks, named_numbers(o.benchmarks, "--benchmark"));
  if (!o.review.empty()) {
    BREAKEVEN_TRY(q.review_usd, Usd::parse(o.review));
  }
  if (!o.error.empty()) {
    BREAKEVEN_TRY(q.error_usd, Usd::parse(o.error));
  }
  BREAKEVEN_CHECK_OK(read_provisioned(o.provisioned, q));
  for (const auto& [texts, strength, flag] :
       {std::tuple{&o.require, decision::Strength::hard, "--require"},
        std::tuple{&o.prefer, decision::Strength::soft, "--prefer"},
        std::tuple{&o.risk, decision::Strength::priced, "--risk"}}) {
    for (const std::string& text : *texts) {
      BREAKEVEN_TRY(advisor::Constraint c, read_constraint(text, strength, flag));
      q.constraints.push_back(std::move(c));
    }
  }
  for (const advisor::OnCall kind :
       {advisor::OnCall::none, advisor::OnCall::shared, advisor::OnCall::own_team}) {
    if (o.on_call == advisor::to_string(kind)) q.on_call = kind;
  }
  BREAKEVEN_TRY(const auto exports, o.traffic.read());
  auto progress = std::make_unique<PlanProgress>();
  progress->stage("reading the catalogue");
  std::shared_ptr<const service::Facts> facts;
  if (o.known.empty()) {
    BREAKEVEN_TRY(facts, service::load_facts(context.catalog_dir));
  } else {
    BREAKEVEN_TRY(const Instant known, Instant::parse(o.known));
    if (o.as_of.empty()) q.as_of = known;
    BREAKEVEN_TRY(facts, service::load_facts_known(context.catalog_dir, o.store, known));
  }
  service::TraceReadOptions read;
  read.max_rejected_share = o.max_rejected;
  service::ThreadPool pool;
  const auto stage = [&](const char* name) { progress->stage(name); };
  const auto answer_for = [&]() -> Result<std::shared_ptr<const service::PlanResult>> {
    if (!exports) return service::plan(*facts, q, o.traffic.trace, read, pool, stage);
    stage("reading the usage");
    BREAKEVEN_TRY(auto traffic, service::usage_trace(facts->catalog.prices(), *exports));
    return service::plan(*facts, q, std::move(traffic), pool, stage);
  };
  const auto result = answer_for();
  if (!result) return result.error();
  const service::PlanResult& answer = **result;
  std::string written;
  if (!o.dossier.empty()) {
    stage("packing the dossier");
    BREAKEVEN_TRY(written, service::write_dossier(*facts, answer.question, answer.answer,
                                                  BREAKEVEN_VERSION, o.dossier));
  }
  progress.reset();
  std::fputs(service::import_text(answer.import).c_str(), stderr);
  if (!o.explain.empty()) {
    BREAKEVEN_TRY(const std::string text, answer.answer.figures->text(o.explain));
    return print(text);
  }
  if (!o.brief.empty()) {
    return print(service::brief_text(answer.question, answer.answer, o.brief == "cfo"));
  }
  if (context.json_errors) {
    return print(codec::plan_answer_to_json(answer.question, answer.answer, BREAKEVEN_VERSION) +
                 "\n");
  }
  return print(written.empty() ? service::plan_text(answer) : written);
}

template <class T>
void optional_number(CLI::App& app, const char* name, std::optional<T>& target, const char* help) {
  app.add_option_function<T>(name, [&target](const T& value) { target = value; }, help);
}

const Command kPlan(20, [](CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("plan", "Should this traffic stay on the API? The whole answer");
  command->footer(
      "Example: breakeven plan --trace examples/support-chat.csv.gz \\\n"
      "           --api anthropic/claude-sonnet-4-6 --model qwen3-32b\n"
      "Figures that can be explained are named in --json under \"figures\".");
  auto o = std::make_shared<Options>();
  advisor::PlanQuestion& q = o->question;
  o->traffic.declare(*command, "Request trace (see breakeven trace --help), or -");
  command->add_option("--api", q.api_model, "API model you pay for: vendor/model")->required();
  command->add_option("--model", q.open_model, "Open-weight model you would host")->required();
  command
      ->add_option(
          "--span", o->span,
          "Time the trace was watched for, such as 24h or 7d (default: to its last arrival)")
      ->check(checked(service::parse_duration_s, "DURATION"));
  o->objective.declare(*command);
  command
      ->add_option("--redundancy", q.redundancy,
                   "Replicas that may be down with the objective held")
      ->capture_default_str();
  command->add_option("--as-of,--effective", o->as_of,
                      "Prices in effect at this date or time (default: the newest)");
  command->add_option(
      "--known", o->known,
      "API prices as the registry knew them then (default: as the catalogue has them)");
  command->add_option("--store", o->store, "Ledger of --known (default: the user's own)");
  optional_number(
      *command, "--cache-share", q.api_cache_share,
      "Share of prompt tokens that the API bills as cache reads (default: what the trace knows)");
  command
      ->add_option("--batch-share", q.api_batch_share,
                   "Share of requests that could wait for batch")
      ->capture_default_str();
  command
      ->add_option("--flex-share", q.api_flex_share,
                   "Share of requests that could take slower answers (flex)")
      ->capture_default_str();
  optional_number(*command, "--cacheable-share", q.api_cacheable_share,
                  "Share of prompt tokens that the API could read from its cache");
  command
      ->add_option("--easy-share", q.api_easy_share,
                   "Share of requests that --easy-model answers as well")
      ->capture_default_str();
  command->add_option("--easy-model", q.api_easy_model, "Cheaper API model: vendor/model");
  command
      ->add_option("--volume-discount", q.api_volume_discount,
                   "Discount on the API bill by contract, 0.1 = 10 %")
      ->capture_default_str();
  command->add_option("--provisioned", o->provisioned,
                      "Provisioned units as quoted: usd_per_hour=12,tokens_per_minute=50000, and "
                      "output_weight, min_units, step_units, commitment_months");
  command
      ->add_option("--options", q.options,
                   "Only these options: api.optimised, hosted, provisioned, dedicated, rented, "
                   "rented.spot, owned, hybrid, ...")
      ->delimiter(',');
  command->add_option("--exclude", q.exclude, "All but these options")->delimiter(',');
  command->add_option("--regions", q.regions, "Regions that each carry the whole load")
      ->capture_default_str();
  command->add_option("--accelerator", q.accelerators, "Only these accelerators (repeat or comma)")
      ->delimiter(',');
  command->add_option("--provider", q.providers, "Only these GPU providers (repeat or comma)")
      ->delimiter(',');
  command->add_option("--precision", q.precisions, "Only these weight precisions: bf16, fp8, ...")
      ->delimiter(',');
  command->add_option("--horizon", q.horizon_months, "Months over which one-offs are spread")
      ->capture_default_str();
  command->add_option("--discount-rate", q.discount_rate_per_year, "Per year, 0.12 = 12 %")
      ->capture_default_str();
  optional_number(*command, "--growth", q.growth_per_month,
                  "Demand growth per month, 0.03 = 3 % (default: 0, uncertain)");
  optional_number(*command, "--growth-ceiling", q.growth_ceiling,
                  "Growth ends at so many times today's volume (S-curve)");
  command->add_option_function<std::vector<std::string>>(
      "--launch",
      [&q](const std::vector<std::string>& texts) {
        q.launches.clear();
        for (const std::string& text : texts) q.launches.push_back(*economics::parse_launch(text));
      },
      "A jump of the demand, MONTH:FACTOR[:MONTHS[:AFTER]]: it fades over MONTHS to AFTER "
      "(repeat)");
  command->get_option("--launch")->check(checked(economics::parse_launch, "LAUNCH"));
  command
      ->add_option("--ramp-months", q.ramp_months,
                   "Months over which the traffic moves evenly after a switch")
      ->capture_default_str();
  command
      ->add_option("--api-trend", q.api_price_trend_per_year,
                   "API price trend per year, -0.3 = falls by 30 %")
      ->capture_default_str();
  command->add_option("--gpu-trend", q.gpu_price_trend_per_year, "GPU price trend per year")
      ->capture_default_str();
  command->add_option("--set", o->set,
                      "A default of the catalogue, NAME=VALUE (repeat; names: breakeven catalog "
                      "defaults, or settings of a line in --json)");
  command->add_option("--people-region", q.people_region,
                      "Where the people work: western_europe, india, ... (default: US)");
  command->add_option("--on-call", o->on_call, "auto, none, shared or own-team")
      ->check(CLI::IsMember({"auto", "none", "shared", "own-team"}));
  optional_number(*command, "--ml-fte", q.ml_engineer_fte,
                  "ML engineers, FTE (default: by fleet size)");
  optional_number(*command, "--sre-fte", q.sre_fte, "SREs, FTE (default: by fleet size)");
  optional_number(*command, "--underestimate", q.underestimate_factor,
                  "Real over estimated people cost");
  command->add_option("--tooling", o->tooling, "Tooling, USD a month (default: by fleet size)");
  optional_number(*command, "--migration-months", q.migration_engineer_months,
                  "Engineer-months of migration");
  optional_number(*command, "--parallel-months", q.parallel_run_months, "Months in which both run");
  optional_number(*command, "--api-success", q.api_success_rate,
                  "Share of tasks that the API model finishes");
  optional_number(*command, "--open-success", q.open_success_rate,
                  "Share of tasks that the open model finishes");
  command->add_option("--max-attempts", q.max_attempts, "Attempts at a task, retries included")
      ->capture_default_str();
  command->add_option("--review-usd", o->review, "A human's check of one attempt, USD");
  command->add_option("--error-usd", o->error, "What an unfinished task costs, USD");
  command
      ->add_option("--open-tokens", q.open_tokens,
                   "Prompt tokens of the open model per token of the API model")
      ->capture_default_str();
  command
      ->add_option("--open-answers", q.open_answers, "The same of answers: tokenizer and verbosity")
      ->capture_default_str();
  command->add_option("--benchmark", o->benchmarks,
                      "A benchmark that matters, NAME=WEIGHT (repeat; for quality.min_score)");
  command->add_flag("--must-self-host", q.must_self_host, "Privacy or compliance leaves no API");
  command->add_option("--require", o->require,
                      "A requirement, NAME or NAME=NUMBER: compliance.HIPAA_BAA, residency.eu, "
                      "privacy.zdr, operations.max_fte=2, ... (repeat)");
  command->add_option("--prefer", o->prefer, "The same as a preference: told and priced only");
  command->add_option("--risk", o->risk,
                      "The same with what a month without it costs: NAME[=NUMBER]:USD");
  command
      ->add_option("--confirm", q.confirmed,
                   "A requirement whose open conditions are met: NAME or NAME@OPTION (repeat)")
      ->delimiter(',');
  command->add_option("--paths", q.paths, "Paths of the uncertainty analysis")
      ->capture_default_str();
  command->add_option("--seed", q.seed, "Seed of the uncertainty analysis")->capture_default_str();
  command->add_option("--max-rejected", o->max_rejected, "Largest share of bad rows in the trace")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--explain", o->explain, "Print the derivation of one figure instead");
  command
      ->add_option("--brief", o->brief,
                   "Half a page for a reader instead: cfo or cto (in --json both are there)")
      ->check(CLI::IsMember({"cfo", "cto"}));
  command->add_flag("--json", context.json_errors, "Print one JSON object");
  CLI::App* exported = command->add_subcommand(
      "export",
      "Keep the plan with everything that it was computed from; takes every option of plan");
  exported->fallthrough();
  exported->footer(
      "Example: breakeven plan export --dossier plan.tar.gz --trace T --api A --model M\n"
      "         breakeven replay plan.tar.gz");
  exported
      ->add_option("--dossier", o->dossier,
                   "File to write: question, trace, facts, prices with evidence, answer")
      ->required();
  on_run(*command, context, [&context, o] { return run(context, *o); });
});

}  // namespace
}  // namespace breakeven::cli
