// trace_reader.hpp — request traces from files, whatever wrote them.
//
// Shape    The content decides (docs/formats/traces.md): packing (gzip, zstd, plain), byte order
//          mark, CSV or JSON Lines, and the layout by its set of column names in any order:
//            normalised  arrival_s, input_tokens, output_tokens [, cached_tokens |
//                        ideal_cached_tokens, session]
//            azure       TIMESTAMP, ContextTokens, GeneratedTokens
//            mooncake    timestamp (ms), input_length, output_length [, hash_ids]
//            burstgpt    Timestamp (s), Request tokens, Response tokens [, Session ID]
//          Other columns are ignored. The file is streamed; only the trace's own columns are kept.
// Units    Arrivals in exact nanoseconds from the start of the trace. A clock (dates, or seconds
//          since 1970) starts at its first request; a relative clock keeps its zero.
// Threads  Reading shares nothing.
// Errors   A bad row is left out, counted by reason and shown with its place; when more than
//          `max_rejected_share` of the rows are bad, or none is good, the whole read fails.
//          not_found, io_error: the file. parse_error: not a trace, damaged or cut off.
//          resource_limit: a line over 1 MiB, more rows than `max_rows`. A failed read leaves
//          nothing behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"
#include "io/byte_stream.hpp"
#include "io/trace_fields.hpp"

namespace breakeven::io {

enum class TraceLayout : std::uint8_t { normalised, azure, mooncake, burstgpt };

[[nodiscard]] std::string_view trace_layout_name(TraceLayout layout);

struct TraceReadOptions {
  double max_rejected_share = 0.01;
  std::int64_t max_rows = 200'000'000;
  std::uint64_t max_bytes = UINT64_MAX;  ///< unpacked
  std::size_t examples_per_reason = 5;
};

/// The rows that were left out for one reason.
struct RowRejects {
  struct Example {
    std::int64_t line = 0;    ///< 1-based physical line
    std::int64_t column = 0;  ///< 1-based byte in the line
    std::string field;        ///< the column's name; empty when the whole row is meant
    std::string found;        ///< what stood there, in quotes
  };
  RowProblem reason = RowProblem::none;
  std::int64_t count = 0;
  std::vector<Example> examples;  ///< the first ones
};

/// What was read, and what there is to say about it.
struct TraceImport {
  traffic::Trace trace;
  std::string file;
  TraceLayout layout = TraceLayout::normalised;
  bool json_lines = false;
  Packing packing = Packing::none;
  std::int64_t rows = 0;             ///< data rows, good or bad
  std::int64_t rejected = 0;         ///< bad rows
  std::int64_t failed_requests = 0;  ///< BurstGPT rows without a response: no load, not an error
  std::vector<RowRejects> rejects;
  std::vector<std::string> warnings;
  std::optional<Instant> start;  ///< when the first request arrived, when the file says so
};

/// `path` is a file, or "-" for standard input.
[[nodiscard]] Result<TraceImport> read_trace(const std::string& path,
                                             const TraceReadOptions& options = {});

/// The same from bytes in memory (an upload); `name` stands for the file in messages.
[[nodiscard]] Result<TraceImport> read_trace_bytes(std::string_view bytes, std::string name,
                                                   const TraceReadOptions& options = {});

}  // namespace breakeven::io
