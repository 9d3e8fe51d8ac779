#include "engine/calibration/predict.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/calibration/conditions.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/latency_sketch.hpp"
#include "engine/serving/prediction_error.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"

namespace breakeven::calibration {
namespace {

using serving::LatencyPercentiles;

/// Statistics without the first requests of each user, whose TTFT is that of the start.
void leave_out_the_start(serving::SimulationResult& r, std::size_t first) {
  std::array<std::vector<double>, 3> values;
  for (std::size_t i = first; i < r.outcomes.size(); ++i) {
    const serving::RequestOutcome& o = r.outcomes[i];
    values[0].push_back(o.ttft_s);
    values[1].push_back(o.tpot_s);
    values[2].push_back(o.end_to_end_s);
  }
  const std::array<LatencyPercentiles*, 3> to = {&r.ttft, &r.tpot, &r.end_to_end};
  for (std::size_t k = 0; k < to.size() && !values[k].empty(); ++k) {
    std::vector<double>& v = values[k];
    std::sort(v.begin(), v.end());
    const auto at = [&](double p) {
      const auto n = static_cast<std::int64_t>(v.size());
      return v[static_cast<std::size_t>(serving::nearest_rank(p, n)) - 1];
    };
    double sum = 0;
    for (const double x : v) sum += x;
    *to[k] = {sum / static_cast<double>(v.size()), at(50), at(90), at(95), at(99), v.back()};
  }
}

void delay(LatencyPercentiles& p, double seconds) {
  for (double* value : {&p.mean, &p.p50, &p.p90, &p.p95, &p.p99, &p.max}) *value += seconds;
}

serving::Regime regime_of(const MeasuredRun& run, const Prediction& p) {
  const double users = run.load == Load::open_loop ? 0 : run.level / run.config.data_parallel;
  return serving::regime_of(*p.replica.step, p.replica.limits, p.result,
                            run.input_tokens + run.output_tokens / 2, users);
}

std::optional<double> percentile(const LatencyPercentiles& p, std::string_view which) {
  if (which == "mean") return p.mean;
  if (which == "p50") return p.p50;
  if (which == "p90") return p.p90;
  if (which == "p95") return p.p95;
  if (which == "p99") return p.p99;
  return std::nullopt;
}

}  // namespace

Result<serving::Replica> replica_of(const MeasuredRun& run,
                                    const serving::Coefficients& coefficients) {
  BREAKEVEN_TRY(serving::Replica replica, serving::make_replica(run.config, 0, coefficients));
  serving::EngineLimits& limits = replica.limits;
  const Conditions& c = run.conditions;
  if (c.token_budget > 0) limits.token_budget = static_cast<std::int64_t>(c.token_budget);
  if (c.max_sequences > 0) limits.max_sequences = static_cast<std::int64_t>(c.max_sequences);
  limits.prefix_cache = c.cached_tokens > 0;
  return replica;
}

serving::SimulationOptions options_of(const MeasuredRun& run) {
  serving::SimulationOptions options;
  options.keep_requests = run.conditions.first_of_user > 0;
  if (run.load == Load::open_loop && run.conditions.users > 0)
    options.closed_loop_users = static_cast<std::int64_t>(run.conditions.users);
  if (run.load == Load::closed_loop)
    options.closed_loop_users = static_cast<std::int64_t>(
        std::max(1.0, std::floor(run.level / run.config.data_parallel + 0.5)));
  return options;
}

Result<Prediction> predict(const MeasuredRun& run, const serving::Coefficients& coefficients) {
  Prediction p;
  BREAKEVEN_TRY(p.replica, replica_of(run, coefficients));
  BREAKEVEN_TRY(p.result, serving::simulate(load_of(run), *p.replica.step, p.replica.limits,
                                            options_of(run)));
  if (p.result.rejected > 0)
    return Error{ErrorCode::infeasible, "the cache holds no single request of this length",
                 p.replica.name()};
  p.regime = regime_of(run, p);
  const double seconds = outside_engine_s(run, p.result.tpot.mean);
  as_measured(run, p.result);
  delay(p.result.ttft, seconds);
  delay(p.result.end_to_end, seconds);
  return p;
}

void as_measured(const MeasuredRun& run, serving::SimulationResult& result) {
  if (run.conditions.first_of_user <= 0) return;
  const double users = std::max(1.0, std::floor(run.level / run.config.data_parallel + 0.5));
  leave_out_the_start(result, static_cast<std::size_t>(users * run.conditions.first_of_user));
}

double outside_engine_s(const MeasuredRun& run, double tpot_s) {
  const Conditions& c = run.conditions;
  double iterations = c.wait_iterations;
  if (c.batch_wait > 0) {
    const double joining = c.batch_wait * run.level / run.output_tokens;
    iterations += c.batch_wait * (1 + 0.5 * joining) / (1 + joining);
  }
  double seconds = c.client_s + iterations * tpot_s;
  const double burst = run.level * run.input_tokens * 0.5 * (1 + c.shortest_share);
  if (burst >= c.token_budget) seconds += c.stall_s / c.requests_per_user;
  return seconds;
}

std::optional<double> predicted_metric(const MeasuredRun& run, const Prediction& p,
                                       std::string_view name) {
  const std::string metric = canonical_metric(name);
  const serving::SimulationResult& r = p.result;
  const auto ranks = static_cast<double>(run.config.data_parallel);
  const double tokens_per_s = static_cast<double>(r.output_tokens) / r.makespan_s * ranks;
  if (metric == "output_throughput") return tokens_per_s;
  if (metric == "output_throughput_per_gpu")
    return tokens_per_s / (ranks * run.config.tensor_parallel);
  if (metric == "request_throughput")
    return static_cast<double>(r.requests - r.rejected) / r.makespan_s * ranks;
  if (metric == "batch_latency") return r.makespan_s;
  const std::size_t bar = metric.find('_');
  if (bar == std::string::npos) return std::nullopt;
  const std::string_view kind = std::string_view(metric).substr(0, bar);
  const std::string_view which = std::string_view(metric).substr(bar + 1);
  if (kind == "ttft") return percentile(r.ttft, which);
  if (kind == "tpot") return percentile(r.tpot, which);
  if (kind == "e2e") return percentile(r.end_to_end, which);
  if (kind == "itl" && which == "mean")
    return run.conditions.itl_is_end_to_end > 0 ? r.end_to_end.mean / run.output_tokens
                                                : r.tpot.mean;
  return std::nullopt;
}

}  // namespace breakeven::calibration
