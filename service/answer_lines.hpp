// answer_lines.hpp — one line out for every JSON line in, in order and in bounded memory.
//
// Errors   A line that cannot be read is answered by `refuse` with "file:line"; only a stream or a
//          sink that fails ends the work.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/pricing/usage_fields.hpp"
#include "io/byte_stream.hpp"
#include "io/json_lines.hpp"
#include "service/text_sink.hpp"

namespace breakeven::service {

/// Answers leave in pieces of about this size.
inline constexpr std::size_t kFlushBytes = std::size_t{1} << 16;

/// `answer(fields, line, out)` and `refuse(error, out)` append one line without its end.
template <class Answer, class Refuse>
Status answer_lines(io::ByteStream& stream, const TextSink& sink, Answer answer, Refuse refuse) {
  io::JsonLines lines(stream);
  std::string out;
  while (lines.next()) {
    if (const auto fields = lines.fields()) {
      answer(*fields, lines.line(), out);
    } else {
      Error error = fields.error();
      error.where = stream.name() + ":" + std::to_string(lines.line_number());
      refuse(error, out);
    }
    out += '\n';
    if (out.size() >= kFlushBytes) {
      BREAKEVEN_CHECK_OK(sink(out));
      out.clear();
    }
  }
  if (!out.empty()) BREAKEVEN_CHECK_OK(sink(out));
  if (lines.error()) return *lines.error();
  return {};
}

}  // namespace breakeven::service
