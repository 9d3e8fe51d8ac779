#include "tools/calibrate/steady_state.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/serving/memory.hpp"

namespace breakeven::calibrate {
namespace {

constexpr int kIterations = 40;
constexpr double kConverged = 1e-5;

/// Share of a request's output for which an engine sets cache aside when it admits the request.
double reserved_output(const std::string& engine) {
  if (engine == "trtllm") return 1.0;  // guaranteed no eviction
  if (engine == "sglang") return 0.75;
  return 0.5;  // on demand: half of the output on average
}

}  // namespace

PreparedRun prepare(const MeasuredRun& run) {
  PreparedRun p;
  p.run = &run;
  p.physics = serving::step_physics(run.config);
  p.limits = serving::default_limits(run.config);
  if (run.token_budget > 0) p.limits.token_budget = run.token_budget;
  if (run.max_sequences > 0) p.limits.max_sequences = run.max_sequences;
  p.kv_tokens = static_cast<double>(serving::account_memory(run.config).kv_tokens);
  return p;
}

Steady steady_state(const PreparedRun& p, const serving::StepTerms& t) {
  const MeasuredRun& run = *p.run;
  const double isl = run.input_tokens;
  const double osl = run.output_tokens;
  const bool mixes = run.config.engine != "sglang";
  const double budget = static_cast<double>(p.limits.token_budget);
  const double by_cache = p.kv_tokens / (isl + reserved_output(run.config.engine) * osl);
  const double by_budget = budget / (1.0 + isl / osl);
  const double most = std::max(1.0, std::min({static_cast<double>(p.limits.max_sequences), by_cache,
                                              mixes ? by_budget : 1e9}));
  const bool open = run.load == Load::open_loop;
  const double inside = open ? most : std::min(run.level, most);  // sequences in the engine at once

  Steady s;
  s.batch = open ? std::min(most, run.level * osl * t.base_s(1, 0)) : inside;
  for (int i = 0; i < kIterations; ++i) {
    const double b = std::max(s.batch, 0.05);
    const double chunk = std::max(16.0, std::min(isl, mixes ? budget - b : budget));
    const double share = b * isl / (osl * chunk);
    const double decode = t.base_s(b, 0);
    const double carrying = mixes ? t.base_s(b, chunk) : t.base_s(0, chunk);
    const double pairs = isl * isl / 2 * t.pair_s;
    double step = 0;
    if (mixes)
      step = share < 1 ? (1 - share) * decode + share * carrying : t.base_s(b, share * chunk);
    else
      step = decode + share * carrying;
    step += b * (isl + osl / 2) * t.context_token_s + b / osl * pairs;
    const double chunks = std::ceil(isl / chunk);
    // Arrival finds a running step half done; then its chunks, queued behind those of others.
    const double busy = std::min(0.95, share);
    const double prefill = chunks * carrying + pairs;
    const double serving_s = step / 2 + prefill * (1 + busy / (2 * (1 - busy)));
    const double cycle = serving_s + t.entry_s + (osl - 1) * step;
    const double waiting = open ? 0 : std::max(0.0, run.level - inside) / inside * cycle;
    s.tpot_s = step;
    s.ttft_s = t.entry_s + serving_s + waiting;
    const double wanted = open ? run.level * osl * step : inside * (osl - 1) * step / cycle;
    s.saturated = open && wanted > most;
    const double next = std::min(most, wanted);
    const double change = std::abs(next - s.batch) / std::max(next, 0.05);
    s.batch += 0.7 * (next - s.batch);
    if (change < kConverged) break;
  }
  s.output_tokens_per_s = s.batch / s.tpot_s;
  return s;
}

}  // namespace breakeven::calibrate
