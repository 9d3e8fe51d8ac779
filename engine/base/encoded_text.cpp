#include "engine/base/encoded_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace breakeven {

Utf8 utf8_of(std::uint32_t code) {
  Utf8 out;
  const auto put = [&out](std::uint32_t byte) { out.bytes[out.size++] = static_cast<char>(byte); };
  const auto more = [&](unsigned shift) { put(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    more(0);
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    more(6);
    more(0);
  } else {
    put(0xF0U | (code >> 18U));
    more(12);
    more(6);
    more(0);
  }
  return out;
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

}  // namespace breakeven
