#include "engine/sizing/load_bounds.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/serving/latency_sketch.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::sizing {

namespace {

constexpr double kSecondsPerNs = 1e-9;

/// Rounded down to 8 steps per doubling.
std::int64_t lower_corner(std::int64_t n) {
  constexpr int kKept = 4;
  const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n)));
  return bits <= kKept ? n : n >> (bits - kKept) << (bits - kKept);
}

double sum_of_first(const std::vector<std::int64_t>& ascending, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i)
    sum += static_cast<double>(ascending[static_cast<std::size_t>(i)]);
  return sum;
}

}  // namespace

LoadBounds::LoadBounds(const traffic::Trace& trace) {
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, std::int64_t> counts;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const std::int64_t prompt = trace.input_tokens[i];
    const std::int64_t output = std::max<std::int64_t>(trace.output_tokens[i], 1);
    const std::int64_t cached = trace.cached_tokens.empty() ? 0 : trace.cached_tokens[i];
    const std::int64_t uncached = lower_corner(std::max<std::int64_t>(prompt - cached, 1));
    ++counts[{uncached, lower_corner(prompt), lower_corner(output)}];
    uncached_.push_back(uncached);
    decoded_.push_back(lower_corner(output - 1));
    longest_answer_ = std::max(longest_answer_, static_cast<double>(output));
  }
  for (const auto& [key, requests] : counts)
    cells_.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), requests});
  std::ranges::sort(uncached_);
  std::ranges::sort(decoded_);
  if (trace.size() > 0)
    span_s_ =
        static_cast<double>(trace.arrival_ns.back() - trace.arrival_ns.front()) * kSecondsPerNs;
}

double LoadBounds::end_to_end_p95_s(const serving::StepModel& step,
                                    const serving::EngineLimits& limits) const {
  constexpr double kPercentile = 95;
  constexpr double kSketchError = 0.0005;
  const double token_s = step.base_s(1, 0);
  const double budget_s = step.base_s(0, limits.token_budget);
  std::vector<std::pair<double, std::int64_t>> latencies;
  latencies.reserve(cells_.size());
  for (const Cell& cell : cells_) {
    const std::int64_t full_steps = cell.uncached / limits.token_budget;
    const std::int64_t rest = cell.uncached % limits.token_budget;
    double seconds = step.request_entry_s() + static_cast<double>(full_steps) * budget_s;
    if (rest > 0) seconds += step.base_s(0, rest);
    seconds += static_cast<double>(cell.output - 1) *
               (token_s + step.s_per_context_token() * static_cast<double>(cell.prompt));
    latencies.emplace_back(seconds, cell.requests);
  }
  std::ranges::sort(latencies);
  const std::int64_t rank =
      serving::nearest_rank(kPercentile, static_cast<std::int64_t>(uncached_.size()));
  std::int64_t seen = 0;
  for (const auto& [seconds, requests] : latencies) {
    seen += requests;
    if (seen >= rank) return seconds * (1.0 - kSketchError);
  }
  return 0;
}

int LoadBounds::replicas(const serving::StepModel& step, const serving::EngineLimits& limits,
                         const serving::Objective& objective) const {
  constexpr double kMost = 1e6;
  const auto n = static_cast<std::int64_t>(uncached_.size());
  const std::int64_t within = serving::nearest_rank(objective.percentile, n);
  const std::int64_t both = std::max<std::int64_t>(0, n - 2 * (n - within));
  const auto budget = static_cast<double>(limits.token_budget);
  const double prefill_s =
      sum_of_first(uncached_, within) * step.base_s(0, limits.token_budget) / budget;
  const std::int64_t batch = limits.most_sequences();
  const double decode_s =
      sum_of_first(decoded_, both) * step.base_s(batch, 0) / static_cast<double>(batch);
  const double first_due_s = span_s_ + objective.ttft_s;
  const double replicas = std::max(prefill_s / first_due_s,
                                   decode_s / (first_due_s + objective.tpot_s * longest_answer_));
  // Half a millionth for the rounding of step times to ticks.
  constexpr double kSlack = 1 - 5e-7;
  return std::max(1, static_cast<int>(std::ceil(std::min(replicas * kSlack, kMost))));
}

}  // namespace breakeven::sizing
