// Any bytes as limits, step model and trace: simulate() must return, account for every request and
// stay within its bounds.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "engine/serving/simulation.hpp"

namespace {

using breakeven::serving::EngineLimits;
using breakeven::serving::SimulationOptions;

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  [[nodiscard]] bool empty() const { return left_ == 0; }
  std::uint32_t next(std::size_t bytes) {
    std::uint32_t value = 0;
    const std::size_t n = std::min(bytes, left_);
    std::memcpy(&value, data_, n);
    data_ += n;
    left_ -= n;
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

class FuzzStep final : public breakeven::serving::StepModel {
 public:
  explicit FuzzStep(Bytes& in)
      : constant_s_(static_cast<double>(in.next(2)) * 1e-5 - 1e-3),
        token_s_(static_cast<double>(in.next(1)) * 1e-6),
        context_s_(static_cast<double>(in.next(1)) * 1e-8),
        entry_s_(static_cast<double>(in.next(1)) * 1e-3) {}
  [[nodiscard]] double base_s(std::int64_t b, std::int64_t p) const override {
    return constant_s_ + token_s_ * static_cast<double>(b + p);
  }
  [[nodiscard]] double s_per_context_token() const override { return context_s_; }
  [[nodiscard]] double s_per_attention_pair() const override { return context_s_; }
  [[nodiscard]] double request_entry_s() const override { return entry_s_; }

 private:
  double constant_s_;
  double token_s_;
  double context_s_;
  double entry_s_;
};

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes in(data, size);
  const FuzzStep step(in);
  EngineLimits limits;
  limits.token_budget = in.next(2);
  limits.max_sequences = in.next(2);
  limits.block_tokens = in.next(1) % 2 == 0 ? 16 : in.next(1);
  limits.kv_blocks = in.next(2);
  limits.prefix_cache = in.next(1) % 2 == 0;
  SimulationOptions options;
  options.replicas = static_cast<int>(in.next(1) % 20);
  options.router = static_cast<breakeven::serving::Router>(in.next(1) % 3);
  options.load_factor = static_cast<double>(in.next(1)) / 16.0;
  options.keep_requests = true;

  breakeven::traffic::Trace trace;
  std::int64_t ns = 0;
  constexpr std::size_t kMostRequests = 300;
  while (!in.empty() && trace.size() < kMostRequests) {
    const std::uint32_t gap = in.next(1);
    ns += static_cast<std::int64_t>(gap) * gap * gap * 1'000;
    trace.arrival_ns.push_back(gap == 255 ? ns - 1 : ns);
    trace.input_tokens.push_back(static_cast<std::int32_t>(in.next(2)) - 2);
    trace.output_tokens.push_back(static_cast<std::int32_t>(in.next(2)) - 2);
    trace.cached_tokens.push_back(static_cast<std::int32_t>(in.next(2)));
    trace.session.push_back(static_cast<std::int32_t>(in.next(1)));
  }
  trace.span_ns = ns + 1;

  const auto result = breakeven::serving::simulate(trace, step, limits, options);
  if (!result.ok()) return 0;
  require(result->requests == static_cast<std::int64_t>(trace.size()));
  require(result->ttft.p50 <= result->ttft.max && result->peak_kv_use <= 1.0);
  std::int64_t served = 0;
  for (const auto& outcome : result->outcomes) {
    if (outcome.replica < 0) continue;
    ++served;
    require(outcome.replica < options.replicas);
    require(outcome.ttft_s >= 0 && outcome.end_to_end_s >= outcome.ttft_s && outcome.tpot_s >= 0);
  }
  require(served + result->rejected == result->requests);
  return 0;
}
