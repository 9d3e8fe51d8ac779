// Plans: the whole chain from traffic to a verdict, its figures, and what would change it.
#include <array>
#include <string_view>
#include <utility>

#include "apps/mcp/tool.hpp"
#include "codec/assistant_json.hpp"
#include "codec/figure_json.hpp"
#include "codec/http_json.hpp"
#include "codec/json_text.hpp"
#include "service/what_if.hpp"

namespace breakeven::mcp {
namespace {

using codec::JsonArguments;

const char* const kQuestion = R"(
"api_model":{"type":"string","minLength":1,"maxLength":200,"description":"API model in use: vendor/model","examples":["anthropic/claude-sonnet-4-6"]},
"open_model":{"type":"string","minLength":1,"maxLength":200,"description":"open-weight model to host instead","examples":["qwen3-32b"]},
"as_of":{"type":"string","maxLength":40,"description":"date or instant whose prices hold; default: the newest price"},
"span_s":{"type":["number","null"],"description":"seconds the trace was watched for, when longer than its last arrival shows"},
"cache_share":{"type":["number","null"],"minimum":0,"maximum":1,"description":"share of prompt tokens the API bills as cache reads; null: what the trace knows"},
"batch_share":{"type":"number","minimum":0,"maximum":1,"description":"share of requests that could wait for batch mode; default 0"},
"flex_share":{"type":"number","minimum":0,"maximum":1,"description":"share of requests that could take slower answers (flex mode); with batch_share at most 1; default 0"},
"cacheable_share":{"type":["number","null"],"minimum":0,"maximum":1,"description":"share of prompt tokens that could be cached; null: as billed"},
"easy_share":{"type":"number","minimum":0,"maximum":1,"description":"share of requests a cheaper model could answer; default 0"},
"easy_model":{"type":"string","maxLength":200,"description":"that cheaper API model: vendor/model"},
"volume_discount":{"type":"number","minimum":0,"maximum":1,"description":"discount on the API bill that was agreed; default 0"},
"provisioned":{"type":["object","null"],"description":"provisioned throughput: usd_per_hour (decimal string), tokens_per_minute, output_weight, min_units, step_units, commitment_months"},
"regions":{"type":"integer","minimum":1,"maximum":20,"description":"copies of the fleet; default 1"},
"options":{"type":"array","maxItems":100,"items":{"type":"string","maxLength":100},"description":"only these options; empty: every one"},
"exclude":{"type":"array","maxItems":100,"items":{"type":"string","maxLength":100},"description":"options that are left out"},
"constraints":{"type":"array","maxItems":100,"items":{"type":"object","description":"name, value, strength (hard, soft or priced), usd_month"},"description":"requirements and preferences, see breakeven://docs/methodology/constraints"},
"confirmed":{"type":"array","maxItems":200,"items":{"type":"string","maxLength":200},"description":"facts that were confirmed: NAME or NAME@OPTION"},
"set":{"type":"object","description":"defaults of the catalogue with the numbers to use instead"},
"people_region":{"type":"string","maxLength":100,"description":"where people are paid: a name of people.region_factor; default US"},
"on_call":{"type":"string","maxLength":20,"description":"auto, none, shared or own-team; default auto"},
"max_attempts":{"type":"integer","minimum":1,"maximum":1000,"description":"attempts at a task; default 1"},
"review_usd":{"type":"string","maxLength":40,"description":"USD for a person to check one attempt; default 0"},
"error_usd":{"type":"string","maxLength":40,"description":"USD that a task which stays unfinished costs; default 0"},
"open_tokens":{"type":"number","minimum":0,"maximum":100,"description":"prompt tokens of the open model per token of the API's; default 1"},
"open_answers":{"type":"number","minimum":0,"maximum":100,"description":"answer tokens of the open model per token of the API's; default 1"},
"benchmarks":{"type":"object","description":"benchmarks by name with their weight"},
"ttft_s":{"type":"number","minimum":0,"description":"time to first token that must hold, seconds; default 2"},
"tpot_s":{"type":"number","minimum":0,"description":"time per output token after the first that must hold, seconds; default 0.1"},
"percentile":{"type":"number","minimum":0,"maximum":100,"description":"share of requests in % that must meet each limit; default 95"},
"redundancy":{"type":"integer","minimum":0,"maximum":100,"description":"replicas that may be down while the objective holds; default 1"},
"accelerators":{"type":"array","maxItems":100,"items":{"type":"string","maxLength":100},"description":"only these accelerators; empty: all with an offer"},
"providers":{"type":"array","maxItems":100,"items":{"type":"string","maxLength":100},"description":"only these providers; empty: all"},
"precisions":{"type":"array","maxItems":20,"items":{"type":"string","maxLength":20},"description":"only these weights: bf16, fp8, ...; empty: those that make sense"},
"horizon_months":{"type":"integer","minimum":1,"maximum":120,"description":"months that one-offs are spread over; default 36"},
"discount_rate_per_year":{"type":"number","minimum":0,"maximum":1,"description":"default 0.12"},
"growth_per_month":{"type":["number","null"],"minimum":-0.5,"maximum":0.5,"description":"growth of demand; null: 0, uncertain"},
"growth_ceiling":{"type":["number","null"],"description":"growth along an S: the factor of today's demand that it levels off at; null: compound growth"},
"launches":{"type":"array","maxItems":100,"items":{"type":"object","additionalProperties":false,"properties":{"month":{"type":"integer"},"factor":{"type":"number"},"months":{"type":"integer"},"after":{"type":"number"}}},"description":"spikes of demand: month it begins, factor at its peak, months it lasts, factor that stays after it"},
"ramp_months":{"type":"integer","minimum":0,"description":"months over which traffic moves to the own fleet; default 0"},
"api_price_trend_per_year":{"type":"number","minimum":-1,"maximum":2,"description":"default 0"},
"gpu_price_trend_per_year":{"type":"number","minimum":-1,"maximum":2,"description":"default 0"},
"ml_engineer_fte":{"type":["number","null"],"minimum":0,"description":"null: by fleet size"},
"sre_fte":{"type":["number","null"],"minimum":0,"description":"null: by fleet size"},
"underestimate_factor":{"type":["number","null"],"minimum":0,"description":"multiplies people; null: the catalogue's"},
"tooling_usd_month":{"type":["string","null"],"maxLength":40,"description":"USD per month, a decimal; null: by fleet size"},
"migration_engineer_months":{"type":["number","null"],"minimum":0,"description":"null: the catalogue's"},
"parallel_run_months":{"type":["number","null"],"minimum":0,"description":"months in which both are paid; null: the catalogue's"},
"api_success_rate":{"type":["number","null"],"minimum":0,"maximum":1,"description":"share of tasks the API model does at the first try"},
"open_success_rate":{"type":["number","null"],"minimum":0,"maximum":1,"description":"share of tasks the open model does at the first try"},
"must_self_host":{"type":"boolean","description":"privacy or compliance forbids the API; default false"},
"paths":{"type":"integer","minimum":0,"maximum":1000000,"description":"simulated futures; default 100000; 0: none"},
"seed":{"type":"integer","minimum":0,"description":"default 1"})";

const char* const kPlanId =
    R"("plan":{"type":"string","minLength":1,"maxLength":64,"description":"id that plan gave","examples":["plan-0123456789abcdef"]})";

const char* const kPlanOutput =
    R"({"type":"object","required":["plan","trace","question","verdict","rungs","options","key_figures","warnings"],"properties":{
"plan":{"type":"string","description":"id for plan_figures, plan_explain, plan_what_if and breakeven://plans/{id}"},
"trace":{"type":"string"},"question":{"type":"object","description":"as answered, with every default"},
"verdict":{"type":"object","required":["kind","title","sentence","amount_usd_month","saving_usd_month"]},
"rungs":{"type":"array","items":{"type":"object"},"description":"from the naive comparison to the honest one, USD per month"},
"traffic":{"type":"object"},
"options":{"type":"array","items":{"type":"object"},"description":"ways to serve the traffic, cheapest fully loaded first"},
"volume":{"type":["object","null"],"description":"break-even in tokens per month"},
"uncertainty":{"type":["object","null"]},"flip_points":{"type":"array"},
"key_figures":{"type":"object","description":"by the name under which plan_explain derives it"},
"figure_count":{"type":"integer"},"warnings":{"type":"array","items":{"type":"string"}}}})";

std::vector<codec::McpLink> links(const service::HeldPlan& plan) {
  return {{"breakeven://plans/" + plan.id, "The whole plan", "application/json"}};
}

ToolAnswer summary(const service::HeldPlan& plan) {
  return {codec::text_within(plan.json, "verdict", "sentence"),
          codec::plan_summary_to_json(plan.json, plan.id, plan.trace_id), links(plan)};
}

Result<ToolAnswer> plan(const Engine& engine, const JsonArguments& arguments, Ticker& ticker) {
  BREAKEVEN_TRY(ChosenTrace chosen, chosen_trace(engine, arguments));
  constexpr std::array<std::string_view, 2> kNotQuestion = {"trace", "profile"};
  BREAKEVEN_TRY(const auto held,
                engine.plans->answer(codec::without_members(arguments.object(), kNotQuestion),
                                     chosen.id, std::move(chosen.trace), *engine.pool, ticker));
  return summary(*held);
}

Result<ToolAnswer> figures(const Engine& engine, const JsonArguments& arguments) {
  BREAKEVEN_TRY(const auto held, engine.plans->find(arguments.text("plan")));
  return ToolAnswer{
      "Figures of " + held->id,
      codec::figure_list_to_json(*held->answer.figures, arguments.text("prefix"),
                                 static_cast<std::size_t>(arguments.whole("limit", 100))),
      {}};
}

Result<ToolAnswer> explain(const Engine& engine, const JsonArguments& arguments) {
  BREAKEVEN_TRY(const auto held, engine.plans->find(arguments.text("plan")));
  const std::string figure = arguments.text("figure");
  auto derivation = codec::derivation_to_json(*held->answer.figures, figure);
  if (!derivation) return Error{derivation.error().code, derivation.error().message, "/figure"};
  BREAKEVEN_TRY(std::string text, held->answer.figures->text(figure));
  return ToolAnswer{std::move(text), std::move(*derivation), links(*held)};
}

Result<ToolAnswer> what_if(const Engine& engine, const JsonArguments& arguments, Ticker& ticker) {
  BREAKEVEN_TRY(const auto before, engine.plans->find(arguments.text("plan")));
  BREAKEVEN_TRY(const auto after,
                service::changed_plan(*engine.plans, *before, arguments.json("changes"),
                                      *engine.pool, ticker));
  const std::string json =
      service::compare(*before, *after, static_cast<std::size_t>(arguments.whole("limit", 40)));
  return ToolAnswer{codec::text_within(after->json, "verdict", "sentence"),
                    codec::with_field(json, "plan", after->id), links(*after)};
}

}  // namespace

void add_plan_tools(const Engine& engine, std::vector<Tool>& tools) {
  const std::string question = kQuestion;
  tools.push_back(
      {"plan",
       "Should this traffic stay on the API?",
       "The whole answer for a traffic trace: exact API bill, GPU fleets sized by replaying "
       "the trace at a latency objective, every option as a ledger, verdict with probability, "
       "break-even and flip points. Takes seconds. The plan is kept under its id, so that "
       "figures can be explained and inputs changed.",
       object_schema(std::string(kTraceProperties) + "," + question, {"api_model", "open_model"}),
       kPlanOutput,
       [engine](const JsonArguments& arguments, Ticker& ticker) {
         return plan(engine, arguments, ticker);
       },
       true,
       {}});
  tools.push_back(
      {"plan_figures",
       "Figures of a plan",
       "Every number of a plan whose name starts with prefix, with value, unit and how sure it is.",
       object_schema(
           std::string(kPlanId) +
               R"(,"prefix":{"type":"string","maxLength":200,"description":"start of the names; empty: all","examples":["option.","rung.","fleet.1."]},"limit":{"type":"integer","minimum":1,"maximum":2000,"description":"at most so many; default 100"})",
           {"plan"}),
       R"({"type":"object","required":["count","figures"],"properties":{"count":{"type":"integer","description":"with this prefix, before the limit"},"figures":{"type":"object"}}})",
       [engine](const JsonArguments& arguments, Ticker&) { return figures(engine, arguments); },
       false,
       {}});
  tools.push_back(
      {"plan_explain",
       "Where a figure of a plan comes from",
       "The derivation of one figure of a plan: formula, named inputs with their own derivations, "
       "sources with dates.",
       object_schema(
           std::string(kPlanId) +
               R"(,"figure":{"type":"string","minLength":1,"maxLength":300,"description":"name of a figure","examples":["verdict.saving"]})",
           {"plan", "figure"}),
       R"({"type":"object","required":["name","title","value","unit","kind"],"properties":{"name":{"type":"string"},"title":{"type":"string"},"value":{"type":["string","number"]},"unit":{"type":"string"},"kind":{"type":"string"},"formula":{"type":"string"},"inputs":{"type":"array"},"sources":{"type":"array"}}})",
       [engine](const JsonArguments& arguments, Ticker&) { return explain(engine, arguments); },
       false,
       {}});
  tools.push_back(
      {"plan_what_if",
       "Change inputs of a plan",
       "The question of a plan with some inputs changed, on the same trace: both verdicts, and "
       "every "
       "figure that differs with its exact difference. The new plan is kept under its own id.",
       object_schema(
           std::string(kPlanId) +
               R"(,"changes":{"type":"object","minProperties":1,"additionalProperties":false,"description":"inputs of plan with their new values","properties":{)" +
               question +
               R"(},"examples":[{"redundancy":0}]},"limit":{"type":"integer","minimum":1,"maximum":500,"description":"at most so many figures; default 40"})",
           {"plan", "changes"}),
       R"({"type":"object","required":["plan","before","after","verdict_changed","changes"],"properties":{"plan":{"type":"string","description":"id of the changed plan"},"before":{"type":"object"},"after":{"type":"object"},"verdict_changed":{"type":"boolean"},"changes":{"type":"object","required":["changed","figures"]}}})",
       [engine](const JsonArguments& arguments, Ticker& ticker) {
         return what_if(engine, arguments, ticker);
       },
       true,
       {}});
}

}  // namespace breakeven::mcp
