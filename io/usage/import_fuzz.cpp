// Fuzzes the usage readers with whole files of any format: CSV, JSON lines and documents, metrics
// pages, packed or not. Every record must be counted once, and what is kept must make sense.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
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
    totals.take(r);
    if (kept <= 1'000) load.take(r);
  }
  std::int64_t kept = 0;
  usage::Totals totals{nullptr};
  usage::LoadCollector load;
};

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Checker checker;
  io::UsageReadOptions options;
  io::UsageImporter importer(options, checker);
  // Twice: the second time every record with an identity is a repeat.
  for (int i = 0; i < 2; ++i) {
    const usage::FileReport r = importer.read_bytes(bytes, "fuzz");
    if (r.records != r.kept + r.rejected + r.duplicates + r.ignored) std::abort();
    if (r.conflicts > r.duplicates) std::abort();
    std::int64_t rejected = 0;
    for (const std::int64_t n : r.rejected_by) rejected += n;
    if (rejected != r.rejected) std::abort();
    if (r.broken && (r.broken->message.empty() || r.broken->where.empty())) std::abort();
  }
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
