#include "service/input_text.hpp"

#include <array>

#include "io/byte_stream.hpp"

namespace breakeven::service {

Result<std::string> read_input_text(const std::string& path, std::size_t most_bytes) {
  BREAKEVEN_TRY(auto stream, io::ByteStream::open(path));
  std::string text;
  std::array<char, 16'384> part{};
  while (true) {
    BREAKEVEN_TRY(const std::size_t count, stream.read(part.data(), part.size()));
    if (count == 0) return text;
    text.append(part.data(), count);
    if (text.size() > most_bytes) {
      return Error{ErrorCode::resource_limit,
                   "expected at most " + std::to_string(most_bytes) + " bytes", stream.name()};
    }
  }
}

}  // namespace breakeven::service
