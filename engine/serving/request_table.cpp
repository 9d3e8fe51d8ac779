#include "engine/serving/request_table.hpp"

#include <cmath>
#include <cstdint>

#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

RequestTable::RequestTable(const traffic::Trace& trace, const EngineLimits& limits,
                           double load_factor)
    : arrival_ns_(trace.arrival_ns),
      input_(trace.input_tokens),
      output_(trace.output_tokens),
      session_(trace.session),
      block_mask_(static_cast<std::int32_t>(limits.block_tokens - 1)),
      unscaled_(load_factor == 1.0),
      load_factor_(load_factor) {
  if (limits.prefix_cache) cached_ = trace.cached_tokens;
  if (!arrival_ns_.empty()) first_ns_ = arrival_ns_.front();
}

std::int64_t RequestTable::scaled(std::int64_t ns) const {
  return static_cast<std::int64_t>(std::floor(static_cast<double>(ns) / load_factor_ + 0.5));
}

}  // namespace breakeven::serving
