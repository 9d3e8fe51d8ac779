// Any bytes as an archive: entries that can be written again to the same entries, or one error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "io/tar.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr io::TarLimits kLimits{.entries = 50, .bytes = 1U << 20U};
  const auto read = [&](std::string_view from) -> Result<std::vector<io::TarEntry>> {
    BREAKEVEN_TRY(auto stream, io::ByteStream::from_memory(from, "fuzz"));
    return io::read_tar(stream, kLimits);
  };
  const auto first = read(bytes);
  if (!first.ok()) {
    if (first.error().message.empty() || first.error().where.empty()) std::abort();
    return 0;
  }
  const auto again = io::write_tar(*first);
  if (!again.ok()) std::abort();
  const auto second = read(*again);
  if (!second.ok() || second->size() != first->size()) std::abort();
  for (std::size_t i = 0; i < first->size(); ++i) {
    if ((*first)[i].name != (*second)[i].name || (*first)[i].bytes != (*second)[i].bytes) {
      std::abort();
    }
  }
  return 0;
}
