#include "apps/cli/serving_options.hpp"

#include "engine/serving/schedule_text.hpp"

namespace breakeven::cli {
namespace {

/// A duration that may be zero.
Result<double> seconds(const std::string& text, const char* flag) {
  if (text == "0" || text == "0s") return 0.0;
  auto value = service::parse_duration_s(text);
  if (value.ok()) return value;
  Error error = value.error();
  error.where = flag;
  return error;
}

template <class T>
Result<T> at_flag(Result<T> value, const char* flag) {
  if (value.ok()) return value;
  Error error = value.error();
  error.where = error.where.empty() ? flag : std::string(flag) + ": " + error.where;
  return error;
}

}  // namespace

void FeatureOptions::declare(CLI::App& command) {
  command
      .add_option("--draft-tokens", draft_tokens_,
                  "Speculative decoding: draft tokens per sequence and iteration (0: none)")
      ->check(CLI::Range(0, 16));
  command
      .add_option("--acceptance", acceptance_,
                  "Speculative decoding: probability that a draft token is kept")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command
      .add_option("--draft-cost", draft_cost_,
                  "Speculative decoding: time of a draft token / time of a plain decode iteration "
                  "(default: one layer and the output head)")
      ->check(CLI::Range(0.0, 1.0));
  command
      .add_option("--dp", data_parallel_, "Data-parallel attention: ranks of --tp GPUs per replica")
      ->check(CLI::Range(1, 256));
  command.add_option("--ep", expert_parallel_, "GPUs over which whole experts are spread")
      ->check(CLI::Range(1, 256));
  command.add_option("--token-budget", token_budget_, "Scheduler: new tokens per iteration")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 30));
  command.add_option("--max-sequences", max_sequences_, "Scheduler: sequences at once")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  command
      .add_option("--prompts", prompts_,
                  "Scheduler: chunked (vLLM), first (SGLang: before decoding goes on) or whole "
                  "(TensorRT-LLM without chunks)")
      ->check(CLI::IsMember({"chunked", "first", "whole"}));
  command
      .add_option("--admission", admission_,
                  "Scheduler: prompt (vLLM, TensorRT-LLM MAX_UTILIZATION: when the prompt fits) or "
                  "answer (TensorRT-LLM GUARANTEED_NO_EVICT: when the whole answer fits)")
      ->check(CLI::IsMember({"prompt", "answer"}));
  command
      .add_option("--output-reserve", output_reserve_,
                  "Scheduler: share of the answers to come that admission keeps free (SGLang's "
                  "new-token ratio)")
      ->check(CLI::Range(0.0, 1.0));
}

service::ServingFeatures FeatureOptions::read() const {
  service::ServingFeatures out;
  out.speculation = {draft_tokens_, acceptance_, draft_cost_};
  out.data_parallel = data_parallel_;
  out.expert_parallel = expert_parallel_;
  out.scheduler.token_budget = token_budget_;
  out.scheduler.max_sequences = max_sequences_;
  if (!prompts_.empty()) {
    out.scheduler.prefill_first = prompts_ == "first";
    out.scheduler.whole_prompts = prompts_ == "whole";
  }
  if (!admission_.empty()) out.scheduler.reserve_output = admission_ == "answer";
  out.scheduler.output_reserve = output_reserve_;
  return out;
}

void ElasticOptions::declare(CLI::App& command, bool with_spot) {
  command
      .add_option("--autoscale", target_,
                  "Scale the replicas: requests in flight that each should have")
      ->check(CLI::Range(1e-3, 1e9));
  command.add_option("--min-replicas", least_, "Autoscaling: never fewer than these")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  command.add_option("--scale-interval", interval_, "Autoscaling: time between two looks")
      ->capture_default_str();
  command
      .add_option("--scale-down-delay", delay_,
                  "Autoscaling: scale down to the most wanted in so much time")
      ->capture_default_str();
  command.add_option("--schedule", schedule_,
                     "Fewest replicas by hour of the week: \"else=1; mon-fri 08-18=6\"");
  command.add_option("--trace-start", trace_start_, "When in the week the trace begins: tue 14:30")
      ->capture_default_str();
  command
      .add_option("--cold-start", cold_start_, "Time from starting a replica to its first request")
      ->capture_default_str();
  if (!with_spot) return;
  command
      .add_option("--spot-interruptions", interruptions_,
                  "Spot: interruptions per replica and hour")
      ->check(CLI::Range(1e-9, 3600.0));
  command.add_option("--spot-notice", notice_, "Spot: time from notice to loss")
      ->capture_default_str();
  command.add_option("--on-demand", on_demand_, "Spot: so many replicas are never interrupted")
      ->check(CLI::Range(0, 100'000));
  command.add_option("--seed", seed_, "Spot: of the interruptions")->capture_default_str();
}

Result<std::optional<serving::Elasticity>> ElasticOptions::read() const {
  std::optional<serving::Elasticity> none;
  if (target_ <= 0 && schedule_.empty() && interruptions_ <= 0) return none;
  serving::Elasticity elastic;
  BREAKEVEN_TRY(elastic.cold_start_s, seconds(cold_start_, "--cold-start"));
  if (!schedule_.empty()) {
    serving::Schedule& schedule = elastic.schedule.emplace();
    BREAKEVEN_TRY(schedule.replicas, at_flag(serving::parse_schedule(schedule_), "--schedule"));
    BREAKEVEN_TRY(schedule.start_hour,
                  at_flag(serving::parse_hour_of_week(trace_start_), "--trace-start"));
  }
  if (target_ > 0) {
    serving::Autoscaler& autoscaler = elastic.autoscaler.emplace();
    autoscaler.target_in_flight = target_;
    autoscaler.least = least_;
    BREAKEVEN_TRY(autoscaler.interval_s, seconds(interval_, "--scale-interval"));
    BREAKEVEN_TRY(autoscaler.scale_down_delay_s, seconds(delay_, "--scale-down-delay"));
  }
  if (interruptions_ > 0) {
    serving::SpotMarket& spot = elastic.spot.emplace();
    spot.interruptions_per_hour = interruptions_;
    BREAKEVEN_TRY(spot.notice_s, seconds(notice_, "--spot-notice"));
    spot.on_demand = on_demand_;
    spot.seed = seed_;
  }
  return std::optional<serving::Elasticity>(elastic);
}

void PoolOptions::declare(CLI::App& command, double& network_gbit_per_s) {
  command
      .add_option("--prefill-replicas", prefill_replicas_,
                  "Compute prompts on so many replicas of their own; --replicas then decode")
      ->check(CLI::Range(0, 100'000));
  command
      .add_option("--hand-over", hand_over_,
                  "Two pools: fixed time to hand a request over, beside copying its cache")
      ->capture_default_str();
  command
      .add_option("--network-gbit", network_gbit_per_s,
                  "Two pools: Gbit/s per GPU over which the cache is copied")
      ->check(CLI::Range(1e-3, 1e6))
      ->capture_default_str();
}

Result<std::optional<serving::Disaggregation>> PoolOptions::read() const {
  std::optional<serving::Disaggregation> pools;
  if (prefill_replicas_ == 0) return pools;
  pools.emplace();
  pools->prefill_replicas = prefill_replicas_;
  BREAKEVEN_TRY(pools->fixed_s, seconds(hand_over_, "--hand-over"));
  return pools;
}

}  // namespace breakeven::cli
