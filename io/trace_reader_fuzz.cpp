// Fuzzes the trace reader with whole files: every packing, layout and bad row. What is read must be
// a valid trace that adds up, and must read back from what the writer makes of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/traffic/trace.hpp"
#include "io/trace_reader.hpp"
#include "io/trace_writer.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto import =
      io::read_trace_bytes(bytes, "fuzz", {.max_rejected_share = 0.9, .max_rows = 100'000});
  if (!import.ok()) {
    if (import.error().message.empty() || import.error().where.empty()) std::abort();
    return 0;
  }
  const auto kept = static_cast<std::int64_t>(import->trace.size());
  if (kept == 0 || kept + import->rejected + import->failed_requests != import->rows) std::abort();
  if (!import->trace.validate().ok()) std::abort();
  const traffic::TraceStats stats = traffic::statistics(import->trace);
  if (stats.requests != kept) std::abort();
  const auto again = io::read_trace_bytes(io::trace_csv(import->trace), "again");
  if (!again.ok() || again->trace.input_tokens != import->trace.input_tokens) std::abort();
  return 0;
}
