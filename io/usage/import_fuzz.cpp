// Fuzzes the usage readers with whole files of any format: CSV, JSON lines and documents, metrics
// pages, packed or not. Every record must be counted once, what is kept must make sense, and reading in
// blocks must give what reading line by line gives.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/usage/load.hpp"
#include "engine/usage/totals.hpp"
#include "io/usage/import.hpp"

namespace {

using namespace breakeven;

class Checker final : public usage::RecordSink {
 public:
  void begin(usage::Grain grain) override { load.begin(grain); }
  void take(const usage::UsageRecord& r) override {
    ++kept;
    if (r.single) {
      for (const std::int64_t tokens : r.tokens.count) {
        if (tokens < 0 || tokens > 3 * usage::kMaxRequestTokens) std::abort();
      }
    }
    if (r.end_ns < r.start_ns && r.clock == usage::Clock::utc) std::abort();
    said.add(r.id);
    said.add(r.model);
    said.add(r.start_ns);
    for (const std::int64_t tokens : r.tokens.count) said.add(tokens);
    totals.take(r);
    if (kept <= 1'000) load.take(r);
  }
  std::int64_t kept = 0;
  usage::Fingerprint said;  ///< of everything, in its order
  usage::Totals totals{nullptr};
  usage::LoadCollector load;
};

/// Twice: the second time every record with an identity is a repeat.
void read_twice(std::string_view bytes, const io::UsageReadOptions& options, Checker& checker) {
  io::UsageImporter importer(options, checker);
  for (int i = 0; i < 2; ++i) {
    const usage::FileReport r = importer.read_bytes(bytes, "fuzz");
    if (r.records != r.kept + r.rejected + r.duplicates + r.ignored) std::abort();
    if (r.conflicts > r.duplicates) std::abort();
    std::int64_t rejected = 0;
    for (const std::int64_t n : r.rejected_by) rejected += n;
    if (rejected != r.rejected) std::abort();
    if (r.broken && (r.broken->message.empty() || r.broken->where.empty())) std::abort();
    for (const std::int64_t n : {r.kept, r.rejected, r.duplicates, r.conflicts, r.ignored,
                                 r.first_ns.value_or(-1), r.last_ns.value_or(-1)}) {
      checker.said.add(n);
    }
    for (const usage::Rejection& one : r.rejections) {
      checker.said.add(one.record);
      checker.said.add(one.line);
      checker.said.add(one.found);
    }
    for (const auto& [note, n] : r.notes) checker.said.add(note + std::to_string(n));
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Checker checker;
  io::UsageReadOptions options;
  options.lane.block_bytes = 200;
  options.lane.blocks = 3;
  read_twice(bytes, options, checker);
  Checker line_by_line;
  options.lane.on = false;
  read_twice(bytes, options, line_by_line);
  if (checker.said.low() != line_by_line.said.low()) std::abort();
  std::int64_t records = 0;
  for (const usage::TotalRow& row : checker.totals.finish()) records += row.records;
  if (records != checker.kept) std::abort();
  usage::LoadOptions load;
  load.max_requests = 2'000;
  load.mean_output_tokens = 100;
  const auto made = checker.load.build(load);
  if (made.ok() && !made->trace.validate().ok()) std::abort();
  return 0;
}
