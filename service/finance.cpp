#include "service/finance.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "codec/finance_json.hpp"
#include "engine/base/text.hpp"
#include "io/byte_stream.hpp"
#include "service/answer_lines.hpp"

namespace breakeven::service {
namespace {

constexpr std::size_t kMaxWholeBytes = std::size_t{64} << 20;

Status finance_lines(std::string_view function, io::ByteStream& stream, const TextSink& sink) {
  return answer_lines(
      stream, sink,
      // The fields were read for the checks of size, depth and encoding only.
      [function](pricing::Fields::Ref, std::string_view line, std::string& out) {
        out += codec::finance_line(function, line);
      },
      [](const Error& error, std::string& out) { out += codec::finance_refusal(error); });
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
  if (batch == Batch::lines) return finance_lines(function, stream, sink);
  BREAKEVEN_TRY(const std::string text, whole_text(stream));
  if (looks_like_lines(text)) {
    BREAKEVEN_TRY(auto again, io::ByteStream::from_memory(text, stream.name()));
    return finance_lines(function, again, sink);
  }
  BREAKEVEN_TRY(const std::string answer, codec::finance_answer(function, text));
  return sink(answer + "\n");
}

}  // namespace breakeven::service
