#include "engine/advisor/plan_question.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/advisor/option_choice.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/economics/growth.hpp"

namespace breakeven::advisor {
namespace {

Error out_of_range(std::string_view field, std::string_view expected, double found) {
  return Error{ErrorCode::out_of_range,
               "expected " + std::string(expected) + ", found " + shortest(found),
               std::string(field)};
}

Status check_provisioned(const ProvisionedUnit& unit) {
  if (unit.usd_per_hour <= Usd() || unit.usd_per_hour > Usd::from_dollars(1'000'000)) {
    return out_of_range("provisioned-usd-hour", "above 0 and up to 1 000 000 USD",
                        unit.usd_per_hour.estimate());
  }
  if (!(unit.tokens_per_minute > 0 && unit.tokens_per_minute <= 1e12)) {
    return out_of_range("provisioned-tokens-minute", "above 0 and up to 1e12",
                        unit.tokens_per_minute);
  }
  if (!(unit.output_weight > 0 && unit.output_weight <= 1000)) {
    return out_of_range("provisioned-output-weight", "above 0 and up to 1 000", unit.output_weight);
  }
  for (const auto& [name, count] : {std::pair{"provisioned-min-units", unit.min_units},
                                    std::pair{"provisioned-step-units", unit.step_units}}) {
    if (count < 1 || count > 1'000'000) return out_of_range(name, "1 to 1 000 000", count);
  }
  if (unit.commitment_months < 0 || unit.commitment_months > 120) {
    return out_of_range("provisioned-months", "0 to 120", unit.commitment_months);
  }
  return {};
}

}  // namespace

std::string_view to_string(OnCall kind) {
  switch (kind) {
    case OnCall::none:
      return "none";
    case OnCall::shared:
      return "shared";
    case OnCall::own_team:
      return "own-team";
    case OnCall::automatic:
      break;
  }
  return "auto";
}

Status check(const PlanQuestion& q) {
  if (q.trace == nullptr || q.trace->size() == 0) {
    return Error{ErrorCode::invalid_argument, "a plan needs a trace with at least one request",
                 "trace"};
  }
  BREAKEVEN_CHECK_OK(q.trace->validate());
  BREAKEVEN_CHECK_OK(check_option_names(q));
  if (!(q.objective.ttft_s > 0))
    return out_of_range("ttft", "a time above 0 s", q.objective.ttft_s);
  if (!(q.objective.tpot_s > 0))
    return out_of_range("tpot", "a time above 0 s", q.objective.tpot_s);
  if (!(q.objective.percentile > 0 && q.objective.percentile <= 100)) {
    return out_of_range("percentile", "a percentile above 0 and up to 100", q.objective.percentile);
  }
  if (q.redundancy < 0 || q.redundancy > 100) {
    return out_of_range("redundancy", "0 to 100 replicas", q.redundancy);
  }
  if (q.horizon_months < 1 || q.horizon_months > 120) {
    return out_of_range("horizon", "1 to 120 months", q.horizon_months);
  }
  if (!(q.discount_rate_per_year >= 0 && q.discount_rate_per_year <= 1)) {
    return out_of_range("discount-rate", "0 to 1 per year", q.discount_rate_per_year);
  }
  if (q.paths < 0 || q.paths > 10'000'000) {
    return out_of_range("paths", "0 to 10 000 000", q.paths);
  }
  const double growth = q.growth_per_month.value_or(0);
  if (!(growth >= -0.5 && growth <= 0.5))
    return out_of_range("growth", "-0.5 to 0.5 per month", growth);
  BREAKEVEN_CHECK_OK(check(economics::Growth{growth, q.growth_ceiling, q.launches}));
  if (q.ramp_months < 0 || q.ramp_months > 120) {
    return out_of_range("ramp-months", "0 to 120 months", q.ramp_months);
  }
  for (const auto& [name, trend] : {std::pair{"api-trend", q.api_price_trend_per_year},
                                    std::pair{"gpu-trend", q.gpu_price_trend_per_year}}) {
    if (!(trend > -1 && trend <= 2))
      return out_of_range(name, "above -1 and up to 2 per year", trend);
  }
  const double cache = q.api_cache_share.value_or(0);
  if (!(cache >= 0 && cache <= 1)) return out_of_range("cache-share", "a share from 0 to 1", cache);
  for (const auto& [name, share] :
       {std::pair{"batch-share", q.api_batch_share}, std::pair{"flex-share", q.api_flex_share},
        std::pair{"easy-share", q.api_easy_share},
        std::pair{"cacheable-share", q.api_cacheable_share.value_or(0)}}) {
    if (!(share >= 0 && share <= 1)) return out_of_range(name, "a share from 0 to 1", share);
  }
  if (q.api_batch_share + q.api_flex_share > 1 + 1e-9) {
    return out_of_range("flex-share", "at most 1 together with the batch share",
                        q.api_batch_share + q.api_flex_share);
  }
  if (!(q.api_volume_discount >= 0 && q.api_volume_discount < 1)) {
    return out_of_range("volume-discount", "a share from 0 to below 1", q.api_volume_discount);
  }
  if (q.api_easy_share > 0 && q.api_easy_model.empty()) {
    return Error{ErrorCode::invalid_argument,
                 "expected the model that takes the easy share, found none", "easy-model"};
  }
  if (q.regions < 1 || q.regions > 20) return out_of_range("regions", "1 to 20", q.regions);
  if (q.provisioned) BREAKEVEN_CHECK_OK(check_provisioned(*q.provisioned));
  for (const auto& [name, rate] : {std::pair{"api-success", q.api_success_rate},
                                   std::pair{"open-success", q.open_success_rate}}) {
    if (rate && !(*rate > 0 && *rate <= 1))
      return out_of_range(name, "a share above 0 and up to 1", *rate);
  }
  if (q.max_attempts < 1 || q.max_attempts > 1'000) {
    return out_of_range("max-attempts", "1 to 1 000", q.max_attempts);
  }
  for (const auto& [name, usd] :
       {std::pair{"review-usd", q.review_usd}, std::pair{"error-usd", q.error_usd}}) {
    if (usd < Usd() || usd > Usd::from_dollars(1'000'000)) {
      return out_of_range(name, "0 to 1 000 000 USD", usd.estimate());
    }
  }
  for (const auto& [name, factor] :
       {std::pair{"open-tokens", q.open_tokens}, std::pair{"open-answers", q.open_answers}}) {
    if (!(factor > 0 && factor <= 100)) return out_of_range(name, "above 0 and up to 100", factor);
  }
  for (const auto& [name, value] :
       {std::pair{"ml-fte", q.ml_engineer_fte}, std::pair{"sre-fte", q.sre_fte},
        std::pair{"underestimate", q.underestimate_factor},
        std::pair{"migration-months", q.migration_engineer_months},
        std::pair{"parallel-months", q.parallel_run_months}}) {
    if (value && !(*value >= 0 && *value <= 10'000))
      return out_of_range(name, "0 to 10 000", *value);
  }
  return {};
}

}  // namespace breakeven::advisor
