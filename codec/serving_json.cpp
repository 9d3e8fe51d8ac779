#include "codec/serving_json.hpp"

#include <nlohmann/json.hpp>

#include "codec/reliability_json.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/speculation.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string_view router_name(serving::Router router) {
  switch (router) {
    case serving::Router::round_robin:
      return "round-robin";
    case serving::Router::least_outstanding_tokens:
      return "least-outstanding-tokens";
    case serving::Router::prefix_affinity:
      break;
  }
  return "prefix-affinity";
}

Json percentiles_json(const serving::LatencyPercentiles& p) {
  return {{"mean", p.mean}, {"p50", p.p50}, {"p90", p.p90},
          {"p95", p.p95},   {"p99", p.p99}, {"max", p.max}};
}

Json objective_json(const serving::Objective& o) {
  return {{"ttft_s", o.ttft_s}, {"tpot_s", o.tpot_s}, {"percentile", o.percentile}};
}

Json replica_json(const serving::Replica& r) {
  Json json;
  json["name"] = r.name();
  if (r.config.model != nullptr) json["model"] = r.config.model->id;
  json["accelerator"] = r.config.accelerator->id;
  json["gpus"] = r.gpus();
  json["weights"] = catalog::to_string(r.config.weights);
  json["kv_cache"] = catalog::to_string(r.config.kv_cache);
  json["engine"] = r.config.engine;
  json["memory"] = {{"usable_bytes_per_gpu", r.memory.usable_bytes},
                    {"weight_bytes_per_gpu", r.memory.weight_bytes},
                    {"kv_tokens", r.memory.kv_tokens}};
  json["limits"] = {
      {"token_budget", r.limits.token_budget},   {"max_sequences", r.limits.max_sequences},
      {"block_tokens", r.limits.block_tokens},   {"kv_blocks", r.limits.kv_blocks},
      {"prefill_first", r.limits.prefill_first}, {"reserve_output", r.limits.reserve_output},
      {"whole_prompts", r.limits.whole_prompts}, {"output_reserve", r.limits.output_reserve}};
  json["data_parallel"] = r.config.data_parallel;
  json["expert_parallel"] = r.config.expert_parallel;
  if (r.config.speculation.on()) {
    const serving::Speculation& s = r.config.speculation;
    json["speculation"] = {
        {"draft_tokens", s.draft_tokens},
        {"acceptance", s.acceptance},
        {"draft_cost", s.draft_cost.value_or(serving::draft_share(*r.config.model))},
        {"accepted_length", serving::accepted_length(s.draft_tokens, s.acceptance)}};
  }
  json["step_time_error"] = {{"p10", r.error_p10}, {"p90", r.error_p90}};
  json["calibration"] = r.calibration;
  return json;
}

Json fleet_use_json(const serving::FleetUse& use) {
  return {{"span_s", use.span_s},
          {"up_s", use.up_s},
          {"paid_s", use.paid_s},
          {"seconds_at", use.s_at},
          {"peak_replicas", use.peak_replicas},
          {"mean_replicas", use.mean_replicas},
          {"cold_starts", use.cold_starts},
          {"interruptions", use.interruptions},
          {"moved_requests", use.moved_requests},
          {"waited_requests", use.waited_requests}};
}

Json result_json(const serving::SimulationResult& r) {
  Json json = {{"requests", r.requests},
               {"rejected", r.rejected},
               {"input_tokens", r.input_tokens},
               {"cached_tokens", r.cached_tokens},
               {"output_tokens", r.output_tokens},
               {"preemptions", r.preemptions},
               {"iterations", r.iterations},
               {"makespan_s", r.makespan_s},
               {"busy_s", r.busy_s},
               {"ttft_s", percentiles_json(r.ttft)},
               {"tpot_s", percentiles_json(r.tpot)},
               {"end_to_end_s", percentiles_json(r.end_to_end)},
               {"ttft_at_objective_s", r.ttft_at_objective_s},
               {"tpot_at_objective_s", r.tpot_at_objective_s},
               {"share_meeting_objective", r.share_meeting_objective},
               {"objective_met", r.objective_met},
               {"mean_batch", r.mean_batch},
               {"mean_kv_use", r.mean_kv_use},
               {"peak_kv_use", r.peak_kv_use},
               {"busy_by_hour", r.busy_by_hour}};
  if (r.fleet != nullptr) json["fleet"] = fleet_use_json(*r.fleet);
  if (r.prefill_pool != nullptr) json["prefill_pool"] = result_json(*r.prefill_pool);
  return json;
}

Json capacity_json(const std::vector<sizing::CapacityPoint>& table) {
  Json json = Json::array();
  for (const sizing::CapacityPoint& p : table) {
    json.push_back({{"replicas", p.replicas},
                    {"served_requests", p.served_requests},
                    {"served_input_tokens", p.served_input_tokens},
                    {"served_cached_tokens", p.served_cached_tokens},
                    {"served_output_tokens", p.served_output_tokens},
                    {"overflow_requests", p.overflow_requests},
                    {"overflow_input_tokens", p.overflow_input_tokens},
                    {"overflow_cached_tokens", p.overflow_cached_tokens},
                    {"overflow_output_tokens", p.overflow_output_tokens},
                    {"objective_met", p.objective_met}});
  }
  return json;
}

}  // namespace

std::string simulation_to_json(const SimulationReport& report) {
  Json json;
  json["trace"] = report.trace;
  json["replica"] = replica_json(report.replica);
  if (!report.quality_note.empty()) json["quality_note"] = report.quality_note;
  json["replicas"] = report.options.replicas;
  json["router"] = router_name(report.options.router);
  json["load_factor"] = report.options.load_factor;
  json["objective"] = objective_json(report.options.objective);
  if (report.options.disaggregation) {
    const serving::Disaggregation& d = *report.options.disaggregation;
    json["disaggregation"] = {{"prefill_replicas", d.prefill_replicas},
                              {"hand_over_s", d.fixed_s},
                              {"s_per_prompt_token", d.s_per_prompt_token}};
  }
  json["result"] = result_json(report.result);
  json["reliability"] = reliability_json(report.replica, report.result, report.options);
  if (!report.timeline_files.empty()) json["timeline"] = report.timeline_files;
  return line(json);
}

Result<std::string> sizing_to_json(const SizingReport& report) {
  Json json;
  json["trace"] = report.trace;
  json["requests"] = report.requests;
  json["span_s"] = report.span_s;
  json["model"] = report.model;
  json["objective"] = objective_json(report.options.objective);
  json["redundancy"] = report.options.redundancy;
  json["fleets"] = Json::array();
  for (const sizing::PricedFleet& f : report.search.fleets) {
    BREAKEVEN_TRY(const Usd month, f.usd_per_month());
    Json fleet = {{"replica", replica_json(f.plan.replica)},
                  {"replicas_needed", f.plan.replicas_needed},
                  {"replicas", f.plan.replicas},
                  {"gpus", f.gpus},
                  {"instances", f.instances},
                  {"offer", f.offer->id},
                  {"term", catalog::to_string(f.offer->term)},
                  {"usd_per_hour_instance", f.usd_per_hour_instance.decimal()},
                  {"usd_per_month", month.decimal()},
                  {"binding_limit", sizing::to_string(f.plan.binding)},
                  {"max_load_factor", f.plan.max_load_factor},
                  {"delivered_utilisation", f.plan.delivered_utilisation},
                  {"at_needed", result_json(f.plan.at_needed)},
                  {"at_fleet", result_json(f.plan.at_fleet)},
                  {"capacity", capacity_json(f.plan.capacity)}};
    fleet["reliability"] = reliability_json(f.plan.replica, f.plan.at_needed);
    if (const auto elastic = f.elastic_usd_per_month(); elastic.ok()) {
      fleet["elastic"] = {{"usd_per_month", elastic->decimal()},
                          {"result", result_json(*f.plan.elastic)}};
    }
    json["fleets"].push_back(std::move(fleet));
  }
  json["pareto"] = report.search.pareto;
  json["screened"] = Json::array();
  for (const sizing::ScreenedFleet& s : report.search.screened) {
    serving::Replica named;
    named.config = report.space.configs[s.config];
    json["screened"].push_back({{"config", named.name()},
                                {"replicas", s.replicas},
                                {"instances", s.instances},
                                {"offer", s.offer->id},
                                {"term", catalog::to_string(s.offer->term)},
                                {"ttft_s", s.ttft_s},
                                {"tpot_s", s.tpot_s},
                                {"end_to_end_p95_s", s.end_to_end_p95_s}});
  }
  json["rejected"] = report.search.rejected;
  return line(json);
}

double FrontReport::score_of(const catalog::OpenModel* model) const {
  const auto found = std::ranges::find(models, model, &Model::model);
  return found == models.end() ? 0 : found->score;
}

Result<std::string> front_to_json(const FrontReport& report) {
  Json json;
  json["trace"] = report.trace;
  json["requests"] = report.requests;
  json["span_s"] = report.span_s;
  json["benchmark"] = report.benchmark;
  json["min_quality"] = report.min_quality;
  json["models"] = Json::array();
  for (const FrontReport::Model& m : report.models) {
    json["models"].push_back(
        {{"model", m.model->id}, {"score", m.score}, {"simulated", m.model->sizable()}});
  }
  json["models_without_score"] = report.without_score;
  json["objective"] = objective_json(report.options.objective);
  json["redundancy"] = report.options.redundancy;
  const sizing::FrontCounts& n = report.search.counts;
  json["configurations"] = {
      {"all", n.configurations}, {"not_offered", n.not_offered}, {"not_fitting", n.not_fitting},
      {"bounded", n.bounded},    {"outbid", n.outbid},           {"missed", n.missed},
      {"sized", n.sized}};
  json["front"] = Json::array();
  for (const sizing::FrontFleet& f : report.search.front) {
    BREAKEVEN_TRY(const Usd month, f.usd_per_month());
    json["front"].push_back({{"replica", replica_json(f.replica)},
                             {"score", report.score_of(f.replica.config.model)},
                             {"replicas_needed", f.needed.replicas},
                             {"replicas", f.replicas},
                             {"gpus", f.instances * f.offer->gpus},
                             {"instances", f.instances},
                             {"offer", f.offer->id},
                             {"term", catalog::to_string(f.offer->term)},
                             {"usd_per_hour_instance", f.offer->usd_per_hour.decimal()},
                             {"usd_per_month", month.decimal()},
                             {"binding_limit", sizing::to_string(f.needed.binding)},
                             {"end_to_end_p95_s", f.end_to_end_p95_s()},
                             {"at_needed", result_json(f.needed.at_needed)},
                             {"reliability", reliability_json(f.replica, f.needed.at_needed)}});
  }
  return line(json);
}

}  // namespace breakeven::codec
