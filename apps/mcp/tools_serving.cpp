// Fleets: one that replays a trace, and the cheapest ones that hold an objective on it.
#include <optional>
#include <utility>

#include "apps/mcp/tool.hpp"
#include "codec/assistant_json.hpp"
#include "codec/serving_json.hpp"
#include "engine/base/text.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/schedule_text.hpp"
#include "service/simulate.hpp"

namespace breakeven::mcp {
namespace {

using codec::JsonArguments;

const char* const kCommon = R"(
"model":{"type":"string","minLength":1,"maxLength":200,"description":"open-weight model of the catalogue","examples":["llama-3.3-70b-instruct"]},
"engine":{"type":"string","maxLength":40,"description":"serving engine; default vllm"},
"router":{"type":"string","enum":["round-robin","least-outstanding-tokens","prefix-affinity"],"description":"default least-outstanding-tokens"},
"ttft_s":{"type":"number","minimum":0.001,"maximum":86400,"description":"time to first token that must hold, seconds; default 2"},
"tpot_s":{"type":"number","minimum":0.0001,"maximum":3600,"description":"time per output token after the first that must hold, seconds; default 0.1"},
"percentile":{"type":"number","minimum":1,"maximum":100,"description":"share of requests in % that must meet each limit; default 95"},
"autoscale":{"type":"number","minimum":0.001,"maximum":1000000,"description":"scale the replicas: requests in flight that each should have; default: constant fleet"},
"min_replicas":{"type":"integer","minimum":0,"maximum":10000,"description":"autoscaling: never fewer; default 1"},
"schedule":{"type":"string","maxLength":1000,"description":"fewest replicas by hour of the week; default: none","examples":["else=1; mon-fri 08-18=6"]},
"trace_start":{"type":"string","maxLength":20,"description":"when in the week the trace begins, for the schedule; default mon 00:00","examples":["tue 14:30"]},
"cold_start_s":{"type":"number","minimum":0,"maximum":100000,"description":"seconds from starting a replica to its first request; default 100"},
"draft_tokens":{"type":"integer","minimum":0,"maximum":16,"description":"speculative decoding: draft tokens per iteration; default 0, none"},
"acceptance":{"type":"number","minimum":0,"maximum":1,"description":"speculative decoding: probability that a draft token is kept; default 0.7"},
"dp":{"type":"integer","minimum":1,"maximum":64,"description":"data-parallel attention: ranks of one replica; default 1"},
"ep":{"type":"integer","minimum":1,"maximum":64,"description":"GPUs over which whole experts are spread; default 1"})";

serving::Objective objective(const JsonArguments& arguments) {
  serving::Objective out;
  out.ttft_s = arguments.number("ttft_s", out.ttft_s);
  out.tpot_s = arguments.number("tpot_s", out.tpot_s);
  out.percentile = arguments.number("percentile", out.percentile);
  return out;
}

service::ServingFeatures features(const JsonArguments& arguments) {
  service::ServingFeatures out;
  out.speculation.draft_tokens = static_cast<int>(arguments.whole("draft_tokens"));
  out.speculation.acceptance = arguments.number("acceptance", out.speculation.acceptance);
  out.data_parallel = static_cast<int>(arguments.whole("dp", 1));
  out.expert_parallel = static_cast<int>(arguments.whole("ep", 1));
  return out;
}

/// Nothing where no argument asks for a fleet that changes.
Result<std::optional<serving::Elasticity>> elasticity(const JsonArguments& arguments) {
  std::optional<serving::Elasticity> out;
  const bool spot = arguments.has("spot_interruptions_per_hour");
  if (!arguments.has("autoscale") && !arguments.has("schedule") && !spot) return out;
  serving::Elasticity& elastic = out.emplace();
  elastic.cold_start_s = arguments.number("cold_start_s", elastic.cold_start_s);
  if (arguments.has("autoscale")) {
    serving::Autoscaler& autoscaler = elastic.autoscaler.emplace();
    autoscaler.target_in_flight = arguments.number("autoscale", 1);
    autoscaler.least = static_cast<int>(arguments.whole("min_replicas", 1));
  }
  if (arguments.has("schedule")) {
    serving::Schedule& schedule = elastic.schedule.emplace();
    BREAKEVEN_TRY(schedule.replicas, serving::parse_schedule(arguments.text("schedule")));
    BREAKEVEN_TRY(schedule.start_hour,
                  serving::parse_hour_of_week(arguments.text("trace_start", "mon")));
  }
  if (spot) {
    serving::SpotMarket& market = elastic.spot.emplace();
    market.interruptions_per_hour = arguments.number("spot_interruptions_per_hour", 1);
    market.notice_s = arguments.number("spot_notice_s", market.notice_s);
  }
  return out;
}

Result<ToolAnswer> simulate(const Engine& engine, const JsonArguments& arguments, Ticker& ticker) {
  BREAKEVEN_TRY(const ChosenTrace chosen, chosen_trace(engine, arguments));
  service::SimulateRequest request;
  request.trace = chosen.id;
  request.model = arguments.text("model");
  request.accelerator = arguments.text("accelerator");
  request.precision = arguments.text("precision");
  request.engine = arguments.text("engine", request.engine);
  request.tensor_parallel = static_cast<int>(arguments.whole("tp"));
  request.options.replicas = static_cast<int>(arguments.whole("replicas", 1));
  request.options.load_factor = arguments.number("load_factor", 1);
  request.options.objective = objective(arguments);
  request.options.ticker = &ticker;
  request.features = features(arguments);
  const auto elastic = elasticity(arguments);
  if (!elastic) return as_argument(elastic.error());
  request.options.elastic = *elastic;
  if (arguments.has("prefill_replicas")) {
    request.options.disaggregation.emplace().prefill_replicas =
        static_cast<int>(arguments.whole("prefill_replicas", 1));
  }
  if (arguments.has("router")) {
    BREAKEVEN_TRY(request.options.router, service::parse_router(arguments.text("router")));
  }
  const auto report =
      service::simulate(*chosen.trace, request, engine.facts->catalog, engine.facts->coefficients);
  if (!report) return as_argument(report.error());
  return ToolAnswer{service::simulation_text(*report), codec::simulation_to_json(*report), {}};
}

Result<ToolAnswer> size(const Engine& engine, const JsonArguments& arguments, Ticker& ticker) {
  BREAKEVEN_TRY(const ChosenTrace chosen, chosen_trace(engine, arguments));
  service::SizeRequest request;
  request.trace = chosen.id;
  request.model = arguments.text("model");
  request.engine = arguments.text("engine", request.engine);
  request.accelerators = arguments.texts("accelerators");
  request.precisions = arguments.texts("precisions");
  request.providers = arguments.texts("providers");
  request.terms = arguments.texts("terms");
  request.options.redundancy = static_cast<int>(arguments.whole("redundancy", 1));
  request.options.max_replicas = static_cast<int>(arguments.whole("max_replicas", 512));
  request.options.objective = objective(arguments);
  request.options.ticker = &ticker;
  request.features = features(arguments);
  const auto elastic = elasticity(arguments);
  if (!elastic) return as_argument(elastic.error());
  request.options.elastic = *elastic;
  if (arguments.has("router")) {
    BREAKEVEN_TRY(request.options.router, service::parse_router(arguments.text("router")));
  }
  const auto report = service::size(*chosen.trace, request, engine.facts->catalog,
                                    engine.facts->coefficients, *engine.pool);
  if (!report) return as_argument(report.error());
  BREAKEVEN_TRY(const std::string json, codec::sizing_to_json(*report));
  BREAKEVEN_TRY(std::string text, service::sizing_text(*report, false));
  return ToolAnswer{
      std::move(text),
      codec::sizing_summary_to_json(json, static_cast<std::size_t>(arguments.whole("limit", 5))),
      {}};
}

std::string names(const char* name, const char* what) {
  return std::string("\"") + name +
         R"(":{"type":"array","maxItems":100,"items":{"type":"string","maxLength":100},"description":")" +
         what + "\"}";
}

}  // namespace

void add_serving_tools(const Engine& engine, std::vector<Tool>& tools) {
  const std::string common = std::string(kTraceProperties) + "," + kCommon;
  tools.push_back(
      {"simulate",
       "Replay a trace on a fleet",
       "Replays a trace on a simulated GPU fleet with continuous batching: latency percentiles in "
       "seconds, whether the objective holds, batch and cache use.",
       object_schema(
           common +
               R"(,"accelerator":{"type":"string","minLength":1,"maxLength":100,"description":"accelerator of the catalogue","examples":["H100-SXM"]},
"tp":{"type":"integer","minimum":1,"maximum":64,"description":"GPUs of one replica; default: the fewest that fit"},
"precision":{"type":"string","maxLength":20,"description":"weights: bf16, fp8, ...; default: as published"},
"replicas":{"type":"integer","minimum":1,"maximum":10000,"description":"replicas behind the router; default 1"},
"load_factor":{"type":"number","minimum":0.001,"maximum":1000,"description":"speeds arrivals up by this factor; default 1"},
"spot_interruptions_per_hour":{"type":"number","minimum":0.000001,"maximum":3600,"description":"interruptions per replica and hour; default: none"},
"spot_notice_s":{"type":"number","minimum":0,"maximum":100000,"description":"seconds from notice to loss; default 120"},
"prefill_replicas":{"type":"integer","minimum":1,"maximum":10000,"description":"prompts are computed by so many replicas of their own, replicas then decode; default: none"})",
           {"model", "accelerator"}),
       R"({"type":"object","required":["trace","replica","replicas","objective","result"],"properties":{"trace":{"type":"string"},"replica":{"type":"object"},"replicas":{"type":"integer"},"objective":{"type":"object"},"result":{"type":"object","required":["requests","ttft_s","tpot_s","objective_met"]}}})",
       [engine](const JsonArguments& arguments, Ticker& ticker) {
         return simulate(engine, arguments, ticker);
       },
       true,
       {}});
  tools.push_back(
      {"size_fleet",
       "Cheapest fleets at an objective",
       "The fewest replicas, and the cheapest offers that provide them, at which the latency "
       "objective "
       "holds over the whole trace with some replicas down. Takes seconds.",
       object_schema(
           common + "," +
               names("accelerators", "only these accelerators; default: all that are offered") +
               "," + names("precisions", "only these weights: bf16, fp8, ...") + "," +
               names("providers", "only these providers; default: hyperscalers and neoclouds") +
               "," + names("terms", "only these terms: on_demand, reserved_1y, reserved_3y, spot") +
               R"(,"redundancy":{"type":"integer","minimum":0,"maximum":100,"description":"replicas that may be down while the objective holds; default 1"},
"max_replicas":{"type":"integer","minimum":1,"maximum":10000,"description":"give up above; default 512"},
"limit":{"type":"integer","minimum":1,"maximum":50,"description":"at most so many fleets; default 5"})",
           {"model"}),
       R"({"type":"object","required":["trace","model","objective","fleets","fleets_found"],"properties":{"trace":{"type":"string"},"model":{"type":"string"},"objective":{"type":"object"},"redundancy":{"type":"integer"},"fleets_found":{"type":"integer"},"fleets":{"type":"array","items":{"type":"object","required":["replica","replicas","offer","usd_per_month"],"description":"cheapest first; money in exact USD"}},"rejected_count":{"type":"integer"}}})",
       [engine](const JsonArguments& arguments, Ticker& ticker) {
         return size(engine, arguments, ticker);
       },
       true,
       {}});
}

}  // namespace breakeven::mcp
