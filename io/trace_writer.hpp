// trace_writer.hpp — traces as normalised CSV, plain or gzip.
//
// Shape    arrival_s,input_tokens,output_tokens[,cached_tokens][,session]: exact decimals without
//          trailing zeros, LF, no quotes. The same trace gives the same bytes (gzip without time
//          and name). read_trace() reads back the same trace, except that the span becomes the last
//          arrival.
// Errors   io_error with the path. A file appears whole or not at all: it is written beside its
//          place under a temporary name and then renamed.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::io {

[[nodiscard]] std::string trace_csv(const traffic::Trace& trace);

/// The bytes as one gzip member.
[[nodiscard]] Result<std::string> gzip(std::string_view bytes);

/// Writes `bytes` to `path` at once, replacing what is there.
[[nodiscard]] Status write_file(const std::string& path, std::string_view bytes);

/// CSV to `path`; packed when the name ends in ".gz".
[[nodiscard]] Status write_trace(const traffic::Trace& trace, const std::string& path);

}  // namespace breakeven::io
