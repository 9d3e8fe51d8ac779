// step_times.hpp — a step model in ticks, with decode-only times remembered.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/serving/sim_time.hpp"
#include "engine/serving/step_model.hpp"

namespace breakeven::serving {

class StepTimes {
 public:
  StepTimes(const StepModel& model, std::int64_t max_sequences)
      : model_(&model),
        decode_(static_cast<std::size_t>(max_sequences) + 1, Ticks{0}),
        per_pair_s_(model.s_per_attention_pair()),
        entry_s_(model.request_entry_s()) {
    const double per_context = model.s_per_context_token();
    constexpr double kLargestSlopeSeconds = 1e-2;
    const auto slope_ok = [](double s) { return s >= 0 && s <= kLargestSlopeSeconds; };
    sane_ = slope_ok(per_context) && slope_ok(per_pair_s_) && entry_s_ >= 0 && entry_s_ < 1e6;
    if (sane_)
      per_context_ = static_cast<std::int64_t>(std::floor(per_context * kTicksPerSecond + 0.5));
  }

  [[nodiscard]] Ticks decode(std::int64_t sequences) {
    Ticks& known = decode_[static_cast<std::size_t>(sequences)];
    if (known == 0) [[unlikely]]
      known = checked(model_->base_s(sequences, 0));
    return known;
  }
  [[nodiscard]] Ticks prefill(std::int64_t sequences, std::int64_t tokens, double pairs) {
    return checked(model_->base_s(sequences, tokens) + per_pair_s_ * pairs -
                   model_->attention_saving_s(static_cast<double>(tokens), pairs));
  }
  [[nodiscard]] std::int64_t per_context_token() const { return per_context_; }
  [[nodiscard]] double entry_s() const { return entry_s_; }
  /// False once the model returned something that is not a duration in (0, 1e6] s.
  [[nodiscard]] bool sane() const { return sane_; }

 private:
  [[nodiscard]] Ticks checked(double seconds) {
    if (seconds > 0 && seconds <= 1e6) [[likely]] {
      const Ticks t = ticks_from_seconds(seconds);
      return t > 0 ? t : 1;
    }
    sane_ = false;
    return Ticks{1} << 50;
  }

  const StepModel* model_;
  std::vector<Ticks> decode_;
  std::int64_t per_context_ = 0;
  double per_pair_s_ = 0;
  double entry_s_ = 0;
  bool sane_ = true;
};

}  // namespace breakeven::serving
