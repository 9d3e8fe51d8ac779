// secret_hash.hpp — secrets out of the system's random numbers, and slow hashes of them.
//
// Shape    A hash is "scrypt$N$r$p$SALT$KEY": cost, then 16 random bytes and a key of 32, in
//          hexadecimal digits. One takes 16 MB and some 40 ms of a core, on purpose.
// Sources  RFC 7914 (scrypt), by OpenSSL. Worked: section 12, "pleaseletmein" with N = 16384, r = 8,
//          p = 1 begins 7023bdcb (test: MatchesTheStandard).
// Errors   internal: OpenSSL refuses; resource_limit: no memory for it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::service {

/// `bytes` random bytes in hexadecimal digits.
[[nodiscard]] Result<std::string> random_hex(std::size_t bytes);
[[nodiscard]] Result<std::string> hash_secret(std::string_view secret);
/// False for a hash that is not of this shape, too.
[[nodiscard]] bool secret_matches(std::string_view secret, std::string_view hash);

}  // namespace breakeven::service
