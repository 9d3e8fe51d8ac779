// test_usage_records.hpp — records whose every field follows from their number.
#pragma once

#include <cstdint>
#include <string>

#include "engine/usage/intake.hpp"
#include "engine/usage/record.hpp"

namespace breakeven::store {

/// Gives records import * count .. (import + 1) * count to the sink, as a file of requests would.
inline usage::FileReport feed_numbered_records(usage::RecordSink& sink, std::int64_t import,
                                               std::int64_t count) {
  usage::FileReport report;
  report.file = "import-" + std::to_string(import) + ".jsonl";
  report.format = usage::Format::gateway;
  usage::IdSet seen;
  const usage::IntakeOptions options;
  usage::Intake intake(options, seen, sink, report);
  intake.open(usage::Format::gateway);
  for (std::int64_t i = import * count; i < (import + 1) * count; ++i) {
    const std::string id = "req-" + std::to_string(i);
    usage::UsageRecord record;
    record.id = id;
    record.clock = usage::Clock::utc;
    record.start_ns = record.end_ns = 1'772'442'000'000'000'000 + i * 1'000'000;
    record.vendor = "openai";
    record.model = i % 2 == 0 ? "gpt-4.1" : "gpt-4.1-mini";
    record.tokens[usage::Bucket::uncached] = i;
    record.tokens[usage::Bucket::output] = i % 97;
    record.cost = Usd::from_femto(Int128{i} * 1'000'000'007);
    intake.keep(record);
  }
  return report;
}

}  // namespace breakeven::store
