// timeline_text.hpp — the timeline of a replay as CSV and as a Chrome trace.
//
// Shape    docs/formats/timeline.md. The Chrome trace has one process per replica and counters that
//          Perfetto (ui.perfetto.dev) and chrome://tracing draw; a counter is written where it
//          changes.
#pragma once

#include <cstdint>
#include <string>

#include "engine/serving/timeline.hpp"

namespace breakeven::codec {

/// start_s,window_s,replica,pool,busy,decoding,decoding_max,queued,queued_max,kv_use,kv_use_max,
/// prefill_tokens,decode_tokens,iterations. `replicas`: numbers from there on are the prefill pool.
[[nodiscard]] std::string timeline_to_csv(const serving::Timeline& timeline, int replicas);

/// {"traceEvents":[..],"displayTimeUnit":"ms","otherData":{"trace":..,"window_s":..}}
[[nodiscard]] std::string timeline_to_chrome_trace(const serving::Timeline& timeline, int replicas,
                                                   const std::string& trace_name);

}  // namespace breakeven::codec
