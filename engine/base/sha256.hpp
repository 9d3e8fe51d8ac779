// sha256.hpp — the fingerprint of bytes that were read.
//
// Sources  FIPS 180-4. Worked: "abc" gives ba7816bf...f20015ad (test: MatchesTheStandard).
#pragma once

#include <string>
#include <string_view>

namespace breakeven {

/// 64 hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace breakeven
