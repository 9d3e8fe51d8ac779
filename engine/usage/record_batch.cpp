#include "engine/usage/record_batch.hpp"

#include <cstddef>
#include <string_view>

#include "engine/usage/record.hpp"

namespace breakeven::usage {

UsageRecord RecordBatch::record(const BatchItem& item) const {
  UsageRecord made = likes[item.like];
  made.id = item.id_text();
  made.session = std::string_view(item.session, item.session_size);
  made.clock = item.clock;
  made.start_ns = made.end_ns = item.start_ns;
  for (std::size_t i = 0; i < kBuckets; ++i) made.tokens.count[i] = item.tokens[i];
  made.tokens.reasoning = item.reasoning;
  if (item.has_cost) made.cost = item.cost();
  if (item.latency_ns >= 0) made.latency_ns = item.latency_ns;
  if (item.ttft_ns >= 0) made.ttft_ns = item.ttft_ns;
  return made;
}

void RecordSink::take_all(const RecordBatch& batch) {
  for (const BatchItem& item : batch.items) {
    if (item.id_size > 0) identify(item.identity);
    take(batch.record(item));
  }
}

}  // namespace breakeven::usage
