// encoded_text.hpp — text in the encodings that files and pages ask for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace breakeven {

struct Utf8 {
  std::array<char, 4> bytes{};
  std::size_t size = 0;
  [[nodiscard]] std::string_view text() const { return {bytes.data(), size}; }
};

/// The bytes of one code point up to U+10FFFF.
[[nodiscard]] Utf8 utf8_of(std::uint32_t code);

/// `text` for the body or an attribute of XML and HTML. Control characters that XML 1.0 does not
/// have become spaces.
[[nodiscard]] std::string xml_escaped(std::string_view text);

}  // namespace breakeven
