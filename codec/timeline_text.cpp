#include "codec/timeline_text.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "codec/json_text.hpp"
#include "engine/base/text.hpp"
#include "engine/serving/timeline.hpp"

namespace breakeven::codec {
namespace {

using serving::Timeline;
using serving::TimelineCell;

std::string_view pool_of(std::int32_t replica, int replicas) {
  return replica < replicas ? "serve" : "prefill";
}

/// Six digits are more than the simulator knows.
std::string short_number(double value) {
  constexpr double kDigits = 1e6;
  const double rounded = std::floor(value * kDigits + 0.5) / kDigits;
  return shortest(rounded == 0 ? 0.0 : rounded);
}

using Series = std::pair<const char*, double>;

/// Appends a counter event unless its values are those of `last`.
template <std::size_t N>
void add_counter(std::string& out, std::string_view name, std::int32_t replica, std::int64_t us,
                 const std::array<Series, N>& values, std::string& last) {
  std::string args;
  for (const auto& [key, value] : values) {
    if (!args.empty()) args += ',';
    args += '"' + std::string(key) + "\":" + short_number(value);
  }
  if (args == last) return;
  out += ",\n{\"name\":\"" + std::string(name) + "\",\"ph\":\"C\",\"ts\":" + std::to_string(us) +
         ",\"pid\":" + std::to_string(replica) + ",\"tid\":0,\"args\":{" + args + "}}";
  last = std::move(args);
}

}  // namespace

std::string timeline_to_csv(const Timeline& timeline, int replicas) {
  std::string out =
      "start_s,window_s,replica,pool,busy,decoding,decoding_max,queued,queued_max,kv_use,"
      "kv_use_max,prefill_tokens,decode_tokens,iterations\n";
  for (const auto& [replica, cells] : timeline.replicas()) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const TimelineCell& c = cells[i];
      out += shortest(static_cast<double>(i) * timeline.window_s()) + ',' +
             shortest(timeline.window_s()) + ',' + std::to_string(replica) + ',' +
             std::string(pool_of(replica, replicas));
      for (const double value :
           {c.busy, c.decoding, c.most_decoding, c.queued, c.most_queued, c.kv_use, c.most_kv_use,
            c.prefill_tokens, c.decode_tokens, c.iterations})
        out += ',' + short_number(value);
      out += '\n';
    }
  }
  return out;
}

std::string timeline_to_chrome_trace(const Timeline& timeline, int replicas,
                                     const std::string& trace_name) {
  const double window_s = timeline.window_s();
  std::string out =
      "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"trace\":" + json_string(trace_name) +
      ",\"window_s\":" + shortest(window_s) + "},\"traceEvents\":[";
  std::string separator = "\n";
  constexpr double kMicro = 1e6;
  constexpr double kPercent = 100;
  for (const auto& [replica, cells] : timeline.replicas()) {
    out += std::exchange(separator, ",\n") +
           "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":" + std::to_string(replica) +
           ",\"args\":{\"name\":\"replica " + std::to_string(replica) +
           (pool_of(replica, replicas) == "prefill" ? " (prefill)" : "") + "\"}}";
    std::array<std::string, 4> last;
    for (std::size_t i = 0; i <= cells.size(); ++i) {
      const TimelineCell c = i < cells.size() ? cells[i] : TimelineCell{};
      const auto us =
          static_cast<std::int64_t>(std::llround(static_cast<double>(i) * window_s * kMicro));
      add_counter(out, "batch", replica, us, std::array<Series, 1>{{{"decoding", c.decoding}}},
                  last[0]);
      add_counter(out, "queue", replica, us, std::array<Series, 1>{{{"waiting", c.queued}}},
                  last[1]);
      add_counter(out, "KV cache %", replica, us,
                  std::array<Series, 1>{{{"in use", kPercent * c.kv_use}}}, last[2]);
      add_counter(out, "tokens per second", replica, us,
                  std::array<Series, 2>{{{"prefill", c.prefill_tokens / window_s},
                                         {"decode", c.decode_tokens / window_s}}},
                  last[3]);
    }
  }
  return out + "\n]}\n";
}

}  // namespace breakeven::codec
