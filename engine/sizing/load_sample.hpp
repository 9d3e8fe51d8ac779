// load_sample.hpp — a short trace that stands for a long one when fleets are compared.
//
// Shape    The trace is cut into blocks of equal duration, the blocks are ranked by load (uncached
//          prompt tokens + 8 x answer tokens), and every k-th rank is kept, the busiest block
//          always: quiet nights and peaks keep their weight, so percentiles over the sample stand
//          for those over the trace. Kept blocks follow one another in time, a quiet gap between
//          them lets queues run empty. What is chosen on a sample is verified on the whole trace.
#pragma once

#include <cstdint>

#include "engine/traffic/trace.hpp"

namespace breakeven::sizing {

inline constexpr std::int64_t kSampleRequests = 40'000;

/// `trace` itself when it has at most 1.5 x `requests`; needs arrivals in order.
[[nodiscard]] traffic::Trace sample_by_load(const traffic::Trace& trace,
                                            std::int64_t requests = kSampleRequests);

}  // namespace breakeven::sizing
