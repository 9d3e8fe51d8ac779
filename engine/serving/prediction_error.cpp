#include "engine/serving/prediction_error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"

namespace breakeven::serving {

namespace {

constexpr std::string_view kAny = "*";

void note_above(std::vector<std::string>& reasons, std::string_view what, double value,
                std::int64_t measured) {
  // 0: the source does not say, as with an open loop's users.
  if (measured == 0 || value <= static_cast<double>(measured)) return;
  reasons.push_back(std::string(what) + " " + shortest(std::round(value)) + ", measured up to " +
                    std::to_string(measured));
}

std::vector<std::string> why_extrapolated(const Replica& replica, const SimulationResult& result) {
  std::vector<std::string> reasons;
  const ReplicaConfig& config = replica.config;
  const std::string architecture = architecture_of(*config.accelerator);
  if (!replica.measured) {
    reasons.push_back("no measured run of " + architecture + " under " + config.engine);
  }
  if (config.speculation.on()) reasons.emplace_back("speculative decoding is not in the fit");
  if (result.prefill_pool != nullptr)
    reasons.emplace_back("disaggregated prefill is not in the fit");
  if (replica.errors == nullptr) return reasons;
  const auto range = std::ranges::find_if(replica.errors->ranges, [&](const CalibratedRange& r) {
    return r.architecture == architecture && r.engine == config.engine;
  });
  const auto served = static_cast<double>(result.requests - result.rejected);
  if (range == replica.errors->ranges.end() || served <= 0) return reasons;
  note_above(reasons, "mean prompt", static_cast<double>(result.input_tokens) / served,
             range->input_tokens);
  note_above(reasons, "mean answer", static_cast<double>(result.output_tokens) / served,
             range->output_tokens);
  note_above(reasons, "mean batch", result.mean_batch, range->users);
  note_above(reasons, "GPUs per replica", replica.gpus(), range->gpus);
  return reasons;
}

}  // namespace

std::string_view to_string(Regime regime) {
  switch (regime) {
    case Regime::low:
      return "low load";
    case Regime::knee:
      return "knee";
    case Regime::saturation:
      break;
  }
  return "saturation";
}

Regime regime_of(const StepModel& step, const EngineLimits& limits, const SimulationResult& result,
                 double context_tokens, double users) {
  constexpr double kFull = 0.97;
  constexpr double kLow = 1.3;
  const auto places = static_cast<double>(limits.max_sequences);
  if (result.peak_kv_use >= kFull || result.preemptions > 0 || users > places ||
      result.mean_batch > kFull * places)
    return Regime::saturation;
  const double alone = step.base_s(1, 0) + step.s_per_context_token() * context_tokens;
  return result.tpot.mean < kLow * alone ? Regime::low : Regime::knee;
}

const ErrorBand* find_band(std::span<const ErrorBand> bands, std::string_view engine,
                           std::string_view kind, std::string_view regime) {
  const std::array<std::pair<std::string_view, std::string_view>, 4> classes = {
      {{engine, regime}, {kAny, regime}, {engine, kAny}, {kAny, kAny}}};
  for (const auto& [e, r] : classes)
    for (const ErrorBand& band : bands)
      if (band.engine == e && band.kind == kind && band.regime == r) return &band;
  return nullptr;
}

Result<std::vector<CalibratedRange>> parse_ranges(std::string_view csv, const std::string& name) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(csv, name));
  const std::array<const char*, 7> titles = {
      "architecture", "engine", "input_tokens", "output_tokens", "users", "gpus", "runs"};
  std::array<std::size_t, titles.size()> at{};
  for (std::size_t i = 0; i < titles.size(); ++i) {
    BREAKEVEN_TRY(at[i], table.column(titles[i]));
  }
  std::vector<CalibratedRange> out;
  for (const CsvTable::Row& row : table.rows()) {
    CalibratedRange range{.architecture = row.fields[at[0]], .engine = row.fields[at[1]]};
    const std::array<std::int64_t*, 5> to = {&range.input_tokens, &range.output_tokens,
                                             &range.users, &range.gpus, &range.runs};
    for (std::size_t i = 0; i < to.size(); ++i) {
      const auto value = parse_int(row.fields[at[i + 2]]);
      if (!value.ok() || *value < 0)
        return Error{ErrorCode::parse_error,
                     "expected a whole number from 0, found \"" + row.fields[at[i + 2]] + "\"",
                     table.place(row, at[i + 2])};
      *to[i] = *value;
    }
    out.push_back(std::move(range));
  }
  return out;
}

const ErrorBand* Reliability::band(std::string_view kind) const {
  const auto found = std::ranges::find(bands, kind, &ErrorBand::kind);
  return found == bands.end() ? nullptr : &*found;
}

Reliability reliability(const Replica& replica, const SimulationResult& result,
                        const SimulationOptions& options) {
  Reliability out;
  const auto served = static_cast<double>(std::max<std::int64_t>(1, result.requests));
  const double context =
      (static_cast<double>(result.input_tokens) + 0.5 * static_cast<double>(result.output_tokens)) /
      served;
  const double users = static_cast<double>(options.closed_loop_users) / options.replicas;
  out.regime = regime_of(*replica.step, replica.limits, result, context, users);
  out.extrapolated = why_extrapolated(replica, result);
  if (replica.errors == nullptr) return out;
  for (const std::string_view kind : {"ttft", "tpot", "e2e", "throughput"}) {
    const ErrorBand* band =
        find_band(replica.errors->bands, replica.config.engine, kind, to_string(out.regime));
    if (band != nullptr) out.bands.push_back(*band);
  }
  return out;
}

}  // namespace breakeven::serving
