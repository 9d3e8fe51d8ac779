#include "service/finance.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "codec/finance_json.hpp"
#include "engine/base/text.hpp"
#include "io/byte_stream.hpp"
#include "io/json_lines.hpp"

namespace breakeven::service {
namespace {

constexpr std::size_t kFlushBytes = std::size_t{1} << 16;
constexpr std::size_t kMaxWholeBytes = std::size_t{64} << 20;

Status answer_lines(std::string_view function, io::ByteStream& stream, const TextSink& sink) {
  io::JsonLines lines(stream);
  std::string out;
  while (lines.next()) {
    // Its own parser reads the line for the checks of size, depth and encoding.
    if (const auto fields = lines.fields()) {
      out += codec::finance_line(function, lines.line());
    } else {
      Error error = fields.error();
      error.where = stream.name() + ":" + std::to_string(lines.line_number());
      out += codec::finance_refusal(error);
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

Result<std::string> whole_text(io::ByteStream& stream) {
  std::string text;
  std::array<char, kFlushBytes> piece{};
  for (;;) {
    BREAKEVEN_TRY(const std::size_t count, stream.read(piece.data(), piece.size()));
    if (count == 0) return text;
    text.append(piece.data(), count);
    if (text.size() > kMaxWholeBytes) {
      return Error{ErrorCode::resource_limit, "expected at most 64 MiB (--jsonl has no limit)",
                   stream.name()};
    }
  }
}

/// Several lines, of which the first is a JSON value by itself.
bool looks_like_lines(std::string_view text) {
  const std::string_view rest = trim(text);
  const std::size_t end = rest.find('\n');
  return end != std::string_view::npos && !codec::is_one_json_value(rest) &&
         codec::is_one_json_value(rest.substr(0, end));
}

}  // namespace

Status finance_stream(std::string_view function, const std::string& path, Batch batch,
                      const TextSink& sink) {
  BREAKEVEN_TRY(auto stream, io::ByteStream::open(path));
  if (batch == Batch::lines) return answer_lines(function, stream, sink);
  BREAKEVEN_TRY(const std::string text, whole_text(stream));
  if (looks_like_lines(text)) {
    BREAKEVEN_TRY(auto again, io::ByteStream::from_memory(text, stream.name()));
    return answer_lines(function, again, sink);
  }
  BREAKEVEN_TRY(const std::string answer, codec::finance_answer(function, text));
  return sink(answer + "\n");
}

}  // namespace breakeven::service
