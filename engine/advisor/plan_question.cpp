#include "engine/advisor/plan_question.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::advisor {
namespace {

Error out_of_range(std::string_view field, std::string_view expected, double found) {
  return Error{ErrorCode::out_of_range,
               "expected " + std::string(expected) + ", found " + shortest(found),
               std::string(field)};
}

}  // namespace

Status check(const PlanQuestion& q) {
  if (q.trace == nullptr || q.trace->size() == 0) {
    return Error{ErrorCode::invalid_argument, "a plan needs a trace with at least one request",
                 "trace"};
  }
  BREAKEVEN_CHECK_OK(q.trace->validate());
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
  for (const auto& [name, trend] : {std::pair{"api-trend", q.api_price_trend_per_year},
                                    std::pair{"gpu-trend", q.gpu_price_trend_per_year}}) {
    if (!(trend > -1 && trend <= 2))
      return out_of_range(name, "above -1 and up to 2 per year", trend);
  }
  const double cache = q.api_cache_share.value_or(0);
  if (!(cache >= 0 && cache <= 1)) return out_of_range("cache-share", "a share from 0 to 1", cache);
  if (!(q.api_batch_share >= 0 && q.api_batch_share <= 1)) {
    return out_of_range("batch-share", "a share from 0 to 1", q.api_batch_share);
  }
  for (const auto& [name, rate] : {std::pair{"api-success", q.api_success_rate},
                                   std::pair{"open-success", q.open_success_rate}}) {
    if (rate && !(*rate > 0 && *rate <= 1))
      return out_of_range(name, "a share above 0 and up to 1", *rate);
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
