#include "io/usage/byte_scan.hpp"

#include <algorithm>
#include <bit>

namespace breakeven::io {

void find_marks(std::string_view text, char a, char b, char c, std::vector<std::uint32_t>& marks) {
  constexpr std::size_t kStep = 64;
  std::size_t count = marks.size();
  for (std::size_t at = 0; at < text.size(); at += kStep) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < kStep; i += 16) {
      const Sixteen bytes(text.data() + at + i);
      bits |= std::uint64_t{bytes.is(a) | bytes.is(b) | bytes.is(c)} << i;
    }
    if (text.size() - at < kStep) bits &= (std::uint64_t{1} << (text.size() - at)) - 1;
    if (marks.size() < count + kStep) marks.resize(std::max(2 * marks.size(), count + kStep));
    while (bits != 0) {
      marks[count++] =
          static_cast<std::uint32_t>(at) + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  }
  marks.resize(count);
}

}  // namespace breakeven::io
