// test_support.hpp — a step model, traces, offers and options for the tests of this room.
#pragma once

#include <cstdint>

#include "engine/base/det_math.hpp"
#include "engine/base/random.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/sizing/sizing.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::sizing::test {

class LinearStep final : public serving::StepModel {
 public:
  [[nodiscard]] double base_s(std::int64_t b, std::int64_t p) const override {
    return 0.008 + 1e-4 * static_cast<double>(b) + 4e-5 * static_cast<double>(p);
  }
  [[nodiscard]] double s_per_context_token() const override { return 3e-8; }
  [[nodiscard]] double s_per_attention_pair() const override { return 1e-9; }
  [[nodiscard]] double request_entry_s() const override { return 0.05; }
};

/// Poisson arrivals with exponential-ish lengths.
inline traffic::Trace poisson(double per_s, double span_s, std::uint64_t seed = 1) {
  const RandomStream random(seed, "sizing-test");
  traffic::Trace t;
  double at = 0;
  for (std::uint64_t i = 0;; ++i) {
    at -= det_log(random.uniform(0, i)) / per_s;
    if (at >= span_s) break;
    t.arrival_ns.push_back(static_cast<std::int64_t>(at * 1e9));
    t.input_tokens.push_back(1 + static_cast<std::int32_t>(-600 * det_log(random.uniform(1, i))));
    t.output_tokens.push_back(1 + static_cast<std::int32_t>(-120 * det_log(random.uniform(2, i))));
    t.cached_tokens.push_back(t.input_tokens.back() / 4);
  }
  t.span_ns = static_cast<std::int64_t>(span_s * 1e9);
  return t;
}

inline SizingOptions options_for(double ttft_s, double tpot_s) {
  SizingOptions o;
  o.objective.ttft_s = ttft_s;
  o.objective.tpot_s = tpot_s;
  return o;
}

inline catalog::GpuOffer offer(const char* id, const char* accel, int gpus, std::int64_t cents,
                               catalog::Term term = catalog::Term::on_demand) {
  catalog::GpuOffer o;
  o.id = id;
  o.accelerator = accel;
  o.gpus = gpus;
  o.term = term;
  o.usd_per_hour = Price{cents * 10'000'000, 1};
  return o;
}

}  // namespace breakeven::sizing::test
